import type { EtcdError } from './errors.ts'
import { errors } from './errors.ts'

/** etcd: server/etcdserver/v3_server.go readIndexRetryTime */
const retryMs = 500

export type Waiter = (failure: EtcdError | undefined) => void

interface Round {
  readonly context: string
  readonly waiters: readonly Waiter[]
  readonly startedAt: number
  askedAt: number
}

/** Linearizable reads: many wait for one confirmation that the leader still leads, and until we have applied as much. */
export class Reads {
  readonly #ask: (context: string) => void
  readonly #timeoutMs: number
  readonly #prefix: string
  #count = 0
  #waiting: Waiter[] = []
  #round: Round | undefined
  #late: { readonly index: number; readonly waiters: readonly Waiter[] }[] = []

  /** `ask` puts the question to raft; `prefix` makes our questions our own. */
  constructor(prefix: string, timeoutMs: number, ask: (context: string) => void) {
    this.#prefix = prefix
    this.#timeoutMs = timeoutMs
    this.#ask = ask
  }

  /** Calls back when a read of our own state will be linearizable. */
  wait(now: number, waiter: Waiter): void {
    this.#waiting.push(waiter)
    if (!this.#round) this.#begin(now)
  }

  confirmed(context: string, index: number, applied: number, now: number): void {
    const round = this.#round
    if (round?.context !== context) return
    this.#round = undefined
    if (index <= applied) tell(round.waiters)
    else this.#late.push({ index, waiters: round.waiters })
    if (this.#waiting.length > 0) this.#begin(now)
  }

  applied(index: number): void {
    while (this.#late.length > 0 && this.#late[0]!.index <= index) tell(this.#late.shift()!.waiters)
  }

  /** Whoever was asked leads no longer. */
  leaderChanged(now: number): void {
    const round = this.#round
    if (!round) return
    this.#round = undefined
    tell(round.waiters, errors.leaderChanged)
    if (this.#waiting.length > 0) this.#begin(now)
  }

  tick(now: number): void {
    const round = this.#round
    if (!round) return
    if (now - round.startedAt >= this.#timeoutMs) {
      this.#round = undefined
      tell(round.waiters, errors.timeout)
      if (this.#waiting.length > 0) this.#begin(now)
    } else if (now - round.askedAt >= retryMs) {
      round.askedAt = now
      this.#ask(round.context)
    }
  }

  #begin(now: number): void {
    const context = `${this.#prefix}-${++this.#count}`
    this.#round = { context, waiters: this.#waiting, startedAt: now, askedAt: now }
    this.#waiting = []
    this.#ask(context)
  }
}

const tell = (waiters: readonly Waiter[], failure?: EtcdError): void => {
  for (const waiter of waiters) waiter(failure)
}
