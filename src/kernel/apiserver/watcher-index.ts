import type { Change, Entry } from './entry.ts'

/** Who watches a resource, or a part of it. */
export interface Watcher {
  /** Only objects of one namespace. */
  readonly namespace?: string
  /** Only the object with this key (metadata.name of a watch within a namespace). */
  readonly key?: string
  /** Only objects whose indexed field has this value (spec.nodeName of pods). */
  readonly indexed?: string
  changed(change: Change): void
  /** The revision that the cache has reached, for bookmarks. */
  bookmark?(revision: number): void
  /** The cache has lost track: begin anew. */
  close(): void
}

/** Finds who must hear of a change without asking everybody. */
export class WatcherIndex {
  readonly #indexedField: ((entry: Entry) => string) | undefined
  #all = new Set<Watcher>()
  #byNamespace = new Map<string, Set<Watcher>>()
  #byKey = new Map<string, Set<Watcher>>()
  #byField = new Map<string, Set<Watcher>>()

  constructor(indexedField?: (entry: Entry) => string) {
    this.#indexedField = indexedField
  }

  add(watcher: Watcher): () => void {
    const { key, indexed, namespace } = watcher
    if (key !== undefined) return addTo(this.#byKey, key, watcher)
    if (indexed !== undefined) return addTo(this.#byField, indexed, watcher)
    if (namespace !== undefined) return addTo(this.#byNamespace, namespace, watcher)
    this.#all.add(watcher)
    return () => void this.#all.delete(watcher)
  }

  *everyone(): Generator<Watcher> {
    yield* this.#all
    for (const map of [this.#byNamespace, this.#byKey, this.#byField])
      for (const set of map.values()) yield* set
  }

  tell(change: Change): void {
    const { entry, previous } = change
    for (const watcher of this.#all) watcher.changed(change)
    tellAll(this.#byKey.get(entry.key), change)
    if (this.#byNamespace.size) tellAll(this.#byNamespace.get(namespaceOf(entry.key)), change)
    if (!this.#indexedField || !this.#byField.size) return
    const now = this.#indexedField(entry)
    tellAll(this.#byField.get(now), change)
    const before = previous && this.#indexedField(previous)
    if (before !== undefined && before !== now) tellAll(this.#byField.get(before), change)
  }
}

export const namespaceOf = (key: string): string => {
  const slash = key.indexOf('/')
  return slash < 0 ? '' : key.slice(0, slash)
}

function tellAll(watchers: Set<Watcher> | undefined, change: Change): void {
  if (watchers) for (const watcher of watchers) watcher.changed(change)
}

function addTo(map: Map<string, Set<Watcher>>, key: string, watcher: Watcher): () => void {
  let set = map.get(key)
  if (!set) map.set(key, (set = new Set()))
  set.add(watcher)
  return () => {
    const current = map.get(key)
    current?.delete(watcher)
    if (current?.size === 0) map.delete(key)
  }
}
