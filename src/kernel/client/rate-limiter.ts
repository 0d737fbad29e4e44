import type { Os } from '../host/program.ts'

/** A token bucket as client-go has one per client (golang.org/x/time/rate): `qps` a second, `burst` at once. */
export class RateLimiter {
  readonly #os: Pick<Os, 'now' | 'after'>
  readonly #qps: number
  readonly #burst: number
  #tokens: number
  #filledAt: number

  constructor(os: Pick<Os, 'now' | 'after'>, qps: number, burst: number) {
    this.#os = os
    this.#qps = qps
    this.#burst = burst
    this.#tokens = burst
    this.#filledAt = os.now
  }

  /** Take a token; returns after how many milliseconds it may be used. */
  reserve(): number {
    this.#fill()
    this.#tokens -= 1
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.#qps) * 1000)
  }

  /** Take a token if there is one. */
  tryTake(): boolean {
    this.#fill()
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }

  #fill(): void {
    const { now } = this.#os
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filledAt) / 1000) * this.#qps)
    this.#filledAt = now
  }
}
