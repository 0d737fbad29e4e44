import type { Schema } from '../../../src/kernel/api/crd/schema.ts'
import type { Json } from '../../../src/kernel/api/objects.ts'

type Loose = Readonly<Record<string, unknown>>

/** A schema of Go's, structural or not, as it is in JSON. */
export function schemaOfGo(value: unknown): Schema | undefined {
  if (value === undefined || value === null) return undefined
  const { Generic, Extensions, ValidationExtensions, ValueValidation, ForbiddenGenerics, ...own } =
    value as Loose
  const all = [own, Generic, Extensions, ValidationExtensions, ValueValidation, ForbiddenGenerics]
  const entries = all.flatMap((part) => Object.entries((part ?? {}) as Loose))
  return Object.fromEntries(entries.flatMap(([key, item]) => field(key, item))) as Schema
}

const extensions: Readonly<Record<string, string>> = {
  XPreserveUnknownFields: 'x-kubernetes-preserve-unknown-fields',
  XEmbeddedResource: 'x-kubernetes-embedded-resource',
  XIntOrString: 'x-kubernetes-int-or-string',
  XListMapKeys: 'x-kubernetes-list-map-keys',
  XListType: 'x-kubernetes-list-type',
  XMapType: 'x-kubernetes-map-type',
}

function field(key: string, value: unknown): [string, unknown][] {
  const schemas = (map: unknown) =>
    Object.fromEntries(Object.entries(map as Loose).map(([name, one]) => [name, schemaOfGo(one)]))
  switch (key) {
    case 'Properties':
      return [['properties', schemas(value)]]
    case 'Items':
      return [['items', schemaOfGo((value as { Schema?: unknown }).Schema ?? value)]]
    case 'Not':
      return [['not', schemaOfGo(value)]]
    case 'AllOf':
    case 'AnyOf':
    case 'OneOf':
      return [[lowerFirst(key), (value as unknown[]).map(schemaOfGo)]]
    case 'AdditionalProperties': {
      const { Structural, Schema: schema, Bool, Allows } = value as Loose
      const inner = Structural ?? schema
      return [['additionalProperties', inner ? schemaOfGo(inner) : Boolean(Bool ?? Allows)]]
    }
    case 'XValidations':
      return [['x-kubernetes-validations', (value as Loose[]).map(lowerKeys)]]
    case 'Default': {
      const wrapped = value as { Object?: Json }
      return [['default', typeof value === 'object' && value && 'Object' in value ? wrapped.Object : value]]
    }
    default:
      return [[extensions[key] ?? lowerFirst(key), value]]
  }
}

const lowerKeys = (value: Loose): Loose =>
  Object.fromEntries(Object.entries(value).map(([key, item]) => [lowerFirst(key), item]))

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
