import type { Cycle } from './framework.ts'

/** Counts that plugins keep are changed to see what would be: copy the maps they are in. */
export function copyState(state: Cycle['state']): Cycle['state'] {
  const copyValue = (value: unknown): unknown => {
    if (value instanceof Map) return new Map(value)
    if (Array.isArray(value)) return value.map(copyValue)
    if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [
          key,
          inner instanceof Map || Array.isArray(inner) ? copyValue(inner) : inner,
        ]),
      )
    }
    return value
  }
  return new Map([...state].map(([key, value]) => [key, copyValue(value)]))
}
