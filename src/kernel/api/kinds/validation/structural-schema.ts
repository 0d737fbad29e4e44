import type { Schema } from '../../crd/schema.ts'
import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'

type Level = 'root' | 'field' | 'item'

const missing: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  field: 'must not be empty for specified object fields',
  item: 'must not be empty for specified array items',
}

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string']

/** Every value must have one type, and the parts that every object has must be what they are (apiextensions: pkg/apiserver/schema/validation.go). */
export function validateStructure(schema: Schema, field: string, level: Level = 'root'): FieldError[] {
  const { type = '', properties = {}, additionalProperties: more, items } = schema
  const inner = typeof more === 'object' ? more : undefined
  return [
    ...validateType(schema, type, field, level),
    ...(schema.uniqueItems
      ? [
          forbidden(
            `${field}.uniqueItems`,
            'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
          ),
        ]
      : []),
    ...(schema.$ref ? [forbidden(`${field}.$ref`, '$ref is not supported')] : []),
    ...(Object.keys(properties).length > 0 && more
      ? [
          forbidden(
            `${field}.additionalProperties`,
            'additionalProperties and properties are mutual exclusive',
          ),
        ]
      : []),
    ...(level === 'root' || schema['x-kubernetes-embedded-resource'] ? validateMeta(properties, field) : []),
    ...Object.entries(properties)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, one]) => validateStructure(one, `${field}.properties[${name}]`, 'field')),
    ...(inner ? validateStructure(inner, `${field}.additionalProperties`, 'field') : []),
    ...(items ? validateStructure(items, `${field}.items`, 'item') : []),
    ...(type === 'array' && !items ? [required(`${field}.items`, 'must be specified')] : []),
  ]
}

function validateType(schema: Schema, type: string, field: string, level: Level): FieldError[] {
  const path = `${field}.type`
  const open =
    schema['x-kubernetes-int-or-string'] ||
    (level !== 'root' && schema['x-kubernetes-preserve-unknown-fields'])
  if (type === '') return open ? [] : [required(path, missing[level])]
  return [
    ...(level === 'root' && type !== 'object' ? [invalid(path, type, 'must be object at the root')] : []),
    ...(types.includes(type) ? [] : [notSupported(path, type, types)]),
  ]
}

const fixed = { metadata: 'object', apiVersion: 'string', kind: 'string' } as const

const validateMeta = (properties: NonNullable<Schema['properties']>, field: string): FieldError[] =>
  Object.entries(fixed).flatMap(([name, type]) => {
    const given = properties[name]
    if (!given || given.type === type) return []
    return [invalid(`${field}.properties[${name}].type`, given.type ?? '', `must be ${type}`)]
  })
