import { isList, isObject } from './json.ts'
import type { Json, JsonObject } from './objects.ts'

/** A value as Go's encoder writes it: what could end an HTML script is escaped. Keys stay in their order. */
export const goJson = (value: Json): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** A value with the keys of all its maps sorted, as Go prints maps. */
export function sortedKeys(value: Json): Json {
  if (isList(value)) return value.map(sortedKeys)
  return isObject(value) ? sortedBy(value, compareTexts, (_key, item) => sortedKeys(item)) : value
}

/** An object with its keys in another order and its values changed. */
export function sortedBy(
  object: JsonObject,
  compare: (a: string, b: string) => number,
  change: (key: string, value: Json) => Json,
): JsonObject {
  const entries = Object.entries(object).sort(([a], [b]) => compare(a, b))
  return Object.fromEntries(
    entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, change(key, value)]])),
  )
}

/** By code units. */
export const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
