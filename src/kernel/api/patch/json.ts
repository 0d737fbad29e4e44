import fastJsonPatch, { type Operation } from 'fast-json-patch'
import { isList, isObject } from '../json.ts'
import type { Json, JsonObject } from '../objects.ts'
import { badRequest, requestEntityTooLarge, StatusError } from '../status.ts'
import { UserError } from '../user-error.ts'

// The package is CommonJS where Node loads it: only its default export is certain.
const { applyOperation, deepClone, getValueByPointer } = fastJsonPatch

// apiserver: pkg/endpoints/handlers/patch.go applyJSPatch; evanphx/json-patch v4

/** One operation of RFC 6902. */
export interface JsonPatchOperation {
  readonly op: string
  readonly path: string
  readonly from?: string
  readonly value?: Json
}

/** More operations than this are refused before they are read. */
const maxOperations = 10_000

/** The operations of a request's body; throws StatusError. */
export function decodeJsonPatch(body: Json): readonly JsonPatchOperation[] {
  if (!isList(body)) throw badPatch(body, '[]handlers.jsonPatchOp')
  if (body.length > maxOperations)
    throw new StatusError(
      requestEntityTooLarge(
        `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${body.length}`,
      ),
    )
  return body.map((operation) => {
    if (!isObject(operation)) throw badPatch(operation, 'handlers.jsonPatchOp')
    const { op, path, from, value } = operation
    const text = (item: Json | undefined) => (typeof item === 'string' ? item : '')
    return {
      op: text(op),
      path: text(path),
      ...(typeof from === 'string' ? { from } : {}),
      ...('value' in operation ? { value } : {}),
    } as JsonPatchOperation
  })
}

/** Carry out the operations one after the other; throws UserError, and then nothing has happened. */
export function jsonPatch(original: JsonObject, operations: readonly JsonPatchOperation[]): JsonObject {
  let document: JsonObject = deepClone(original)
  for (const operation of operations) {
    const resolved = resolve(document, operation)
    if (testsAbsence(document, resolved)) continue
    document = applyOne(document, resolved)
  }
  return document
}

function applyOne(document: JsonObject, operation: JsonPatchOperation): JsonObject {
  try {
    return applyOperation(document, operation as Operation, true, true).newDocument
  } catch (error) {
    throw new UserError(
      `${operation.op} operation does not apply: ${error instanceof Error ? error.message.split('\n', 1)[0] : error}`,
    )
  }
}

/** Unlike RFC 6902, the library of the API server counts negative indices from the end. */
function resolve(document: JsonObject, operation: JsonPatchOperation): JsonPatchOperation {
  const { path, from } = operation
  const adds = operation.op !== 'remove' && operation.op !== 'replace' && operation.op !== 'test'
  return {
    ...operation,
    path: fromEnd(document, path, adds ? 1 : 0),
    ...(from === undefined ? {} : { from: fromEnd(document, from, 0) }),
  }
}

function fromEnd(document: JsonObject, pointer: string, extra: number): string {
  if (!/\/-[0-9]/.test(pointer)) return pointer
  const [, ...segments] = pointer.split('/')
  let at: Json | undefined = document
  const positive = segments.map((segment, i) => {
    const last = i === segments.length - 1
    const index =
      isList(at) && /^-[0-9]+$/.test(segment) ? at.length + (last ? extra : 0) + Number(segment) : segment
    const key = String(index).replaceAll('~1', '/').replaceAll('~0', '~')
    at = isList(at) ? at[Number(key)] : isObject(at) ? at[key] : undefined
    return index
  })
  return `/${positive.join('/')}`
}

/** A test for null passes where nothing is. */
function testsAbsence(document: JsonObject, { op, path, value }: JsonPatchOperation): boolean {
  if (op !== 'test' || (value !== null && value !== undefined)) return false
  try {
    return (getValueByPointer(document, path) ?? null) === null
  } catch {
    return false
  }
}

const badPatch = (value: Json, type: string): StatusError =>
  new StatusError(
    badRequest(
      `error decoding patch: json: cannot unmarshal ${jsonKind(value)} into Go value of type ${type}`,
    ),
  )

/** What Go's JSON decoder calls a value. */
function jsonKind(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}
