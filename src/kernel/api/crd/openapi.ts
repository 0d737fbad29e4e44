import type { Json, JsonObject } from '../objects.ts'
import { openApiSchema, type DocsOf } from '../schema/openapi-schema.ts'
import { requireStruct } from '../schema/types.ts'
import type { CustomKind } from './custom-kind.ts'
import type { Schema } from './schema.ts'

// apiextensions-apiserver: pkg/controller/openapi/builder/builder.go

/** The schemas of a custom kind and its list, as documents have them, by name. */
export function customSchemas(
  { definition, schema }: Pick<CustomKind, 'definition' | 'schema'>,
  name: string,
  docsOf: DocsOf,
): Record<string, JsonObject> {
  const { group, version, kind, plural, listKind = `${kind}List` } = definition
  const gvk = (of: string) => ({ 'x-kubernetes-group-version-kind': [{ group, kind: of, version }] })
  const conventions = 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md'
  return {
    [name]: { ...resourceSchema(schema, docsOf), ...gvk(kind) },
    [`${name}List`]: {
      description: `${listKind} is a list of ${kind}`,
      type: 'object',
      required: ['items'],
      properties: {
        ...typeAndMetaOf('core.v1.ConfigMapList', docsOf),
        items: {
          description: `List of ${plural}. More info: ${conventions}`,
          type: 'array',
          items: { $ref: `#/components/schemas/${name}` },
        },
      },
      ...gvk(listKind),
    },
  }
}

/** Types that the schemas above refer to. */
export const referredTypes: readonly string[] = ['meta.v1.ObjectMeta', 'meta.v1.ListMeta']

/** What is the same in every kind: as one of the built-in ones says it. */
function typeAndMetaOf(struct: string, docsOf: DocsOf): JsonObject {
  const { properties } = openApiSchema(requireStruct(struct), docsOf, [])
  const { apiVersion, kind, metadata } = properties as JsonObject
  return { apiVersion, kind, metadata }
}

function resourceSchema(schema: Schema, docsOf: DocsOf): JsonObject {
  const published = publishedSchema(schema, docsOf)
  const properties = {
    ...(published['properties'] as JsonObject),
    ...typeAndMetaOf('core.v1.ConfigMap', docsOf),
  }
  return { ...published, type: 'object', properties }
}

/** Without what documents leave out, and with what resources inside the resource have. */
function publishedSchema(schema: Schema, docsOf: DocsOf): JsonObject {
  const { properties, items, additionalProperties, ...rest } = schema
  const own: Record<string, Json> = { ...(rest as unknown as Record<string, Json>) }
  if (properties)
    own['properties'] = Object.fromEntries(
      Object.entries(properties).map(([key, field]) => [key, publishedSchema(field, docsOf)]),
    )
  if (items) own['items'] = publishedSchema(items, docsOf)
  if (additionalProperties !== undefined)
    own['additionalProperties'] =
      typeof additionalProperties === 'object'
        ? publishedSchema(additionalProperties, docsOf)
        : additionalProperties
  if (!schema['x-kubernetes-embedded-resource']) return own
  const inner = {
    ...(own['properties'] as JsonObject | undefined),
    ...typeAndMetaOf('core.v1.ConfigMap', docsOf),
  }
  return { ...own, properties: inner }
}
