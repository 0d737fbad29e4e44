import type { TopologySpreadConstraint } from 'kubernetes-types/core/v1'
import { duplicate, forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { validateLabelSelector } from '../../label-validation.ts'
import { qualifiedName } from './rules.ts'

const actions = ['DoNotSchedule', 'ScheduleAnyway']
const inclusions = ['Honor', 'Ignore']
const notPositive = 'must be greater than zero'

/** kubernetes: pkg/apis/core/validation/validation.go validateTopologySpreadConstraints. */
export function validateTopologySpread(
  constraints: readonly TopologySpreadConstraint[],
  field: string,
): FieldError[] {
  return constraints.flatMap((constraint, i) => [
    ...validateConstraint(constraint, `${field}[${i}]`),
    ...repeated(constraint, constraints.slice(i + 1), `${field}[${i}]`),
    ...validateDetails(constraint, `${field}[${i}]`),
  ])
}

function validateConstraint(
  { maxSkew = 0, topologyKey, whenUnsatisfiable = '' }: TopologySpreadConstraint,
  field: string,
): FieldError[] {
  return [
    ...(maxSkew <= 0 ? [invalid(`${field}.maxSkew`, maxSkew, notPositive)] : []),
    ...(topologyKey ? [] : [required(`${field}.topologyKey`, 'can not be empty')]),
    ...(actions.includes(whenUnsatisfiable)
      ? []
      : [notSupported(`${field}.whenUnsatisfiable`, whenUnsatisfiable, actions)]),
  ]
}

function repeated(
  one: TopologySpreadConstraint,
  later: readonly TopologySpreadConstraint[],
  field: string,
): FieldError[] {
  const { topologyKey, whenUnsatisfiable } = one
  const again = later.some(
    (other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable,
  )
  return again
    ? [duplicate(`${field}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`)]
    : []
}

function validateDetails(constraint: TopologySpreadConstraint, field: string): FieldError[] {
  const { minDomains, whenUnsatisfiable, labelSelector } = constraint
  const only = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`
  return [
    ...(minDomains !== undefined && minDomains <= 0
      ? [invalid(`${field}.minDomains`, minDomains, notPositive)]
      : []),
    ...(minDomains !== undefined && whenUnsatisfiable !== 'DoNotSchedule'
      ? [invalid(`${field}.minDomains`, minDomains, only)]
      : []),
    ...inclusion(`${field}.nodeAffinityPolicy`, constraint.nodeAffinityPolicy),
    ...inclusion(`${field}.nodeTaintsPolicy`, constraint.nodeTaintsPolicy),
    ...validateKeys(constraint, `${field}.matchLabelKeys`),
    ...validateLabelSelector(labelSelector, `${field}.labelSelector`),
  ]
}

const inclusion = (field: string, policy: string | undefined): FieldError[] =>
  policy === undefined || inclusions.includes(policy) ? [] : [notSupported(field, policy, inclusions)]

function validateKeys(
  { matchLabelKeys = [], labelSelector }: TopologySpreadConstraint,
  field: string,
): FieldError[] {
  if (matchLabelKeys.length === 0) return []
  const expressions = labelSelector?.matchExpressions ?? []
  const selected = new Set([
    ...Object.keys(labelSelector?.matchLabels ?? {}),
    ...expressions.map(({ key }) => key),
  ])
  return [
    ...(labelSelector ? [] : [forbidden(field, 'must not be specified when labelSelector is not set')]),
    ...matchLabelKeys.flatMap((key, i) => [
      ...qualifiedName(`${field}[${i}]`, key),
      ...(selected.has(key)
        ? [invalid(`${field}[${i}]`, key, 'exists in both matchLabelKeys and labelSelector')]
        : []),
    ]),
  ]
}
