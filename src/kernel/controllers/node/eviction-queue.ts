/** Nodes that wait to be tainted, so many a second (pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go). */
export class EvictionQueue {
  #names = new Set<string>()
  #rate: number
  #tokens = 1
  #filledAt: number

  constructor(rate: number, now: number) {
    this.#rate = rate
    this.#filledAt = now
  }

  add(name: string): void {
    this.#names.add(name)
  }

  get isEmpty(): boolean {
    return this.#names.size === 0
  }

  remove(name: string): boolean {
    return this.#names.delete(name)
  }

  setRate(rate: number): void {
    this.#rate = rate
  }

  /** The next whose turn has come. It stays until it is removed. */
  next(now: number): string | undefined {
    this.#tokens = Math.min(1, this.#tokens + ((now - this.#filledAt) / 1000) * this.#rate)
    this.#filledAt = now
    const [first] = this.#names
    if (first === undefined || this.#rate === 0 || this.#tokens < 1) return undefined
    this.#tokens -= 1
    return first
  }
}
