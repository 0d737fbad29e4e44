import { entriesSize } from './entries.ts'
import type { Storage } from './storage.ts'
import { compacted } from './storage.ts'
import type { Entry, Logger, Snapshot } from './types.ts'
import { Unstable } from './unstable.ts'

export interface EntryId {
  readonly term: number
  readonly index: number
}

/** A member's log: what is stable, what is not yet, and how far it is committed, being applied and applied. */
export class RaftLog {
  readonly unstable: Unstable
  committed: number
  applying: number
  applied: number
  readonly maxApplyingSize: number
  readonly #storage: Storage
  readonly #logger: Logger
  #applyingSize = 0
  #applyingPaused = false

  constructor(storage: Storage, logger: Logger, maxApplyingSize = Number.POSITIVE_INFINITY) {
    this.#storage = storage
    this.#logger = logger
    this.maxApplyingSize = maxApplyingSize
    this.unstable = new Unstable(storage.lastIndex() + 1, logger)
    this.committed = storage.firstIndex() - 1
    this.applying = this.committed
    this.applied = this.committed
  }

  firstIndex(): number {
    return this.unstable.firstIndex() ?? this.#storage.firstIndex()
  }

  lastIndex(): number {
    return this.unstable.lastIndex() ?? this.#storage.lastIndex()
  }

  /** The term of an entry, if it is in the log (or is the last one compacted away). */
  term(index: number): number | undefined {
    const unstable = this.unstable.term(index)
    if (unstable !== undefined) return unstable
    if (index + 1 < this.firstIndex() || index > this.lastIndex()) return undefined
    const term = this.#storage.term(index)
    return typeof term === 'number' ? term : undefined
  }

  last(): EntryId {
    const index = this.lastIndex()
    const term = this.term(index)
    if (term === undefined) throw new Error(`unexpected error when getting the last term at ${index}`)
    return { term, index }
  }

  matchTerm(id: EntryId): boolean {
    return this.term(id.index) === id.term
  }

  /** Whether a log that ends so is at least as new as ours: the condition for our vote. */
  isUpToDate(other: EntryId): boolean {
    const ours = this.last()
    return other.term > ours.term || (other.term === ours.term && other.index >= ours.index)
  }

  /** Takes a leader's entries that follow `previous`; tells the last new index, or nothing if they do not fit. */
  maybeAppend(previous: EntryId, entries: readonly Entry[], committed: number): number | undefined {
    if (!this.matchTerm(previous)) return undefined
    const last = previous.index + entries.length
    const conflict = this.#findConflict(entries)
    if (conflict !== 0) {
      if (conflict <= this.committed) {
        throw new Error(`entry ${conflict} conflict with committed entry [committed(${this.committed})]`)
      }
      this.append(entries.slice(conflict - previous.index - 1))
    }
    this.commitTo(Math.min(committed, last))
    return last
  }

  append(entries: readonly Entry[]): void {
    const first = entries[0]
    if (!first) return
    if (first.index - 1 < this.committed) {
      throw new Error(`after(${first.index - 1}) is out of range [committed(${this.committed})]`)
    }
    this.unstable.truncateAndAppend(entries)
  }

  /** The greatest index <= `index` whose term may be <= `term`: where two logs may still agree. */
  findConflictByTerm(index: number, term: number): EntryId {
    for (let at = index; at > 0; at--) {
      const ours = this.term(at)
      if (ours === undefined) return { index: at, term: 0 }
      if (ours <= term) return { index: at, term: ours }
    }
    return { index: 0, term: 0 }
  }

  commitTo(index: number): void {
    if (this.committed >= index) return
    const last = this.lastIndex()
    if (last < index) {
      throw new Error(
        `tocommit(${index}) is out of range [lastIndex(${last})]. Was the raft log corrupted, truncated, or lost?`,
      )
    }
    this.committed = index
  }

  /** A leader commits only entries of its own term directly. */
  maybeCommit(id: EntryId): boolean {
    if (id.index <= this.committed || id.term === 0 || !this.matchTerm(id)) return false
    this.commitTo(id.index)
    return true
  }

  /** Entries from `index` on, or nothing if they are compacted away. */
  entriesFrom(index: number, maxSize: number): Entry[] | undefined {
    const last = this.lastIndex()
    return index > last ? [] : this.slice(index, last + 1, maxSize)
  }

  /** Entries low..high-1 within a size, or nothing if they are compacted away. */
  slice(low: number, high: number, maxSize: number): Entry[] | undefined {
    if (low < this.firstIndex()) return undefined
    if (high > this.lastIndex() + 1 || low > high) {
      throw new Error(`slice[${low},${high}) out of bound [${this.firstIndex()},${this.lastIndex()}]`)
    }
    if (low === high) return []
    const { offset } = this.unstable
    if (low >= offset) return this.unstable.slice(low, high, maxSize)
    const cut = Math.min(high, offset)
    const stable = this.#storage.entries(low, cut, maxSize)
    if (typeof stable === 'string') {
      if (stable === compacted) return undefined
      throw new Error(`entries[${low}:${cut}) is unavailable from storage`)
    }
    if (high <= offset || stable.length < cut - low) return stable
    const size = maxSize === Number.POSITIVE_INFINITY ? 0 : entriesSize(stable)
    if (size >= maxSize) return stable
    const rest = this.unstable.slice(offset, high, maxSize - size)
    return rest.length === 1 && size + entriesSize(rest) > maxSize ? stable : stable.concat(rest)
  }

  hasNextCommittedEntries(allowUnstable: boolean): boolean {
    // A snapshot is applied before anything that follows it.
    if (this.#applyingPaused || this.unstable.snapshot) return false
    return this.applying < this.#maxAppliable(allowUnstable)
  }

  nextCommittedEntries(allowUnstable: boolean): Entry[] {
    if (!this.hasNextCommittedEntries(allowUnstable)) return []
    const high = this.#maxAppliable(allowUnstable) + 1
    const entries = this.slice(this.applying + 1, high, this.maxApplyingSize - this.#applyingSize)
    if (!entries) throw new Error('unexpected error when getting unapplied entries')
    return entries
  }

  acceptApplying(index: number, size: number, allowUnstable: boolean): void {
    if (this.committed < index) {
      throw new Error(
        `applying(${index}) is out of range [prevApplying(${this.applying}), committed(${this.committed})]`,
      )
    }
    this.applying = index
    this.#applyingSize += size
    // Also paused if the last batch was cut short by its size.
    this.#applyingPaused =
      this.#applyingSize >= this.maxApplyingSize || index < this.#maxAppliable(allowUnstable)
  }

  appliedTo(index: number, size: number): void {
    if (this.committed < index || index < this.applied) {
      throw new Error(
        `applied(${index}) is out of range [prevApplied(${this.applied}), committed(${this.committed})]`,
      )
    }
    this.applied = index
    this.applying = Math.max(this.applying, index)
    this.#applyingSize = Math.max(0, this.#applyingSize - size)
    this.#applyingPaused = this.#applyingSize >= this.maxApplyingSize
  }

  snapshot(): Snapshot | undefined {
    return this.unstable.snapshot ?? this.#storage.snapshot()
  }

  restore(snapshot: Snapshot): void {
    const { index, term } = snapshot
    this.#logger.info(`log [${this.describe()}] starts to restore snapshot [index: ${index}, term: ${term}]`)
    this.committed = index
    this.unstable.restore(snapshot)
  }

  describe(): string {
    const { offset, offsetInProgress, entries } = this.unstable
    return (
      `committed=${this.committed}, applied=${this.applied}, applying=${this.applying}, unstable.offset=${offset}, ` +
      `unstable.offsetInProgress=${offsetInProgress}, len(unstable.Entries)=${entries.length}`
    )
  }

  #maxAppliable(allowUnstable: boolean): number {
    return allowUnstable ? this.committed : Math.min(this.committed, this.unstable.offset - 1)
  }

  #findConflict(entries: readonly Entry[]): number {
    for (const entry of entries) {
      if (this.matchTerm(entry)) continue
      if (entry.index <= this.lastIndex()) {
        const ours = this.term(entry.index) ?? 0
        this.#logger.info(
          `found conflict at index ${entry.index} [existing term: ${ours}, conflicting term: ${entry.term}]`,
        )
      }
      return entry.index
    }
    return 0
  }
}
