import type { JsonObject } from '../api/objects.ts'
import type { Status } from '../api/status.ts'
import { StatusError } from '../api/status.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { Errno } from '../host/errno.ts'
import { goWords } from '../host/errno.ts'
import { UserError } from '../api/user-error.ts'
import type { HttpResponse, Pending } from '../host/http.ts'
import type { Os } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { ConnectionError } from './errors.ts'
import { Mailbox } from './mailbox.ts'

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

export interface ApiRequest {
  readonly method?: string
  readonly path: string
  readonly query?: Query
  readonly accept?: string
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** The path is the user's own: errors name no resource. */
  readonly raw?: boolean
  /** Give up after this many milliseconds. */
  readonly timeoutMs?: number
}

export type Event =
  | { readonly refused: Error }
  | { readonly response: HttpResponse }
  | { readonly data: unknown }
  | { readonly ended: true }
  | { readonly failed: Errno }
  | { readonly timeout: true }

/** An answer that goes on; take its data until it gives undefined. */
export class ApiStream {
  readonly response: HttpResponse
  readonly #mailbox: Mailbox<Event>
  readonly #pending: Pending
  readonly #fail: (why: string) => Error
  #ended = false

  constructor(
    response: HttpResponse,
    mailbox: Mailbox<Event>,
    pending: Pending,
    fail: (why: string) => Error,
  ) {
    this.response = response
    this.#mailbox = mailbox
    this.#pending = pending
    this.#fail = fail
  }

  /** The next piece of data; `ended` when there is no more, `timeout` when it took too long. */
  *next(): Sys<{ readonly data: unknown } | 'ended' | 'timeout'> {
    if (this.#ended) return 'ended'
    const event = yield* this.#mailbox.take()
    if ('data' in event) return event
    if ('timeout' in event) return 'timeout'
    this.#ended = true
    if ('failed' in event) throw this.#fail(goWords(event.failed))
    if ('refused' in event) throw event.refused
    return 'ended'
  }

  /** Put something among the data, as if the server had sent it: a timer, standard input, a signal. */
  inject(data: unknown): void {
    this.#mailbox.put({ data })
  }

  send(data: unknown): void {
    this.#pending.send(data)
  }

  /** No more from here. */
  end(): void {
    this.#pending.end()
  }

  cancel(): void {
    this.#ended = true
    this.#pending.cancel()
  }
}

/** Requests to the API server as generators; errors are thrown as kubectl reports them. */
export class Api {
  readonly url: string
  readonly #os: Os
  readonly #client: ApiClient
  readonly #warned: (warning: string) => void
  /** For every request (--request-timeout); 0 is no limit. */
  readonly #timeoutMs: number

  constructor(os: Os, client: ApiClient, url: string, warned: (warning: string) => void, timeoutMs = 0) {
    this.#os = os
    this.#client = client
    this.url = url
    this.#warned = warned
    this.#timeoutMs = timeoutMs
  }

  /** The body of the answer; a Status of failure is thrown. */
  *call(request: ApiRequest): Sys<JsonObject> {
    return (yield* this.exchange(request)).body as JsonObject
  }

  /** The whole answer; a Status of failure is thrown. */
  *exchange(request: ApiRequest): Sys<HttpResponse> {
    const { mailbox, pending } = this.#start(request)
    const response = yield* this.#response(request, mailbox)
    if (request.timeoutMs) pending.cancel()
    return response
  }

  /** An answer whose data is taken as it comes. */
  *open(request: ApiRequest): Sys<ApiStream> {
    const { mailbox, pending } = this.#start(request)
    const response = yield* this.#response(request, mailbox)
    return new ApiStream(response, mailbox, pending, (why) => this.#failure(request, why))
  }

  /** Hear of an answer as it comes, for those who follow several at once. Returns how to stop. */
  listen(request: ApiRequest, put: (event: Event) => void): () => void {
    const { path, method = 'GET', body, accept, contentType, headers } = request
    const wire = { method, path: pathOf({ path, query: request.query }), body, accept, contentType, headers }
    const pending = this.#client.stream(wire, {
      response: (response) => {
        try {
          put({ response: this.#accepted(request, response) })
        } catch (error) {
          put({ refused: error as Error })
        }
      },
      data: (data) => put({ data }),
      ended: () => put({ ended: true }),
      failed: (failed) => put({ refused: this.#failure(request, this.#dialWords(failed)) }),
    })
    return () => pending.cancel()
  }

  /** An upgraded connection that carries data both ways, for those who wait for nothing. */
  connect(request: ApiRequest, on: { data(data: unknown): void; closed(error?: Error): void }): Pending {
    const { path, method = 'GET', headers } = request
    let refused: Error | undefined
    return this.#client.stream(
      { method, path: pathOf({ path, query: request.query }), headers },
      {
        response: (response) => {
          if (response.status >= 400) refused = refusal(response, request)
        },
        data: on.data,
        ended: () => on.closed(refused),
        failed: (failed) => on.closed(this.#failure(request, this.#dialWords(failed))),
      },
    )
  }

  *#response(request: ApiRequest, mailbox: Mailbox<Event>): Sys<HttpResponse> {
    const event = yield* mailbox.take()
    if ('response' in event) return this.#accepted(request, event.response)
    throw this.#failure(request, 'failed' in event ? this.#dialWords(event.failed) : timeoutWords)
  }

  #start(request: ApiRequest): { mailbox: Mailbox<Event>; pending: Pending } {
    const mailbox = new Mailbox<Event>()
    const { method = 'GET', body, accept, contentType, headers } = request
    const wire = { method, path: pathOf(request), body, accept, contentType, headers }
    const pending = this.#client.stream(wire, {
      response: (response) => mailbox.put({ response }),
      data: (data) => mailbox.put({ data }),
      ended: () => mailbox.put({ ended: true }),
      failed: (failed) => mailbox.put({ failed }),
    })
    const limit = request.timeoutMs ?? this.#timeoutMs
    if (limit) this.#os.after(limit, () => mailbox.put({ timeout: true }))
    return { mailbox, pending }
  }

  #accepted(request: ApiRequest, response: HttpResponse): HttpResponse {
    for (const warning of warnings(response.headers['warning'])) this.#warned(warning)
    if (response.status >= 400) throw refusal(response, request)
    return response
  }

  #failure({ method = 'GET', path }: ApiRequest, cause: string): ConnectionError {
    const { host, port } = this.#client.server
    return new ConnectionError(
      method,
      this.url + path,
      /:\d+(\/|$)/.test(this.url) ? `${host}:${port}` : host,
      cause,
    )
  }

  #dialWords(error: Errno): string {
    const { host, port } = this.#client.server
    if (error.code === 'ETIMEDOUT') return `dial tcp ${host}:${port}: i/o timeout`
    if (error.code === 'ECONNRESET') return `read tcp ${host}:${port}: connection reset by peer`
    if (error.code === 'EAI_NONAME') return `dial tcp: lookup ${host}: no such host`
    return `dial tcp ${host}:${port}: connect: ${goWords(error)}`
  }
}

const timeoutWords = 'net/http: request canceled (Client.Timeout exceeded while awaiting headers)'

/** Path and query as Go writes them: keys sorted, values escaped by url.QueryEscape. */
export function pathOf({ path, query = {} }: Pick<ApiRequest, 'path' | 'query'>): string {
  const parts: string[] = []
  for (const key of Object.keys(query).sort()) {
    const value = query[key]
    const values = Array.isArray(value)
      ? (value as readonly string[])
      : value === undefined
        ? []
        : [String(value)]
    for (const one of values) parts.push(`${escaped(key)}=${escaped(one)}`)
  }
  return parts.length ? `${path}${path.includes('?') ? '&' : '?'}${parts.join('&')}` : path
}

const escaped = (text: string) =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')

/** `299 - "text"`, several separated by commas (RFC 7234). */
function warnings(header: string | undefined): string[] {
  return [...(header ?? '').matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    text.replace(/\\(.)/g, '$1'),
  )
}

/** A Status; what else a server says to an upgrade is told as it is (apimachinery: httpstream/spdy NewConnection). */
function refusal(response: HttpResponse, request: ApiRequest): UserError {
  const { body } = response
  if (request.headers?.['upgrade'] && typeof body === 'string' && !body.startsWith('{'))
    return new UserError(`unable to upgrade connection: ${body.trim()}`)
  return new StatusError(statusOf(response, request))
}

/** The Status of an answer; made up when the server sent something else (client-go: rest/request.go). */
function statusOf(response: HttpResponse, { method = 'GET', path, raw }: ApiRequest): Status {
  const body = response.body as Partial<Status> | string | undefined
  if (typeof body === 'object' && body?.kind === 'Status') return body as Status
  const said = typeof body === 'string' ? body : ''
  const [reason, message] = genericReasons[response.status] ?? [
    '',
    `an error on the server (${JSON.stringify(said || 'unknown')}) has prevented the request from succeeding`,
  ]
  const [, resource = '', name = ''] = /\/(?:namespaces\/[^/]+\/)?([a-z]+)(?:\/([^/?]+))?$/.exec(path) ?? []
  const tail = resource && !raw ? ` (${method.toLowerCase()} ${resource}${name ? ` ${name}` : ''})` : ''
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `${message}${tail}`,
    ...(reason ? { reason } : {}),
    code: response.status,
  }
}

/** apimachinery: pkg/api/errors/errors.go NewGenericServerResponse */
const genericReasons: Readonly<Record<number, readonly [string, string]>> = {
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  403: ['Forbidden', 'the server does not allow access to the requested resource'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  409: ['Conflict', 'the server reported a conflict'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: [
    'Timeout',
    'the server was unable to return a response in the time allotted, but may still be processing the request',
  ],
}
