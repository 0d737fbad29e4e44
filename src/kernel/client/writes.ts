import type { KubeObject } from '../api/objects.ts'
import type { Status } from '../api/status.ts'
import type { ApiOutcome, ApiRequest, PatchType } from './api-client.ts'
import { goWords } from '../host/errno.ts'

/** An object as a controller knows it: enough to find it at the API server. */
export type Target = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>

/** One thing a controller wants done. */
export type Write =
  | {
      readonly verb: 'create'
      readonly object: KubeObject
      readonly subresource?: string
      readonly name?: string
    }
  | { readonly verb: 'update'; readonly object: KubeObject; readonly subresource?: string }
  | {
      readonly verb: 'patch'
      readonly target: Target
      readonly type: PatchType
      readonly patch: unknown
      readonly subresource?: string
    }
  /** `options` is a DeleteOptions. */
  | { readonly verb: 'delete'; readonly target: Target; readonly options?: object }
  /** The API server is asked, not the cache. */
  | { readonly verb: 'get'; readonly target: Target }
  /** Anything else: whole collections, discovery, subresources. */
  | { readonly verb: 'request'; readonly request: ApiRequest }
  | {
      readonly verb: 'event'
      readonly about: Target
      readonly type: 'Normal' | 'Warning'
      readonly reason: string
      readonly message: string
    }

/** A computation that writes: what is yielded is done before it goes on; what is yielded as a list, side by side. */
export type Writes<R = void> = Generator<Write | readonly Write[], R, unknown>

/** What came of a write: the object as it is now, or why not. */
export type WriteResult<T = KubeObject> =
  | { readonly object: T; readonly error?: undefined }
  | { readonly object?: undefined; readonly error: WriteError }

/** A write that the API server refused, or that never got there (code 0). */
export class WriteError extends Error {
  readonly code: number
  readonly reason: string
  readonly status: Status | undefined

  constructor(message: string, code: number, reason: string, status?: Status) {
    super(message)
    this.code = code
    this.reason = reason
    this.status = status
  }
}

// What `yield` takes. A bare `yield write` throws its WriteError into the computation, which ends it: it will be tried again.

export const create = (object: KubeObject): Write => ({ verb: 'create', object })

/** Replace the object that has this name; a resourceVersion in it must be the current one. */
export const update = (object: KubeObject): Write => ({ verb: 'update', object })

export const updateStatus = (object: KubeObject): Write => ({ verb: 'update', object, subresource: 'status' })

export const patch = (
  target: Target,
  body: unknown,
  type: PatchType = 'strategic',
  subresource?: string,
): Write => ({
  verb: 'patch',
  target,
  type,
  patch: body,
  ...(subresource ? { subresource } : {}),
})

export const remove = (target: Target, options?: object): Write => ({ verb: 'delete', target, options })

/** Ask the API server itself, where the cache may be too old to act on (a "live" read). */
export const read = (target: Target): Write => ({ verb: 'get', target })

export const request = (request: ApiRequest): Write => ({ verb: 'request', request })

export const event = (about: Target, type: 'Normal' | 'Warning', reason: string, message: string): Write => ({
  verb: 'event',
  about,
  type,
  reason,
  message,
})

/** Do it and go on with the object; throws the WriteError. */
export function* perform<T = KubeObject>(write: Write): Writes<T> {
  return (yield write) as T
}

/** Do it and go on with what came of it. */
export function* attempt<T = KubeObject>(write: Write): Writes<WriteResult<T>> {
  const [result] = (yield [write]) as WriteResult<T>[]
  return result
}

/** Do all of it at once and go on with what came of each. */
export function* attemptAll<T = KubeObject>(writes: readonly Write[]): Writes<WriteResult<T>[]> {
  if (!writes.length) return []
  return (yield writes) as WriteResult<T>[]
}

/** An API server's answer as the result of a write. */
export function resultOf(outcome: ApiOutcome): WriteResult {
  if (outcome.error) return { error: new WriteError(goWords(outcome.error), 0, '') }
  const body = outcome.body as (KubeObject & Status) | undefined
  if (outcome.status < 300) return { object: body as KubeObject }
  return {
    error: new WriteError(body?.message ?? `${outcome.body}`, outcome.status, body?.reason ?? '', body),
  }
}
