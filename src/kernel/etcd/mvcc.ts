import type { KeyValue } from './api.ts'
import { errors } from './errors.ts'
import { SortedMap } from './sorted-map.ts'

/** The versions of one key, oldest first; a deletion is a version 0. */
type History = KeyValue[]

export interface RangeOptions {
  /** 0: now. */
  readonly revision?: number
  /** 0: no limit. */
  readonly limit?: number
  readonly countOnly?: boolean
}

export interface RangeResult {
  readonly kvs: KeyValue[]
  /** All keys in the range, beyond the limit too. */
  readonly count: number
  readonly revision: number
}

/** Everything a store holds, as plain data: the body of a snapshot. */
export interface StoreImage {
  readonly revision: number
  readonly compactRevision: number
  /** All surviving versions in the order they were written. */
  readonly versions: readonly KeyValue[]
}

/** Keys and values with all their revisions since the last compaction. */
export class Store {
  /** Told what made up each new revision. */
  onCommit: ((changes: readonly KeyValue[]) => void) | undefined
  #index = new SortedMap<History>()
  #revision = 1
  #compactRevision = -1
  /** Versions in the order they were written; what watchers replay. */
  #log: KeyValue[] = []
  #logSize = 0
  #size = 0

  get revision(): number {
    return this.#revision
  }

  /** -1 before the first compaction. */
  get compactRevision(): number {
    return this.#compactRevision
  }

  /** Bytes of all keys and values held, and what the file has grown to since it was last defragmented. */
  get sizes(): { readonly inUse: number; readonly allocated: number } {
    return { inUse: this.#logSize, allocated: Math.max(this.#size, this.#logSize) }
  }

  /** Keys from `key` up to `end` (undefined: the key alone, '': to the end) as of a revision. */
  range(key: string, end: string | undefined, options: RangeOptions = {}): RangeResult {
    return this.rangeAt(this.#revision, key, end, options)
  }

  /** For a transaction under way, whose own writes belong to the revision after the current one. */
  rangeAt(current: number, key: string, end: string | undefined, options: RangeOptions): RangeResult {
    const { revision: asked = 0, limit = 0, countOnly = false } = options
    const revision = asked > 0 ? asked : current
    if (revision > current) throw errors.futureRevision
    if (revision < this.#compactRevision) throw errors.compacted
    const kvs: KeyValue[] = []
    let count = 0
    for (const [, history] of this.#histories(key, end)) {
      const kv = versionAt(history, revision)
      if (!kv) continue
      count++
      if (!countOnly && (limit === 0 || kvs.length < limit)) kvs.push(kv)
    }
    return { kvs, count, revision: current }
  }

  /** The key's value just before a revision, unless that is compacted away. */
  before(key: string, revision: number): KeyValue | undefined {
    if (revision - 1 < this.#compactRevision) return undefined
    const history = this.#index.get(key)
    return history && versionAt(history, revision - 1)
  }

  /** What was written from a revision on, in order. */
  writtenSince(revision: number): readonly KeyValue[] {
    let low = 0
    let high = this.#log.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#log[middle]!.modRevision < revision) low = middle + 1
      else high = middle
    }
    return low === this.#log.length ? [] : this.#log.slice(low)
  }

  /** Begins a transaction; only one at a time. */
  write(): WriteTxn {
    return new WriteTxn(this, {
      history: (key) => this.#index.get(key),
      histories: (key, end) => this.#histories(key, end),
      add: (kv) => this.#add(kv),
      commit: (changes) => {
        this.#revision++
        this.onCommit?.(changes)
      },
    })
  }

  /** Forgets what was overwritten or deleted at or before a revision. */
  compact(revision: number): void {
    if (revision <= this.#compactRevision) throw errors.compacted
    if (revision > this.#revision) throw errors.futureRevision
    this.#compactRevision = revision
    const gone: string[] = []
    for (const [key, history] of this.#index.range('', undefined)) {
      let keep = countUntil(history, revision)
      if (keep > 0 && history[keep - 1]!.version > 0) keep--
      for (let i = 0; i < keep; i++) this.#logSize -= sizeOf(history[i]!)
      history.splice(0, keep)
      if (history.length === 0) gone.push(key)
    }
    for (const key of gone) this.#index.delete(key)
    this.#log = this.writtenSince(revision).filter((kv) => kv.modRevision > revision || kv.version > 0)
  }

  /** Gives back what compaction has freed. */
  defragment(): void {
    this.#size = this.#logSize
  }

  /** A hash of all versions up to a revision (0: now): members that agree have equal hashes. */
  hash(revision = 0): { readonly hash: number; readonly revision: number } {
    const until = revision > 0 ? revision : this.#revision
    if (until > this.#revision) throw errors.futureRevision
    if (until < this.#compactRevision) throw errors.compacted
    let hash = 0x811c9dc5
    for (const kv of this.#versions()) {
      if (kv.modRevision <= until)
        hash = hashText(hash, `${kv.modRevision} ${kv.version} ${kv.lease} ${kv.key}\0${kv.value}\0`)
    }
    return { hash: hash >>> 0, revision: until }
  }

  image(): StoreImage {
    return { revision: this.#revision, compactRevision: this.#compactRevision, versions: this.#versions() }
  }

  restore({ revision, compactRevision, versions }: StoreImage): void {
    this.#index = new SortedMap()
    this.#log = []
    this.#logSize = 0
    this.#size = 0
    for (const kv of versions) this.#add(kv)
    this.#log = this.#log.filter((kv) => kv.modRevision >= compactRevision)
    this.#revision = revision
    this.#compactRevision = compactRevision
  }

  #add(kv: KeyValue): void {
    const history = this.#index.get(kv.key)
    if (history) history.push(kv)
    else this.#index.set(kv.key, [kv])
    this.#log.push(kv)
    this.#logSize += sizeOf(kv)
    this.#size = Math.max(this.#size, this.#logSize)
  }

  *#histories(key: string, end: string | undefined): Generator<readonly [string, History]> {
    if (end !== undefined) {
      yield* this.#index.range(key, end === '' ? undefined : end)
      return
    }
    const history = this.#index.get(key)
    if (history) yield [key, history]
  }

  #versions(): KeyValue[] {
    const versions: KeyValue[] = []
    for (const [, history] of this.#index.range('', undefined)) for (const kv of history) versions.push(kv)
    // Within one revision the order of keys stands for the order of writing.
    return versions.sort((a, b) => a.modRevision - b.modRevision)
  }
}

interface Access {
  history(key: string): readonly KeyValue[] | undefined
  histories(key: string, end: string | undefined): Iterable<readonly [string, readonly KeyValue[]]>
  add(kv: KeyValue): void
  commit(changes: readonly KeyValue[]): void
}

/** Writes that become one revision. */
export class WriteTxn {
  readonly changes: KeyValue[] = []
  readonly #store: Store
  readonly #access: Access
  readonly #begin: number

  constructor(store: Store, access: Access) {
    this.#store = store
    this.#access = access
    this.#begin = store.revision
  }

  /** The revision as this transaction sees it. */
  get revision(): number {
    return this.changes.length > 0 ? this.#begin + 1 : this.#begin
  }

  range(key: string, end: string | undefined, options: RangeOptions = {}): RangeResult {
    return this.#store.rangeAt(this.revision, key, end, options)
  }

  put(key: string, value: string, lease: number): KeyValue {
    const modRevision = this.#begin + 1
    const last = this.#access.history(key)?.at(-1)
    const lives = last !== undefined && last.version > 0
    const createRevision = lives ? last.createRevision : modRevision
    const version = lives ? last.version + 1 : 1
    return this.#change({ key, createRevision, modRevision, version, value, lease })
  }

  /** Deletes what there is; tells what that was. */
  deleteRange(key: string, end: string | undefined): KeyValue[] {
    const gone: KeyValue[] = []
    for (const [, history] of this.#access.histories(key, end)) {
      const last = history.at(-1)!
      if (last.version > 0) gone.push(last)
    }
    for (const kv of gone) {
      this.#change({
        key: kv.key,
        createRevision: 0,
        modRevision: this.#begin + 1,
        version: 0,
        value: '',
        lease: 0,
      })
    }
    return gone
  }

  end(): void {
    if (this.changes.length > 0) this.#access.commit(this.changes)
  }

  #change(kv: KeyValue): KeyValue {
    this.#access.add(kv)
    this.changes.push(kv)
    return kv
  }
}

/** The version that was current at a revision, if the key was there. */
const versionAt = (history: readonly KeyValue[], revision: number): KeyValue | undefined => {
  const last = history[history.length - 1]!
  const kv = last.modRevision <= revision ? last : history[countUntil(history, revision) - 1]
  return kv && kv.version > 0 ? kv : undefined
}

/** How many versions were written up to a revision. */
const countUntil = (history: readonly KeyValue[], revision: number): number => {
  let low = 0
  let high = history.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (history[middle]!.modRevision <= revision) low = middle + 1
    else high = middle
  }
  return low
}

/** A record and its revision take about this much in etcd's database. */
const sizeOf = (kv: KeyValue): number => kv.key.length + kv.value.length + 64

const hashText = (seed: number, text: string): number => {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}
