import { equalJson } from '../api/json.ts'
import type { Json, JsonObject } from '../api/objects.ts'
import { encode } from '../api/schema/encode.ts'
import type { Resource } from './resources.ts'

// Most writes change one part of an object: metadata, spec or status. What stays is the same value as before, not an equal
// one, so that nobody looks through it again.

/** `next`, with the parts of `old` where they are equal. */
export function sharing<T extends object>(next: T, old: object): T {
  const before = old as JsonObject
  let result: Record<string, Json | undefined> | undefined
  for (const [key, value] of Object.entries(next) as [string, Json | undefined][]) {
    if (value === before[key] || !equalJson(value, before[key])) continue
    result ??= { ...(next as JsonObject) }
    result[key] = before[key]
  }
  return (result ?? next) as T
}

/** The object as Go writes it: what is empty is left out. Parts that `old`, written so already, has too are left alone. */
export function encoded({ typed, struct }: Resource, object: object, old: object = {}): JsonObject {
  if (!typed) return object as JsonObject
  const { same, other } = split(object as JsonObject, old as JsonObject)
  return { ...encode(struct, other), ...same }
}

/** What two versions of an object do not share, of both; type and metadata always. */
export function difference(
  next: JsonObject,
  old: JsonObject,
): { readonly next: JsonObject; readonly old: JsonObject } {
  const { same } = split(next, old)
  const without = (object: JsonObject) =>
    Object.fromEntries(Object.entries(object).filter(([key]) => !(key in same) || always.includes(key)))
  return { next: without(next), old: without(old) }
}

const always = ['apiVersion', 'kind', 'metadata']

function split(next: JsonObject, old: JsonObject): { same: JsonObject; other: JsonObject } {
  const same: Record<string, Json | undefined> = {}
  const other: Record<string, Json | undefined> = {}
  for (const [key, value] of Object.entries(next)) {
    if (value !== undefined && value === old[key]) same[key] = value
    else other[key] = value
  }
  return { same, other }
}
