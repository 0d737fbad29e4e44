import { duplicate, invalid, type BadValue, type FieldError } from '../field-error.ts'
import { goJson, sortedKeys } from '../go-json.ts'
import { isList, isObject } from '../json.ts'
import type { Json } from '../objects.ts'
import { bad } from './go-value.ts'
import { propertyOf, valuesOf, type Schema } from './schema.ts'

/** Nothing may be twice in a set, and no key twice in a keyed list (apiextensions: pkg/apiserver/schema/listtype). */
export function validateLists(value: Json, schema: Schema | undefined, path = ''): FieldError[] {
  if (!schema) return []
  if (isList(value)) {
    const own = validateList(value, schema, path)
    const { items } = schema
    return items ? [...own, ...value.flatMap((item, i) => validateLists(item, items, `${path}[${i}]`))] : own
  }
  if (!isObject(value)) return []
  const errors: FieldError[] = []
  for (const key of Object.keys(value).sort()) {
    const field = propertyOf(schema, key)
    const values = field ? undefined : valuesOf(schema)
    const below = values ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
    errors.push(...validateLists(value[key]!, field ?? values, below))
  }
  return errors
}

function validateList(list: readonly Json[], schema: Schema, path: string): FieldError[] {
  const type = schema['x-kubernetes-list-type']
  if (type === 'set') return duplicates(list, path, (item) => item)
  if (type !== 'map') return []
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const wrong = list.flatMap((item, i) =>
    isObject(item) || item === null ? [] : [invalid(`${path}[${i}]`, bad(item), mustBeObject)],
  )
  if (wrong.length) return wrong
  return duplicates(list, path, (item) => keysOf(item, keys))
}

const mustBeObject = 'must be an object for an array of list-type map'

function duplicates(list: readonly Json[], path: string, keyOf: (item: Json) => Json): FieldError[] {
  const seen = new Map<string, number>()
  const errors: FieldError[] = []
  list.forEach((item, i) => {
    const key = keyOf(item)
    const text = goJson(sortedKeys(key))
    const times = seen.get(text) ?? 0
    seen.set(text, times + 1)
    // The third and further ones are no news.
    if (times === 1) errors.push(duplicate(`${path}[${i}]`, bad(key) as BadValue))
  })
  return errors
}

/** An item that is null has no keys. */
function keysOf(item: Json, keys: readonly string[]): Json {
  if (!isObject(item)) return {}
  const found: Record<string, Json> = {}
  for (const key of keys) if (item[key] !== undefined) found[key] = item[key]
  return found
}
