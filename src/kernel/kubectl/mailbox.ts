import type { Sys } from '../host/sys.ts'
import { call } from '../host/sys.ts'

/** Where callbacks leave things for one generator to take, in order. */
export class Mailbox<T> {
  #items: T[] = []
  #waiting: ((item: T) => void) | undefined

  put(item: T): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting) waiting(item)
    else this.#items.push(item)
  }

  *take(): Sys<T> {
    if (this.#items.length) return this.#items.shift() as T
    return yield* call<T>({
      name: 'poll',
      start: (_caller, resume) => {
        if (this.#items.length) {
          resume(this.#items.shift() as T)
          return undefined
        }
        this.#waiting = resume
        return () => {
          this.#waiting = undefined
        }
      },
    })
  }
}
