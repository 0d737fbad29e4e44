import { kinds } from '../../kernel/api/kinds/index.ts'
import {
  enumOf,
  structNameOf,
  structType,
  type Field,
  type FieldType,
  type Scalar,
  type StructType,
} from '../../kernel/api/schema/types.ts'
import type { OpenApiDocs } from '../../workers/openapi-docs.ts'

type Schema = { readonly [key: string]: unknown }

/**
 * The JSON schema of manifests, made from the tables that the API server decodes with: one description for the server, kubectl and
 * the editor. One alternative for each apiVersion and kind; a field that is not known is a mistake.
 */
export function manifestSchema(docs: OpenApiDocs): Schema {
  const definitions: Record<string, Schema> = {}
  const oneOf: Schema[] = []
  for (const { group, version, kind, verbs } of kinds) {
    const name = structNameOf(group, version, kind)
    if (!name || (verbs && !verbs.includes('create'))) continue
    const own = `kind.${name}`
    const schema = structSchema(structType(name) as StructType, docs, definitions)
    const properties = schema['properties'] as Record<string, Schema>
    definitions[own] = {
      ...schema,
      properties: {
        ...properties,
        apiVersion: {
          ...properties['apiVersion'],
          type: 'string',
          enum: [group ? `${group}/${version}` : version],
        },
        kind: { ...properties['kind'], type: 'string', enum: [kind] },
      },
      required: [...new Set(['apiVersion', 'kind', ...((schema['required'] as string[]) ?? [])])],
      'x-kubernetes-group-version-kind': [{ group, version, kind }],
    }
    oneOf.push({ $ref: `#/definitions/${own}` })
  }
  return { oneOf, definitions }
}

/** A struct's fields, and into `definitions` those of all structs that it refers to. */
function structSchema(struct: StructType, docs: OpenApiDocs, definitions: Record<string, Schema>): Schema {
  const texts = textsOf(struct.name, docs)
  const properties: Record<string, Schema> = {}
  let index = 1
  for (const field of struct.fields.values())
    properties[field.name] = fieldSchema(field, texts?.[index++], docs, definitions)
  const required = [...struct.fields.values()].filter((field) => field.required).map(({ name }) => name)
  return {
    type: 'object',
    ...(texts?.[0] && { description: texts[0] }),
    properties,
    additionalProperties: struct.fields.size === 0,
    ...(required.length && { required }),
  }
}

function fieldSchema(
  field: Field,
  description: string | undefined,
  docs: OpenApiDocs,
  definitions: Record<string, Schema>,
): Schema {
  const schema = typeSchema(field.type, docs, definitions)
  const text = description ? { description } : {}
  const initial = field.default === undefined ? {} : { default: defaultValue(field) }
  return { ...schema, ...text, ...initial }
}

function typeSchema(type: FieldType, docs: OpenApiDocs, definitions: Record<string, Schema>): Schema {
  if (type.kind === 'array') return { type: 'array', items: typeSchema(type.of, docs, definitions) }
  if (type.kind === 'map')
    return { type: 'object', additionalProperties: typeSchema(type.of, docs, definitions) }
  if (type.kind === 'struct') return reference(type.name, docs, definitions)
  const values = enumOf(type.goType?.replace(/^.*\./, ''))?.filter(Boolean)
  return values?.length ? { type: 'string', enum: [...new Set(values)] } : (SCALARS[type.scalar] ?? {})
}

function reference(name: string, docs: OpenApiDocs, definitions: Record<string, Schema>): Schema {
  const struct = structType(name)
  if (!struct) return { type: 'object' }
  if (!(name in definitions)) {
    definitions[name] = {}
    definitions[name] = structSchema(struct, docs, definitions)
  }
  return { $ref: `#/definitions/${name}` }
}

const SCALARS: Readonly<Record<Scalar, Schema>> = {
  string: { type: 'string' },
  int32: { type: 'integer' },
  int64: { type: 'integer' },
  double: { type: 'number' },
  boolean: { type: 'boolean' },
  quantity: { type: ['string', 'number'] },
  intOrString: { type: ['integer', 'string'] },
  time: { type: ['string', 'null'] },
  microTime: { type: ['string', 'null'] },
  bytes: { type: 'string' },
  any: {},
  fieldsV1: { type: 'object' },
}

function defaultValue({ type, default: text = '' }: Field): unknown {
  return type.kind === 'scalar' && type.scalar !== 'string' ? JSON.parse(text) : text
}

function textsOf(name: string, docs: OpenApiDocs): readonly string[] | undefined {
  const dot = name.lastIndexOf('.')
  return docs[name.slice(0, dot)]?.[name.slice(dot + 1)]
}
