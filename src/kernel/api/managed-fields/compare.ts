import type { Json, JsonObject } from '../objects.ts'
import { UserError } from '../user-error.ts'
import { FieldSetBuilder, isEmptySet, recursiveDifference, type FieldSet } from './field-set.ts'
import type { ManagedList, ManagedMap, ManagedType } from './managed-type.ts'
import { fieldElement, type PathElement } from './path-element.ts'
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
  comparing.visit(before, after, type)
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
  /** The way to the current value. */
  readonly #path: PathElement[] = []

  /** Either side may be absent, not both. */
  visit(left: Json | undefined, right: Json | undefined, type: ManagedType): void {
    const [leftShape, rightShape] = [shapeOf(type, left), shapeOf(type, right)]
    let leaf: boolean
    if (right === undefined) leaf = this.#shape(leftShape, left, right)
    else if (left === undefined || sameShape(leftShape, rightShape))
      leaf = this.#shape(rightShape, left, right)
    else {
      this.#shape(leftShape, left, right)
      leaf = this.#shape(rightShape, left, right)
    }
    if (leaf) return
    if (left === undefined) this.added.insert(this.#path)
    else if (right === undefined) this.removed.insert(this.#path)
  }

  #below(
    element: PathElement,
    left: Json | undefined,
    right: Json | undefined,
    type: ManagedType | undefined,
  ): void {
    this.#path.push(element)
    if (type) this.visit(left, right, type)
    else this.problems.add([...this.#path], 'field not declared in schema')
    this.#path.pop()
  }

  /** True when the value was compared as a whole. */
  #shape(shape: Shape, left: Json | undefined, right: Json | undefined): boolean {
    if ('scalar' in shape) {
      const problems = [
        scalarProblem(shape.scalar, left, 'lhs: '),
        scalarProblem(shape.scalar, right, 'rhs: '),
      ]
      // One side at least must be a scalar.
      if (problems.every((problem) => problem !== undefined)) {
        for (const problem of problems) this.problems.add([...this.#path], problem ?? '')
        return false
      }
      return this.#leaf(left, right)
    }
    if ('list' in shape) {
      const [a, b] = [listIn(left), listIn(right)]
      if (shape.list.atomic || (isEmptyValue(a) && isEmptyValue(b))) return this.#leaf(left, right)
      this.#list(shape.list, a ?? [], b ?? [])
      return false
    }
    const [a, b] = [mapIn(left), mapIn(right)]
    if (shape.map.atomic || (isEmptyValue(a) && isEmptyValue(b))) return this.#leaf(left, right)
    this.#map(shape.map, a ?? {}, b ?? {})
    return false
  }

  #leaf(left: Json | undefined, right: Json | undefined): boolean {
    if (left === undefined) this.added.insert(this.#path)
    else if (right === undefined) this.removed.insert(this.#path)
    else if (!sameValue(left, right)) this.modified.insert(this.#path)
    return true
  }

  #list(list: ManagedList, left: readonly Json[], right: readonly Json[]): void {
    const [before, after] = [this.#byElement(list, left), this.#byElement(list, right)]
    for (const [element, old] of before) this.#items(list, element, old, after.get(element) ?? [])
    for (const [element, now] of after) if (!before.has(element)) this.#items(list, element, [], now)
  }

  /** Items that share an element are duplicates, of which only all can be owned. */
  #items(list: ManagedList, element: PathElement, old: readonly Json[], now: readonly Json[]): void {
    const type = list.element()
    if (old.length <= 1 && now.length <= 1) return this.#below(element, old[0], now[0], type)
    const path = [...this.#path, element]
    if (old.length >= 2 && now.length >= 2) {
      if (!sameValue(old, now)) this.modified.insert(path)
    } else if (old.length >= 2) {
      if (now.length) this.#below(element, undefined, now[0], type)
      this.removed.insert(path)
    } else {
      if (old.length) this.#below(element, old[0], undefined, type)
      this.added.insert(path)
    }
  }

  #byElement(list: ManagedList, items: readonly Json[]): Map<PathElement, Json[]> {
    const found = new Map<PathElement, Json[]>()
    items.forEach((item, i) => {
      try {
        const element = elementOf(list, item)
        const others = found.get(element)
        if (others) others.push(item)
        else found.set(element, [item])
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        this.problems.add([...this.#path], `element ${i}: ${error.message}`)
      }
    })
    return found
  }

  #map(map: ManagedMap, left: JsonObject, right: JsonObject): void {
    for (const name of Object.keys(left)) {
      // What is the very same differs in nothing.
      if (left[name] !== right[name])
        this.#below(fieldElement(name), left[name], right[name], fieldType(map, name))
    }
    for (const name of Object.keys(right))
      if (!Object.hasOwn(left, name) && right[name] !== undefined)
        this.#below(fieldElement(name), undefined, right[name], fieldType(map, name))
  }
}
