import type { Json, JsonObject } from '../objects.ts'
import { zeros } from './decode.ts'
import { requireStruct, type Field, type FieldType, type StructType } from './types.ts'

/**
 * An object of the API as Go writes it: empty lists and maps left out where the field is omitempty, zero values and
 * nulls written where it is not, structs held by value always there. Shares every part that needs no change.
 */
export const encode = (structName: string, object: JsonObject): JsonObject =>
  encodeStruct(requireStruct(structName), object)

function encodeStruct(struct: StructType, object: JsonObject): JsonObject {
  const result: Record<string, Json> = {}
  let same = true
  for (const name of Object.keys(object)) {
    const field = struct.fields.get(name)
    const value = object[name]
    const encoded = field && value !== undefined && value !== null ? encodeField(field, value) : undefined
    if (encoded !== value) same = false
    if (encoded !== undefined) result[name] = encoded
  }
  for (const field of alwaysWritten(struct)) {
    if (result[field.name] !== undefined) continue
    result[field.name] = emptyOf(field)
    same = false
  }
  return same ? object : result
}

/** Undefined where omitempty leaves the value out. */
function encodeField(field: Field, value: Json): Json | undefined {
  const { type } = field
  if (!field.always && type.kind !== 'struct' && isEmpty(type, value, field.pointer)) return undefined
  return encodeValue(type, value)
}

function isEmpty(type: FieldType, value: Json, pointer: boolean): boolean {
  if (type.kind === 'array') return Array.isArray(value) && value.length === 0
  if (type.kind === 'map') return Object.keys(value as JsonObject).length === 0
  if (type.kind === 'scalar' && (type.scalar === 'any' || type.scalar === 'fieldsV1')) return false
  return !pointer && (value === '' || value === false || (value === 0 && !isStructScalar(type)))
}

function encodeValue(type: FieldType, value: Json): Json {
  if (type.kind === 'struct') return encodeStruct(requireStruct(type.name), value as JsonObject)
  if (type.kind === 'array') {
    const items = value as readonly Json[]
    if (type.of.kind === 'scalar') return value
    let same = true
    const encoded = items.map((item) => {
      const one = item === null ? item : encodeValue(type.of, item)
      if (one !== item) same = false
      return one
    })
    return same ? value : encoded
  }
  if (type.kind === 'map' && type.of.kind === 'struct') {
    const entries = Object.entries(value as JsonObject)
    return Object.fromEntries(entries.map(([key, item]) => [key, encodeValue(type.of, item ?? {})]))
  }
  return value
}

const written = new Map<string, readonly Field[]>()

/** Fields that stand in the JSON even when they are empty. */
function alwaysWritten(struct: StructType): readonly Field[] {
  const known = written.get(struct.name)
  if (known) return known
  const fields = [...struct.fields.values()].filter(
    (field) =>
      field.always ||
      (!field.pointer && ((field.type.kind === 'struct' && field.type.value) || isStructScalar(field.type))),
  )
  written.set(struct.name, fields)
  return fields
}

/** Scalars that are structs in Go: omitempty does not leave them out. */
const isStructScalar = (type: FieldType): boolean => type.kind === 'scalar' && structScalars.has(type.scalar)

const structScalars: ReadonlySet<string> = new Set(['time', 'microTime', 'quantity', 'intOrString'])

function emptyOf({ type, pointer }: Field): Json {
  if (type.kind === 'struct') return type.value ? encodeStruct(requireStruct(type.name), {}) : null
  return type.kind === 'scalar' && !pointer ? zeros[type.scalar] : null
}
