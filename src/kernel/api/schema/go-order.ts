import { compareTexts, sortedBy } from '../go-json.ts'
import { goFieldOrder } from '../hash-fields.ts'
import { isList, isObject } from '../json.ts'
import type { Json, JsonObject } from '../objects.ts'
import { fieldNumbers } from '../protobuf/field-numbers.generated.ts'
import { structType, type FieldType } from './types.ts'

/** `value` of a type with its fields in the order in which Go declares them, which is that of Go's JSON. */
export const inGoOrder = (structName: string, value: JsonObject): JsonObject =>
  orderedStruct(structName, value)

/** The same for a value of any type; of maps the keys are sorted. */
export function orderedValue(type: FieldType | undefined, value: Json): Json {
  if (isList(value)) {
    const of = type?.kind === 'array' ? type.of : undefined
    return value.map((item) => orderedValue(of, item))
  }
  // Values of any form, as FieldsV1, stay as they are.
  if (!isObject(value) || type?.kind === 'scalar') return value
  if (type?.kind === 'struct') return orderedStruct(type.name, value)
  const of = type?.kind === 'map' ? type.of : undefined
  return sortedBy(value, compareTexts, (_key, item) => orderedValue(of, item))
}

function orderedStruct(name: string, value: JsonObject): JsonObject {
  const order = orderOf(name)
  const fields = structType(name)?.fields
  const rank = (key: string) => order.get(key) ?? order.size
  return sortedBy(
    value,
    (a, b) => rank(a) - rank(b),
    (key, item) => orderedValue(fields?.get(key)?.type, item),
  )
}

/** The fields of a type in the order in which Go declares them. */
export const fieldOrder = (name: string): string[] =>
  [...orderOf(name)]
    .sort(([, a], [, b]) => a - b)
    .map(([field]) => field)
    .filter((field) => structType(name)?.fields.has(field))

const orders = new Map<string, ReadonlyMap<string, number>>()

function orderOf(name: string): ReadonlyMap<string, number> {
  if (orders.size === 0) readOrders()
  return orders.get(name) ?? typeFields
}

/** Field numbers are listed in the order of Go's JSON, except of what Go embeds; our own table has those. */
function readOrders(): void {
  for (const line of fieldNumbers.trim().split('\n')) {
    const [name = '', ...pairs] = line.split(' ')
    orders.set(name, ranks(pairs.map((pair) => pair.slice(0, pair.lastIndexOf(':')))))
  }
  for (const [name, text] of Object.entries(goFieldOrder)) orders.set(name, ranks(text.split(' ')))
}

const ranks = (names: readonly string[]): ReadonlyMap<string, number> =>
  new Map(['kind', 'apiVersion', ...names].map((name, i) => [name, i]))

const typeFields = ranks([])
