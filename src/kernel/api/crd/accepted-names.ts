import { goQuote } from '../go-quote.ts'
import { equalJson } from '../json.ts'
import type { Json } from '../objects.ts'
import { formatTime } from '../time.ts'
import { approvalOf } from './approval.ts'
import {
  isTrue,
  type CustomResourceDefinition,
  type DefinitionCondition,
  type DefinitionStatus,
  type Names,
} from './definition.ts'

type Condition = Omit<DefinitionCondition, 'lastTransitionTime'>

/**
 * The status of a definition by the names that others of its group have (apiextensions-apiserver:
 * pkg/controller/status/naming_controller.go).
 */
export function namedStatus(
  crd: CustomResourceDefinition,
  others: readonly CustomResourceDefinition[],
  now: number,
): DefinitionStatus {
  const wanted = crd.spec?.names ?? {}
  const accepted = crd.status?.acceptedNames ?? {}
  const { names, condition } = acceptedNames(wanted, accepted, taken(crd, others))
  const before = crd.status?.conditions ?? []
  const named = withCondition(before, condition, now)
  const established = establishedCondition(crd, condition)
  const approval = approvalOf(crd)
  const conditions = withCondition(named, established, now)
  return {
    ...crd.status,
    acceptedNames: names,
    conditions: approval ? withCondition(conditions, approval, now) : conditions,
  }
}

/** The status once its resources are served (establishing_controller.go); undefined when that is not the next step. */
export function establishedStatus(crd: CustomResourceDefinition, now: number): DefinitionStatus | undefined {
  if (!isTrue(crd, 'NamesAccepted') || isTrue(crd, 'Established')) return undefined
  const condition: Condition = {
    type: 'Established',
    status: 'True',
    reason: 'InitialNamesAccepted',
    message: 'the initial names have been accepted',
  }
  return { ...crd.status, conditions: withCondition(crd.status?.conditions ?? [], condition, now) }
}

/** The conditions with another one, which is dated when its status changes (apihelpers.SetCRDCondition). */
export function withCondition(
  conditions: readonly DefinitionCondition[],
  next: Condition,
  now: number,
): readonly DefinitionCondition[] {
  const old = conditions.find(({ type }) => type === next.type)
  const lastTransitionTime =
    old?.status === next.status && old.lastTransitionTime ? old.lastTransitionTime : formatTime(now)
  const { type, status, reason, message } = next
  const made = { type, status, lastTransitionTime, ...(reason && { reason }), ...(message && { message }) }
  return old ? conditions.map((one) => (one === old ? made : one)) : [...conditions, made]
}

interface Taken {
  readonly resources: ReadonlySet<string>
  readonly kinds: ReadonlySet<string>
}

function taken(crd: CustomResourceDefinition, others: readonly CustomResourceDefinition[]): Taken {
  const names = others
    .filter(({ metadata, spec }) => spec?.group === crd.spec?.group && metadata.name !== crd.metadata.name)
    .map(({ status }) => status?.acceptedNames ?? {})
  const resources = names.flatMap(({ plural, singular, shortNames }) => [
    plural,
    singular,
    ...(shortNames ?? []),
  ])
  const kinds = names.flatMap(({ kind, listKind }) => [kind, listKind])
  return { resources: new Set(resources.filter(isName)), kinds: new Set(kinds.filter(isName)) }
}

const isName = (name: string | undefined): name is string => name !== undefined && name !== ''

function acceptedNames(
  wanted: Names,
  accepted: Names,
  { resources, kinds }: Taken,
): { readonly names: Names; readonly condition: Condition } {
  const names: Record<string, Json> = { ...(accepted as Record<string, Json>) }
  let conflict: Condition | undefined
  const judge = (key: keyof Names, reason: string, problems: readonly string[]) => {
    if (problems.length === 0) return void set(names, key, wanted[key])
    const message = problems.length === 1 ? problems[0]! : `[${problems.join(', ')}]`
    conflict = { type: 'NamesAccepted', status: 'False', reason, message }
  }
  const problem = (name: string, own: string | undefined, used: ReadonlySet<string>): string[] =>
    name === own || !used.has(name) ? [] : [`${goQuote(name)} is already in use`]
  judge('plural', 'PluralConflict', problem(wanted.plural ?? '', accepted.plural, resources))
  judge('singular', 'SingularConflict', problem(wanted.singular ?? '', accepted.singular, resources))
  const short = (wanted.shortNames ?? []).filter((name) => !accepted.shortNames?.includes(name))
  judge(
    'shortNames',
    'ShortNamesConflict',
    short.flatMap((name) => problem(name, undefined, resources)),
  )
  judge('kind', 'KindConflict', problem(wanted.kind ?? '', accepted.kind, kinds))
  judge('listKind', 'ListKindConflict', problem(wanted.listKind ?? '', accepted.listKind, kinds))
  set(names, 'categories', wanted.categories)
  const fine: Condition = {
    type: 'NamesAccepted',
    status: 'True',
    reason: 'NoConflicts',
    message: 'no conflicts found',
  }
  return { names: names as Names, condition: conflict ?? fine }
}

function set(names: Record<string, Json>, key: string, value: Json | readonly string[] | undefined): void {
  if (value === undefined) delete names[key]
  else names[key] = value as Json
}

/** It stays what it was; a definition is established once its names are accepted for the first time. */
function establishedCondition(crd: CustomResourceDefinition, named: Condition): Condition {
  const old = crd.status?.conditions?.find(({ type }) => type === 'Established')
  if (named.status === 'True' && old?.status !== 'True')
    return {
      type: 'Established',
      status: 'False',
      reason: 'Installing',
      message: 'the initial names have been accepted',
    }
  return (
    old ?? {
      type: 'Established',
      status: 'False',
      reason: 'NotAccepted',
      message: 'not all names are accepted',
    }
  )
}

/** Whether two definitions serve the same. */
export const servesTheSame = (a: CustomResourceDefinition, b: CustomResourceDefinition): boolean =>
  equalJson(a.spec as unknown as Json, b.spec as unknown as Json) &&
  equalJson(a.status?.acceptedNames as Json | undefined, b.status?.acceptedNames as Json | undefined) &&
  isTrue(a, 'Terminating') === isTrue(b, 'Terminating')
