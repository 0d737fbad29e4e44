import type { JsonObject, Stored } from '../../api/objects.ts'
import type { CustomKind } from '../../api/crd/custom-kind.ts'
import type { Entry } from '../entry.ts'
import { decoded, ResourceCache, type Codec } from '../resource-cache.ts'

/** The objects of a custom resource as they are kept, and views of them, one for each version that is served. */
export class SharedCache extends ResourceCache {
  readonly #views = new Set<ResourceCache>()

  /** A cache with the same objects in another version. */
  view(version: CustomKind, storage: CustomKind, revision: number): ResourceCache {
    const codec: Codec = {
      read: (object) => version.convert(object as unknown as JsonObject) as unknown as Stored,
      write: (object) => storage.convert(object),
    }
    const view = new ResourceCache(this.prefix, undefined, codec)
    view.replace(
      this.list().map((entry) => decoded(view, entry)),
      revision,
    )
    this.#views.add(view)
    return view
  }

  /** Nobody needs the view any more. */
  forget(view: ResourceCache): void {
    this.#views.delete(view)
  }

  override put(entry: Entry): void {
    super.put(entry)
    for (const view of this.#views) view.put(decoded(view, entry))
  }

  override remove(key: string, revision: number): void {
    super.remove(key, revision)
    for (const view of this.#views) view.remove(key, revision)
  }

  override replace(entries: readonly Entry[], revision: number): void {
    super.replace(entries, revision)
    for (const view of this.#views)
      view.replace(
        entries.map((entry) => decoded(view, entry)),
        revision,
      )
  }
}
