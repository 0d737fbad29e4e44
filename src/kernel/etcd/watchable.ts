import type { Event, KeyValue, WatchCreateRequest, WatchResponse } from './api.ts'
import { headerAt } from './apply.ts'
import type { Store } from './mvcc.ts'

/** Revisions in one answer when a watcher catches up. etcd: server/storage/mvcc/watcher_group.go */
const maxRevisionsPerAnswer = 1000
/** Answers beyond this are split for those who allow it. */
const maxAnswerBytes = 1536 * 1024

export interface Watcher {
  readonly request: WatchCreateRequest
  readonly watchId: number
  readonly send: (response: WatchResponse) => void
}

/** Who watches what: finds those a change concerns without asking all of them. */
export class Watchable {
  readonly #store: Store
  readonly #byKey = new Map<string, Set<Watcher>>()
  readonly #byPrefix = new Map<string, Set<Watcher>>()
  /** How many prefixes of each length are watched. */
  readonly #lengths = new Map<number, number>()
  readonly #others = new Set<Watcher>()

  constructor(store: Store) {
    this.#store = store
  }

  /** Sends what the watcher has missed, then what comes. */
  add(watcher: Watcher): void {
    const { startRevision = 0 } = watcher.request
    if (startRevision > 0 && startRevision < this.#store.compactRevision) {
      watcher.send({
        ...answer(0, watcher.watchId),
        canceled: true,
        compactRevision: this.#store.compactRevision,
      })
      return
    }
    if (startRevision > 0 && startRevision <= this.#store.revision) this.#catchUp(watcher, startRevision)
    this.#sets(watcher).add(watcher)
  }

  remove(watcher: Watcher): void {
    const { key, rangeEnd } = watcher.request
    const set = this.#sets(watcher)
    set.delete(watcher)
    if (set.size > 0) return
    if (set === this.#byKey.get(key)) this.#byKey.delete(key)
    else if (rangeEnd && set === this.#byPrefix.get(key) && this.#byPrefix.delete(key)) {
      const left = this.#lengths.get(key.length)! - 1
      if (left > 0) this.#lengths.set(key.length, left)
      else this.#lengths.delete(key.length)
    }
  }

  /** Tells everyone concerned of the changes that made up one revision. */
  notify(changes: readonly KeyValue[]): void {
    const concerned = new Map<Watcher, KeyValue[]>()
    const collect = (watcher: Watcher, kv: KeyValue) => {
      if (kv.modRevision < (watcher.request.startRevision ?? 0)) return
      const due = concerned.get(watcher)
      if (due) due.push(kv)
      else concerned.set(watcher, [kv])
    }
    for (const kv of changes) {
      for (const watcher of this.#byKey.get(kv.key) ?? []) collect(watcher, kv)
      for (const length of this.#lengths.keys()) {
        if (length > kv.key.length) continue
        for (const watcher of this.#byPrefix.get(kv.key.slice(0, length)) ?? []) collect(watcher, kv)
      }
      for (const watcher of this.#others) if (covers(watcher.request, kv.key)) collect(watcher, kv)
    }
    for (const [watcher, kvs] of concerned) this.#answer(watcher, kvs)
  }

  #catchUp(watcher: Watcher, from: number): void {
    let batch: KeyValue[] = []
    let revisions = 0
    let last = 0
    for (const kv of this.#store.writtenSince(from)) {
      if (!covers(watcher.request, kv.key)) continue
      if (kv.modRevision !== last && ++revisions > maxRevisionsPerAnswer) {
        this.#answer(watcher, batch)
        batch = []
        revisions = 1
      }
      last = kv.modRevision
      batch.push(kv)
    }
    this.#answer(watcher, batch)
  }

  #answer(watcher: Watcher, kvs: readonly KeyValue[]): void {
    const { filters = [], prevKv = false, fragment = false } = watcher.request
    const events: Event[] = []
    for (const kv of kvs) {
      const type = kv.version > 0 ? 'PUT' : 'DELETE'
      if (filters.includes(type === 'PUT' ? 'NOPUT' : 'NODELETE')) continue
      const previous = prevKv && kv.version !== 1 ? this.#store.before(kv.key, kv.modRevision) : undefined
      events.push({ type, kv, ...(previous && { prevKv: previous }) })
    }
    if (events.length === 0) return
    const base = answer(this.#store.revision, watcher.watchId)
    const parts = fragment ? split(events) : [events]
    parts.forEach((part, i) => {
      watcher.send({ ...base, events: part, fragment: i < parts.length - 1 })
    })
  }

  #sets({ request }: Watcher): Set<Watcher> {
    const { key, rangeEnd } = request
    if (rangeEnd && rangeEnd !== prefixEnd(key)) return this.#others
    const map = rangeEnd ? this.#byPrefix : this.#byKey
    let set = map.get(key)
    if (!set) {
      set = new Set()
      map.set(key, set)
      if (rangeEnd) this.#lengths.set(key.length, (this.#lengths.get(key.length) ?? 0) + 1)
    }
    return set
  }
}

/** The watches one client has on one stream. */
export class WatchStream {
  readonly #watchable: Watchable
  readonly #store: Store
  readonly #send: (response: WatchResponse) => void
  readonly #watchers = new Map<number, Watcher>()
  #nextId = 0

  constructor(watchable: Watchable, store: Store, send: (response: WatchResponse) => void) {
    this.#watchable = watchable
    this.#store = store
    this.#send = send
  }

  create(asked: WatchCreateRequest): void {
    // An empty key means the first possible one; an empty watch id that we choose.
    const request = asked.key ? asked : { ...asked, key: '\0' }
    const watchId = asked.watchId || this.#freeId()
    const base = answer(this.#store.revision, watchId)
    if (this.#watchers.has(watchId)) {
      this.#send({
        ...base,
        created: true,
        canceled: true,
        watchId: -1,
        cancelReason: 'mvcc: watcher ID already exists',
      })
      return
    }
    const startRevision = asked.startRevision || this.#store.revision + 1
    this.#send({ ...base, created: true })
    const watcher = {
      request: { ...request, startRevision },
      watchId,
      send: (response: WatchResponse) => this.#pass(response),
    }
    this.#watchers.set(watchId, watcher)
    this.#watchable.add(watcher)
  }

  cancel(watchId: number): void {
    const watcher = this.#watchers.get(watchId)
    if (!watcher) return
    this.#drop(watcher)
    this.#send({ ...answer(this.#store.revision, watchId), canceled: true })
  }

  /** Tells how far this stream has come; on request for all watches at once, else for those who wished it. */
  progress(requested: boolean): void {
    if (requested) {
      this.#send(answer(this.#store.revision, -1))
      return
    }
    for (const { request, watchId } of this.#watchers.values()) {
      if (request.progressNotify) this.#send(answer(this.#store.revision, watchId))
    }
  }

  close(): void {
    for (const watcher of this.#watchers.values()) this.#drop(watcher)
  }

  #pass(response: WatchResponse): void {
    this.#send(response)
    if (response.canceled) this.#watchers.delete(response.watchId)
  }

  #drop(watcher: Watcher): void {
    this.#watchers.delete(watcher.watchId)
    this.#watchable.remove(watcher)
  }

  #freeId(): number {
    while (this.#watchers.has(this.#nextId)) this.#nextId++
    return this.#nextId++
  }
}

/** The end of the range of all keys with a prefix: `/a0` for `/a/`. */
export const prefixEnd = (prefix: string): string => {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const code = prefix.charCodeAt(i)
    if (code < 0xffff) return prefix.slice(0, i) + String.fromCharCode(code + 1)
  }
  return '\0'
}

const covers = ({ key, rangeEnd }: WatchCreateRequest, at: string): boolean => {
  if (!rangeEnd) return at === key
  return at >= key && (rangeEnd === '\0' || at < rangeEnd)
}

const answer = (revision: number, watchId: number): WatchResponse => ({
  header: headerAt(revision),
  watchId,
  created: false,
  canceled: false,
  compactRevision: 0,
  cancelReason: '',
  fragment: false,
  events: [],
})

const split = (events: readonly Event[]): Event[][] => {
  const parts: Event[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const event of events) {
    const bytes = event.kv.key.length + event.kv.value.length + (event.prevKv?.value.length ?? 0) + 64
    if (size + bytes > maxAnswerBytes) {
      parts.push([])
      size = 0
    }
    parts[parts.length - 1]!.push(event)
    size += bytes
  }
  return parts
}
