import { isList, isObject, own } from '../json.ts'
import type { Json } from '../objects.ts'
import { shared, sharedFields } from './pruning.ts'
import { propertyOf, valuesOf, type Schema } from './schema.ts'

// apiextensions-apiserver: pkg/apiserver/schema/defaulting/algorithm.go, prunenulls.go

/** The value with the defaults of its schema, where the field is absent, or null and may not be. */
export function withDefaults(value: Json, schema: Schema | undefined): Json {
  if (!schema) return value
  if (isList(value)) {
    const { items } = schema
    return items ? shared(value, (item) => withDefaults(nullReplaced(item, items), items)) : value
  }
  if (!isObject(value)) return value
  const absent = Object.entries(schema.properties ?? {}).filter(
    ([key, field]) => field.default !== undefined && own(value, key) === undefined,
  )
  const filled = absent.length
    ? { ...value, ...Object.fromEntries(absent.map(([key, field]) => [key, field.default])) }
    : value
  return sharedFields(filled, (key, item) => {
    const field = propertyOf(schema, key) ?? valuesOf(schema)
    return field ? withDefaults(nullReplaced(item, field), field) : item
  })
}

const nullReplaced = (value: Json, schema: Schema): Json =>
  value === null && !schema.nullable ? (schema.default ?? null) : value

/** Without fields that are null where that is neither allowed nor replaced by a default. */
export function withoutNulls(value: Json, schema: Schema | undefined): Json {
  if (!schema) return value
  if (isList(value)) return shared(value, (item) => withoutNulls(item, schema.items))
  if (!isObject(value)) return value
  return sharedFields(value, (key, item) => {
    const field = propertyOf(schema, key) ?? valuesOf(schema)
    const dropped = item === null && field && !field.nullable && (field.default ?? null) === null
    return dropped ? undefined : withoutNulls(item, field)
  })
}
