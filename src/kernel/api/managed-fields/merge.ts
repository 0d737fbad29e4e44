import type { Json, JsonObject } from '../objects.ts'
import { UserError } from '../user-error.ts'
import type { ManagedList, ManagedMap, ManagedType } from './managed-type.ts'
import { fieldElement, printPath, type Path, type PathElement } from './path-element.ts'
import {
  elementOf,
  fieldType,
  isEmptyValue,
  listIn,
  mapIn,
  Problems,
  sameShape,
  scalarProblem,
  shapeOf,
  type Shape,
} from './walk.ts'

// structured-merge-diff: typed/merge.go

/** Lay a partial object over another; nothing is removed, leaves of `over` win (TypedValue.Merge). Throws ValidationErrors. */
export function mergeTyped(under: Json, over: Json, type: ManagedType): Json {
  const merging = new Merging()
  const merged = merging.visit(under, over, type, [])
  merging.problems.check()
  return merged ?? null
}

class Merging {
  readonly problems = new Problems()

  /** Undefined when nothing comes out. */
  visit(left: Json | undefined, right: Json | undefined, type: ManagedType, path: Path): Json | undefined {
    const [leftShape, rightShape] = [shapeOf(type, left), shapeOf(type, right)]
    if (right === undefined) return this.#shape(leftShape, left, right, path)
    if (left !== undefined && !sameShape(leftShape, rightShape)) this.#shape(leftShape, left, right, path)
    return this.#shape(rightShape, left, right, path)
  }

  #shape(shape: Shape, left: Json | undefined, right: Json | undefined, path: Path): Json | undefined {
    const leaf = right !== undefined ? right : left
    if ('scalar' in shape) {
      const found = [scalarProblem(shape.scalar, left, 'lhs: '), scalarProblem(shape.scalar, right, 'rhs: ')]
      // One side at least must be a scalar.
      if (!found.every(Boolean)) return leaf
      for (const problem of found) this.problems.add(path, problem ?? '')
      return undefined
    }
    if ('list' in shape) {
      const [a, b] = [listIn(left), listIn(right)]
      if (shape.list.atomic || (isEmptyValue(a) && isEmptyValue(b))) return leaf
      return this.#list(shape.list, a ?? [], b ?? [], path)
    }
    const [a, b] = [mapIn(left), mapIn(right)]
    if (shape.map.atomic || (isEmptyValue(a) && isEmptyValue(b))) return leaf
    return this.#map(shape.map, a ?? {}, b ?? {}, path)
  }

  #map(map: ManagedMap, left: JsonObject, right: JsonObject, path: Path): Json | undefined {
    const merged: Record<string, Json> = {}
    for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
      if (left[name] === undefined && right[name] === undefined) continue
      const type = fieldType(map, name)
      const below = [...path, fieldElement(name)]
      const value = type
        ? this.visit(left[name], right[name], type, below)
        : this.problems.add(below, 'field not declared in schema')
      if (value !== undefined) merged[name] = value
    }
    return Object.keys(merged).length ? merged : undefined
  }

  /** The order of `right` wins among what both have; what only `left` has stays where it was between them. */
  #list(list: ManagedList, left: readonly Json[], right: readonly Json[], path: Path): Json | undefined {
    const [before, after] = [this.#index(list, left, true, path), this.#index(list, right, false, path)]
    if (!before || !after) return undefined
    const order = interleave(before, after)
    const merged = order.flatMap(({ element, left: leftIndex }) => {
      const old = leftIndex === undefined ? before.items.get(element) : left[leftIndex]
      const now = leftIndex === undefined ? after.items.get(element) : undefined
      const value = this.visit(old, now, list.element(), [...path, element])
      return value === undefined ? [] : [value]
    })
    return merged.length ? merged : undefined
  }

  /** Elements in order; duplicates on the left are there, but merge with nothing. */
  #index(
    list: ManagedList,
    items: readonly Json[],
    allowDuplicates: boolean,
    path: Path,
  ): ListIndex | undefined {
    const found = new Map<PathElement, Json>()
    const elements: PathElement[] = []
    let ok = true
    items.forEach((item, i) => {
      const element = this.#element(list, item, i, path)
      if (element === undefined) ok = false
      else if (found.has(element) && !allowDuplicates) {
        ok = false
        this.problems.add(path, `duplicate entries for key ${printPath([element])}`)
      } else {
        found.set(element, found.has(element) ? null : item)
        elements.push(element)
      }
    })
    return ok ? { elements, items: found } : undefined
  }

  #element(list: ManagedList, item: Json, index: number, path: Path): PathElement | undefined {
    try {
      return elementOf(list, item)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      this.problems.add(path, `element ${index}: ${error.message}`)
      return undefined
    }
  }
}

interface ListIndex {
  readonly elements: readonly PathElement[]
  readonly items: ReadonlyMap<PathElement, Json>
}

/** An element of the merged list; `left` is where it stands when only the left list has it. */
interface Placed {
  readonly element: PathElement
  readonly left?: number
}

function interleave(left: ListIndex, right: ListIndex): Placed[] {
  const shared = right.elements.filter((element) => left.items.has(element))
  const placed: Placed[] = []
  const merged = new Set<PathElement>()
  let [i, j, next] = [0, 0, 0]
  while (i < left.elements.length || j < right.elements.length) {
    const [ours, theirs] = [left.elements[i], right.elements[j]]
    if (ours !== undefined && theirs !== undefined) {
      if (ours === theirs) {
        merged.add(ours)
        placed.push({ element: ours })
        i++
        j++
        next++
        continue
      }
      // Shared, but not the one whose turn it is.
      if (right.items.has(ours) && next < shared.length && shared[next] !== ours) {
        i++
        continue
      }
    }
    if (ours !== undefined && !right.items.has(ours)) {
      placed.push({ element: ours, left: i++ })
      continue
    }
    if (ours !== undefined && merged.has(ours)) i++
    if (theirs === undefined) continue
    merged.add(theirs)
    placed.push({ element: theirs })
    j++
    if (shared[next] === theirs) next++
  }
  return placed
}
