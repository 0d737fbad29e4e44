import type { Change } from './entry.ts'

/** The last changes of a resource in the order of their revisions; the oldest are forgotten. */
export class History {
  readonly #capacity: number
  #changes: Change[] = []
  #start = 0
  /** Changes after this revision are all here. */
  #completeSince: number

  constructor(capacity: number, completeSince: number) {
    this.#capacity = capacity
    this.#completeSince = completeSince
  }

  get completeSince(): number {
    return this.#completeSince
  }

  push(change: Change): void {
    this.#changes.push(change)
    if (this.#changes.length - this.#start <= this.#capacity) return
    this.#completeSince = this.#changes[this.#start]!.revision
    this.#start++
    if (this.#start > this.#capacity) {
      this.#changes = this.#changes.slice(this.#start)
      this.#start = 0
    }
  }

  /** What happened after a revision; undefined when part of it is forgotten. */
  after(revision: number): Change[] | undefined {
    if (revision < this.#completeSince) return undefined
    let low = this.#start
    let high = this.#changes.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#changes[middle]!.revision > revision) high = middle
      else low = middle + 1
    }
    return this.#changes.slice(low)
  }
}
