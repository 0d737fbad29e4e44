import type { Os } from '../host/program.ts'

export interface BackoffOptions {
  readonly initialMs: number
  readonly maxMs: number
  /** Without a failure for so long, it begins anew. */
  readonly resetMs: number
  /** 1 means up to twice the time. */
  readonly jitter: number
}

/** Waits that double (apimachinery: wait.Backoff with reset). */
export class Backoff {
  readonly #os: Pick<Os, 'now' | 'random'>
  readonly #options: BackoffOptions
  #nextMs: number
  #lastAt = Number.NEGATIVE_INFINITY

  constructor(os: Pick<Os, 'now' | 'random'>, options: BackoffOptions) {
    this.#os = os
    this.#options = options
    this.#nextMs = options.initialMs
  }

  /** How long to wait after this failure. */
  next(): number {
    const { initialMs, maxMs, resetMs, jitter } = this.#options
    const { now, random } = this.#os
    if (now - this.#lastAt > resetMs) this.#nextMs = initialMs
    this.#lastAt = now
    const base = this.#nextMs
    this.#nextMs = Math.min(maxMs, base * 2)
    return Math.round(base * (1 + jitter * random()))
  }
}
