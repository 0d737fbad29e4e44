import type { JsonObject } from '../api/objects.ts'

/** An object as Go's types would hold it: what is null is absent. */
export function typed<T>(value: JsonObject): T {
  return present(value) as T
}

function present(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(present)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (one === null ? [] : [[key, present(one)]])),
  )
}
