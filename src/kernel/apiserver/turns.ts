import { waitFor, type Task } from './task.ts'

/** Lets writers of the same key go one after the other: the second would only lose its transaction against the first. */
export class Turns {
  /** Work on a key when all who came before are done. */
  *take<T>(key: string, work: () => Task<T>): Task<T> {
    const queue = this.#waiting.get(key)
    if (queue) yield* waitFor<void>((resume) => void queue.push(() => resume()))
    else this.#waiting.set(key, [])
    try {
      return yield* work()
    } finally {
      const next = this.#waiting.get(key)?.shift()
      if (next) this.#wake(next)
      else this.#waiting.delete(key)
    }
  }

  readonly #waiting = new Map<string, (() => void)[]>()
  readonly #ready: (() => void)[] = []
  #waking = false

  /** Work that is done at once wakes the next: in a loop, or a long queue would overflow the stack. */
  #wake(next: () => void): void {
    this.#ready.push(next)
    if (this.#waking) return
    this.#waking = true
    try {
      for (let one = this.#ready.shift(); one; one = this.#ready.shift()) one()
    } finally {
      this.#waking = false
    }
  }
}
