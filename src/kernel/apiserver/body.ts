import { invalid } from '../api/field-error.ts'
import { goJson } from '../api/go-json.ts'
import { goQuote } from '../api/go-quote.ts'
import { isObject, without } from '../api/json.ts'
import { groupVersionOf, type Json, type JsonObject, type KubeObject } from '../api/objects.ts'
import { decode, strictDecodingError } from '../api/schema/decode.ts'
import {
  badRequest,
  invalidObject,
  requestEntityTooLarge,
  StatusError,
  unsupportedMediaType,
} from '../api/status.ts'
import { parseJsonText } from '../api/json-text.ts'
import { UserError } from '../api/user-error.ts'
import { byteLength, utf8Bytes } from '../api/utf8.ts'
import { readYaml } from '../api/yaml/parse-yaml.ts'
import type { ResourceCall } from './call.ts'
import type { Custom, Resource } from './resources.ts'
import { maxBodyBytes } from './storage.ts'

/** A body as a JSON value and what is doubtful about its text. */
export interface Body {
  readonly value: Json | undefined
  readonly complaints: readonly string[]
}

type Decoding = Pick<ResourceCall, 'request' | 'query' | 'warnings'> & {
  /** What a patch made, as text: its errors are those of a field. */
  readonly patched?: () => string
  /** A strategic patch's result is converted from a value, not decoded from a text. */
  readonly unstructured?: boolean
}

/** apiserver: endpoints/handlers/patch.go: an unknown field in a patch. */
const badPatch = (text: string, why: string) =>
  invalidObject({ group: '', name: '' }, '', [invalid('patch', text, why)])

/** Decode a body into the type of a resource, with its defaults; throws 400, 413, 415. */
export function decodeObject(call: Decoding, resource: Resource): KubeObject {
  const { kind } = resource.definition
  const body = readBody(call, kind)
  return decodeValue(call, resource, body.value, body.complaints)
}

/** The same for a value that is there already, e.g. the result of a patch. */
export function decodeValue(
  call: Decoding,
  resource: Resource,
  value: Json | undefined,
  complaints: readonly string[] = [],
  original: JsonObject = {},
): KubeObject {
  const { kind, defaults } = resource.definition
  if (resource.custom) return decodeCustom(call, resource, resource.custom, value, complaints)
  checkType(resource, value)
  try {
    // What a patch left alone has been decoded before.
    const kept = isObject(value) ? keptParts(value, original) : {}
    const fresh = isObject(value) ? without(value, ...Object.keys(kept)) : value
    const decoded = decode(resource.struct, fresh, call.unstructured ? 'unstructured' : 'json')
    judge(call, `${kind} in version ${goQuote(resource.definition.version)} cannot be handled as a ${kind}`, [
      ...complaints,
      ...decoded.strict,
    ])
    const type = { kind, apiVersion: resource.apiVersion }
    const object = { ...decoded.object, ...kept, ...type } as unknown as KubeObject
    if (!defaults) return object
    // They have their defaults already; of other parts one may add to another, as stringData to data.
    const { spec, status } = kept
    return { ...defaults(object), ...(spec && { spec }), ...(status && { status }) } as KubeObject
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof StatusError) throw error
    if (call.unstructured && call.patched) throw new StatusError(badPatch(call.patched(), error.message))
    const where = `${kind} in version ${goQuote(resource.definition.version)} cannot be handled as a ${kind}`
    throw new StatusError(badRequest(`${where}: ${error.message}`))
  }
}

/** An object of a kind that somebody defined (apiextensions-apiserver: pkg/apiserver/customresource_handler.go). */
function decodeCustom(
  call: Decoding,
  { definition, apiVersion: wanted }: Resource,
  { kind: custom }: Custom,
  value: Json | undefined,
  complaints: readonly string[],
): KubeObject {
  const { kind, version } = definition
  const where = `${kind} in version ${goQuote(version)} cannot be handled as a ${kind}`
  const refuse = (why: string) => new StatusError(badRequest(`${where}: ${why}`))
  if (!isObject(value))
    throw refuse(`json: cannot unmarshal ${typeof value} into Go value of type map[string]interface {}`)
  for (const key of ['kind', 'apiVersion'])
    if (!value[key])
      throw refuse(`Object '${key === 'kind' ? 'Kind' : key}' is missing in '${goJson(value)}'`)
  if (value['apiVersion'] !== wanted)
    throw new StatusError(
      badRequest(
        `the API version in the data (${value['apiVersion']}) does not match the expected API version (${wanted})`,
      ),
    )
  try {
    const decoded = custom.decode(value)
    judge(call, where, [...complaints, ...decoded.strict])
    return decoded.object as unknown as KubeObject
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof StatusError) throw error
    throw refuse(error.message)
  }
}

/** Parts beside the metadata that are the very same in both. */
function keptParts(value: JsonObject, original: JsonObject): JsonObject {
  const kept = Object.entries(value).filter(
    ([key, part]) =>
      key !== 'metadata' && typeof part === 'object' && part !== null && part === original[key],
  )
  return Object.fromEntries(kept)
}

/** A body of some other type of the schema, e.g. Scale or Binding. */
export function decodeStruct(call: Decoding, struct: string, kind: string): JsonObject {
  const { value, complaints } = readBody(call, kind)
  return decodeStructValue(call, struct, kind, value, complaints)
}

/** The same for a value. */
export function decodeStructValue(
  call: Decoding,
  struct: string,
  kind: string,
  value: Json | undefined,
  complaints: readonly string[] = [],
): JsonObject {
  const version = struct.split('.').at(-2) ?? 'v1'
  const where = `${kind} in version ${goQuote(version)} cannot be handled as a ${kind}`
  try {
    const decoded = decode(struct, value)
    judge(call, where, [...complaints, ...decoded.strict])
    return decoded.object
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof StatusError) throw error
    throw new StatusError(badRequest(`${where}: ${error.message}`))
  }
}

/** What strict decoding found: refused, warned of or ignored, as the request wants it. */
function judge({ query, warnings, patched }: Decoding, where: string, complaints: readonly string[]): void {
  const validation = query.get('fieldValidation')
  if (complaints.length === 0 || validation === 'Ignore') return
  if (validation !== 'Strict') return void warnings.push(...complaints)
  if (patched !== undefined) throw new StatusError(badPatch(patched(), strictDecodingError(complaints)!))
  throw new StatusError(badRequest(`${where}: ${strictDecodingError(complaints)}`))
}

const bodyTypes = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'

/** The body as a value; `kind` is what it should be. */
export function readBody({ request }: Pick<Decoding, 'request'>, kind: string): Body {
  const { body } = request
  const media = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  checkSize(body)
  if (
    media &&
    !['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'].includes(media)
  )
    throw new StatusError(unsupportedMediaType(unknownFormat(bodyTypes)))
  if (typeof body !== 'string' && body !== undefined) return { value: body as Json, complaints: [] }
  try {
    return parseBody(body ?? '', media)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const shown = summary(body ?? '')
    throw new StatusError(
      badRequest(
        `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${error.message} (${shown})`,
      ),
    )
  }
}

/** apiserver: endpoints/handlers/rest.go summarizeData. */
const shownBytes = 30

/** What an error shows of a body: text that looks like JSON, anything else in hexadecimal (runtime/serializer/recognizer). */
function summary(body: string): string {
  if (body === '') return '<empty>'
  if (body.startsWith('{')) return body.length > shownBytes ? `${body.slice(0, shownBytes)} ...` : body
  const bytes = utf8Bytes(body.slice(0, shownBytes + 1))
  const hexadecimal = bytes.slice(0, shownBytes).map((byte) => byte.toString(16).padStart(2, '0'))
  return `${hexadecimal.join('')}${bytes.length > shownBytes ? ' ...' : ''}`
}

/** A text as JSON or YAML; throws UserError. */
export function parseBody(text: string, media: string): Body {
  if (media === 'application/yaml' || media === 'application/apply-patch+yaml') {
    try {
      const { value, duplicates } = readYaml(text)
      const complaints = duplicates.map(
        ({ key, line }) => `yaml: line ${line}: key ${goQuote(key)} already set in map`,
      )
      return { value: value as Json, complaints }
    } catch (error) {
      throw error instanceof UserError
        ? new UserError(`error converting YAML to JSON: ${error.message}`)
        : error
    }
  }
  const { value, duplicates } = parseJsonText(text)
  return { value, complaints: duplicates }
}

export const unknownFormat = (types: string): string =>
  `the body of the request was in an unknown format - accepted media types include: ${types}`

/** Only texts are measured: a value that came over the cluster's own network has no size in bytes. */
export function checkSize(body: unknown): void {
  if (typeof body === 'string' && byteLength(body) > maxBodyBytes)
    throw new StatusError(requestEntityTooLarge(`limit is ${maxBodyBytes}`))
}

/** The body must say that it is what its path is for, or say nothing. */
function checkType({ definition, struct, apiVersion: want }: Resource, value: Json | undefined): void {
  if (!isObject(value)) return
  const { kind: expected } = definition
  const { kind, apiVersion } = value
  const given = typeof kind === 'string' && kind ? kind : expected
  const version = typeof apiVersion === 'string' && apiVersion ? apiVersion : want
  if (given === expected && version === want) return
  const [group, v] = groupVersionOf(version)
  const where = `${given} in version ${goQuote(v)} cannot be handled as a ${expected}`
  const [owner, ownVersion] = struct.split('.')
  const known = group === definition.group && v === definition.version
  throw new StatusError(
    badRequest(
      known
        ? `${where}: converting (${ownVersion}.${given}) to (${owner}.${expected}): unknown conversion`
        : `${where}: no kind ${goQuote(given)} is registered for version ${goQuote(version)} in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    ),
  )
}
