// Finds out protobuf field numbers (facts of the API) by laying published pairs of JSON and protobuf of one object side by side, guided by our own schema:
//   node bin/run-ts.mjs bin/generate-field-numbers.ts FOLDER-OF-PAIRS
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addTypes, structNameOf, structType, type FieldType } from '../src/kernel/api/schema/types.ts'
import { restOfTypes } from '../src/kernel/api/schema/types-rest.generated.ts'
import { readFields, textOf, type WireFields, type WireValue } from '../src/kernel/api/protobuf/wire.ts'

addTypes(restOfTypes)
type Json = Record<string, unknown>
/** type -> field -> number; `2` -> ... is what Go embeds and protobuf nests. */
const known = new Map<string, Map<string, number>>()
const folder = process.argv[2]
let failed = 0

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const object = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Json
  const [group, version] = String(object['apiVersion']).includes('/')
    ? String(object['apiVersion']).split('/')
    : ['', String(object['apiVersion'])]
  const name = structNameOf(group, version, String(object['kind']))
  if (!name) continue
  const unknown = readFields(
    new Uint8Array(readFileSync(join(folder, file.replace('.json', '.pb')))).subarray(4),
  )
  const raw = unknown.get(2)?.[0]
  const { kind: _, apiVersion: __, ...rest } = object
  if (raw?.type !== 'bytes' || !learn(name, rest, readFields(raw.bytes))) {
    failed++
    console.error(`cannot read ${file}`)
  }
}

/** Match a struct's JSON against its fields, remembering numbers; false when something is left over. */
function learn(type: string, json: Json, fields: WireFields, inside = type): boolean {
  const struct = structType(type)
  if (!struct) return false
  const left = new Set(fields.keys())
  const keys = new Set(Object.keys(json))
  const found = new Map<string, number>()
  for (const key of Object.keys(json)) {
    const field = struct.fields.get(key)
    const number =
      field &&
      [...left]
        .sort((a, b) => a - b)
        .find((candidate) => matches(field.type, json[key], fields.get(candidate) ?? []))
    if (number === undefined) continue
    found.set(key, number)
    left.delete(number)
    keys.delete(key)
  }
  for (const number of left) {
    const value = fields.get(number)?.[0]
    if (value?.type !== 'bytes') return false
    const rest = Object.fromEntries([...keys].map((key) => [key, json[key]]))
    const nested = tryFields(value.bytes)
    if (!nested || !learnSome(type, rest, nested, `${inside}/${number}`, keys)) return false
    found.set(`/${number}`, number)
  }
  if (inside === type && keys.size) return false
  const numbers = known.get(inside) ?? new Map()
  for (const [key, number] of found) numbers.set(key, number)
  known.set(inside, numbers)
  return true
}

/** Some of the keys are in the nested message; take them out of `keys`. */
function learnSome(type: string, json: Json, fields: WireFields, inside: string, keys: Set<string>): boolean {
  if (!learn(type, json, fields, inside)) return false
  const collect = (of: string) => {
    for (const key of known.get(of)?.keys() ?? []) {
      if (key.startsWith('/')) collect(of + key)
      else keys.delete(key)
    }
  }
  collect(inside)
  return true
}

function matches(type: FieldType, value: unknown, wire: readonly WireValue[]): boolean {
  if (!wire.length) return false
  if (type.kind === 'array') {
    const items = value as unknown[]
    return (
      Array.isArray(items) &&
      items.length === wire.length &&
      items.every((item, i) => matches(type.of, item, [wire[i]]))
    )
  }
  if (type.kind === 'map') {
    const entries = Object.entries(value as Json)
    return (
      entries.length === wire.length &&
      entries.every(([key, item], i) => {
        const entry = wire[i].type === 'bytes' ? tryFields(wire[i].bytes) : undefined
        const name = entry?.get(1)?.[0]
        return (
          name?.type === 'bytes' &&
          textOf(name.bytes) === key &&
          matches(type.of, item, mapValue(type.of, entry?.get(2) ?? []))
        )
      })
    )
  }
  if (wire.length !== 1) return false
  if (type.kind === 'struct') {
    const fields = wire[0].type === 'bytes' ? tryFields(wire[0].bytes) : undefined
    return fields !== undefined && typeof value === 'object' && learn(type.name, value as Json, fields)
  }
  return scalarMatches(type.scalar, value, wire[0])
}

/** A list that is a map's value is a message of its own, with the items in field 1. */
function mapValue(type: FieldType, wire: readonly WireValue[]): readonly WireValue[] {
  if (type.kind !== 'array' || wire[0]?.type !== 'bytes') return wire
  return tryFields(wire[0].bytes)?.get(1) ?? []
}

function scalarMatches(scalar: string, value: unknown, wire: WireValue): boolean {
  if (scalar === 'double') return wire.type === 'fixed'
  if (wire.type === 'varint')
    return typeof value === 'boolean'
      ? wire.value === (value ? 1n : 0n)
      : typeof value === 'number' && BigInt(value) === wire.value
  if (wire.type !== 'bytes') return false
  if (scalar === 'string') return textOf(wire.bytes) === value
  if (scalar === 'bytes') return Buffer.from(wire.bytes).toString('base64') === value
  const fields = tryFields(wire.bytes)
  const first = fields?.get(1)?.[0]
  if (scalar === 'quantity') return first?.type === 'bytes' && textOf(first.bytes) === String(value)
  if ((scalar === 'time' || scalar === 'microTime') && value === null) return true
  if (scalar === 'time' || scalar === 'microTime')
    return first?.type === 'varint' && Number(first.value) === Math.floor(Date.parse(String(value)) / 1000)
  if (scalar === 'intOrString') {
    const number = fields?.get(2)?.[0]
    const text = fields?.get(3)?.[0]
    return typeof value === 'number'
      ? number?.type === 'varint' && Number(number.value) === value
      : text?.type === 'bytes' && textOf(text.bytes) === value
  }
  return first?.type === 'bytes' && (scalar === 'any' || scalar === 'fieldsV1')
}

function tryFields(bytes: Uint8Array): WireFields | undefined {
  try {
    return readFields(bytes)
  } catch {
    return undefined
  }
}

// Fields of one type with equal values cannot be told apart by what is sent; they are taken in order, which is wrong here (k8s.io/api core/v1 PodSpec).
for (const [field, number] of Object.entries({
  containers: 2,
  initContainers: 20,
  hostNetwork: 11,
  hostPID: 12,
  hostIPC: 13,
  automountServiceAccountToken: 21,
})) {
  known.get('core.v1.PodSpec')?.set(field, number)
}

const lines = [...known]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([type, numbers]) => `${type} ${[...numbers].map(([key, number]) => `${key}:${number}`).join(' ')}`)
writeFileSync(
  'src/kernel/api/protobuf/field-numbers.generated.ts',
  `// Generated by bin/generate-field-numbers.ts. Do not edit.\nexport const fieldNumbers = \`\n${lines.join('\n')}\n\`\n`,
)
console.log(`${known.size} messages, ${failed} objects not understood`)
