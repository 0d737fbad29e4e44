import type { JsonObject, Stored } from '../api/objects.ts'

/** An object as the cache holds it: with the revision of etcd at which it was written. Never changed, shared by all readers. */
export interface Entry {
  /** Key below the prefix of its resource: `default/web`, or `node1`. */
  readonly key: string
  readonly object: Stored
  readonly revision: number
}

/** The text that etcd keeps: everything but resourceVersion, which is the revision itself. */
export function storedText(object: JsonObject): string {
  const metadata = object['metadata'] as JsonObject
  return JSON.stringify(
    metadata['resourceVersion'] === undefined
      ? object
      : { ...object, metadata: { ...metadata, resourceVersion: undefined } },
  )
}

/** The object with the resourceVersion that a revision is. */
export function withRevision(object: JsonObject, revision: number): Stored {
  const metadata = object['metadata'] as JsonObject
  return { ...object, metadata: { ...metadata, resourceVersion: String(revision) } } as unknown as Stored
}

/** What a watcher is told. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: unknown
}

/** A change of one object, as the cache keeps it for those who watch from the past. */
export class Change {
  readonly entry: Entry
  readonly previous: Entry | undefined
  readonly deleted: boolean
  #frames: Partial<Record<WatchEvent['type'], WatchEvent>> = {}
  #past: Stored | undefined

  /** `entry` of a deletion is what there was last. */
  constructor(entry: Entry, previous: Entry | undefined, deleted: boolean) {
    this.entry = entry
    this.previous = previous
    this.deleted = deleted
  }

  get revision(): number {
    return this.entry.revision
  }

  /** The type of event for whoever selects with `matches`; undefined if it does not concern them. */
  typeFor(matches: (entry: Entry) => boolean): 'ADDED' | 'MODIFIED' | 'DELETED' | undefined {
    const now = !this.deleted && matches(this.entry)
    const before = this.previous !== undefined && matches(this.previous)
    // kubernetes: apiserver pkg/storage/cacher/cache_watcher.go convertToWatchEvent
    if (now) return before ? 'MODIFIED' : 'ADDED'
    return before ? 'DELETED' : undefined
  }

  /** The object that goes with an event of that type: who does not see it any more gets what they saw, at the new revision. */
  objectFor(type: 'ADDED' | 'MODIFIED' | 'DELETED'): Stored {
    if (type !== 'DELETED' || !this.previous) return this.entry.object
    this.#past ??= withRevision(this.previous.object as unknown as JsonObject, this.revision)
    return this.#past
  }

  /** The event, made once for all who want the object as it is. */
  frame(type: 'ADDED' | 'MODIFIED' | 'DELETED'): WatchEvent {
    return (this.#frames[type] ??= { type, object: this.objectFor(type) })
  }
}
