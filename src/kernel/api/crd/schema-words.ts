import { forbidden, invalid, notSupported, required, type FieldError } from '../field-error.ts'
import { own } from '../json.ts'
import { ruleErrors } from './rule-words.ts'
import { valuesOf, type Schema } from './schema.ts'

// apiextensions-apiserver: pkg/apis/apiextensions/validation/validation.go ValidateCustomResourceDefinitionOpenAPISchema

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string']

/** What a schema may say at all; looks at every part of it. */
export function validateWords(schema: Schema, path: string): FieldError[] {
  const { properties = {}, items, not } = schema
  const values = valuesOf(schema)
  return [
    ...unsupported(schema, path),
    ...typeErrors(schema, path),
    ...mapErrors(schema, path),
    ...listErrors(schema, path),
    ...ruleErrors(schema, path),
    ...(values ? validateWords(values, `${path}.additionalProperties`) : []),
    ...Object.entries(properties)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([key, field]) => validateWords(field, `${path}.properties[${key}]`)),
    ...(not ? validateWords(not, `${path}.not`) : []),
    ...(['allOf', 'oneOf', 'anyOf'] as const).flatMap((name) =>
      (schema[name] ?? []).flatMap((one, i) => validateWords(one, `${path}.${name}[${i}]`)),
    ),
    ...(items ? validateWords(items, `${path}.items`) : []),
  ]
}

const notHere = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'] as const

function unsupported(schema: Schema, path: string): FieldError[] {
  const words = notHere.flatMap((key) =>
    isSaid(schema[key]) ? [forbidden(`${path}.${key}`, `${key} is not supported`)] : [],
  )
  return schema.uniqueItems
    ? [
        ...words,
        forbidden(
          `${path}.uniqueItems`,
          'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
        ),
      ]
    : words
}

const isSaid = (value: unknown): boolean =>
  value !== undefined && value !== '' && !(typeof value === 'object' && Object.keys(value ?? {}).length === 0)

function typeErrors({ type = '', ...schema }: Schema, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (type === 'null')
    errors.push(forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'))
  if (type !== '' && !types.includes(type)) errors.push(notSupported(`${path}.type`, type, types))
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    errors.push(invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'))
  if (Object.keys(schema.properties ?? {}).length > 0 && schema.additionalProperties)
    errors.push(
      forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'),
    )
  return errors
}

const mustBe = (field: string, given: string, wanted: string, because: string): FieldError[] => {
  if (given === wanted) return []
  const why = `must be ${wanted} if ${because} is specified`
  return [given === '' ? required(field, why) : invalid(field, given, why)]
}

function mapErrors({ type = '', ...schema }: Schema, path: string): FieldError[] {
  const key = 'x-kubernetes-map-type'
  const kind = schema[key]
  if (kind === undefined) return []
  const known = ['atomic', 'granular']
  return [
    ...mustBe(`${path}.type`, type, 'object', key),
    ...(known.includes(kind) ? [] : [notSupported(`${path}.${key}`, kind, known)]),
  ]
}

const listType = 'x-kubernetes-list-type'
const listKeys = 'x-kubernetes-list-map-keys'

function listErrors(schema: Schema, path: string): FieldError[] {
  const kind = schema[listType]
  const keys = schema[listKeys] ?? []
  const errors: FieldError[] = []
  if (kind !== undefined) {
    errors.push(...mustBe(`${path}.type`, schema.type ?? '', 'array', listType))
    if (!['atomic', 'set', 'map'].includes(kind))
      errors.push(notSupported(`${path}.${listType}`, kind, ['atomic', 'map', 'set']))
  }
  if (keys.length && kind !== 'map') {
    const why = `must be map if ${listKeys} is non-empty`
    errors.push(
      kind === undefined ? required(`${path}.${listType}`, why) : invalid(`${path}.${listType}`, kind, why),
    )
  }
  if (kind === 'map') errors.push(...keyedListErrors(schema, keys, path))
  if (kind === 'set' && schema.items) errors.push(...setErrors(schema.items, path))
  return errors
}

function keyedListErrors({ items }: Schema, keys: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = []
  const where = `${path}.${listKeys}`
  if (!keys.length) errors.push(required(where, 'must not be empty if x-kubernetes-list-type is map'))
  if (!items)
    return [...errors, required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map')]
  if (items.type !== 'object')
    return [
      ...errors,
      invalid(
        `${path}.items.type`,
        items.type ?? '',
        "must be object if parent array's x-kubernetes-list-type is map",
      ),
    ]
  const seen = new Set<string>()
  for (const key of keys) {
    errors.push(...keyErrors(items, key, keys, path))
    if (seen.has(key)) errors.push(invalid(where, keys, 'must not contain duplicate entries'))
    seen.add(key)
  }
  return errors
}

function keyErrors(items: Schema, key: string, keys: readonly string[], path: string): FieldError[] {
  const field = own(items.properties, key)
  if (!field) return [invalid(`${path}.${listKeys}`, keys, 'entries must all be names of item properties')]
  const where = `${path}.items.properties[${key}]`
  const errors: FieldError[] = []
  const scalar = "must be a scalar type if parent array's x-kubernetes-list-type is map"
  if (field.type === 'array' || field.type === 'object')
    errors.push(invalid(`${where}.type`, items.type, scalar))
  const inKeys = 'this property is in x-kubernetes-list-map-keys, so it'
  if (field.default === undefined && !items.required?.includes(key))
    errors.push(required(`${where}.default`, `${inKeys} must have a default or be a required property`))
  if (field.nullable) errors.push(forbidden(`${where}.nullable`, `${inKeys} cannot be nullable`))
  return errors
}

function setErrors(items: Schema, path: string): FieldError[] {
  const errors: FieldError[] = []
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  if (items.nullable)
    errors.push(forbidden(`${path}.items.nullable`, 'cannot be nullable when x-kubernetes-list-type is set'))
  if (items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic')
    errors.push(invalid(`${path}.items.x-kubernetes-map-type`, items['x-kubernetes-map-type'], why))
  if (items.type === 'array' && ![undefined, 'atomic'].includes(items[listType]))
    errors.push(invalid(`${path}.items.${listType}`, items[listType], why))
  return errors
}
