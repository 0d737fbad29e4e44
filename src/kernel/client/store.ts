import { keyOf, type KubeObject } from '../api/objects.ts'

/** Under which values of an index an object is found. */
export type IndexFunction = (object: KubeObject) => readonly string[]

interface Index {
  readonly valuesOf: IndexFunction
  readonly buckets: Map<string, Map<string, KubeObject>>
}

const NONE: ReadonlyMap<string, KubeObject> = new Map()

/** Objects by key, with indexes: a lookup costs what it finds (client-go: tools/cache ThreadSafeStore). */
export class Store {
  #objects = new Map<string, KubeObject>()
  #indexes = new Map<string, Index>()

  get size(): number {
    return this.#objects.size
  }

  get(key: string): KubeObject | undefined {
    return this.#objects.get(key)
  }

  values(): IterableIterator<KubeObject> {
    return this.#objects.values()
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys()
  }

  /** Keep an index from now on; a second one of the same name is the same one. */
  addIndex(name: string, valuesOf: IndexFunction): void {
    if (this.#indexes.has(name)) return
    const index: Index = { valuesOf, buckets: new Map() }
    this.#indexes.set(name, index)
    for (const [key, object] of this.#objects) file(index, key, undefined, object)
  }

  /** The objects under a value of an index, by key. */
  byIndex(name: string, value: string): ReadonlyMap<string, KubeObject> {
    const index = this.#indexes.get(name)
    if (!index) throw new Error(`no index ${name}`)
    return index.buckets.get(value) ?? NONE
  }

  /** Returns what was there before. */
  put(object: KubeObject): KubeObject | undefined {
    const key = keyOf(object)
    const old = this.#objects.get(key)
    this.#objects.set(key, object)
    for (const index of this.#indexes.values()) file(index, key, old, object)
    return old
  }

  remove(key: string): KubeObject | undefined {
    const old = this.#objects.get(key)
    if (!old) return undefined
    this.#objects.delete(key)
    for (const index of this.#indexes.values()) file(index, key, old, undefined)
    return old
  }
}

function file(index: Index, key: string, old: KubeObject | undefined, object: KubeObject | undefined): void {
  const before = old ? index.valuesOf(old) : []
  const after = object ? index.valuesOf(object) : []
  for (const value of before) if (!after.includes(value)) take(index, value, key)
  if (!object) return
  for (const value of after) {
    const bucket = index.buckets.get(value)
    if (bucket) bucket.set(key, object)
    else index.buckets.set(value, new Map([[key, object]]))
  }
}

function take({ buckets }: Index, value: string, key: string): void {
  const bucket = buckets.get(value)
  bucket?.delete(key)
  if (bucket?.size === 0) buckets.delete(value)
}
