import type { Json, JsonObject } from '../objects.ts'
import type { Field, FieldType, Scalar, StructType } from './types.ts'
import { enumOf } from './types.ts'

/** Texts for a type: its own, then one per field in the order of the fields (schema/docs.generated.ts). */
export type DocsOf = (structName: string) => readonly string[] | undefined

export const quantityName = 'io.k8s.apimachinery.pkg.api.resource.Quantity'
const refPrefix = '#/components/schemas/'

/** `core.v1.Pod` -> `io.k8s.api.core.v1.Pod`. */
export function openApiName(structName: string): string {
  // Groups of custom kinds have a dot at least, packages of Go none.
  if (structName.split('.').length > 3) return structName
  const owner = structName.slice(0, structName.lastIndexOf('.'))
  const prefix = prefixes[owner] ?? 'io.k8s.api.'
  return prefix + structName
}

/** `stable.example.com`, `v1`, `CronTab` -> `com.example.stable.v1.CronTab`, the name of a kind that Go does not know. */
export const customTypeName = (group: string, version: string, kind: string): string =>
  [...group.split('.').reverse(), version, kind].join('.')

/** The inverse of `openApiName`. */
export function structNameOfOpenApi(name: string): string {
  for (const prefix of [...Object.values(prefixes), 'io.k8s.api.']) {
    if (name.startsWith(prefix)) return name.slice(prefix.length)
  }
  return name
}

/** The OpenAPI v3 schema of one type, with the x-kubernetes extensions (kube-openapi: pkg/builder3). */
export function openApiSchema(struct: StructType, docsOf: DocsOf, gvks: readonly JsonObject[]): JsonObject {
  const docs = docsOf(struct.name)
  const properties: Record<string, Json> = {}
  const required: string[] = []
  let index = 1
  for (const field of struct.fields.values()) {
    if (field.required) required.push(field.name)
    properties[field.name] = property(field, docs?.[index++])
  }
  return {
    ...(docs?.[0] && { description: docs[0] }),
    type: 'object',
    ...(required.length > 0 && { required }),
    ...(struct.fields.size > 0 && { properties }),
    ...(gvks.length > 0 && { 'x-kubernetes-group-version-kind': gvks }),
    ...(struct.atomic && { 'x-kubernetes-map-type': 'atomic' }),
  }
}

/** OpenAPI names of the types and scalars that a type's fields refer to. */
export function referencesOf(struct: StructType): { structs: string[]; scalars: Scalar[] } {
  const structs: string[] = []
  const scalars: Scalar[] = []
  const visit = (type: FieldType): void => {
    if (type.kind === 'struct') structs.push(type.name)
    else if (type.kind === 'scalar') scalars.push(type.scalar)
    else visit(type.of)
  }
  for (const field of struct.fields.values()) visit(field.type)
  return { structs, scalars }
}

/** Schemas of the scalars that have a name of their own. */
export const scalarSchemas: Partial<Record<Scalar, { readonly name: string; readonly schema: JsonObject }>> =
  {
    quantity: { name: quantityName, schema: { oneOf: [{ type: 'string' }, { type: 'number' }] } },
    intOrString: {
      name: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
      schema: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
    },
    time: {
      name: 'io.k8s.apimachinery.pkg.apis.meta.v1.Time',
      schema: { type: 'string', format: 'date-time' },
    },
    microTime: {
      name: 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime',
      schema: { type: 'string', format: 'date-time' },
    },
    any: { name: 'io.k8s.apimachinery.pkg.runtime.RawExtension', schema: { type: 'object' } },
    fieldsV1: { name: 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1', schema: { type: 'object' } },
  }

const prefixes: Readonly<Record<string, string>> = {
  'meta.v1': 'io.k8s.apimachinery.pkg.apis.',
  'apiextensions.v1': 'io.k8s.apiextensions-apiserver.pkg.apis.',
  'apiregistration.v1': 'io.k8s.kube-aggregator.pkg.apis.',
  version: 'io.k8s.apimachinery.pkg.',
}

function property(field: Field, description: string | undefined): JsonObject {
  const { type } = field
  const always = field.always && !field.pointer
  return {
    ...(description ? { description, ...schemaOf(type, always) } : bareReference(schemaOf(type, always))),
    ...(field.default !== undefined && { default: defaultValue(type, field.default) }),
    ...listExtensions(type),
    ...(field.mapType && { 'x-kubernetes-map-type': field.mapType }),
    ...patchExtensions(field),
  }
}

/** A reference with nothing beside it needs no allOf. */
function bareReference(schema: JsonObject): JsonObject {
  const [only, ...others] = Object.keys(schema)
  return only === 'allOf' && others.length === 0 ? (schema['allOf'] as readonly JsonObject[])[0]! : schema
}

/** `zero`: the document gives the zero value as default, as Go writes the field always. */
function schemaOf(type: FieldType, zero: boolean): JsonObject {
  if (type.kind === 'array') return { type: 'array', items: elementSchema(type.of) }
  if (type.kind === 'map') return { type: 'object', additionalProperties: elementSchema(type.of) }
  if (type.kind === 'struct')
    return { ...(type.value && { default: {} }), allOf: [{ $ref: refPrefix + openApiName(type.name) }] }
  const named = scalarSchemas[type.scalar]
  if (named) return { allOf: [{ $ref: refPrefix + named.name }] }
  const values = enumOf(type.goType?.replace(/^.*\./, ''))
  return {
    ...plainScalars[type.scalar],
    ...(zero && { default: zeroOf(type.scalar) }),
    ...(values && { enum: values }),
  }
}

function elementSchema(type: FieldType): JsonObject {
  if (type.kind === 'struct') return { default: {}, allOf: [{ $ref: refPrefix + openApiName(type.name) }] }
  if (type.kind === 'scalar' && type.scalar === 'quantity') return { $ref: refPrefix + quantityName }
  if (type.kind === 'scalar' && scalarSchemas[type.scalar])
    return { $ref: refPrefix + scalarSchemas[type.scalar]!.name }
  return schemaOf(type, !(type.kind === 'scalar' && type.scalar === 'bytes'))
}

const plainScalars: Partial<Record<Scalar, JsonObject>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
}

const zeroOf = (scalar: Scalar): Json | undefined =>
  scalar === 'string' ? '' : scalar === 'boolean' ? false : scalar === 'bytes' ? undefined : 0

function defaultValue(type: FieldType, text: string): Json {
  return type.kind === 'scalar' && type.scalar !== 'string' && type.scalar !== 'bytes'
    ? (JSON.parse(text) as Json)
    : text
}

function listExtensions(type: FieldType): JsonObject {
  if (type.kind !== 'array' || !type.list) return {}
  return {
    ...(type.keys && { 'x-kubernetes-list-map-keys': type.keys }),
    'x-kubernetes-list-type': type.list,
  }
}

function patchExtensions({ merge, retainKeys, replace }: Field): JsonObject {
  if (!merge && !retainKeys && !replace) return {}
  const strategy = [replace && 'replace', merge && 'merge', retainKeys && 'retainKeys']
    .filter(Boolean)
    .join(',')
  return {
    ...(merge?.key && { 'x-kubernetes-patch-merge-key': merge.key }),
    'x-kubernetes-patch-strategy': strategy,
  }
}
