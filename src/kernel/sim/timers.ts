import { compareDue, DueQueue, type Due } from './packet.ts'

/** Something to do; `fire` is taken away when it is called off. */
export interface Timer extends Due {
  fire: (() => void) | undefined
}

/** So many that were called off may lie in the queue before it is worth looking for them. */
const MANY_DEAD = 64

/**
 * What a machine has to do, in the order of `compareDue`. Most of it is due at once and waits in a line of its own: it takes
 * no search to find the next. Most of the rest are time-outs that are called off long before they are due: they are let go of.
 */
export class Timers {
  #later = new DueQueue<Timer>()
  #line: Timer[] = []
  #first = 0
  #dead = 0

  /** When the first is due, or Infinity. */
  get nextAt(): number {
    while (this.#later.size && !this.#later.first.fire) {
      this.#later.pop()
      this.#dead--
    }
    const { nextAt } = this.#later
    return this.#first < this.#line.length ? Math.min(nextAt, this.#line[this.#first].at) : nextAt
  }

  /** Of one sender, and not before what it lined up earlier. */
  lineUp(timer: Timer): void {
    this.#line.push(timer)
  }

  push(timer: Timer): void {
    this.#later.push(timer)
  }

  /** Call off what was pushed or lined up. */
  cancel(timer: Timer): void {
    if (!timer.fire) return
    timer.fire = undefined
    if (++this.#dead < MANY_DEAD || this.#dead * 2 < this.#later.size) return
    this.#later.keep(({ fire }) => fire !== undefined)
    this.#dead = 0
  }

  /** Take the first out; there must be one. */
  pop(): Timer {
    const waiting = this.#line[this.#first]
    if (!waiting || (this.#later.size && compareDue(this.#later.first, waiting) < 0)) return this.#later.pop()
    if (++this.#first === this.#line.length) {
      this.#line.length = 0
      this.#first = 0
    }
    if (!waiting.fire) this.#dead--
    return waiting
  }
}
