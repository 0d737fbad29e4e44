import type { Json, JsonObject } from '../objects.ts'
import { UserError } from '../user-error.ts'
import { FieldSetBuilder, isEmptySet, recursiveDifference, type FieldSet } from './field-set.ts'
import type { ManagedList, ManagedMap, ManagedType } from './managed-type.ts'
import { fieldElement, type Path, type PathElement } from './path-element.ts'
import {
  elementOf,
  fieldType,
  isEmptyValue,
  listIn,
  mapIn,
  Problems,
  sameShape,
  sameValue,
  scalarProblem,
  shapeOf,
  type Shape,
} from './walk.ts'

// structured-merge-diff: typed/compare.go

/** What became of an object's fields. */
export interface Comparison {
  readonly removed: FieldSet
  readonly modified: FieldSet
  readonly added: FieldSet
}

/** Compare two values of one type; throws ValidationErrors. */
export function compareTyped(before: Json, after: Json, type: ManagedType): Comparison {
  const comparing = new Comparing()
  comparing.visit(before, after, type, [])
  comparing.problems.check()
  return comparing
}

export const isSame = ({ removed, modified, added }: Comparison): boolean =>
  isEmptySet(removed) && isEmptySet(modified) && isEmptySet(added)

/** The comparison without some fields and what is below them. */
export const excludeFields = (
  { removed, modified, added }: Comparison,
  fields: FieldSet | undefined,
): Comparison =>
  fields
    ? {
        removed: recursiveDifference(removed, fields),
        modified: recursiveDifference(modified, fields),
        added: recursiveDifference(added, fields),
      }
    : { removed, modified, added }

class Comparing implements Comparison {
  readonly removed = new FieldSetBuilder()
  readonly modified = new FieldSetBuilder()
  readonly added = new FieldSetBuilder()
  readonly problems = new Problems()

  /** Either side may be absent, not both. */
  visit(left: Json | undefined, right: Json | undefined, type: ManagedType, path: Path): void {
    const [leftShape, rightShape] = [shapeOf(type, left), shapeOf(type, right)]
    let leaf: boolean
    if (right === undefined) leaf = this.#shape(leftShape, left, right, path)
    else if (left === undefined || sameShape(leftShape, rightShape))
      leaf = this.#shape(rightShape, left, right, path)
    else {
      this.#shape(leftShape, left, right, path)
      leaf = this.#shape(rightShape, left, right, path)
    }
    if (leaf) return
    if (left === undefined) this.added.insert(path)
    else if (right === undefined) this.removed.insert(path)
  }

  /** True when the value was compared as a whole. */
  #shape(shape: Shape, left: Json | undefined, right: Json | undefined, path: Path): boolean {
    if ('scalar' in shape) {
      const problems = [
        scalarProblem(shape.scalar, left, 'lhs: '),
        scalarProblem(shape.scalar, right, 'rhs: '),
      ]
      // One side at least must be a scalar.
      if (problems.every((problem) => problem !== undefined)) {
        for (const problem of problems) this.problems.add(path, problem ?? '')
        return false
      }
      return this.#leaf(left, right, path)
    }
    if ('list' in shape) {
      const [a, b] = [listIn(left), listIn(right)]
      if (shape.list.atomic || (isEmptyValue(a) && isEmptyValue(b))) return this.#leaf(left, right, path)
      this.#list(shape.list, a ?? [], b ?? [], path)
      return false
    }
    const [a, b] = [mapIn(left), mapIn(right)]
    if (shape.map.atomic || (isEmptyValue(a) && isEmptyValue(b))) return this.#leaf(left, right, path)
    this.#map(shape.map, a ?? {}, b ?? {}, path)
    return false
  }

  #leaf(left: Json | undefined, right: Json | undefined, path: Path): boolean {
    if (left === undefined) this.added.insert(path)
    else if (right === undefined) this.removed.insert(path)
    else if (!sameValue(left, right)) this.modified.insert(path)
    return true
  }

  #list(list: ManagedList, left: readonly Json[], right: readonly Json[], path: Path): void {
    const [before, after] = [this.#byElement(list, left, path), this.#byElement(list, right, path)]
    for (const element of new Set([...before.keys(), ...after.keys()])) {
      const [old, now] = [before.get(element) ?? [], after.get(element) ?? []]
      this.#items(list, old, now, [...path, element])
    }
  }

  /** Items that share an element are duplicates, of which only all can be owned. */
  #items(list: ManagedList, old: readonly Json[], now: readonly Json[], path: Path): void {
    if (old.length <= 1 && now.length <= 1) this.visit(old[0], now[0], list.element(), path)
    else if (old.length >= 2 && now.length >= 2) {
      if (!sameValue(old, now)) this.modified.insert(path)
    } else if (old.length >= 2) {
      if (now.length) this.visit(undefined, now[0], list.element(), path)
      this.removed.insert(path)
    } else {
      if (old.length) this.visit(old[0], undefined, list.element(), path)
      this.added.insert(path)
    }
  }

  #byElement(list: ManagedList, items: readonly Json[], path: Path): Map<PathElement, Json[]> {
    const found = new Map<PathElement, Json[]>()
    items.forEach((item, i) => {
      try {
        const element = elementOf(list, item)
        found.set(element, [...(found.get(element) ?? []), item])
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        this.problems.add(path, `element ${i}: ${error.message}`)
      }
    })
    return found
  }

  #map(map: ManagedMap, left: JsonObject, right: JsonObject, path: Path): void {
    for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
      // What is the very same differs in nothing.
      if (left[name] === right[name]) continue
      const type = fieldType(map, name)
      const below = [...path, fieldElement(name)]
      if (type) this.visit(left[name], right[name], type, below)
      else this.problems.add(below, 'field not declared in schema')
    }
  }
}
