import { serveHttp, type Exchange } from '../../../src/kernel/host/http.ts'
import type { Os } from '../../../src/kernel/host/program.ts'

/** One recorded exchange of a real kubectl with a real API server. */
export interface Recorded {
  readonly label: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly res: Readonly<Record<string, string>>
  readonly resBody?: unknown
  readonly body?: unknown
  readonly how: 'end' | 'client-close'
  readonly req: Readonly<Record<string, string>>
}

/** An API server that answers what was recorded, in order. */
export class Replay {
  readonly #exchanges: readonly Recorded[]
  readonly #used = new Set<number>()
  /** Where this call's exchanges can begin. */
  #base = 0
  #highest = -1
  /** Commands of the calls since an exchange was last found. */
  #since = new Set<string>()
  #command = ''
  readonly missed: string[] = []

  constructor(exchanges: readonly Recorded[]) {
    this.#exchanges = exchanges
  }

  serve(os: Os, port: number): void {
    serveHttp(os, port, (exchange) => this.#answer(exchange))
  }

  /** The next call begins: what came before is not for it. `command` is as kubectl tells it to the server: `kubectl get`. */
  nextCall(command: string): void {
    if (this.#highest >= this.#base) this.#since = new Set([this.#command])
    this.#base = Math.max(this.#base, this.#highest + 1)
    this.#since.add(command)
    this.#command = command
    this.missed.length = 0
  }

  #answer(exchange: Exchange): void {
    const { method, path } = exchange.request
    const key = `${method} ${normal(path)}`
    const found = this.#find(key)
    if (!found) {
      this.missed.push(key)
      exchange.respond({ status: 404, headers: {}, body: notRecorded(key) })
      return
    }
    reply(
      exchange,
      found,
      this.#command === 'kubectl get' && exchange.request.headers['accept'] === 'application/json, */*',
    )
  }

  #find(key: string): Recorded | undefined {
    if (/^GET \/apis?$/.test(key)) return this.#before(key, DISCOVERY_AHEAD)
    return this.#next(key, true) ?? this.#before(key, 0) ?? this.#next(key, false)
  }

  /** `near`: not past exchanges of commands that were not called; otherwise a few further, for calls that ran side by side. */
  #next(key: string, near: boolean): Recorded | undefined {
    const end = near ? this.#exchanges.length : Math.min(this.#exchanges.length, this.#base + 12)
    for (let i = this.#base; i < end; i++) {
      const one = this.#exchanges[i] as Recorded
      const command = one.req['kubectl-command']
      if (near && command && !this.#since.has(command)) break
      if (command && command !== this.#command) continue
      if (this.#used.has(i) || keyOf(one) !== key || one.status === 304) continue
      this.#used.add(i)
      if (near) this.#highest = Math.max(this.#highest, i)
      return one
    }
    return undefined
  }

  /** kubectl keeps discovery on its disk, and may ask for the same again: any recording will do, the last before now best. */
  #before(key: string, ahead: number): Recorded | undefined {
    if (!key.startsWith('GET ')) return undefined
    const now = Math.max(this.#base, this.#highest)
    const same = this.#exchanges
      .map((one, i) => ({ one, i }))
      .filter(({ one }) => keyOf(one) === key && one.status !== 304)
    return (same.findLast(({ i }) => i <= now + ahead) ?? (ahead ? same[0] : undefined))?.one
  }
}

/** kubectl asks for discovery only when it misses something: what it learns then held a little before. */
const DISCOVERY_AHEAD = 15

const keyOf = ({ method, path }: Recorded): string => `${method} ${normal(path)}`

/** `raw`: the text itself is wanted. */
function reply(exchange: Exchange, { status, res, resBody, how }: Recorded, raw: boolean): void {
  const headers: Record<string, string> = {}
  if (res['warning']) headers['warning'] = res['warning']
  const text = typeof resBody === 'string' ? resBody : JSON.stringify(resBody ?? '')
  if (!/watch=true/.test(exchange.request.path)) {
    exchange.respond({
      status,
      headers,
      body: raw && status < 400 ? text : parsed(text, res['content-type'] ?? ''),
    })
    return
  }
  const stream = exchange.stream({ status, headers })
  for (const line of text.split('\n')) if (line.trim().startsWith('{')) stream.send(JSON.parse(line))
  if (how === 'end') stream.end()
}

function parsed(text: string, contentType: string): unknown {
  if (!contentType.includes('json') && !text.startsWith('{')) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const notRecorded = (key: string) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: `not recorded: ${key}`,
  reason: 'NotRecorded',
  code: 404,
})

/** Field selectors come out of a Go map. */
const sortedTerms = (pair: string) =>
  pair.startsWith('fieldSelector=') ? `fieldSelector=${pair.slice(14).split(',').sort().join(',')}` : pair

/** Query in one order, without what differs from run to run. */
function normal(path: string): string {
  const mark = path.indexOf('?')
  if (mark < 0) return path
  const pairs = path
    .slice(mark + 1)
    .split('&')
    .map((pair) => decodeURIComponent(pair.replaceAll('+', ' ')))
  const kept = pairs
    .map(sortedTerms)
    .filter((pair) => !/^(timeoutSeconds|timeout|resourceVersion|hash)=/.test(pair))
    .sort()
  return kept.length ? `${path.slice(0, mark)}?${kept.join('&')}` : path.slice(0, mark)
}
