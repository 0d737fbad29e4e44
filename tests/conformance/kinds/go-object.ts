import { decode } from '../../../src/kernel/api/schema/decode.ts'
import { restOfTypes } from '../../../src/kernel/api/schema/types-rest.generated.ts'
import {
  addTypes,
  requireStruct,
  structNameOf,
  type FieldType,
} from '../../../src/kernel/api/schema/types.ts'
import {
  groupVersionOf,
  type Json,
  type JsonObject,
  type KubeObject,
} from '../../../src/kernel/api/objects.ts'

addTypes(restOfTypes)

type GoValue = Json | undefined

/** A value of a Go test as an API object: `{ EmptyDir: { SizeLimit } }` with Go's field names, or API JSON as it is. */
export const part = <T = never>(struct: string, value: GoValue): T =>
  decode(struct, (value === undefined ? {} : renamed(struct, value)) as JsonObject).object as never

export const parts = <T = never>(struct: string, values: GoValue): T[] =>
  ((values ?? []) as Json[]).map((value) => part<T>(struct, value))

/** An object that names its own type. */
export function object(value: GoValue): KubeObject {
  const json = (value ?? {}) as JsonObject
  const [group, version] = groupVersionOf(String(json['apiVersion']))
  const struct = structNameOf(group, version, String(json['kind']))
  if (!struct) throw new Error(`no type of ${json['apiVersion']} ${json['kind']}`)
  const { object: decoded } = decode(struct, json)
  return { metadata: {}, ...decoded } as unknown as KubeObject
}

/** Fields by their JSON names; a field that the type does not have is an embedded struct. */
function renamed(struct: string, value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const { fields } = requireStruct(struct)
  const byLower = new Map([...fields.values()].map((field) => [field.name.toLowerCase(), field]))
  const result: Record<string, Json> = {}
  for (const [goName, inner] of Object.entries(value)) {
    const name = aliases[goName] ?? goName
    const field = byLower.get(name.toLowerCase())
    if (field) result[field.name] = ofType(field.type, inner as Json)
    else Object.assign(result, renamed(struct, inner as Json))
  }
  return result
}

/** Go's names that are not the JSON names but for their case. */
const aliases: Readonly<Record<string, string>> = {
  ObjectMeta: 'metadata',
  CephMonitors: 'monitors',
  RBDImage: 'image',
  RBDPool: 'pool',
  RadosUser: 'user',
  DiscoveryCHAPAuth: 'chapAuthDiscovery',
  SessionCHAPAuth: 'chapAuthSession',
  DataDiskURI: 'diskURI',
  EndpointsName: 'endpoints',
}

function ofType(type: FieldType, value: Json): Json {
  if (type.kind === 'struct') return renamed(type.name, value)
  if (type.kind === 'array' && Array.isArray(value)) return value.map((item) => ofType(type.of, item as Json))
  if (type.kind === 'map' && typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, ofType(type.of, item as Json)]),
    )
  return value
}
