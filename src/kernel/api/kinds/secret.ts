import type { Secret } from 'kubernetes-types/core/v1'
import { decodeBase64, encodeBase64 } from '../base64.ts'
import { forbidden, invalid, required, tooLong, type FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateConfigMapKey, validateDNS1123Subdomain } from '../names.ts'
import { validateImmutable } from '../object-meta-validation.ts'
import { utf8Bytes } from '../utf8.ts'
import { ageColumn, doc, nameColumn, text } from './column.ts'
import { decodedLength, maxSecretSize, sameMap } from './secret-data.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import { invalids, sortedEntries } from './validation/rules.ts'

/** kubernetes: pkg/registry/core/secret/strategy.go */
export const secret = kind<Typed<Secret>>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  namespaced: true,
  defaults: (object) => ({ type: 'Opaque', ...withStringData(object) }),
  prepareForUpdate: (object, old) => ({ ...object, type: object.type || old.type }),
  validate,
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateImmutable(object.type ?? '', old.type ?? '', 'type'),
    ...(old.immutable ? immutableChanges(object, old) : []),
    ...validate(object),
  ],
  selectableFields: ({ type }) => ({ type: type ?? '' }),
  columns: [
    nameColumn,
    text('Type', doc('core.v1.Secret.type'), ({ type }) => type ?? ''),
    text('Data', doc('core.v1.Secret.data'), ({ data }) => Object.keys(data ?? {}).length),
    ageColumn,
  ],
})

/** stringData is for writing only: it becomes data (kubernetes: pkg/apis/core/v1/conversion.go Convert_v1_Secret_To_core_Secret). */
function withStringData(object: Typed<Secret>): Typed<Secret> {
  const { stringData, ...rest } = object
  if (!stringData) return object
  const written = Object.entries(stringData).map(([key, value]) => [key, encodeBase64(utf8Bytes(value))])
  if (written.length === 0) return rest
  return { ...rest, data: { ...object.data, ...Object.fromEntries(written) } }
}

/** kubernetes: pkg/apis/core/validation/validation.go ValidateSecret. */
function validate(object: Typed<Secret>): FieldError[] {
  const entries = sortedEntries(object.data)
  const size = entries.reduce((total, [, value]) => total + decodedLength(value ?? ''), 0)
  return [
    ...validateObjectMeta(object.metadata, true, validateDNS1123Subdomain),
    ...entries.flatMap(([key]) => invalids(`data[${key}]`, key, validateConfigMapKey(key))),
    ...(size > maxSecretSize ? [tooLong('data', maxSecretSize)] : []),
    ...(typeRules[object.type ?? '']?.(object) ?? []),
  ]
}

const accountName = 'kubernetes.io/service-account.name'

/** What the known types of Secrets must hold. */
const typeRules: Readonly<Record<string, (object: Typed<Secret>) => FieldError[]>> = {
  'kubernetes.io/service-account-token': ({ metadata }) =>
    metadata.annotations?.[accountName] ? [] : [required(`metadata.annotations[${accountName}]`)],
  'kubernetes.io/dockercfg': ({ data }) => jsonAt(data, '.dockercfg'),
  'kubernetes.io/dockerconfigjson': ({ data }) => jsonAt(data, '.dockerconfigjson'),
  'kubernetes.io/basic-auth': ({ data }) =>
    data?.['username'] === undefined && data?.['password'] === undefined
      ? [required('data[username]'), required('data[password]')]
      : [],
  'kubernetes.io/ssh-auth': ({ data }) =>
    data?.['ssh-privatekey'] ? [] : [required('data[ssh-privatekey]')],
  'kubernetes.io/tls': ({ data }) => missing(data, 'tls.crt', 'tls.key'),
}

const missing = (data: Secret['data'], ...keys: readonly string[]): FieldError[] =>
  keys.filter((key) => data?.[key] === undefined).map((key) => required(`data[${key}]`))

function jsonAt(data: Secret['data'], key: string): FieldError[] {
  const value = data?.[key]
  if (value === undefined) return [required(`data[${key}]`)]
  const wrong = jsonError(value ?? '')
  return wrong === undefined ? [] : [invalid(`data[${key}]`, '<secret contents redacted>', wrong)]
}

/** What Go's decoder says when the bytes are no JSON object. */
function jsonError(base64: string): string | undefined {
  const decoded = decodeBase64(base64)
  const content = 'bytes' in decoded ? String.fromCharCode(...decoded.bytes) : ''
  if (content.trim() === '') return 'unexpected end of JSON input'
  try {
    const value: unknown = JSON.parse(content)
    if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined
    const word = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
    return `json: cannot unmarshal ${word} into Go value of type map[string]interface {}`
  } catch {
    return `invalid character '${content.trim()[0]}' looking for beginning of value`
  }
}

function immutableChanges(object: Typed<Secret>, old: Typed<Secret>): FieldError[] {
  const why = 'field is immutable when `immutable` is set'
  return [
    ...(object.immutable ? [] : [forbidden('immutable', why)]),
    ...(sameMap(object.data, old.data) ? [] : [forbidden('data', why)]),
  ]
}
