import { runTask, waitFor, type Task } from './task.ts'

interface Waiter {
  resume(revision: number): void
  fail(error: unknown): void
}

/**
 * Asks etcd for the current revision on behalf of all who want to know at the same time. A question under way does not answer
 * those who came after it was sent: what they must see may have been written since.
 */
export class ReadIndex {
  readonly #ask: () => Task<number>
  #next: Waiter[] = []
  #asking = false

  constructor(ask: () => Task<number>) {
    this.#ask = ask
  }

  next(): Task<number> {
    return waitFor<number>((resume, fail) => {
      this.#next.push({ resume, fail })
      this.#begin()
    })
  }

  #begin(): void {
    if (this.#asking || this.#next.length === 0) return
    this.#asking = true
    const waiters = this.#next.splice(0)
    const over = (tell: (waiter: Waiter) => void) => {
      this.#asking = false
      for (const waiter of waiters) tell(waiter)
      this.#begin()
    }
    runTask(
      this.#ask(),
      (revision) => over((waiter) => waiter.resume(revision)),
      (error) => over((waiter) => waiter.fail(error)),
    )
  }
}
