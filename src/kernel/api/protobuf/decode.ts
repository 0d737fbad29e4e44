import { requireStruct, structNameOf, type Field, type FieldType } from '../schema/types.ts'
import type { JsonObject } from '../objects.ts'
import { formatMicroTime, formatTime } from '../time.ts'
import { encodeBase64 } from '../base64.ts'
import { fieldNumbers } from './field-numbers.generated.ts'
import { readFields, textOf, WireError, type WireFields, type WireValue } from './wire.ts'

/** `k8s\0`: every object in protobuf begins with it (apimachinery: runtime/serializer/protobuf). */
const MAGIC = [0x6b, 0x38, 0x73, 0x00]

type Json = Record<string, unknown>

/** message -> number -> field, or what Go embeds (its own message name). */
const numbers = new Map<string, ReadonlyMap<number, string>>()
for (const line of fieldNumbers.trim().split('\n')) {
  const [type, ...pairs] = line.split(' ')
  numbers.set(
    type,
    new Map(
      pairs.map((pair) => [
        Number(pair.slice(pair.lastIndexOf(':') + 1)),
        pair.slice(0, pair.lastIndexOf(':')),
      ]),
    ),
  )
}

/**
 * An object that a client sent as application/vnd.kubernetes.protobuf, as JSON. Throws WireError with words for a Status when
 * it is none, or of a kind we have no schema of. The schema of kinds outside the first chunk must have been added.
 */
export function decodeProtobuf(bytes: Uint8Array): JsonObject {
  if (MAGIC.some((byte, i) => bytes[i] !== byte))
    throw new WireError(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    )
  const unknown = readFields(bytes.subarray(MAGIC.length))
  const typeMeta = readFields(bytesOf(unknown, 1))
  const apiVersion = textOf(bytesOf(typeMeta, 1))
  const kind = textOf(bytesOf(typeMeta, 2))
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  const name = structNameOf(group, version, kind) ?? structNameOf('meta', 'v1', kind)
  if (!name) throw new WireError(`no kind "${kind}" is registered for version "${apiVersion}"`)
  return { kind, apiVersion, ...struct(name, readFields(bytesOf(unknown, 2)), name, 0) } as JsonObject
}

const bytesOf = (fields: WireFields, number: number): Uint8Array => {
  const value = fields.get(number)?.[0]
  return value?.type === 'bytes' ? value.bytes : new Uint8Array()
}

const MAX_DEPTH = 60

function struct(type: string, fields: WireFields, message: string, depth: number): Json {
  if (depth > MAX_DEPTH) throw new WireError('exceeded max depth')
  const known = requireStruct(type).fields
  const names = numbers.get(message)
  const result: Json = {}
  for (const [number, values] of fields) {
    const name = names?.get(number)
    if (name === undefined) continue
    if (name.startsWith('/')) {
      const nested = values[0]
      if (nested.type === 'bytes')
        Object.assign(result, struct(type, readFields(nested.bytes), message + name, depth + 1))
      continue
    }
    const field = known.get(name)
    const value = field && valueFrom(field.type, values, depth)
    if (field && !isLeftOut(field, value)) result[name] = value
  }
  return result
}

/** Go writes every field that is no pointer into protobuf, zero or not; JSON leaves zeros out where omitempty says so. */
function isLeftOut(field: Field, value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (field.pointer || field.always) return false
  if (value === '' || value === 0 || value === false) return true
  return (
    (field.type.kind === 'map' || field.type.kind === 'array') && Object.keys(value as object).length === 0
  )
}

function valueFrom(type: FieldType, wire: readonly WireValue[], depth: number): unknown {
  if (type.kind === 'array') return wire.map((value) => valueFrom(type.of, [value], depth))
  if (type.kind === 'map') return Object.fromEntries(wire.map((value) => entryOf(type.of, value, depth)))
  const last = wire[wire.length - 1]
  if (type.kind === 'scalar') return scalarOf(type.scalar, last)
  return last.type === 'bytes' ? struct(type.name, readFields(last.bytes), type.name, depth + 1) : undefined
}

function entryOf(type: FieldType, value: WireValue, depth: number): [string, unknown] {
  const entry = value.type === 'bytes' ? readFields(value.bytes) : new Map()
  const inner = entry.get(2) ?? []
  const items =
    type.kind === 'array' && inner[0]?.type === 'bytes' ? (readFields(inner[0].bytes).get(1) ?? []) : inner
  return [
    textOf(bytesOf(entry, 1)),
    items.length || type.kind === 'array' ? valueFrom(type, items, depth) : '',
  ]
}

function scalarOf(scalar: string, wire: WireValue): unknown {
  if (wire.type === 'varint') return scalar === 'boolean' ? wire.value !== 0n : Number(wire.value)
  if (wire.type === 'fixed')
    return new DataView(wire.bytes.buffer, wire.bytes.byteOffset, wire.bytes.length).getFloat64(0, true)
  if (scalar === 'string') return textOf(wire.bytes)
  if (scalar === 'bytes') return encodeBase64(wire.bytes)
  const fields = readFields(wire.bytes)
  switch (scalar) {
    case 'quantity':
      return textOf(bytesOf(fields, 1)) || '0'
    case 'intOrString': {
      const number = fields.get(2)?.[0]
      const isText = fields.get(1)?.[0]
      return isText?.type === 'varint' && isText.value === 1n
        ? textOf(bytesOf(fields, 3))
        : number?.type === 'varint'
          ? Number(number.value)
          : 0
    }
    case 'time':
    case 'microTime':
      return timeOf(fields, scalar === 'microTime')
    default: {
      const raw = textOf(bytesOf(fields, 1))
      return raw === '' ? undefined : JSON.parse(raw)
    }
  }
}

function timeOf(fields: WireFields, micro: boolean): string | null {
  const seconds = fields.get(1)?.[0]
  const nanos = fields.get(2)?.[0]
  if (seconds?.type !== 'varint') return null
  const ms = Number(seconds.value) * 1000 + (nanos?.type === 'varint' ? Number(nanos.value) / 1e6 : 0)
  return micro ? formatMicroTime(ms) : formatTime(ms)
}
