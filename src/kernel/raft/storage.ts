import { fitting } from './entries.ts'
import type { ConfState, Entry, HardState, Snapshot } from './types.ts'

/** Why a stable log cannot answer; upstream's words. */
export type StorageError =
  | 'requested index is unavailable due to compaction'
  | 'requested entry at index is unavailable'
  | 'requested index is older than the existing snapshot'
export const compacted: StorageError = 'requested index is unavailable due to compaction'
export const unavailable: StorageError = 'requested entry at index is unavailable'
export const snapshotOutOfDate: StorageError = 'requested index is older than the existing snapshot'

/** The stable part of a member's log, as raft reads it. */
export interface Storage {
  initialState(): { readonly hardState: HardState; readonly confState: ConfState }
  /** Entries low..high-1, at least one, at most `maxSize` bytes. */
  entries(low: number, high: number, maxSize: number): Entry[] | StorageError
  term(index: number): number | StorageError
  lastIndex(): number
  firstIndex(): number
  /** The newest snapshot, or nothing while it is not ready. */
  snapshot(): Snapshot | undefined
}

export const emptyConfState: ConfState = {
  voters: [],
  learners: [],
  votersOutgoing: [],
  learnersNext: [],
  autoLeave: false,
}
export const emptySnapshot: Snapshot = { index: 0, term: 0, confState: emptyConfState, data: '' }

/** A log in memory; a durable member writes the same things to its disk beside it. */
export class MemoryStorage implements Storage {
  #hardState: HardState = { term: 0, vote: 0, commit: 0 }
  #snapshot = emptySnapshot
  // The entry at #offset is gone; only its term is remembered.
  #offset = 0
  #offsetTerm = 0
  #entries: Entry[] = []

  initialState(): { readonly hardState: HardState; readonly confState: ConfState } {
    return { hardState: this.#hardState, confState: this.#snapshot.confState }
  }

  setHardState(state: HardState): void {
    this.#hardState = state
  }

  entries(low: number, high: number, maxSize: number): Entry[] | StorageError {
    if (low <= this.#offset) return compacted
    if (high > this.lastIndex() + 1) {
      throw new Error(`entries' hi(${high}) is out of bound lastindex(${this.lastIndex()})`)
    }
    if (this.#entries.length === 0) return unavailable
    const from = low - this.#offset - 1
    return this.#entries.slice(from, fitting(this.#entries, from, high - this.#offset - 1, maxSize))
  }

  term(index: number): number | StorageError {
    if (index < this.#offset) return compacted
    if (index === this.#offset) return this.#offsetTerm
    return this.#entries[index - this.#offset - 1]?.term ?? unavailable
  }

  lastIndex(): number {
    return this.#offset + this.#entries.length
  }

  firstIndex(): number {
    return this.#offset + 1
  }

  snapshot(): Snapshot | undefined {
    return this.#snapshot
  }

  /** Replaces everything with a snapshot. */
  applySnapshot(snapshot: Snapshot): StorageError | undefined {
    if (this.#snapshot.index >= snapshot.index) return snapshotOutOfDate
    this.#snapshot = snapshot
    this.#offset = snapshot.index
    this.#offsetTerm = snapshot.term
    this.#entries = []
    return undefined
  }

  /** Remembers the state machine as of `index`, so that the log up to there may be compacted. */
  createSnapshot(index: number, confState: ConfState | undefined, data: string): Snapshot | StorageError {
    if (index <= this.#snapshot.index) return snapshotOutOfDate
    if (index > this.lastIndex())
      throw new Error(`snapshot ${index} is out of bound lastindex(${this.lastIndex()})`)
    const term = this.term(index) as number
    this.#snapshot = { index, term, confState: confState ?? this.#snapshot.confState, data }
    return this.#snapshot
  }

  /** Forgets the entries up to `index`. */
  compact(index: number): StorageError | undefined {
    if (index <= this.#offset) return compacted
    if (index > this.lastIndex())
      throw new Error(`compact ${index} is out of bound lastindex(${this.lastIndex()})`)
    this.#offsetTerm = this.term(index) as number
    this.#entries = this.#entries.slice(index - this.#offset)
    this.#offset = index
    return undefined
  }

  /** Appends, replacing what conflicts; entries already compacted are ignored. */
  append(entries: readonly Entry[]): void {
    const first = entries[0]
    if (!first || first.index + entries.length - 1 <= this.#offset) return
    const skip = Math.max(0, this.#offset + 1 - first.index)
    const keep = first.index + skip - this.#offset - 1
    if (keep > this.#entries.length) {
      throw new Error(`missing log entry [last: ${this.lastIndex()}, append at: ${first.index}]`)
    }
    this.#entries.length = keep
    for (let i = skip; i < entries.length; i++) this.#entries.push(entries[i]!)
  }
}
