import type { Os } from '../host/program.ts'

/** apiserver: storage/cacher/watch_progress.go progressRequestPeriod. */
const ASK_MS = 100

interface Waiter {
  readonly revision: number
  settled: boolean
  tell(): void
}

/** Those who wait until the caches have reached a revision. */
export class RevisionWaiters {
  readonly #os: Os
  readonly #askProgress: () => void
  #revision = 0
  /** Sorted by revision. */
  #waiters: Waiter[] = []
  #asking = false

  constructor(os: Os, askProgress: () => void) {
    this.#os = os
    this.#askProgress = askProgress
  }

  get revision(): number {
    return this.#revision
  }

  /** Exactly one of `done` and `late` is called. */
  wait(revision: number, timeoutMs: number, done: () => void, late: () => void): void {
    const cancel = this.#os.after(timeoutMs, () => {
      if (waiter.settled) return
      waiter.settled = true
      late()
    })
    const waiter: Waiter = {
      revision,
      settled: false,
      tell: () => {
        cancel()
        done()
      },
    }
    let at = this.#waiters.length
    while (at > 0 && this.#waiters[at - 1]!.revision > revision) at--
    this.#waiters.splice(at, 0, waiter)
    this.#ask()
  }

  /** The caches have reached this revision. */
  reached(revision: number): void {
    if (revision > this.#revision) this.#revision = revision
    let count = 0
    while (count < this.#waiters.length && this.#waiters[count]!.revision <= this.#revision) count++
    if (count === 0) return
    for (const waiter of this.#waiters.splice(0, count)) {
      if (waiter.settled) continue
      waiter.settled = true
      waiter.tell()
    }
  }

  /** Writes to other keys make no events here: ask etcd how far the watch has come. */
  #ask(): void {
    if (this.#asking) return
    this.#asking = true
    this.#os.after(ASK_MS, () => {
      this.#asking = false
      this.#waiters = this.#waiters.filter(({ settled }) => !settled)
      if (this.#waiters.length === 0) return
      this.#askProgress()
      this.#ask()
    })
  }
}
