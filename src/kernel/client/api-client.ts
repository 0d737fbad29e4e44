import type { KubeObject } from '../api/objects.ts'
import type { Status } from '../api/status.ts'
import type { Errno } from '../host/errno.ts'
import {
  formatQuery,
  HttpClient,
  type HttpResponse,
  type Pending,
  type ResponseHandler,
} from '../host/http.ts'
import type { Os } from '../host/program.ts'
import { call, type Sys } from '../host/sys.ts'
import { RateLimiter } from './rate-limiter.ts'
import { collectionPath, objectPath, type ResourceType } from './resource.ts'

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export interface ApiRequest {
  readonly method: string
  /** Without the query, unless `query` is left out. */
  readonly path: string
  readonly query?: Query
  /** A JSON value, shared as it is. */
  readonly body?: unknown
  readonly contentType?: string
  readonly accept?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What came of a request: the server's answer, or why there is none. */
export type ApiOutcome = ApiAnswer | { readonly error: Errno }
export type ApiAnswer = HttpResponse & { readonly error?: undefined }

export interface ApiClientOptions {
  /** `http://host:port`; names are looked up in /etc/hosts. */
  readonly server: string
  /** Asked anew for every request when it may change. */
  readonly token?: string | (() => string)
  readonly userAgent?: string
  readonly impersonate?: { readonly user: string; readonly groups: readonly string[] }
  /** client-go's own limit on requests; none by default. */
  readonly qps?: number
  readonly burst?: number
}

/** One event of a watch; an ERROR carries a Status, a BOOKMARK an object with nothing but a resourceVersion. */
export interface WatchEvent<T = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: T
}

export interface WatchHandlers<T = KubeObject> {
  event(event: WatchEvent<T>): void
  /** Refused with a status, broken with an error, or ended by the server (neither). */
  closed(why: { readonly status?: Status; readonly error?: Errno }): void
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply'

/** Content types of patches. */
export const patchContentTypes: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
}

/** client-go: rest/with_retry.go. */
const MAX_RETRIES = 10

/** A client of one API server; all its requests share one connection. */
export class ApiClient {
  readonly #os: Os
  readonly #options: ApiClientOptions
  readonly server: ServerAddress
  readonly #limiter: RateLimiter | undefined
  readonly #connection: { http: HttpClient | undefined }

  constructor(
    os: Os,
    options: ApiClientOptions,
    connection: { http: HttpClient | undefined } = { http: undefined },
  ) {
    this.#os = os
    this.#options = options
    this.server = parseServer(options.server)
    this.#limiter = options.qps ? new RateLimiter(os, options.qps, options.burst ?? options.qps) : undefined
    this.#connection = connection
  }

  /** The same server and connection under another name, with a rate limit of its own (rest.AddUserAgent). */
  as(userAgent: string, own: Pick<ApiClientOptions, 'qps' | 'burst' | 'token'> = {}): ApiClient {
    return new ApiClient(this.#os, { ...this.#options, ...own, userAgent }, this.#connection)
  }

  /** Ask, and be told once; answers that ask to come again (429, 5xx with Retry-After) are retried. Returns how to give up. */
  request(request: ApiRequest, done: (outcome: ApiOutcome) => void): () => void {
    let cancel = () => {}
    const attempt = (retries: number) => {
      let answer: HttpResponse | undefined
      cancel = this.stream(request, {
        response: (response) => {
          answer = response
        },
        ended: () => {
          const after = retries < MAX_RETRIES ? retryAfterMs(answer) : undefined
          if (after === undefined) done(answer as ApiAnswer)
          else cancel = this.#os.after(after, () => attempt(retries + 1))
        },
        failed: (error) => done({ error }),
      }).cancel
    }
    attempt(0)
    return () => cancel()
  }

  /** The same for commands: waits, and throws the Errno of a broken connection. */
  *call(request: ApiRequest): Sys<ApiAnswer> {
    return yield* call<ApiAnswer>({
      name: 'http',
      start: (_caller, resume, fail) =>
        this.request(request, (outcome) => (outcome.error ? fail(outcome.error) : resume(outcome))),
    })
  }

  /** Ask, and hear the answer as it comes (logs, exec: the answer's `more` frames). */
  stream(request: ApiRequest, handler: ResponseHandler): Pending {
    const waiting = new Throttled()
    const start = () => waiting.begin(this.#send(request, handler))
    const delay = this.#limiter?.reserve() ?? 0
    if (delay) waiting.cancelWait = this.#os.after(delay, start)
    else start()
    return waiting
  }

  /** Watch a collection or, by its field selector, an object. Returns how to stop. */
  watch<T = KubeObject>(path: string, query: Query, handlers: WatchHandlers<T>): () => void {
    let refused: Status | undefined
    const pending = this.stream(
      { method: 'GET', path, query: { ...query, watch: true } },
      {
        response: ({ status, body }) => {
          if (status !== 200) refused = body as Status
        },
        data: (event) => handlers.event(event as WatchEvent<T>),
        ended: () => handlers.closed({ status: refused }),
        failed: (error) => handlers.closed({ error }),
      },
    )
    return () => pending.cancel()
  }

  get(
    resource: ResourceType,
    namespace: string | undefined,
    name: string,
    done: (outcome: ApiOutcome) => void,
  ) {
    return this.request({ method: 'GET', path: objectPath(resource, namespace, name) }, done)
  }

  list(
    resource: ResourceType,
    namespace: string | undefined,
    query: Query,
    done: (outcome: ApiOutcome) => void,
  ) {
    return this.request({ method: 'GET', path: collectionPath(resource, namespace), query }, done)
  }

  create(resource: ResourceType, object: KubeObject, done: (outcome: ApiOutcome) => void) {
    const path = collectionPath(resource, object.metadata.namespace)
    return this.request({ method: 'POST', path, body: object }, done)
  }

  /** Replace an object, or one of its subresources (`status`). */
  update(
    resource: ResourceType,
    object: KubeObject,
    done: (outcome: ApiOutcome) => void,
    subresource?: string,
  ) {
    const { namespace, name = '' } = object.metadata
    return this.request(
      { method: 'PUT', path: objectPath(resource, namespace, name, subresource), body: object },
      done,
    )
  }

  patch(
    resource: ResourceType,
    target: { readonly namespace?: string; readonly name: string; readonly subresource?: string },
    type: PatchType,
    body: unknown,
    done: (outcome: ApiOutcome) => void,
    query?: Query,
  ) {
    const path = objectPath(resource, target.namespace, target.name, target.subresource)
    return this.request({ method: 'PATCH', path, query, body, contentType: patchContentTypes[type] }, done)
  }

  /** `options` is a DeleteOptions. */
  delete(
    resource: ResourceType,
    namespace: string | undefined,
    name: string,
    options: object | undefined,
    done: (outcome: ApiOutcome) => void,
  ) {
    return this.request(
      { method: 'DELETE', path: objectPath(resource, namespace, name), body: options },
      done,
    )
  }

  /** Let go of the connection. */
  close(): void {
    this.#connection.http?.close()
    this.#connection.http = undefined
  }

  #send(request: ApiRequest, handler: ResponseHandler): Pending {
    const http = this.#connect()
    const { method, path, query, body } = request
    const text = query ? formatQuery(query) : ''
    const target = `${this.server.prefix}${path}${text ? `?${text}` : ''}`
    return http.request({ method, path: target, headers: this.#headers(request), body }, handler)
  }

  #connect(): HttpClient {
    this.#connection.http ??= new HttpClient(this.#os, this.server.host, this.server.port)
    return this.#connection.http
  }

  #headers({ body, contentType, accept, headers }: ApiRequest): Record<string, string> {
    const { token, userAgent, impersonate } = this.#options
    return {
      accept: accept ?? 'application/json',
      ...(userAgent ? { 'user-agent': userAgent } : {}),
      ...(token ? { authorization: `Bearer ${typeof token === 'string' ? token : token()}` } : {}),
      ...(impersonate ? { 'impersonate-user': impersonate.user } : {}),
      ...(impersonate?.groups.length ? { 'impersonate-group': impersonate.groups.join(',') } : {}),
      ...(body !== undefined ? { 'content-type': contentType ?? 'application/json' } : {}),
      ...headers,
    }
  }
}

export interface ServerAddress {
  readonly host: string
  readonly port: number
  /** A path before every request's path, without the slash at its end. */
  readonly prefix: string
}

/** `https://host:6443/prefix` taken apart; the scheme only decides the port. */
export function parseServer(url: string): ServerAddress {
  const [, scheme = 'http', host, port, prefix = ''] =
    /^(?:(https?):\/\/)?([^/:]+)(?::(\d+))?(\/.*)?$/.exec(url) ?? []
  if (!host) throw new Error(`host must be a URL or a host:port pair: ${JSON.stringify(url)}`)
  return { host, port: Number(port ?? (scheme === 'https' ? 443 : 80)), prefix: prefix.replace(/\/+$/, '') }
}

/** A request that may still wait for its turn. */
class Throttled implements Pending {
  cancelWait: (() => void) | undefined
  #pending: Pending | undefined

  begin(pending: Pending): void {
    this.#pending = pending
  }

  send(data: unknown): void {
    this.#pending?.send(data)
  }

  end(): void {
    this.#pending?.end()
  }

  readonly cancel = (): void => {
    this.cancelWait?.()
    this.#pending?.cancel()
  }
}

function retryAfterMs(answer: HttpResponse | undefined): number | undefined {
  if (!answer || (answer.status !== 429 && answer.status < 500)) return undefined
  const seconds = Number.parseInt(answer.headers['retry-after'] ?? '', 10)
  return Number.isNaN(seconds) ? undefined : seconds * 1000
}
