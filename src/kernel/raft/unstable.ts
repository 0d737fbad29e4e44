import { fitting } from './entries.ts'
import type { Entry, Logger, Snapshot } from './types.ts'

/** The tail of the log that is not on the disk yet (or is just being written). */
export class Unstable {
  snapshot: Snapshot | undefined
  snapshotInProgress = false
  entries: Entry[] = []
  /** Index of entries[0]. */
  offset: number
  /** Entries before this are being written. */
  offsetInProgress: number
  readonly #logger: Logger

  constructor(offset: number, logger: Logger) {
    this.offset = offset
    this.offsetInProgress = offset
    this.#logger = logger
  }

  firstIndex(): number | undefined {
    return this.snapshot && this.snapshot.index + 1
  }

  lastIndex(): number | undefined {
    if (this.entries.length > 0) return this.offset + this.entries.length - 1
    return this.snapshot?.index
  }

  term(index: number): number | undefined {
    if (index >= this.offset) return this.entries[index - this.offset]?.term
    return this.snapshot?.index === index ? this.snapshot.term : undefined
  }

  nextEntries(): Entry[] {
    return this.entries.slice(this.offsetInProgress - this.offset)
  }

  hasNextEntries(): boolean {
    return this.offsetInProgress - this.offset < this.entries.length
  }

  nextSnapshot(): Snapshot | undefined {
    return this.snapshotInProgress ? undefined : this.snapshot
  }

  /** Whoever drives us has begun to write everything there is. */
  acceptInProgress(): void {
    this.offsetInProgress = this.offset + this.entries.length
    if (this.snapshot) this.snapshotInProgress = true
  }

  /** Entries up to (index, term) are on the disk. */
  stableTo(index: number, term: number): void {
    const known = this.term(index)
    if (known === undefined) {
      this.#logger.info(`entry at index ${index} missing from unstable log; ignoring`)
    } else if (index < this.offset) {
      this.#logger.info(`entry at index ${index} matched unstable snapshot; ignoring`)
    } else if (known !== term) {
      this.#logger.info(
        `entry at (index,term)=(${index},${term}) mismatched with entry at (${index},${known}) in unstable log; ignoring`,
      )
    } else {
      this.entries = this.entries.slice(index + 1 - this.offset)
      this.offset = index + 1
      this.offsetInProgress = Math.max(this.offsetInProgress, this.offset)
    }
  }

  stableSnapTo(index: number): void {
    if (this.snapshot?.index !== index) return
    this.snapshot = undefined
    this.snapshotInProgress = false
  }

  restore(snapshot: Snapshot): void {
    this.offset = snapshot.index + 1
    this.offsetInProgress = this.offset
    this.entries = []
    this.snapshot = snapshot
    this.snapshotInProgress = false
  }

  truncateAndAppend(entries: readonly Entry[]): void {
    const from = entries[0]!.index
    if (from <= this.offset && from !== this.offset + this.entries.length) {
      this.#logger.info(`replace the unstable entries from index ${from}`)
      this.entries = []
      this.offset = from
      this.offsetInProgress = from
    } else if (from < this.offset + this.entries.length) {
      this.#logger.info(`truncate the unstable entries before index ${from}`)
      this.entries.length = from - this.offset
      this.offsetInProgress = Math.min(this.offsetInProgress, from)
    }
    for (const entry of entries) this.entries.push(entry)
  }

  /** Entries low..high-1 within a size. */
  slice(low: number, high: number, maxSize: number): Entry[] {
    const from = low - this.offset
    return this.entries.slice(from, fitting(this.entries, from, high - this.offset, maxSize))
  }
}
