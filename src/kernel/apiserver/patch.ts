import { isObject, printGoValue } from '../api/json.ts'
import type { Json, JsonObject } from '../api/objects.ts'
import { decodeJsonPatch, jsonPatch } from '../api/patch/json.ts'
import { mergePatch } from '../api/patch/merge.ts'
import { patchSchemaOf } from '../api/patch/patch-schema.ts'
import { patchedText } from '../api/patch/patched-text.ts'
import { strategicMergePatch } from '../api/patch/strategic.ts'
import {
  badRequest,
  noRouteForMediaType,
  rejectedRequest,
  type Status,
  StatusError,
  unsupportedMediaType,
} from '../api/status.ts'
import { UserError } from '../api/user-error.ts'
import { checkSize, parseBody, unknownFormat } from './body.ts'
import type { ResourceCall } from './call.ts'

/** A patch that was read from a request. */
export interface Patch {
  /** Media type. */
  readonly type: string
  /** As it was sent. */
  readonly value: Json
  /** What is doubtful about its text. */
  readonly complaints: readonly string[]
  /** What an error about the patched object shows: the patch itself of a strategic one, the result of others. */
  print(patched: Json, original: JsonObject): () => string
  /** The patched object; throws StatusError. */
  apply(original: JsonObject | undefined): Json
}

const jsonPatchType = 'application/json-patch+json'
const mergePatchType = 'application/merge-patch+json'
export const strategicType = 'application/strategic-merge-patch+json'
export const applyType = 'application/apply-patch+yaml'

/** Read the patch of a request; throws 400, 413, 415 (apiserver: endpoints/handlers/patch.go). */
export function readPatch(call: ResourceCall, struct = call.resource.struct): Patch {
  const { request, resource } = call
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim()
  if (![jsonPatchType, mergePatchType, strategicType, applyType].includes(type))
    throw new StatusError(noRouteForMediaType())
  const types = [jsonPatchType, mergePatchType, ...(resource.typed ? [strategicType] : []), applyType]
  if (!types.includes(type))
    throw new StatusError(
      unsupportedMediaType(
        unknownFormat([...types, 'application/apply-patch+cbor'].slice(0, types.length).join(', ')),
      ),
    )
  checkSize(request.body)
  const { value, complaints } = bodyOf(request.body, type)
  const apply = type === applyType ? () => value : applierOf(struct, type, value)
  return {
    type,
    complaints,
    value,
    print: (patched, original) => () =>
      type === strategicType ? printGoValue(value) : patchedText(struct, patched, original),
    apply: (original) => asStatus(() => apply(original)),
  }
}

function bodyOf(body: unknown, type: string): { value: Json; complaints: readonly string[] } {
  if (typeof body !== 'string') return { value: (body ?? null) as Json, complaints: [] }
  try {
    const { value, complaints } = parseBody(body, type === applyType ? type : 'application/json')
    return { value: value ?? null, complaints }
  } catch (error) {
    if (error instanceof UserError)
      throw new StatusError(badRequest(`error decoding patch: ${error.message}`))
    throw error
  }
}

function applierOf(struct: string, type: string, value: Json): (original: JsonObject | undefined) => Json {
  if (type === jsonPatchType) {
    const operations = asStatus(() => decodeJsonPatch(value))
    return (original) => carriedOut(() => jsonPatch(original!, operations))
  }
  if (!isObject(value))
    throw new StatusError(
      badRequest(
        `error decoding patch: json: cannot unmarshal ${wordFor(value)} into Go value of type map[string]interface {}`,
      ),
    )
  if (type === mergePatchType) return (original) => mergePatch(original, value)
  if (type === strategicType) {
    const schema = patchSchemaOf(struct)
    return (original) => strategicMergePatch(original!, value, schema)
  }
  throw new Error('an apply is no patch of one object')
}

/** Operations that do not apply are refused without a reason. */
function carriedOut<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof UserError) throw new StatusError(rejectedRequest())
    throw error
  }
}

const wordFor = (value: Json): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'array'
      : typeof value === 'boolean'
        ? 'bool'
        : typeof value

/** What is wrong with a patch is the client's fault. */
function asStatus<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof StatusError) throw error
    const status: Status = badRequest(error.message)
    throw new StatusError(status)
  }
}
