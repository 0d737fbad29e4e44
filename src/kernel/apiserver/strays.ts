import type { KeyValue } from '../etcd/api.ts'
import { storedText, type Entry } from './entry.ts'
import type { JsonObject } from '../api/objects.ts'
import type { ResourceCache } from './resource-cache.ts'

/** What is in etcd and nobody asks for yet: objects of kinds that are not defined, or whose definition was not read so far. */
export class Strays {
  readonly #byKey = new Map<string, KeyValue>()

  reset(all: readonly KeyValue[]): void {
    this.#byKey.clear()
    for (const one of all) this.#byKey.set(one.key, one)
  }

  heard(deleted: boolean, one: KeyValue): void {
    if (deleted) this.#byKey.delete(one.key)
    else this.#byKey.set(one.key, one)
  }

  /** Those with a prefix, in the order of their keys; they are strays no more. */
  take(prefix: string): KeyValue[] {
    const taken = [...this.#byKey.values()].filter(({ key }) => key.startsWith(prefix))
    for (const { key } of taken) this.#byKey.delete(key)
    return taken.sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  /** What a cache held that nobody needs any more. */
  leave({ prefix }: ResourceCache, entries: readonly Entry[]): void {
    for (const { key, object, revision: modRevision } of entries) {
      const value = storedText(object as unknown as JsonObject)
      this.#byKey.set(prefix + key, {
        key: prefix + key,
        value,
        modRevision,
        createRevision: 0,
        version: 0,
        lease: 0,
      })
    }
  }
}
