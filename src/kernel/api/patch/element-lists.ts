import { goTypeOf, isList, isObject, printGoValue } from '../json.ts'
import type { Json } from '../objects.ts'
import { UserError } from '../user-error.ts'
import {
  badArgType,
  badElementOrder,
  listOf,
  mapOf,
  marker,
  noMergeKey,
  setElementOrderPrefix,
} from './directives.ts'

// apimachinery: pkg/util/strategicpatch/patch.go, what it does to lists

type List = readonly Json[]

/** `map` when the elements are maps, `scalar` otherwise; all of one type, and no lists. */
export function elementKind(...lists: readonly List[]): 'map' | 'scalar' {
  let first: Json | undefined
  for (const item of lists.flat()) {
    if (first === undefined) {
      first = item
      if (isList(item)) throw new UserError('lists of lists are not supported')
    } else if (goTypeOf(item) !== goTypeOf(first))
      throw new UserError(`list element types are not identical: ${printGoValue(lists)}`)
  }
  if (first === undefined) throw new UserError('no elements in any of the given slices')
  return isObject(first) ? 'map' : 'scalar'
}

/** What tells an element from the others: its merge key's value, or itself. */
export function identity(item: Json | undefined, mergeKey: string | undefined): Json | undefined {
  if (mergeKey === undefined) return item
  return isObject(item) ? item[mergeKey] : undefined
}

/** Where the list has an element of that key. */
export function findByKey(list: List, mergeKey: string, value: Json | undefined): number {
  list.forEach((item, i) => {
    if (!isObject(item)) throw new UserError(`value for key ${i} is not a map.`)
  })
  return list.findIndex((item) => isObject(item) && mergeKey in item && item[mergeKey] === value)
}

/** The list's elements that the other list knows, and those it does not. */
export function partition(list: List, by: List, mergeKey: string | undefined): [known: List, unknown: List] {
  const isKnown = list.map((item) => {
    if (mergeKey === undefined) return by.includes(item)
    const value = mapOf(item)[mergeKey]
    if (value === undefined) throw noMergeKey(mapOf(item), mergeKey)
    return findByKey(by, mergeKey, value) >= 0
  })
  return [list.filter((_, i) => isKnown[i]), list.filter((_, i) => !isKnown[i])]
}

/** Patch items in the patch's order and the server's own in the server's, interleaved as the server had them. */
export function interleave(
  patch: List,
  own: List,
  patchOrder: List,
  serverOrder: List,
  mergeKey: string | undefined,
): List {
  const left = sortLike(own, serverOrder, mergeKey)
  const right = sortLike(patch, patchOrder, mergeKey)
  const place = (item: Json | undefined) => indexIn(serverOrder, item, mergeKey)
  const merged: Json[] = []
  let [i, j] = [0, 0]
  while (i < left.length && j < right.length) {
    const [ours, theirs] = [place(left[i]), place(right[j])]
    merged.push((ours >= 0 && theirs >= 0 && ours < theirs ? left[i++] : right[j++]) ?? null)
  }
  return [...merged, ...left.slice(i), ...right.slice(j)]
}

/** The list sorted as the other has it; elements to be deleted come last. */
export function sortLike(list: List, order: List, mergeKey: string | undefined): List {
  if (mergeKey === undefined) return sortByPlace(list, order, mergeKey)
  for (const item of [...list, ...order])
    if (mapOf(item)[mergeKey] === undefined) throw noMergeKey(mapOf(item), mergeKey)
  const [kept, deleted] = splitDeletions(list)
  return [...sortByPlace(kept, order, mergeKey), ...deleted]
}

/** Elements that stay, and those that say `$patch: delete`. */
export function splitDeletions(list: List): [kept: List, deleted: List] {
  const isDeletion = (item: Json) => mapOf(item)[marker] === 'delete'
  return [list.filter((item) => !isDeletion(item)), list.filter(isDeletion)]
}

/** The patch list must be in the order of its $setElementOrder list, and hold nothing more. */
export function checkElementOrder(
  patch: Json | undefined,
  order: Json | undefined,
  mergeKey: string | undefined,
): void {
  if (!isList(order) || !isList(patch)) throw badElementOrder()
  if (!order.length || !patch.length) return
  const kept = mergeKey === undefined ? patch : splitDeletions(patch)[0]
  let place = 0
  let next = 0
  while (next < kept.length && place < order.length) {
    const item = kept[next]
    if (isObject(item) && marker in item) {
      next++
      continue
    }
    if (sameKey(item, order[place], mergeKey)) next++
    place++
  }
  if (next < kept.length && place >= order.length)
    throw new UserError(
      `The order in patch list:\n${printGoValue(patch)}\n doesn't match ${setElementOrderPrefix} list:\n${printGoValue(order)}\n`,
    )
}

/** Whether two elements have the same merge key, which both must have. */
export function sameKey(a: Json | undefined, b: Json | undefined, mergeKey: string | undefined): boolean {
  if (mergeKey === undefined) return a === b
  const [left, right] = [mapOf(a), mapOf(b)]
  for (const map of [left, right]) if (map[mergeKey] === undefined) throw noMergeKey(map, mergeKey)
  return left[mergeKey] === right[mergeKey]
}

/** Each value once, the first place kept; later ones give way to the last, as upstream does it. */
export function deduplicate(list: List): List {
  const items = [...list]
  let end = items.length - 1
  for (let i = 0; i < end; i++) {
    for (let j = i + 1; j <= end; j++) {
      if (items[i] !== items[j]) continue
      items[j] = items[end] ?? null
      items.length = end--
      j--
    }
  }
  return items
}

/** Scalars by the text that Go prints of them. */
export const sortScalars = (list: List): List =>
  [...list].sort((a, b) => compareText(printGoValue(a), printGoValue(b)))

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Elements with a merge key, by the text of its value. */
export function sortByKey(list: List, mergeKey: string | undefined): List {
  const text = (item: Json) => printGoValue(identity(item, mergeKey))
  return [...list].sort((a, b) => compareText(text(a), text(b)))
}

/** Both as lists, or an error in upstream's words. */
export const bothLists = (a: Json | undefined, b: Json | undefined): [List, List] => [listOf(a), listOf(b)]

export const notAMap = (item: Json | undefined): UserError => badArgType('map[string]interface {}', item)

function sortByPlace(list: List, order: List, mergeKey: string | undefined): List {
  const place = (item: Json) => indexIn(order, item, mergeKey)
  return [...list].sort((a, b) => place(a) - place(b))
}

const indexIn = (list: List, item: Json | undefined, mergeKey: string | undefined): number =>
  list.findIndex((other) => identity(other, mergeKey) === identity(item, mergeKey))
