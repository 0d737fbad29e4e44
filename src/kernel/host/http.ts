import { Errno } from './errno.ts'
import type { Connection } from './net/connection.ts'
import { lookup } from './net/dns/resolver.ts'
import type { Os } from './program.ts'

/**
 * HTTP between machines. One connection carries many exchanges side by side, as HTTP/2 does. Bodies are text, or JSON values that
 * are shared as they are (never changed by anyone) and become text only at the doors to the real world.
 */
export interface HttpRequest {
  readonly method: string
  /** Path and query: `/api/v1/pods?watch=true`. */
  readonly path: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface HttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** What travels on the connection; `id` tells exchanges apart. */
export type HttpFrame =
  | ({ readonly http: 'request'; readonly id: number } & HttpRequest)
  /** `more`: data frames follow, until `end`. */
  | ({ readonly http: 'response'; readonly id: number; readonly more: boolean } & HttpResponse)
  | { readonly http: 'data'; readonly id: number; readonly data: unknown }
  | { readonly http: 'end'; readonly id: number }
  | { readonly http: 'reset'; readonly id: number }
  | { readonly http: 'ping' | 'pong'; readonly id: number }

/** One exchange as the server sees it. */
export interface Exchange {
  readonly request: HttpRequest
  /** Address of the client. */
  readonly peer: string
  /** Answer at once and whole. */
  respond(response: HttpResponse): void
  /** Answer with a head, and data later (a watch, a log, an upgraded connection). */
  stream(response: HttpResponse): Stream
}

/** An answer, or an upgraded connection, that goes on. */
export interface Stream {
  readonly open: boolean
  send(data: unknown): void
  end(): void
  /** Data from the client (upgraded connections), and its end: it closed, or its machine was lost. */
  handle(on: { data?(data: unknown): void; closed(): void }): void
}

/** Serve HTTP on a port. Throws EADDRINUSE. Returns how to stop. */
export function serveHttp(
  os: Os,
  port: number,
  handle: (exchange: Exchange) => void,
  options: { address?: string } = {},
): () => void {
  const listener = os.listen(port, (connection) => new ServerConnection(connection, handle), options)
  return () => listener.close()
}

class ServerConnection {
  readonly #connection: Connection
  readonly #handle: (exchange: Exchange) => void
  #streams = new Map<number, ServerStream>()

  constructor(connection: Connection, handle: (exchange: Exchange) => void) {
    this.#connection = connection
    this.#handle = handle
    connection.handle({ message: (frame) => this.#frame(frame as HttpFrame), closed: () => this.#closed() })
  }

  #frame(frame: HttpFrame): void {
    if (frame.http === 'request') this.#request(frame.id, frame)
    else if (frame.http === 'ping') this.#connection.send({ http: 'pong', id: frame.id } satisfies HttpFrame)
    else if (frame.http === 'data') this.#streams.get(frame.id)?.on?.data?.(frame.data)
    else if (frame.http === 'reset' || frame.http === 'end') this.#streams.get(frame.id)?.close()
  }

  #request(id: number, request: HttpRequest): void {
    const send = (frame: HttpFrame) => this.#connection.send(frame)
    this.#handle({
      request,
      peer: this.#connection.remote.address,
      respond: (response) => send({ ...response, http: 'response', id, more: false }),
      stream: (response) => {
        send({ ...response, http: 'response', id, more: true })
        const stream = new ServerStream(id, send, () => this.#streams.delete(id))
        this.#streams.set(id, stream)
        return stream
      },
    })
  }

  #closed(): void {
    for (const stream of [...this.#streams.values()]) stream.close()
  }
}

class ServerStream implements Stream {
  readonly #id: number
  readonly #send: (frame: HttpFrame) => void
  readonly #forget: () => void
  open = true
  on: { data?(data: unknown): void; closed(): void } | undefined

  constructor(id: number, send: (frame: HttpFrame) => void, forget: () => void) {
    this.#id = id
    this.#send = send
    this.#forget = forget
  }

  send(data: unknown): void {
    if (this.open) this.#send({ http: 'data', id: this.#id, data })
  }

  end(): void {
    if (!this.open) return
    this.open = false
    this.#send({ http: 'end', id: this.#id })
    this.#forget()
  }

  handle(on: { data?(data: unknown): void; closed(): void }): void {
    this.on = on
  }

  close(): void {
    if (!this.open) return
    this.open = false
    this.#forget()
    this.on?.closed()
  }
}

/** What a client wants to hear of an exchange. Either `failed` or `ended` comes last, once. */
export interface ResponseHandler {
  response(response: HttpResponse): void
  data?(data: unknown): void
  ended?(): void
  /** The connection could not be made, or broke: ECONNREFUSED, ETIMEDOUT, ECONNRESET ... */
  failed(error: Errno): void
}

/** One exchange under way, as its client holds it. */
export interface Pending {
  /** Send data to the server (upgraded connections). */
  send(data: unknown): void
  end(): void
  cancel(): void
}

/** golang.org/x/net/http2 as client-go sets it: ReadIdleTimeout 30 s, PingTimeout 15 s. */
const IDLE_MS = 30_000
const PING_TIMEOUT_MS = 15_000
const DIAL_TIMEOUT_MS = 30_000

/** Keeps one connection to a server and sends requests over it, connecting again when it broke. */
export class HttpClient {
  readonly #os: Os
  /** An address, or a name. */
  readonly address: string
  readonly port: number
  readonly #dialTimeoutMs: number
  #connection: Connection | undefined
  #dialling = false
  #queue: { frame: HttpFrame; handler: ResponseHandler }[] = []
  #pending = new Map<number, ResponseHandler>()
  #nextId = 1
  #heardAt = 0
  #watchdog: (() => void) | undefined

  constructor(os: Os, address: string, port: number, { dialTimeoutMs = DIAL_TIMEOUT_MS } = {}) {
    this.#os = os
    this.address = address
    this.port = port
    this.#dialTimeoutMs = dialTimeoutMs
  }

  request(request: HttpRequest, handler: ResponseHandler): Pending {
    const id = this.#nextId++
    const frame: HttpFrame = { http: 'request', id, ...request }
    if (this.#connection?.open) this.#send(frame, handler)
    else {
      this.#queue.push({ frame, handler })
      this.#dial()
    }
    return {
      send: (data) => this.#connection?.send({ http: 'data', id, data } satisfies HttpFrame),
      end: () => this.#connection?.send({ http: 'end', id } satisfies HttpFrame),
      cancel: () => this.#cancel(id),
    }
  }

  /** Let go of the connection; what is pending hears nothing more. */
  close(): void {
    this.#pending.clear()
    this.#queue = []
    this.#watchdog?.()
    this.#watchdog = undefined
    this.#connection?.close()
    this.#connection = undefined
  }

  #send(frame: HttpFrame, handler: ResponseHandler): void {
    if (frame.http === 'request') this.#pending.set(frame.id, handler)
    this.#connection?.send(frame)
  }

  #cancel(id: number): void {
    this.#queue = this.#queue.filter(({ frame }) => frame.id !== id)
    if (this.#pending.delete(id)) this.#connection?.send({ http: 'reset', id } satisfies HttpFrame)
  }

  #dial(): void {
    if (this.#dialling) return
    this.#dialling = true
    lookup(this.#os, this.address, ({ addresses: [address] }) => {
      if (address === undefined) this.#undialled(new Errno('EAI_NONAME'))
      else this.#connect(address)
    })
  }

  #connect(address: string): void {
    this.#os.connect(
      address,
      this.port,
      {
        opened: (connection) => this.#opened(connection),
        failed: (error) => this.#undialled(error),
      },
      { timeoutMs: this.#dialTimeoutMs },
    )
  }

  #undialled(error: Errno): void {
    this.#dialling = false
    for (const { handler } of this.#queue.splice(0)) handler.failed(error)
  }

  #opened(connection: Connection): void {
    this.#dialling = false
    this.#connection = connection
    connection.handle({
      message: (frame) => this.#frame(frame as HttpFrame),
      closed: (error) => this.#broken(connection, error ?? new Errno('ECONNRESET')),
    })
    for (const { frame, handler } of this.#queue.splice(0)) this.#send(frame, handler)
    this.#heardAt = this.#os.now
    this.#watch(connection)
  }

  #frame(frame: HttpFrame): void {
    this.#heardAt = this.#os.now
    const handler = this.#pending.get(frame.id)
    if (!handler) return
    if (frame.http === 'response') {
      if (!frame.more) this.#pending.delete(frame.id)
      handler.response(frame)
      if (!frame.more) handler.ended?.()
    } else if (frame.http === 'data') handler.data?.(frame.data)
    else if (frame.http === 'end' || frame.http === 'reset') {
      this.#pending.delete(frame.id)
      handler.ended?.()
    }
  }

  /** A server whose machine is gone says nothing: ask it when it was silent for long while something is pending. */
  #watch(connection: Connection): void {
    this.#watchdog?.()
    this.#watchdog = this.#os.after(IDLE_MS, () => {
      if (connection !== this.#connection) return
      if (!this.#pending.size || this.#os.now - this.#heardAt < IDLE_MS) return this.#watch(connection)
      connection.send({ http: 'ping', id: 0 } satisfies HttpFrame)
      this.#watchdog = this.#os.after(PING_TIMEOUT_MS, () => {
        if (connection !== this.#connection) return
        if (this.#os.now - this.#heardAt < PING_TIMEOUT_MS) return this.#watch(connection)
        connection.abort()
        this.#broken(connection, new Errno('ETIMEDOUT'))
      })
    })
  }

  #broken(connection: Connection, error: Errno): void {
    if (connection !== this.#connection) return
    this.#connection = undefined
    this.#watchdog?.()
    this.#watchdog = undefined
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    for (const handler of pending) handler.failed(error)
  }
}

/** Split a path from its query; values are percent-decoded, the last of several wins (`queries` keeps all). */
export function parsePath(path: string): {
  path: string
  query: Record<string, string>
  queries: [string, string][]
} {
  const mark = path.indexOf('?')
  const queries: [string, string][] = []
  if (mark >= 0) {
    for (const pair of path.slice(mark + 1).split('&')) {
      if (!pair) continue
      const equals = pair.indexOf('=')
      queries.push([
        decode(equals < 0 ? pair : pair.slice(0, equals)),
        decode(equals < 0 ? '' : pair.slice(equals + 1)),
      ])
    }
  }
  return { path: mark < 0 ? path : path.slice(0, mark), query: Object.fromEntries(queries), queries }
}

/** `a=1&b=x%20y` from pairs; undefined values are left out. */
export function formatQuery(query: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined)
  return pairs
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '))
  } catch {
    return text
  }
}
