import { Change, withRevision, type Entry } from './entry.ts'
import { History } from './history.ts'
import { namespaceOf, WatcherIndex, type Watcher } from './watcher-index.ts'
import type { JsonObject, Stored } from '../api/objects.ts'

const HISTORY_CAPACITY = 10_000

/** The objects of one namespace, or of a cluster-scoped resource; their keys are sorted when somebody lists them. */
interface Shelf {
  readonly entries: Map<string, Entry>
  sorted: string[] | undefined
}

/** The form of objects in etcd and here. */
export interface Codec {
  read(object: Stored): Stored
  write(object: JsonObject): JsonObject
}

/** All objects of one resource as of the revision that storage has reached, with what happened of late and who watches. */
export class ResourceCache {
  /** `/registry/pods/` */
  readonly prefix: string
  /** How objects are kept in etcd, where that is another form than here. */
  readonly codec: Codec | undefined
  readonly watchers: WatcherIndex
  #shelves = new Map<string, Shelf>()
  #sortedShelves: string[] | undefined
  #history = new History(HISTORY_CAPACITY, 0)
  #onlookers: ((current: Entry | undefined, previous: Entry | undefined) => void)[] = []

  constructor(prefix: string, indexedField?: (entry: Entry) => string, codec?: Codec) {
    this.prefix = prefix
    this.codec = codec
    this.watchers = new WatcherIndex(indexedField)
  }

  /** Be told of every change, beginning with what there is. */
  follow(changed: (current: Entry | undefined, previous: Entry | undefined) => void): void {
    this.#onlookers.push(changed)
    for (const entry of this.list()) changed(entry, undefined)
  }

  get(key: string): Entry | undefined {
    return this.#shelves.get(namespaceOf(key))?.entries.get(key)
  }

  get size(): number {
    return this.count()
  }

  count(namespace?: string): number {
    if (namespace !== undefined) return this.#shelves.get(namespace)?.entries.size ?? 0
    let size = 0
    for (const { entries } of this.#shelves.values()) size += entries.size
    return size
  }

  /** In the order of their keys; of one namespace maybe only the first. */
  list(namespace?: string, limit?: number): Entry[] {
    if (namespace !== undefined) return listShelf(this.#shelves.get(namespace), limit)
    this.#sortedShelves ??= [...this.#shelves.keys()].sort((a, b) => (`${a}/` < `${b}/` ? -1 : 1))
    if (this.#sortedShelves.length === 1) return listShelf(this.#shelves.get(this.#sortedShelves[0]!), limit)
    return this.#sortedShelves.flatMap((name) => listShelf(this.#shelves.get(name)))
  }

  /** What happened after a revision, or undefined when that is too long ago. */
  changesAfter(revision: number): Change[] | undefined {
    return this.#history.after(revision)
  }

  get oldestRevision(): number {
    return this.#history.completeSince
  }

  watch(watcher: Watcher): () => void {
    return this.watchers.add(watcher)
  }

  put(entry: Entry): void {
    const shelf = this.#shelf(namespaceOf(entry.key))
    const previous = shelf.entries.get(entry.key)
    shelf.entries.set(entry.key, entry)
    if (!previous) shelf.sorted = undefined
    this.#changed(new Change(entry, previous, false))
  }

  remove(key: string, revision: number): void {
    const shelf = this.#shelves.get(namespaceOf(key))
    const previous = shelf?.entries.get(key)
    if (!shelf || !previous) return
    shelf.entries.delete(key)
    shelf.sorted = undefined
    const object = withRevision(previous.object as unknown as JsonObject, revision)
    this.#changed(new Change({ key, object, revision }, previous, true))
  }

  /** Begin anew with these objects; who watches must begin anew too. */
  replace(entries: readonly Entry[], revision: number): void {
    const before = this.list()
    this.#shelves.clear()
    this.#sortedShelves = undefined
    this.#history = new History(HISTORY_CAPACITY, revision)
    for (const entry of entries) this.#shelf(namespaceOf(entry.key)).entries.set(entry.key, entry)
    for (const onlooker of this.#onlookers) {
      for (const entry of before) onlooker(undefined, entry)
      for (const entry of entries) onlooker(entry, undefined)
    }
    for (const watcher of [...this.watchers.everyone()]) watcher.close()
  }

  #shelf(namespace: string): Shelf {
    let shelf = this.#shelves.get(namespace)
    if (!shelf) {
      this.#shelves.set(namespace, (shelf = { entries: new Map(), sorted: undefined }))
      this.#sortedShelves = undefined
    }
    return shelf
  }

  #changed(change: Change): void {
    this.#history.push(change)
    const current = change.deleted ? undefined : change.entry
    for (const onlooker of this.#onlookers) onlooker(current, change.previous)
    this.watchers.tell(change)
  }
}

function listShelf(shelf: Shelf | undefined, limit?: number): Entry[] {
  if (!shelf) return []
  shelf.sorted ??= [...shelf.entries.keys()].sort()
  const keys =
    limit !== undefined && limit < shelf.sorted.length ? shelf.sorted.slice(0, limit) : shelf.sorted
  return keys.map((key) => shelf.entries.get(key)!)
}

/** An entry as etcd has it, in the form of a cache. */
export const decoded = ({ codec }: ResourceCache, entry: Entry): Entry =>
  codec ? { ...entry, object: codec.read(entry.object) } : entry
