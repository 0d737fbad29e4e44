import type { JsonObject, Stored } from '../api/objects.ts'
import { requestEntityTooLarge, StatusError, tooLargeResourceVersion } from '../api/status.ts'
import type { Os } from '../host/program.ts'
import { storedText, withRevision, type Entry } from './entry.ts'
import type { EtcdClient } from './etcd-client.ts'
import type { KeyValue, RangeResponse, RequestOp, TxnResponse, WatchResponse } from '../etcd/api.ts'
import type { Attempt, Outcome } from './outcome.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import { readAll } from './read-all.ts'
import { ReadIndex } from './read-index.ts'
import { decoded, type ResourceCache } from './resource-cache.ts'
import { RevisionWaiters } from './revision-waiters.ts'
import { Strays } from './strays.ts'
import { waitFor, runTask, type Task } from './task.ts'
import { Turns } from './turns.ts'

/** apiserver: server/config.go MaxRequestBodyBytes: 3 MiB. */
export const maxBodyBytes = 3 * 1024 * 1024

const RETRY_MS = 1000
/** How long a caller waits for the cache to catch up (apiserver: cacher blockTimeout). */
const FRESH_TIMEOUT_MS = 3000

export type { Also, Outcome } from './outcome.ts'

/**
 * The objects in etcd. One watch over everything feeds the caches, so that there is one revision that all of them have reached;
 * a write compares revisions in one transaction and is answered when the caches have seen it.
 */
export class Storage {
  readonly root: string
  readonly #os: Os
  readonly #etcd: EtcdClient
  readonly #caches = new Map<string, ResourceCache[]>()
  readonly #waiters: RevisionWaiters
  readonly #readIndex: ReadIndex
  readonly #leases: LeaseKeeper
  /** Objects that were written from here and will come back as events: no need to parse them. */
  readonly #written = new Map<string, { text: string; object: JsonObject }>()
  readonly #strays = new Strays()
  readonly #turns = new Turns()
  #stream: { send(message: unknown): void; cancel(): void } | undefined
  #loaded = false
  #onLoaded: (() => void)[] = []

  constructor(os: Os, etcd: EtcdClient, root: string, caches: readonly ResourceCache[]) {
    this.#os = os
    this.#etcd = etcd
    this.root = root
    this.#waiters = new RevisionWaiters(os, () => this.#stream?.send({ progressRequest: {} }))
    this.#readIndex = new ReadIndex(() => this.#currentRevision())
    this.#leases = new LeaseKeeper(os, etcd)
    for (const cache of caches) this.#register(cache)
    this.#begin()
  }

  /** The revision that the caches have reached. */
  get revision(): number {
    return this.#waiters.revision
  }

  get loaded(): boolean {
    return this.#loaded
  }

  whenLoaded(then: () => void): void {
    if (this.#loaded) then()
    else this.#onLoaded.push(then)
  }

  /** Wait until the caches hold all that was written before now, by whomever. */
  *fresh(): Task<number> {
    const revision = yield* this.#readIndex.next()
    yield* this.atLeast(revision)
    return revision
  }

  /** Wait until the caches have reached a revision; throws a StatusError when they do not in time. */
  *atLeast(revision: number): Task<void> {
    if (this.#loaded && this.revision >= revision) return
    yield* waitFor<void>((resume, fail) =>
      this.#waiters.wait(revision, FRESH_TIMEOUT_MS, resume, () =>
        fail(new StatusError(tooLargeResourceVersion(revision, this.revision, 1))),
      ),
    )
  }

  /**
   * Change one object. `attempt` is asked what to do with what there is, again whenever that turns out to be out of date
   * (apiserver: storage.GuaranteedUpdate). The result is the entry as written, or as it was when nothing changed.
   */
  update(cache: ResourceCache, key: string, attempt: Attempt): Task<Entry | undefined> {
    return this.#turns.take(cache.prefix + key, () => this.#update(cache, key, attempt))
  }

  *#update(cache: ResourceCache, key: string, attempt: Attempt): Task<Entry | undefined> {
    let verified = -1
    for (;;) {
      const current = cache.get(key)
      let outcome: Outcome
      try {
        const result = attempt(current)
        outcome = 'next' in result ? yield* result : result
      } catch (error) {
        // What the cache held may have been old: judge only what etcd holds now.
        if (!(error instanceof StatusError) || verified === (current?.revision ?? 0)) throw error
        yield* this.fresh()
        if ((cache.get(key)?.revision ?? 0) === (current?.revision ?? 0)) throw error
        verified = cache.get(key)?.revision ?? 0
        continue
      }
      if ('same' in outcome) return current
      const written = yield* this.#write(cache, key, current, outcome)
      if (written !== 'conflict') return written
    }
  }

  /** A page of a resource as it was at a revision, from etcd itself; throws EtcdError `outOfRange` when that is compacted. */
  *rangeAt(
    cache: ResourceCache,
    { from, below, limit, revision }: { from: string; below: string; limit: number; revision: number },
  ): Task<{ entries: Entry[]; more: boolean; count: number; revision: number }> {
    const response = yield* this.#etcd.call<RangeResponse>(
      '/etcdserverpb.KV/Range',
      { key: cache.prefix + from, rangeEnd: cache.prefix + below, limit, revision },
      { repeatable: true },
    )
    const entries = response.kvs.map((kv) => decoded(cache, this.#entryOf(cache, kv)))
    const { more, count, header } = response
    return { entries, more, count, revision: header.revision }
  }

  *#write(
    cache: ResourceCache,
    key: string,
    current: Entry | undefined,
    outcome: Exclude<Outcome, { same: true }>,
  ): Task<Entry | undefined | 'conflict'> {
    const path = cache.prefix + key
    const revision = current?.revision ?? 0
    let operation: RequestOp
    let text = ''
    if ('put' in outcome) {
      const stored = cache.codec?.write(outcome.put) ?? outcome.put
      text = storedText(stored)
      if (text.length > maxBodyBytes) throw new StatusError(requestEntityTooLarge(`limit is ${maxBodyBytes}`))
      const lease = outcome.ttlSeconds ? yield* this.#leases.lease(outcome.ttlSeconds) : undefined
      operation = { requestPut: { key: path, value: text, ...(lease ? { lease } : {}) } }
      this.#written.set(path, { text, object: stored })
    } else operation = { requestDeleteRange: { key: path } }
    const response = yield* this.#etcd.call<TxnResponse>('/etcdserverpb.KV/Txn', {
      compare: [
        { target: 'MOD', result: 'EQUAL', key: path, modRevision: revision },
        ...(outcome.also?.compare ?? []),
      ],
      success: [operation, ...(outcome.also?.operations ?? [])],
      failure: [],
    })
    yield* this.#seen(response.header.revision)
    if (!response.succeeded) {
      this.#written.delete(path)
      return 'conflict'
    }
    if (!('put' in outcome)) return undefined
    const now = cache.get(key)
    const { revision: made } = response.header
    return now?.revision === made ? now : { key, object: withRevision(outcome.put, made), revision: made }
  }

  /** Wait until the caches have seen an own write; if the watch is broken meanwhile, the write is true all the same. */
  *#seen(revision: number): Task<void> {
    if (this.revision >= revision) return
    yield* waitFor<void>((resume) =>
      this.#waiters.wait(revision, FRESH_TIMEOUT_MS, resume, () => resume(undefined)),
    )
  }

  *#currentRevision(): Task<number> {
    const response = yield* this.#etcd.call<RangeResponse>(
      '/etcdserverpb.KV/Range',
      { key: `${this.root}/health`, limit: 1 },
      { repeatable: true },
    )
    return response.header.revision
  }

  /** Keep a cache from now on; what was read before anybody asked for it is in it at once. */
  add(cache: ResourceCache): void {
    this.#register(cache)
    const entries = this.#strays.take(cache.prefix).map((kv) => this.#entryOf(cache, kv))
    cache.replace(entries, this.revision)
  }

  /** Nobody needs the cache any more; what is in etcd stays. */
  drop(cache: ResourceCache): void {
    const segment = this.#segment(cache.prefix)
    const left = (this.#caches.get(segment) ?? []).filter((one) => one !== cache)
    if (left.length) this.#caches.set(segment, left)
    else this.#caches.delete(segment)
    this.#strays.leave(cache, cache.list())
  }

  #register(cache: ResourceCache): void {
    const segment = this.#segment(cache.prefix)
    const known = this.#caches.get(segment) ?? []
    // Several views of the same objects share a cache.
    if (known.includes(cache)) return
    const longestFirst = [...known, cache].sort((a, b) => b.prefix.length - a.prefix.length)
    this.#caches.set(segment, longestFirst)
  }

  #segment(path: string): string {
    const start = this.root.length + 1
    return path.slice(start, path.indexOf('/', start))
  }

  #cacheOf(path: string): ResourceCache | undefined {
    return this.#caches.get(this.#segment(path))?.find(({ prefix }) => path.startsWith(prefix))
  }

  #begin(): void {
    this.#etcd.whenConnected(() =>
      runTask(
        this.#load(),
        (revision) => this.#watch(revision + 1),
        () => void this.#os.after(RETRY_MS, () => this.#begin()),
      ),
    )
  }

  *#load(): Task<number> {
    const found = new Map<ResourceCache, Entry[]>()
    const strays: KeyValue[] = []
    const revision = yield* readAll(this.#etcd, this.root, (kv) => {
      const cache = this.#cacheOf(kv.key)
      const entries = cache && found.get(cache)
      if (!cache) strays.push(kv)
      else if (entries) entries.push(this.#entryOf(cache, kv))
      else found.set(cache, [this.#entryOf(cache, kv)])
    })
    this.#strays.reset(strays)
    // Whoever hears of a definition may ask for another cache meanwhile.
    for (const cache of [...this.#caches.values()].flat()) cache.replace(found.get(cache) ?? [], revision)
    this.#loaded = true
    this.#waiters.reached(revision)
    for (const then of this.#onLoaded.splice(0)) then()
    return revision
  }

  #watch(startRevision: number): void {
    const createRequest = {
      key: `${this.root}/`,
      rangeEnd: `${this.root}0`,
      startRevision,
      progressNotify: true,
    }
    this.#stream = this.#etcd.watch(
      { createRequest },
      {
        message: (message) => this.#heard(message as WatchResponse),
        closed: () => this.#watch(this.revision + 1),
      },
    )
  }

  #heard(response: WatchResponse): void {
    if (response.canceled) {
      this.#stream?.cancel()
      if (response.compactRevision) this.#begin()
      else this.#os.after(RETRY_MS, () => this.#watch(this.revision + 1))
      return
    }
    for (const event of response.events) this.#apply(event.type === 'DELETE', event.kv)
    // A watch that catches up is dated now, though more is to come: only an answer without events says how far it is.
    const last = response.events.at(-1)
    if (last) this.#waiters.reached(last.kv.modRevision)
    else if (!response.created) this.#waiters.reached(response.header.revision)
  }

  #apply(deleted: boolean, kv: KeyValue): void {
    const cache = this.#cacheOf(kv.key)
    const revision = kv.modRevision
    if (revision <= this.revision) return
    if (!cache) return this.#strays.heard(deleted, kv)
    if (deleted) cache.remove(kv.key.slice(cache.prefix.length), revision)
    else cache.put(this.#entryOf(cache, kv))
  }

  #entryOf(cache: ResourceCache, { key, value, modRevision }: KeyValue): Entry {
    const written = this.#written.get(key)
    if (written) this.#written.delete(key)
    const object = written?.text === value ? written.object : (JSON.parse(value) as JsonObject)
    return {
      key: key.slice(cache.prefix.length),
      object: withRevision(object, modRevision) as Stored,
      revision: modRevision,
    }
  }
}
