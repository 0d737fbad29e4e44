/**
 * How many requests are worked on at the same time, and how many wait for their turn; the rest is sent away
 * (apiserver: util/flowcontrol, with one queue instead of many).
 */
export class Seats {
  readonly #seats: number
  readonly #queueLimit: number
  #taken = 0
  #queue: (() => void)[] = []

  constructor(seats: number, queueLimit: number) {
    this.#seats = seats
    this.#queueLimit = queueLimit
  }

  /** Begin when there is a seat; false when not even the queue has room. Who has begun must `leave`. */
  enter(begin: () => void): boolean {
    if (this.#taken < this.#seats) {
      this.#taken++
      begin()
      return true
    }
    if (this.#queue.length >= this.#queueLimit) return false
    this.#queue.push(begin)
    return true
  }

  leave(): void {
    const next = this.#queue.shift()
    if (next) next()
    else this.#taken--
  }
}
