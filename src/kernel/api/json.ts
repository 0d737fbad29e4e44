import type { Json, JsonObject } from './objects.ts'

/** A JSON object, no list and no null. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

/** Deep equality; an absent key and one that is undefined are the same. */
export function equalJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, i) => equalJson(item, b[i]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = definedKeys(a)
  return (
    keys.length === definedKeys(b).length &&
    keys.every((key) => b[key] !== undefined && equalJson(a[key], b[key]))
  )
}

/** The value of a key that somebody else chose: `constructor` is one that every object seems to have. */
export const own = <T>(map: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined

/** Whether lists and objects are nested deeper than that; found without recursion, for what comes from outside. */
export function depthExceeds(value: Json, limit: number): boolean {
  let level: Json[] = [value]
  for (let depth = 0; level.length; depth++) {
    if (depth > limit) return true
    level = level.flatMap((item): Json[] =>
      isList(item) ? [...item] : isObject(item) ? (Object.values(item) as Json[]) : [],
    )
  }
  return false
}

/** Keys whose value is there. */
export const definedKeys = (object: JsonObject): string[] =>
  Object.keys(object).filter((key) => object[key] !== undefined)

/** The object without some keys. */
export function without(object: JsonObject, ...keys: readonly string[]): JsonObject {
  if (!keys.some((key) => Object.hasOwn(object, key))) return object
  const rest: Record<string, Json | undefined> = {}
  for (const key of Object.keys(object)) if (!keys.includes(key)) put(rest, key, object[key])
  return rest
}

/** Set a key that somebody else chose: plain assignment of `__proto__` would do something else. */
export function put<T>(object: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  else object[key] = value
}

/** What Go's reflection calls the type of a decoded JSON value. */
export function goTypeOf(value: Json | undefined): string {
  if (value === null || value === undefined) return '%!s(<nil>)'
  if (Array.isArray(value)) return '[]interface {}'
  if (typeof value === 'object') return 'map[string]interface {}'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'boolean' ? 'bool' : 'string'
}

/** A decoded JSON value as Go prints it with %v: maps sorted, `map[a:1 b:[x y]]`. */
export function printGoValue(value: Json | undefined): string {
  if (value === null || value === undefined) return '<nil>'
  if (isList(value)) return `[${value.map(printGoValue).join(' ')}]`
  if (!isObject(value)) return String(value)
  const keys = definedKeys(value).sort()
  return `map[${keys.map((key) => `${key}:${printGoValue(value[key])}`).join(' ')}]`
}
