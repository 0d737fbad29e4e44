import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { decodeProtobuf } from '../kernel/api/protobuf/decode.ts'
import type { ChannelFrame } from '../kernel/api/remote-command.ts'
import type { Observation } from '../kernel/sim/machine.ts'
import type { Message } from '../kernel/sim/packet.ts'

/** The API server's own limit on request bodies, in bytes. */
const MAX_BODY = 3 * 1024 * 1024
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/
const CHANNELS = ['v5.channel.k8s.io', 'v4.channel.k8s.io']
const STDIN_CLOSED = 255
/** What the kernel never sees: hop-by-hop headers, and encodings it does not speak. */
const DROPPED = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'keep-alive',
  'expect',
])

interface Fact {
  readonly type: string
  readonly id?: string
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly data?: unknown
  readonly error?: string
}

type Exchange = (fact: Fact) => void

/** Real HTTP to inputs of the laptop, and the laptop's observations back to real HTTP (kernel/client/relay.ts). */
export class HttpDoor {
  readonly #input: (input: Message) => void
  readonly #sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => CHANNELS.find((name) => offered.has(name)) ?? false,
  })
  #exchanges = new Map<string, Exchange>()
  #next = 1

  constructor(input: (input: Message) => void) {
    this.#input = input
  }

  /** Give it every observation. */
  observed({ body }: Observation): void {
    const fact = body as Fact
    if (fact.type.startsWith('http-') && fact.id !== undefined) this.#exchanges.get(fact.id)?.(fact)
  }

  request(request: IncomingMessage, response: ServerResponse): void {
    if (!LOOPBACK.test(request.headers.host ?? ''))
      return fail(response, 403, 'the Host header is not a loopback address')
    const parts: Buffer[] = []
    let size = 0
    request.on('data', (part: Buffer) => {
      size += part.length
      if (size <= MAX_BODY) parts.push(part)
    })
    request.on('end', () => {
      if (size > MAX_BODY) return fail(response, 413, `Request entity too large: limit is ${MAX_BODY}`)
      this.#forward(request, response, Buffer.concat(parts))
    })
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
    if (!LOOPBACK.test(request.headers.host ?? '')) return refuse(socket, { ...noUpgrade, status: 403 })
    const spoken = offered.some((name) => CHANNELS.includes(name))
    // Who asks by SPDY hears why the server refuses, as kubectl wants it when a WebSocket was refused; more of SPDY is not spoken.
    request.headers = {
      ...request.headers,
      upgrade: 'websocket',
      'sec-websocket-protocol': spoken ? offered.join(', ') : CHANNELS[0],
    }
    const id = this.#begin(request, undefined)
    this.#exchanges.set(id, (first) => {
      this.#exchanges.delete(id)
      if (first.status !== 101) return refuse(socket, first)
      if (!spoken) {
        this.#put({ type: 'http-cancel', id })
        return refuse(socket, noUpgrade)
      }
      this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#stream(id, ws))
    })
  }

  #forward(request: IncomingMessage, response: ServerResponse, raw: Buffer): void {
    let body: unknown
    try {
      body = this.#decode(request.headers['content-type'] ?? '', raw)
    } catch (error) {
      return fail(response, 400, (error as Error).message)
    }
    const id = this.#begin(request, body)
    let over = false
    this.#exchanges.set(id, (fact) => {
      over = fact.type === 'http-end' || fact.type === 'http-error'
      if (over) this.#exchanges.delete(id)
      answer(response, fact)
    })
    response.on('close', () => {
      this.#exchanges.delete(id)
      if (!over) this.#put({ type: 'http-cancel', id })
    })
  }

  #begin(request: IncomingMessage, body: unknown): string {
    const id = `h${this.#next++}`
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(request.headers)) {
      if (typeof value === 'string' && !DROPPED.has(name)) headers[name] = value
    }
    if (headers['accept']) headers['accept'] = withoutProtobuf(headers['accept'])
    if (headers['content-type']?.includes('protobuf')) headers['content-type'] = 'application/json'
    this.#put({ type: 'http', id, method: request.method, path: request.url, headers, body })
    return id
  }

  #decode(contentType: string, raw: Buffer): unknown {
    if (!raw.length) return undefined
    if (contentType.includes('protobuf')) return decodeProtobuf(raw)
    const text = raw.toString('utf8')
    if (contentType.includes('yaml')) return jsonOr(text)
    return contentType.includes('json') || contentType === '' ? JSON.parse(text) : text
  }

  #stream(id: string, ws: WebSocket): void {
    this.#exchanges.set(id, (fact) => {
      if (fact.type === 'http-data') send(ws, fact.data as ChannelFrame)
      else if (fact.type !== 'http-response') {
        this.#exchanges.delete(id)
        ws.close(1000)
      }
    })
    ws.on('message', (data: Buffer) => {
      const channel = data[0]
      if (channel === STDIN_CLOSED) this.#put({ type: 'http-data', id, data: { close: 0 } })
      else this.#put({ type: 'http-data', id, data: { channel, data: data.subarray(1).toString('utf8') } })
    })
    ws.on('close', () => {
      if (this.#exchanges.delete(id)) this.#put({ type: 'http-cancel', id })
    })
  }

  #put(input: Message & Record<string, unknown>): void {
    this.#input(input)
  }
}

function answer(response: ServerResponse, fact: Fact): void {
  switch (fact.type) {
    case 'http-response':
      response.writeHead(fact.status ?? 500, fact.headers)
      response.flushHeaders()
      if (fact.body !== undefined) response.write(textOf(fact.body))
      return
    case 'http-data':
      response.write(typeof fact.data === 'string' ? fact.data : `${JSON.stringify(fact.data)}\n`)
      return
    case 'http-error':
      if (!response.headersSent) return fail(response, 502, fact.error ?? 'no answer')
      response.destroy()
      return
    default:
      response.end()
  }
}

const textOf = (body: unknown): string => (typeof body === 'string' ? body : `${JSON.stringify(body)}\n`)

/** Answers are JSON; asking for protobuf first is no reason to refuse. */
function withoutProtobuf(accept: string): string {
  const rest = accept.split(',').filter((type) => !type.includes('protobuf'))
  return rest.length ? rest.join(',') : 'application/json'
}

/** Server-side apply sends YAML or JSON; text that is no JSON goes on as it is. */
function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function send(ws: WebSocket, frame: ChannelFrame): void {
  if ('close' in frame) return
  ws.send(Buffer.concat([Buffer.from([frame.channel]), Buffer.from(frame.data, 'utf8')]))
}

function refuse(socket: Duplex, { status = 502, body, error }: Fact): void {
  const text = body === undefined ? (error ?? '') : textOf(body)
  socket.end(
    `HTTP/1.1 ${status} Error\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  )
}

const noUpgrade: Fact = {
  type: 'http-response',
  status: 400,
  body: 'only WebSockets with v5.channel.k8s.io or v4.channel.k8s.io are spoken here',
}

function fail(response: ServerResponse, code: number, message: string): void {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code }
  response.writeHead(code, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify(status)}\n`)
}
