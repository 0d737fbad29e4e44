import { managedTypeOf } from '../managed-fields/api-type.ts'
import {
  deducedType,
  type ManagedField,
  type ManagedScalar,
  type ManagedType,
} from '../managed-fields/managed-type.ts'
import { propertyOf, valuesOf, type Schema } from './schema.ts'

const scalars: Readonly<Record<string, ManagedScalar>> = {
  string: 'string',
  integer: 'numeric',
  number: 'numeric',
  boolean: 'boolean',
}

/** Who can own what of a custom resource, as its schema's markers say (kube-openapi: pkg/schemaconv). */
export const managedRootType = (schema: Schema, name: string): ManagedType =>
  managedObject(schema, true, name)

function managedType(schema: Schema): ManagedType {
  if (schema['x-kubernetes-int-or-string']) return { scalar: 'untyped' }
  if (schema.type === 'array') return managedList(schema)
  if (schema.type === 'object')
    return managedObject(schema, schema['x-kubernetes-embedded-resource'] === true)
  const scalar = schema.type ? scalars[schema.type] : undefined
  return scalar ? { scalar } : deducedType
}

function managedList(schema: Schema): ManagedType {
  const type = schema['x-kubernetes-list-type']
  const element = schema.items ? lazily(() => managedType(schema.items!)) : () => deducedType
  const keys = type === 'map' ? [...(schema['x-kubernetes-list-map-keys'] ?? [])] : []
  return { list: { element, atomic: type !== 'map' && type !== 'set', keys } }
}

function managedObject(schema: Schema, isResource: boolean, name?: string): ManagedType {
  const fields = new Map<string, ManagedField | undefined>()
  const values = valuesOf(schema)
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true
  const declared = Object.keys(schema.properties ?? {}).length > 0 || isResource
  // A bare object without any schema is whatever it turns out to be.
  if (!declared && !values && !open && schema.additionalProperties !== true) return namedOf(deducedMap, name)
  const field = (key: string): ManagedField | undefined => {
    if (!fields.has(key)) fields.set(key, managedField(schema, key, isResource))
    return fields.get(key)
  }
  const element = values
    ? lazily(() => managedType(values))
    : open || schema.additionalProperties
      ? () => deducedType
      : undefined
  const atomic = schema['x-kubernetes-map-type'] === 'atomic'
  return namedOf({ map: { field, atomic, ...(element && { element }) } }, name)
}

const deducedMap: ManagedType = {
  map: { field: () => undefined, element: () => deducedType, atomic: false },
}

const namedOf = (type: ManagedType, name: string | undefined): ManagedType =>
  name ? { name, ...type } : type

function managedField(schema: Schema, key: string, isResource: boolean): ManagedField | undefined {
  if (isResource && key === 'metadata') return { type: () => managedTypeOf('meta.v1.ObjectMeta') }
  if (isResource && (key === 'apiVersion' || key === 'kind')) return { type: () => ({ scalar: 'string' }) }
  const field = propertyOf(schema, key)
  if (!field) return undefined
  return {
    type: lazily(() => managedType(field)),
    ...(field.default === undefined ? {} : { default: field.default }),
  }
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}
