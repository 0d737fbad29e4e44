import { controllerOf, keyOf, type KubeObject } from '../api/objects.ts'
import type { Os } from '../host/program.ts'
import type { ApiClient } from './api-client.ts'
import type { ObjectOf } from './objects-by-kind.ts'
import { Reflector, type Selection } from './reflector.ts'
import type { ResourceType } from './resource.ts'
import { Store, type IndexFunction } from './store.ts'

/** What happened to an object, as far as this process has heard. */
export type Change<T = KubeObject> =
  | { readonly type: 'added'; readonly object: T; readonly old?: undefined }
  | { readonly type: 'updated'; readonly object: T; readonly old: T }
  | { readonly type: 'deleted'; readonly object: T; readonly old?: undefined }

/** A collection as this process last heard of it, and who wants to be told when it changes. */
export class Informer {
  readonly resource: ResourceType
  readonly store = new Store()
  /** True once all that was there at the start is in the store. */
  synced = false
  /** The newest revision heard of: nothing up to it is missing. */
  heard = 0
  readonly #reflector: Reflector
  #handlers: ((change: Change) => void)[] = []
  #listeners: (() => void)[] = []

  constructor(os: Os, client: ApiClient, resource: ResourceType, selection: Selection = {}) {
    this.resource = resource
    this.#reflector = new Reflector(os, client, resource, selection, {
      replace: (objects, revision) => this.#replace(objects, revision),
      event: (type, object) => this.#event(type, object),
      bookmark: (revision) => this.#hear(revision),
    })
  }

  start(): void {
    this.#reflector.start()
  }

  stop(): void {
    this.#reflector.stop()
  }

  onChange(handler: (change: Change) => void): void {
    this.#handlers.push(handler)
  }

  /** Be told whenever more was heard: an event, a bookmark, the first synchronisation. */
  onHeard(listener: () => void): void {
    this.#listeners.push(listener)
  }

  #replace(objects: readonly KubeObject[], revision: number): void {
    const keys = new Set(objects.map(keyOf))
    for (const key of [...this.store.keys()]) if (!keys.has(key)) this.#remove(key)
    for (const object of objects) this.#put(object)
    this.synced = true
    this.#hear(revision)
  }

  #event(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void {
    if (type === 'DELETED') this.#remove(keyOf(object), object)
    else this.#put(object)
    this.#hear(Number(object.metadata.resourceVersion))
  }

  #put(object: KubeObject): void {
    const old = this.store.put(object)
    if (!old) this.#tell({ type: 'added', object })
    else if (old.metadata.resourceVersion === object.metadata.resourceVersion) return
    else if (old.metadata.uid === object.metadata.uid) this.#tell({ type: 'updated', object, old })
    else {
      this.#tell({ type: 'deleted', object: old })
      this.#tell({ type: 'added', object })
    }
  }

  #remove(key: string, last?: KubeObject): void {
    const old = this.store.remove(key)
    if (old) this.#tell({ type: 'deleted', object: last ?? old })
  }

  #tell(change: Change): void {
    for (const handler of this.#handlers) handler(change)
  }

  #hear(revision: number): void {
    if (revision > this.heard) this.heard = revision
    for (const listener of this.#listeners) listener()
  }
}

/** A read-only look at the cluster as this process last heard of it. Objects are shared: never change them. */
export interface View {
  /** Milliseconds since the Unix epoch. */
  readonly now: number
  /** `key` is `namespace/name`, or `name` for cluster-scoped objects. */
  get<K extends string>(kind: K, key: string): ObjectOf<K> | undefined
  /** All, or those of a namespace. */
  list<K extends string>(kind: K, namespace?: string): ObjectOf<K>[]
  byIndex<K extends string>(kind: K, index: string, value: string): ObjectOf<K>[]
  /** Objects whose controller is this owner. */
  owned<K extends string>(kind: K, owner: KubeObject): ObjectOf<K>[]
}

const NAMESPACE = 'namespace'
const OWNER = 'owner'

/** The collections a process follows, one informer a kind, shared by all who ask (client-go: SharedInformerFactory). */
export class Informers implements View {
  readonly #os: Os
  readonly #client: ApiClient
  #informers = new Map<string, Informer>()
  #started = false

  constructor(os: Os, client: ApiClient) {
    this.#os = os
    this.#client = client
  }

  get now(): number {
    return this.#os.clock
  }

  /** Follow a kind; the first to ask decides the selection. */
  add(resource: ResourceType, selection: Selection = {}): Informer {
    let informer = this.#informers.get(resource.kind)
    if (!informer) {
      informer = new Informer(this.#os, this.#client, resource, selection)
      informer.store.addIndex(NAMESPACE, ({ metadata }) => [metadata.namespace ?? ''])
      informer.store.addIndex(OWNER, (object) => {
        const owner = controllerOf(object)
        return owner ? [owner.uid] : []
      })
      this.#informers.set(resource.kind, informer)
      if (this.#started) informer.start()
    }
    return informer
  }

  addIndex(kind: string, name: string, valuesOf: IndexFunction): void {
    this.of(kind).store.addIndex(name, valuesOf)
  }

  of(kind: string): Informer {
    const informer = this.#informers.get(kind)
    if (!informer) throw new Error(`${kind} is not followed`)
    return informer
  }

  start(): void {
    this.#started = true
    for (const informer of this.#informers.values()) informer.start()
  }

  stop(): void {
    for (const informer of this.#informers.values()) informer.stop()
  }

  get synced(): boolean {
    return [...this.#informers.values()].every((informer) => informer.synced)
  }

  /** Call once everything that is followed, or these kinds, has been heard of. */
  whenSynced(ready: () => void, kinds: readonly string[] = [...this.#informers.keys()]): void {
    const awaited = kinds.map((kind) => this.of(kind))
    let told = false
    const look = () => {
      if (told || !awaited.every(({ synced }) => synced)) return
      told = true
      ready()
    }
    for (const informer of awaited) informer.onHeard(look)
    look()
  }

  get<K extends string>(kind: K, key: string): ObjectOf<K> | undefined {
    return this.of(kind).store.get(key) as ObjectOf<K> | undefined
  }

  list<K extends string>(kind: K, namespace?: string): ObjectOf<K>[] {
    if (namespace !== undefined) return this.byIndex(kind, NAMESPACE, namespace)
    return [...this.of(kind).store.values()] as ObjectOf<K>[]
  }

  byIndex<K extends string>(kind: K, index: string, value: string): ObjectOf<K>[] {
    return [...this.of(kind).store.byIndex(index, value).values()] as ObjectOf<K>[]
  }

  owned<K extends string>(kind: K, owner: KubeObject): ObjectOf<K>[] {
    return this.byIndex(kind, OWNER, owner.metadata.uid ?? '')
  }
}
