import { StatusError, timeout, unknownError, internalError, type Status } from '../api/status.ts'
import type { HttpResponse } from '../host/http.ts'
import { EtcdError } from './etcd-client.ts'

export const jsonType = 'application/json'

/** A JSON answer. */
export const json = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse => ({
  status,
  headers: { 'content-type': jsonType, ...headers },
  body,
})

export const text = (status: number, body: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body,
})

/** The answer that a Status is. */
export function statusAnswer(status: Status): HttpResponse {
  const seconds = status.details?.retryAfterSeconds
  return json(status.code ?? 500, status, seconds ? { 'retry-after': String(seconds) } : {})
}

export const pageNotFound = (): HttpResponse => text(404, '404 page not found\n')

/** What the API server says when a request took longer than it may (apiserver: filters/timeout.go). */
export const requestTimedOut = (): StatusError =>
  new StatusError(timeout('request did not complete within requested timeout - context deadline exceeded', 0))

/** The Status for whatever went wrong; what is our own fault goes on its way up. */
export function statusOf(error: unknown): Status {
  if (error instanceof StatusError) return error.status
  if (error instanceof EtcdError)
    return error.message === 'context deadline exceeded'
      ? requestTimedOut().status
      : unknownError(error.message)
  throw error
}

/** The Status of a failure of ours that must not end the process (apiserver: filters/wrap.go WithPanicRecovery). */
export const panicStatus = (): Status =>
  internalError('This request caused apiserver to panic. Look in the logs for details.')
