import { forbidden, invalid, printFieldError, required, type FieldError } from '../field-error.ts'
import { depthExceeds, equalJson, without } from '../json.ts'
import type { Json, JsonObject } from '../objects.ts'
import { bad } from './go-value.ts'
import { validateLists } from './list-types.ts'
import { coerceEmbedded, validateEmbedded } from './object-meta.ts'
import { prune } from './pruning.ts'
import { expression } from './regular-expression.ts'
import { compileRules } from './rules.ts'
import { propertyOf, valuesOf, type Schema } from './schema.ts'
import { validateRules } from './validate-rules.ts'
import { validateValue } from './validate-value.ts'

// apiextensions-apiserver: pkg/apiserver/schema/validation.go, complete.go

type Level = 'root' | 'field' | 'item'

/** Every value has one type, and what alternatives speak of is there outside of them; errors in order of their texts. */
export function validateStructural(schema: Schema, path: string): FieldError[] {
  const errors = [...invariants(schema, 'root', path), ...validateCompleteness(schema, path)]
  return errors
    .map((error): [string, FieldError] => [printFieldError(error), error])
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, error]) => error)
}

const child = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

const missing: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  field: 'must not be empty for specified object fields',
  item: 'must not be empty for specified array items',
}

function invariants(schema: Schema, level: Level, path: string): FieldError[] {
  const { items, properties = {}, additionalProperties } = schema
  const values = valuesOf(schema)
  const errors: FieldError[] = []
  if (schema.type === 'array' && !items) errors.push(required(child(path, 'items'), 'must be specified'))
  if (items) errors.push(...invariants(items, 'item', child(path, 'items')))
  for (const [key, field] of Object.entries(properties))
    errors.push(...invariants(field, 'field', child(path, `properties[${key}]`)))
  if (additionalProperties !== undefined && level === 'root')
    errors.push(forbidden(child(path, 'additionalProperties'), 'must not be used at the root'))
  if (values) errors.push(...invariants(values, 'field', child(path, 'additionalProperties')))
  return [
    ...errors,
    ...extensionErrors(schema, path),
    ...alternatives(schema, level, path, isIntOrStringAnyOf(schema)),
    ...typeErrors(schema, level, path),
    ...metaErrors(schema, level, path),
  ]
}

function extensionErrors(schema: Schema, path: string): FieldError[] {
  if (!schema['x-kubernetes-int-or-string']) return []
  const why = 'must be false if x-kubernetes-int-or-string is true'
  const keys = ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const
  return keys.flatMap((key) => (schema[key] ? [invalid(child(path, key), true, why)] : []))
}

function typeErrors(schema: Schema, level: Level, path: string): FieldError[] {
  const { type = '', additionalProperties, properties = {} } = schema
  const embedded = schema['x-kubernetes-embedded-resource']
  const preserves = schema['x-kubernetes-preserve-unknown-fields']
  const errors: FieldError[] = []
  const where = child(path, 'type')
  const mustBeObject = 'must be object if x-kubernetes-embedded-resource is true'
  if (embedded && type !== 'object')
    errors.push(type === '' ? required(where, mustBeObject) : invalid(where, type, mustBeObject))
  else if (type === '' && !schema['x-kubernetes-int-or-string'] && !preserves)
    errors.push(required(where, missing[level]))
  if (embedded && additionalProperties !== undefined)
    errors.push(
      forbidden(
        child(path, 'additionalProperties'),
        'must not be used if x-kubernetes-embedded-resource is set',
      ),
    )
  if (level === 'root' && type !== '' && type !== 'object')
    errors.push(invalid(where, type, 'must be object at the root'))
  if (embedded && !preserves && Object.keys(properties).length === 0)
    errors.push(
      required(
        child(path, 'properties'),
        'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ),
    )
  return errors
}

/** What every resource has is what it is; of its metadata only the name may be restricted. */
function metaErrors(schema: Schema, level: Level, path: string): FieldError[] {
  const isResource = level === 'root' || schema['x-kubernetes-embedded-resource'] === true
  const errors: FieldError[] = []
  for (const key of isResource ? ['kind', 'apiVersion'] : []) {
    const field = propertyOf(schema, key)
    if (field && field.type !== 'string')
      errors.push(invalid(child(path, `properties[${key}].type`), field.type ?? '', 'must be string'))
  }
  const metadata = propertyOf(schema, 'metadata')
  if (!metadata || !isResource) return errors
  const where = child(path, 'properties[metadata]')
  if (metadata.type !== 'object') errors.push(invalid(`${where}.type`, metadata.type ?? '', 'must be object'))
  if (level === 'root' && specifiesMore(metadata))
    errors.push(
      forbidden(
        where,
        'must not specify anything other than name and generateName, but metadata is implicitly specified',
      ),
    )
  return errors
}

function specifiesMore({ properties = {}, ...rest }: Schema): boolean {
  const others = Object.keys(properties).filter((key) => key !== 'name' && key !== 'generateName')
  const more = without(rest as unknown as JsonObject, 'type', 'default')
  return others.length > 0 || Object.values(more).some((value) => value !== undefined && value !== false)
}

const intOrString: readonly Schema[] = [{ type: 'integer' }, { type: 'string' }]

const isIntOrStringAnyOf = ({ anyOf }: Schema): boolean =>
  equalJson(anyOf as unknown as Json | undefined, intOrString as unknown as Json)

/** Schemas within allOf, anyOf, oneOf and not only judge values. */
function alternatives(schema: Schema, level: Level, path: string, skipAnyOf: boolean): FieldError[] {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema
  const list = (name: string, all: readonly Schema[]) =>
    all.flatMap((one, i) =>
      nested(
        one,
        level,
        child(path, `${name}[${i}]`),
        name === 'allOf' && i === 0 && isIntOrStringAnyOf(one),
      ),
    )
  const problem = pattern ? expression(pattern).problem : undefined
  return [
    ...(skipAnyOf ? [] : list('anyOf', anyOf)),
    ...list('allOf', allOf),
    ...list('oneOf', oneOf),
    ...(not ? nested(not, level, child(path, 'not'), false) : []),
    ...(problem
      ? [
          invalid(
            child(path, 'pattern'),
            pattern,
            `must be a valid regular expression, but isn't: ${problem}`,
          ),
        ]
      : []),
  ]
}

/** Words that a schema within an alternative must not say, and how that is put. */
const forbiddenWords: readonly (readonly [keyof Schema, string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['externalDocs', 'must be undefined to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
]

function nested(schema: Schema, level: Level, path: string, skipAnyOf: boolean): FieldError[] {
  const { items, properties = {} } = schema
  return [
    ...alternatives(schema, level, path, skipAnyOf),
    ...(items ? nested(items, level, child(path, 'items'), false) : []),
    ...Object.entries(properties).flatMap(([key, field]) =>
      nested(field, 'field', child(path, `properties[${key}]`), false),
    ),
    ...forbiddenWords.flatMap(([key, why]) =>
      isSaid(schema[key]) ? [forbidden(child(path, key), why)] : [],
    ),
    ...(propertyOf(schema, 'metadata')
      ? [forbidden(child(path, 'properties[metadata]'), 'must not be specified in a nested context')]
      : []),
  ]
}

const isSaid = (value: unknown): boolean =>
  value !== undefined && value !== false && value !== '' && !(Array.isArray(value) && value.length === 0)

/** What alternatives speak of must be declared outside of them. */
export function validateCompleteness(schema: Schema, path: string): FieldError[] {
  const { items, properties = {} } = schema
  const values = valuesOf(schema)
  return [
    ...complete(schema, schema, path, path),
    ...(items ? validateCompleteness(items, child(path, 'items')) : []),
    ...Object.entries(properties).flatMap(([key, field]) =>
      validateCompleteness(field, child(path, `properties[${key}]`)),
    ),
    ...(values ? validateCompleteness(values, child(path, 'additionalProperties')) : []),
  ]
}

function complete(value: Schema, spine: Schema, path: string, from: string): FieldError[] {
  const lists = (['allOf', 'anyOf', 'oneOf'] as const).flatMap((name) =>
    (value[name] ?? []).flatMap((one, i) => completeNested(one, spine, path, child(from, `${name}[${i}]`))),
  )
  return value.not ? [...lists, ...completeNested(value.not, spine, path, child(from, 'not'))] : lists
}

function completeNested(value: Schema, spine: Schema | undefined, path: string, from: string): FieldError[] {
  if (!spine) return [required(path, `because it is defined in ${from}`)]
  const { items, properties = {} } = value
  return [
    ...complete(value, spine, path, from),
    ...(items ? completeNested(items, spine.items, child(path, 'items'), child(from, 'items')) : []),
    ...Object.entries(properties).flatMap(([key, field]) =>
      completeNested(
        field,
        propertyOf(spine, key),
        child(path, `properties[${key}]`),
        child(from, `properties[${key}]`),
      ),
    ),
  ]
}

/** Defaults must be what their schema wants (pkg/apiserver/schema/defaulting/validation.go). */
export function validateSchemaDefaults(schema: Schema, path: string): FieldError[] {
  const { items, properties = {} } = schema
  const values = valuesOf(schema)
  return [
    ...(schema.default === undefined ? [] : validateDefault(schema, schema.default, child(path, 'default'))),
    ...(items ? validateSchemaDefaults(items, child(path, 'items')) : []),
    ...Object.entries(properties).flatMap(([key, field]) =>
      validateSchemaDefaults(field, child(path, `properties[${key}]`)),
    ),
    ...(values ? validateSchemaDefaults(values, child(path, 'additionalProperties')) : []),
  ]
}

const MAX_DEPTH = 500

function validateDefault(schema: Schema, value: Json, path: string): FieldError[] {
  if (depthExceeds(value, MAX_DEPTH)) return [invalid(path, '', 'exceeded max depth')]
  const isResource = schema['x-kubernetes-embedded-resource'] === true
  const pruned = prune(value, schema, isResource)
  if (pruned.unknown.length) return [invalid(path, bad(value), 'must not have unknown fields')]
  if (value === null) {
    return schema.nullable ? [] : [invalid(path, bad(value), 'must not be null')]
  }
  coerceEmbedded(value, schema)
  const rules = compileRules(schema, isResource)
  const errors = [
    ...validateValue(value, schema, path),
    ...validateEmbedded(value, schema, path),
    ...validateLists(value, schema, path),
  ]
  return errors.length || !rules ? errors : validateRules(rules, value, undefined, path)
}
