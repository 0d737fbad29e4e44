import { question, type DnsMessage } from '../../host/net/dns/message.ts'
import { exchange } from '../../host/net/dns/exchange.ts'
import type { Handler, ServerContext } from './handler.ts'

/** CoreDNS: plugin/loop. */
const RETRY_MS = 2000
const GIVE_UP_MS = 30_000
const MAX_SEEN = 2

/** Asks oneself for a name nobody has; whoever hears that more than twice sends queries round in a circle, and had better end. */
export class LoopDetector {
  readonly #context: ServerContext
  readonly #name: string
  #seen = 0
  #done = false
  #startedAt = 0

  constructor(context: ServerContext) {
    const { os } = context
    const digits = () => `${Math.floor(os.random() * 1e9)}${Math.floor(os.random() * 1e9)}`
    this.#context = context
    this.#name = `${digits()}.${digits()}.${context.zones[0] === '.' ? '' : context.zones[0]}`
  }

  start(): void {
    this.#startedAt = this.#context.os.now
    this.#probe()
  }

  stop(): void {
    this.#done = true
  }

  handler(next: Handler): Handler {
    return (query, done) => {
      if (!this.#done && this.#isProbe(query.message)) this.#count(query.peer.address, query.peer.port)
      next(query, done)
    }
  }

  #isProbe({ question: { name, type } }: DnsMessage): boolean {
    return type === 'HINFO' && name === this.#name
  }

  #count(address: string, port: number): void {
    if (++this.#seen <= MAX_SEEN) return
    const { log, os, port: own, zones } = this.#context
    log(
      'FATAL',
      `plugin/loop: Loop (${address}:${port} -> :${own}) detected for zone "${zones[0]}", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO ${this.#name}"`,
    )
    os.exit(1)
  }

  #probe(): void {
    const { os, port } = this.#context
    if (this.#done) return
    const asked = question(Math.floor(os.random() * 65536), this.#name, 'HINFO')
    exchange(os, '127.0.0.1', asked, { timeoutMs: 5000, port }, (outcome) => {
      if ('message' in outcome && outcome.message.rcode !== 'SERVFAIL') this.#done = true
      else if (os.now - this.#startedAt > GIVE_UP_MS) this.#done = true
      else os.after(RETRY_MS, () => this.#probe())
    })
  }
}
