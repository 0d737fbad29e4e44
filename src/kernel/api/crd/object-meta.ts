import { invalid, type FieldError } from '../field-error.ts'
import { isList, isObject, without } from '../json.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { validateObjectMeta } from '../object-meta-validation.ts'
import type { Json, JsonObject, KubeObject } from '../objects.ts'
import { decode } from '../schema/decode.ts'
import { encode } from '../schema/encode.ts'
import { UserError } from '../user-error.ts'
import { bad } from './go-value.ts'
import { shared, sharedFields } from './pruning.ts'
import { propertyOf, valuesOf, type Schema } from './schema.ts'

// apiextensions-apiserver: pkg/apiserver/schema/objectmeta

/** Metadata as it is once decoded and written again; `strict` are the complaints. Throws UserError. */
export function coerceMeta(metadata: Json): {
  readonly metadata: JsonObject
  readonly strict: readonly string[]
} {
  const { object, strict } = decode('meta.v1.ObjectMeta', metadata)
  const written = encode('meta.v1.ObjectMeta', object)
  return {
    metadata: written['creationTimestamp'] === null ? without(written, 'creationTimestamp') : written,
    strict: strict.map((text) => text.replace('unknown field "', 'unknown field "metadata.')),
  }
}

/** Resources inside the resource have metadata too: in order, and without what is none. Throws UserError. */
export function coerceEmbedded(value: Json, schema: Schema | undefined): Json {
  if (!schema) return value
  if (isList(value)) return shared(value, (item) => coerceEmbedded(item, schema.items))
  if (!isObject(value)) return value
  const embedded = schema['x-kubernetes-embedded-resource'] === true
  return sharedFields(value, (key, item) => {
    if (embedded && (key === 'apiVersion' || key === 'kind') && typeof item !== 'string')
      throw new UserError(`${key}: Invalid value: must be a string`)
    if (embedded && key === 'metadata') return coerceMeta(item).metadata
    return coerceEmbedded(item, propertyOf(schema, key) ?? valuesOf(schema))
  })
}

/** What is wrong with the resources inside a resource. */
export function validateEmbedded(value: Json, schema: Schema | undefined, path = ''): FieldError[] {
  if (!schema) return []
  if (isList(value)) return value.flatMap((item, i) => validateEmbedded(item, schema.items, `${path}[${i}]`))
  if (!isObject(value)) return []
  const own = schema['x-kubernetes-embedded-resource'] ? validateResource(value, path) : []
  const below = Object.keys(value)
    .sort()
    .flatMap((key) => {
      const field = propertyOf(schema, key)
      const where = field ? (path === '' ? key : `${path}.${key}`) : `${path}[${key}]`
      return validateEmbedded(value[key]!, field ?? valuesOf(schema), where)
    })
  return [...own, ...below]
}

function validateResource(resource: JsonObject, path: string): FieldError[] {
  const { apiVersion = '', kind = '', metadata } = resource
  const version = String(apiVersion)
  const errors: FieldError[] = []
  if (!version) errors.push(invalid(`${path}.apiVersion`, bad(apiVersion), 'must not be empty'))
  else if (version.split('/').length > 2)
    errors.push(invalid(`${path}.apiVersion`, version, `unexpected GroupVersion string: ${version}`))
  if (!kind) errors.push(invalid(`${path}.kind`, bad(kind), 'must not be empty'))
  if (!isObject(metadata)) return errors
  const meta = metadata as KubeObject['metadata']
  // Nobody knows whether the kind has namespaces.
  const problems = validateObjectMeta(
    meta,
    meta.namespace !== undefined,
    validateDNS1123Subdomain,
    `${path}.metadata`,
  )
  return [
    ...errors,
    ...problems.filter(({ field }) => meta.name || meta.generateName || !/\.name$/.test(field)),
  ]
}
