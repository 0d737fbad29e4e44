import { goQuote } from '../go-quote.ts'
import type { Json } from '../objects.ts'
import { UserError } from '../user-error.ts'
import { compareTyped, excludeFields, type Comparison } from './compare.ts'
import { fieldSetOfValue } from './field-set-of.ts'
import {
  difference,
  emptyFieldSet,
  intersection,
  isEmptySet,
  pathsOf,
  recursiveDifference,
  union,
  withNamedFields,
  type FieldSet,
} from './field-set.ts'
import type { ManagedType } from './managed-type.ts'
import { mergeTyped } from './merge.ts'
import { compareElements, printPath, type Path } from './path-element.ts'
import { reconcileWithSchema } from './reconcile.ts'
import { removeItems } from './remove.ts'
import { sameValue } from './walk.ts'

// structured-merge-diff: merge/update.go, merge/conflict.go

/** What one manager owns, in one version of the API. */
export interface VersionedSet {
  readonly set: FieldSet
  readonly version: string
  /** By apply; otherwise by update. */
  readonly applied: boolean
}

/** Who owns what. */
export type Managers = ReadonlyMap<string, VersionedSet>

/** An object in one version. */
export interface VersionedObject {
  readonly value: Json
  readonly version: string
}

/** How objects get from version to version, and what their types are there. */
export interface Versions {
  typeOf(version: string): ManagedType
  /** Undefined when there is no such version any more. */
  convert(object: VersionedObject, version: string): Json | undefined
  /** Fields that nobody owns. */
  ignored?(version: string): FieldSet | undefined
}

/** A field that somebody else owns. */
export interface Conflict {
  readonly manager: string
  readonly path: Path
}

/** An apply met fields that others own. */
export class ConflictError extends UserError {
  readonly conflicts: readonly Conflict[]
  constructor(conflicts: readonly Conflict[]) {
    super(printConflicts(conflicts))
    this.conflicts = conflicts
  }
}

/** Who owns what after a manager has replaced `live` by `next` (Updater.Update). */
export function updateManaged(
  versions: Versions,
  live: VersionedObject,
  next: Json,
  managers: Managers,
  manager: string,
): Managers {
  const known = reconciled(versions, live, managers)
  const { others, comparison } = takeOver(versions, live, next, known, manager, true)
  const own = known.get(manager)?.set ?? emptyFieldSet
  const { removed, modified, added } = comparison
  const ignored = versions.ignored?.(live.version)
  const gained = union(union(difference(own, removed), modified), added)
  const set = ignored ? recursiveDifference(gained, ignored) : gained
  return withManager(others, manager, { set, version: live.version, applied: false })
}

/** The object with `config` applied by a manager, and who owns what then (Updater.Apply). Throws ConflictError unless `force`. */
export function applyManaged(
  versions: Versions,
  live: VersionedObject,
  config: Json,
  managers: Managers,
  manager: string,
  force: boolean,
): { readonly value: Json; readonly managers: Managers; readonly changed: boolean } {
  const { version } = live
  const type = versions.typeOf(version)
  const known = reconciled(versions, live, managers)
  const merged = mergeTyped(live.value, config, type)
  const last = known.get(manager)
  const ignored = versions.ignored?.(version)
  const all = fieldSetOfValue(config, type)
  const own = { set: ignored ? recursiveDifference(all, ignored) : all, version, applied: true }
  const claimed = new Map([...known, [manager, own]])
  const pruned = prune(versions, { value: merged, version }, claimed, last)
  const { others } = takeOver(versions, live, pruned, claimed, manager, force)
  return {
    value: pruned,
    managers: withManager(others, manager, own),
    changed: !sameValue(live.value, pruned),
  }
}

/** `conflict with "x": .spec.replicas`, or a list by manager (merge.Conflicts.Error). */
export function printConflicts(conflicts: readonly Conflict[]): string {
  const [first] = conflicts
  if (conflicts.length === 1 && first)
    return `conflict with ${goQuote(first.manager)}: ${printPath(first.path)}`
  const managers = [...new Set(conflicts.map(({ manager }) => manager))].sort()
  const lines = managers.flatMap((manager) => [
    `conflicts with ${goQuote(manager)}:`,
    ...conflicts.filter((conflict) => conflict.manager === manager).map(({ path }) => `- ${printPath(path)}`),
  ])
  return lines.join('\n')
}

/** Paths in the order in which sets hold them. */
export const comparePaths = (a: Path, b: Path): number => {
  const place = a.findIndex((element, i) => element !== b[i])
  return place < 0 ? a.length - b.length : compareElements(a[place] ?? '', b[place] ?? '')
}

function withManager(managers: Managers, name: string, entry: VersionedSet): Managers {
  const result = new Map(managers)
  if (isEmptySet(entry.set)) result.delete(name)
  else result.set(name, entry)
  return result
}

/** Sets as today's schema has them; those of versions that are gone stay as they are. */
function reconciled(versions: Versions, live: VersionedObject, managers: Managers): Managers {
  return new Map(
    [...managers].map(([name, entry]) => {
      const value = versions.convert(live, entry.version)
      if (value === undefined) return [name, entry]
      return [name, { ...entry, set: reconcileWithSchema(entry.set, versions.typeOf(entry.version)) }]
    }),
  )
}

/** Take from the other managers what has changed or gone; throws ConflictError when they may not lose it. */
function takeOver(
  versions: Versions,
  live: VersionedObject,
  next: Json,
  managers: Managers,
  manager: string,
  force: boolean,
): { readonly others: Managers; readonly comparison: Comparison } {
  const compared = new Map<string, Comparison | undefined>()
  const comparisonAt = (version: string) => {
    if (!compared.has(version)) compared.set(version, comparison(versions, live, next, version))
    return compared.get(version)
  }
  const own = comparisonAt(live.version)
  if (!own) throw new Error(`managed fields: no version ${live.version}`)
  const others = new Map<string, VersionedSet>()
  const conflicts: Conflict[] = []
  for (const [name, entry] of managers) {
    const found = name === manager ? undefined : comparisonAt(entry.version)
    if (!found) {
      // A version that is gone takes its managers along.
      if (name === manager) others.set(name, entry)
      continue
    }
    const lost = intersection(entry.set, union(found.modified, found.added))
    if (!force) conflicts.push(...pathsOf(lost).map((path) => ({ manager: name, path })))
    const set = difference(difference(entry.set, lost), found.removed)
    if (!isEmptySet(set)) others.set(name, { ...entry, set })
  }
  if (!force && conflicts.length) throw new ConflictError(conflicts)
  return { others, comparison: own }
}

function comparison(
  versions: Versions,
  live: VersionedObject,
  next: Json,
  version: string,
): Comparison | undefined {
  const at = (value: Json) =>
    version === live.version ? value : versions.convert({ value, version: live.version }, version)
  const [before, after] = [at(live.value), at(next)]
  if (before === undefined || after === undefined) return undefined
  return excludeFields(compareTyped(before, after, versions.typeOf(version)), versions.ignored?.(version))
}

/** Remove what the manager applied last time, not this time, and what nobody else claims. */
function prune(
  versions: Versions,
  merged: VersionedObject,
  managers: Managers,
  last: VersionedSet | undefined,
): Json {
  if (!last || isEmptySet(last.set)) return merged.value
  const { version } = last
  const before = versions.convert(merged, version)
  if (before === undefined) return merged.value
  const type = versions.typeOf(version)
  const lastSet = withNamedFields(last.set, type)
  const pruned = addBackOwned(
    versions,
    { value: before, version },
    removeItems(before, lastSet, type),
    managers,
  )
  const left = versions.convert(pruned, version)
  if (left === undefined) return merged.value
  // Only what the manager itself applied last time goes.
  const gone = intersection(difference(named(before, type), named(left, type)), lastSet)
  const result = versions.convert({ value: removeItems(before, gone, type), version }, merged.version)
  return result === undefined ? merged.value : result
}

const named = (value: Json, type: ManagedType): FieldSet =>
  withNamedFields(fieldSetOfValue(value, type), type)

/** Put back what anybody owns, version by version, that of the pruned object first. */
function addBackOwned(
  versions: Versions,
  merged: VersionedObject,
  pruned: Json,
  managers: Managers,
): VersionedObject {
  const owned = new Map<string, FieldSet>()
  for (const { set, version } of managers.values())
    owned.set(version, union(owned.get(version) ?? emptyFieldSet, set))
  const order = [...owned.keys()].sort((a, b) => Number(b === merged.version) - Number(a === merged.version))
  let result: VersionedObject = { value: pruned, version: merged.version }
  let whole = merged
  for (const version of order) {
    const all = versions.convert(whole, version)
    const rest = all === undefined ? undefined : versions.convert(result, version)
    if (all === undefined || rest === undefined) continue
    const type = versions.typeOf(version)
    const keep = union(named(rest, type), withNamedFields(owned.get(version) ?? emptyFieldSet, type))
    whole = { value: all, version }
    result = { value: removeItems(all, difference(named(all, type), keep), type), version }
  }
  return result
}
