import type {
  Affinity,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinityTerm,
  WeightedPodAffinityTerm,
} from 'kubernetes-types/core/v1'
import { forbidden, invalid, required, type FieldError } from '../../field-error.ts'
import { validateLabelSelector } from '../../label-validation.ts'
import { invalids, nameIsDNSLabel, nameIsDNSSubdomain, qualifiedName } from './rules.ts'

// kubernetes: pkg/apis/core/validation/validation.go validateAffinity and what it calls

export function validateAffinity(affinity: Affinity | undefined, field: string): FieldError[] {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {}
  return [
    ...(nodeAffinity ? validateNodeAffinity(nodeAffinity, `${field}.nodeAffinity`) : []),
    ...(podAffinity ? validatePodTerms(podAffinity, `${field}.podAffinity`) : []),
    ...(podAntiAffinity ? validatePodTerms(podAntiAffinity, `${field}.podAntiAffinity`) : []),
  ]
}

/** Terms by which a node must be chosen, of a pod or of a volume. */
export function validateNodeSelector({ nodeSelectorTerms }: NodeSelector, field: string): FieldError[] {
  const path = `${field}.nodeSelectorTerms`
  if (!nodeSelectorTerms?.length) return [required(path, 'must have at least one node selector term')]
  return nodeSelectorTerms.flatMap((term, i) => validateTerm(term, `${path}[${i}]`))
}

const weightMessage = 'must be in the range 1-100'

function validateNodeAffinity(affinity: NodeAffinity, field: string): FieldError[] {
  const needed = affinity.requiredDuringSchedulingIgnoredDuringExecution
  const preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution ?? []
  const path = `${field}.preferredDuringSchedulingIgnoredDuringExecution`
  return [
    ...(needed
      ? validateNodeSelector(needed, `${field}.requiredDuringSchedulingIgnoredDuringExecution`)
      : []),
    ...preferred.flatMap(({ weight = 0, preference }, i) => [
      ...(weight <= 0 || weight > 100 ? [invalid(`${path}[${i}].weight`, weight, weightMessage)] : []),
      ...validateTerm(preference, `${path}[${i}].preference`),
    ]),
  ]
}

/** The values need not be possible values of labels: 1.32 lets such terms fail to match. */
function validateTerm(term: NodeSelectorTerm, field: string): FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((item, i) =>
      validateExpression(item, `${field}.matchExpressions[${i}]`),
    ),
    ...(term.matchFields ?? []).flatMap((item, i) => validateMatchField(item, `${field}.matchFields[${i}]`)),
  ]
}

function validateExpression(
  { key, operator, values = [] }: NodeSelectorRequirement,
  field: string,
): FieldError[] {
  return [...validateOperator(operator, values, field), ...qualifiedName(`${field}.key`, key ?? '')]
}

function validateOperator(operator: string, values: readonly string[], field: string): FieldError[] {
  const path = `${field}.values`
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length ? [] : [required(path, "must be specified when `operator` is 'In' or 'NotIn'")]
    case 'Exists':
    case 'DoesNotExist':
      return values.length
        ? [forbidden(path, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
        : []
    case 'Gt':
    case 'Lt':
      return values.length === 1
        ? []
        : [required(path, "must be specified single value when `operator` is 'Lt' or 'Gt'")]
    default:
      return [invalid(`${field}.operator`, operator ?? '', 'not a valid selector operator')]
  }
}

function validateMatchField(
  { key, operator, values = [] }: NodeSelectorRequirement,
  field: string,
): FieldError[] {
  const single = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
  const known = operator === 'In' || operator === 'NotIn'
  return [
    ...(known && values.length !== 1 ? [required(`${field}.values`, single)] : []),
    ...(known ? [] : [invalid(`${field}.operator`, operator ?? '', 'not a valid selector operator')]),
    ...(key === 'metadata.name'
      ? values.flatMap((value, i) =>
          invalids(`${field}.values[${i}]`, value, nameIsDNSSubdomain(value, false)),
        )
      : [invalid(`${field}.key`, key ?? '', 'not a valid field selector key')]),
  ]
}

interface PodTerms {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[]
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly WeightedPodAffinityTerm[]
}

function validatePodTerms(terms: PodTerms, field: string): FieldError[] {
  const needed = terms.requiredDuringSchedulingIgnoredDuringExecution ?? []
  const preferred = terms.preferredDuringSchedulingIgnoredDuringExecution ?? []
  const path = `${field}.preferredDuringSchedulingIgnoredDuringExecution`
  return [
    ...needed.flatMap((term, i) =>
      validatePodTerm(term, `${field}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`),
    ),
    ...preferred.flatMap(({ weight = 0, podAffinityTerm }, i) => [
      ...(weight <= 0 || weight > 100 ? [invalid(`${path}[${i}].weight`, weight, weightMessage)] : []),
      ...validatePodTerm(podAffinityTerm, `${path}[${i}].podAffinityTerm`),
    ]),
  ]
}

function validatePodTerm(term: PodAffinityTerm, field: string): FieldError[] {
  const { topologyKey = '' } = term
  return [
    ...validateLabelSelector(term.labelSelector, `${field}.labelSelector`),
    ...validateLabelSelector(term.namespaceSelector, `${field}.namespaceSelector`),
    ...(term.namespaces ?? []).flatMap((name) =>
      invalids(`${field}.namespace`, name, nameIsDNSLabel(name, false)),
    ),
    ...validateLabelKeys(term, field),
    ...(topologyKey === '' ? [required(`${field}.topologyKey`, 'can not be empty')] : []),
    ...qualifiedName(`${field}.topologyKey`, topologyKey),
  ]
}

/** validateMatchLabelKeysAndMismatchLabelKeys. */
function validateLabelKeys(term: PodAffinityTerm, field: string): FieldError[] {
  const { matchLabelKeys = [], mismatchLabelKeys = [], labelSelector } = term
  const keys = (name: string, list: readonly string[]): FieldError[] =>
    list.length > 0 && !labelSelector
      ? [forbidden(`${field}.${name}`, 'must not be specified when labelSelector is not set')]
      : list.flatMap((key, i) => qualifiedName(`${field}.${name}[${i}]`, key))
  const inBoth = matchLabelKeys.flatMap((key, i) =>
    mismatchLabelKeys.includes(key)
      ? [invalid(`${field}.matchLabelKeys[${i}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys')]
      : [],
  )
  return [
    ...keys('matchLabelKeys', matchLabelKeys),
    ...keys('mismatchLabelKeys', mismatchLabelKeys),
    ...selectedTwice(term, field),
    ...inBoth,
  ]
}

/** The requirement that matchLabelKeys added is one already; a second one of the same key is the user's. */
function selectedTwice({ matchLabelKeys = [], labelSelector }: PodAffinityTerm, field: string): FieldError[] {
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}))
  return (labelSelector?.matchExpressions ?? []).flatMap(({ key }) => {
    const index = matchLabelKeys.lastIndexOf(key)
    const twice = index >= 0 && seen.has(key)
    seen.add(key)
    return twice
      ? [invalid(`${field}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector')]
      : []
  })
}
