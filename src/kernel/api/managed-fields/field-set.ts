import { isObject } from '../json.ts'
import type { JsonObject } from '../objects.ts'
import type { ManagedType } from './managed-type.ts'
import { compareElements, fieldName, normalElement, type Path, type PathElement } from './path-element.ts'

// structured-merge-diff: fieldpath/set.go, serialize.go

/** A set of paths as a tree: `members` are in the set themselves, `children` lead to others. */
export interface FieldSet {
  readonly members: ReadonlySet<PathElement>
  readonly children: ReadonlyMap<PathElement, FieldSet>
}

export const emptyFieldSet: FieldSet = { members: new Set(), children: new Map() }

/** A set that grows path by path. */
export class FieldSetBuilder implements FieldSet {
  readonly members = new Set<PathElement>()
  readonly children = new Map<PathElement, FieldSetBuilder>()

  /** The empty path, the object itself, is never in a set. */
  insert(path: Path): void {
    const last = path.at(-1)
    if (last === undefined) return
    let node: FieldSetBuilder = this
    for (let i = 0; i < path.length - 1; i++) {
      const element = path[i]!
      let child = node.children.get(element)
      if (!child) node.children.set(element, (child = new FieldSetBuilder()))
      node = child
    }
    node.members.add(last)
  }
}

/** A set of these paths. */
export function fieldSetOf(...paths: readonly Path[]): FieldSet {
  const builder = new FieldSetBuilder()
  for (const path of paths) builder.insert(path)
  return builder
}

export function isEmptySet({ members, children }: FieldSet): boolean {
  if (members.size) return false
  for (const child of children.values()) if (!isEmptySet(child)) return false
  return true
}

export function hasPath(set: FieldSet, path: Path): boolean {
  let node: FieldSet | undefined = set
  for (const element of path.slice(0, -1)) {
    node = node.children.get(element)
    if (!node) return false
  }
  const last = path.at(-1)
  return last !== undefined && node.members.has(last)
}

/** The paths below an element, without it. */
export const withPrefix = (set: FieldSet, element: PathElement): FieldSet =>
  set.children.get(element) ?? emptyFieldSet

/** One of the two itself where it has all, as most unions of a cluster at work do: what is the same need not be written anew. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(b)) return a
  if (isEmptySet(a)) return b
  let children: Map<PathElement, FieldSet> | undefined
  for (const [element, set] of b.children) {
    const own = a.children.get(element)
    const both = own ? union(own, set) : set
    if (both === own) continue
    children ??= new Map(a.children)
    children.set(element, both)
  }
  const gains = [...b.members].some((element) => !a.members.has(element))
  if (!gains && !children) return a
  const members = gains ? new Set([...a.members, ...b.members]) : a.members
  return { members, children: children ?? a.children }
}

export const intersection = (a: FieldSet, b: FieldSet): FieldSet => ({
  members: new Set([...a.members].filter((element) => b.members.has(element))),
  children: kept(a.children, (set, element) => {
    const other = b.children.get(element)
    return other && intersection(set, other)
  }),
})

/** Paths of `a` that are not in `b`; a path of `b` takes nothing below it away. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const loses = meets(b.members, a.members)
  if (!loses && !meets(b.children, a.children)) return a
  return {
    members: loses ? new Set([...a.members].filter((element) => !b.members.has(element))) : a.members,
    children: kept(a.children, (set, element) => {
      const other = b.children.get(element)
      return other ? difference(set, other) : set
    }),
  }
}

/** Whether any of the first keys are among the second. */
function meets<K>(some: ReadonlySet<K> | ReadonlyMap<K, unknown>, others: { has(key: K): boolean }): boolean {
  for (const key of some.keys()) if (others.has(key)) return true
  return false
}

/** Paths of `a` that are neither in `b` nor below a path of `b`. */
export const recursiveDifference = (a: FieldSet, b: FieldSet): FieldSet => ({
  members: new Set([...a.members].filter((element) => !b.members.has(element))),
  children: kept(a.children, (set, element) => {
    if (b.members.has(element)) return undefined
    const other = b.children.get(element)
    return other ? recursiveDifference(set, other) : set
  }),
})

/** Paths that lead to no other path of the set. */
export const leaves = ({ members, children }: FieldSet): FieldSet => ({
  members: new Set([...members].filter((element) => !children.has(element))),
  children: new Map([...children].map(([element, set]) => [element, leaves(set)])),
})

/** The set with the declared fields on the way to its paths. */
export function withNamedFields(set: FieldSet, type: ManagedType | undefined): FieldSet {
  const typeOf = (element: PathElement) => {
    const name = fieldName(element)
    return name === undefined
      ? type?.list?.element()
      : (type?.map?.field(name)?.type() ?? type?.map?.element?.())
  }
  const isDeclared = (element: PathElement) => {
    const name = fieldName(element)
    return name !== undefined && type?.map?.field(name) !== undefined
  }
  return {
    members: new Set([...set.members, ...[...set.children.keys()].filter(isDeclared)]),
    children: new Map(
      [...set.children].map(([element, child]) => [element, withNamedFields(child, typeOf(element))]),
    ),
  }
}

export const equalSets = (a: FieldSet, b: FieldSet): boolean =>
  a.members.size === b.members.size &&
  a.children.size === b.children.size &&
  [...a.members].every((element) => b.members.has(element)) &&
  [...a.children].every(([element, set]) => {
    const other = b.children.get(element)
    return other !== undefined && equalSets(set, other)
  })

/** All paths: of each level the members first, then what is below, both in order. */
export function pathsOf(set: FieldSet, prefix: Path = []): Path[] {
  const members = [...set.members].sort(compareElements).map((element) => [...prefix, element])
  const below = [...set.children.entries()].sort(([a], [b]) => compareElements(a, b))
  return [...members, ...below.flatMap(([element, child]) => pathsOf(child, [...prefix, element]))]
}

// Sets and their written form are values that never change, and the same ones come again with every write.
const written = new WeakMap<FieldSet, JsonObject>()
const read = new WeakMap<JsonObject, FieldSet>()

/** The set as `fieldsV1` holds it: `{"f:spec":{"f:replicas":{}}}`; `.` marks a member that has members below. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const known = written.get(set)
  if (known) return known
  const { members, children } = set
  const elements = [...members]
  for (const element of children.keys()) if (!members.has(element)) elements.push(element)
  elements.sort(compareElements)
  const fields: Record<string, JsonObject> = {}
  for (const element of elements) {
    const child = children.get(element)
    const below = child ? toFieldsV1(child) : {}
    fields[element] = child && members.has(element) ? { '.': {}, ...below } : below
  }
  written.set(set, fields)
  read.set(fields, set)
  return fields
}

/** The set that `fieldsV1` holds; elements of unknown kinds are left out. */
export function fromFieldsV1(fields: JsonObject): FieldSet {
  const known = read.get(fields)
  if (known) return known
  const members = new Set<PathElement>()
  const children = new Map<PathElement, FieldSet>()
  for (const [key, below] of Object.entries(fields)) {
    const element = normalElement(key)
    if (element === undefined || !isObject(below)) continue
    const keys = Object.keys(below)
    if (!keys.length || keys.includes('.')) members.add(element)
    const child = fromFieldsV1(below)
    if (child.members.size || child.children.size) children.set(element, child)
  }
  const set = { members, children }
  read.set(fields, set)
  return set
}

/** Children that still hold something after a change. */
function kept(
  children: ReadonlyMap<PathElement, FieldSet>,
  change: (set: FieldSet, element: PathElement) => FieldSet | undefined,
): Map<PathElement, FieldSet> {
  const result = new Map<PathElement, FieldSet>()
  for (const [element, set] of children) {
    const changed = change(set, element)
    if (changed && !isEmptySet(changed)) result.set(element, changed)
  }
  return result
}
