import type { Event, Pod } from 'kubernetes-types/core/v1'
import type { KubeObject } from '../kernel/api/objects.ts'

type Held = ReadonlyMap<string, KubeObject>

/** All objects the page has heard of. Lists are made once per change, so whoever compares them sees whether anything is new. */
export class ObjectIndex {
  readonly #kinds = new Map<string, Map<string, KubeObject>>()
  readonly #lists = new Map<string, readonly KubeObject[]>()
  #podsByNode: ReadonlyMap<string, readonly Pod[]> | undefined
  #eventsByObject: ReadonlyMap<string, readonly Event[]> | undefined

  get kinds(): string[] {
    return [...this.#kinds]
      .filter(([, held]) => held.size)
      .map(([kind]) => kind)
      .sort()
  }

  count(kind: string): number {
    return this.#kinds.get(kind)?.size ?? 0
  }

  get(kind: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#kinds.get(kind)?.get(`${namespace ?? ''}/${name}`)
  }

  /** All objects of a kind, by name; the same array until one of them changes. */
  list<T = KubeObject>(kind: string, namespace?: string): readonly T[] {
    const key = namespace === undefined ? kind : `${kind} ${namespace}`
    let list = this.#lists.get(key)
    if (!list) {
      const all = [...(this.#kinds.get(kind) ?? (NONE as Held))]
        .filter(([, { metadata }]) => namespace === undefined || metadata.namespace === namespace)
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      list = all.map(([, object]) => object)
      this.#lists.set(key, list)
    }
    return list as unknown as readonly T[]
  }

  /** Pods that are bound to a node; `` for those that wait for one. */
  podsOn(node: string): readonly Pod[] {
    this.#podsByNode ??= grouped(this.list<Pod>('Pod'), ({ spec }) => spec?.nodeName ?? '', this.#lastPods)
    this.#lastPods = this.#podsByNode
    return this.#podsByNode.get(node) ?? NOTHING
  }
  #lastPods: ReadonlyMap<string, readonly Pod[]> | undefined

  /** Events about an object, oldest first. */
  eventsOf({ kind, metadata: { namespace, name } }: KubeObject): readonly Event[] {
    this.#eventsByObject ??= grouped(
      [...this.list<Event>('Event')].sort(byTime),
      ({ involvedObject: about }) => `${about.kind} ${about.namespace ?? ''}/${about.name}`,
    )
    return this.#eventsByObject.get(`${kind} ${namespace ?? ''}/${name}`) ?? NOTHING
  }

  replace(kind: string, objects: readonly KubeObject[]): void {
    this.#kinds.set(kind, new Map(objects.map((object) => [keyOf(object), object])))
    this.#changed(kind)
  }

  put(object: KubeObject): void {
    let held = this.#kinds.get(object.kind)
    if (!held) this.#kinds.set(object.kind, (held = new Map()))
    held.set(keyOf(object), object)
    this.#changed(object.kind, object.metadata.namespace)
  }

  remove(object: KubeObject): void {
    this.#kinds.get(object.kind)?.delete(keyOf(object))
    this.#changed(object.kind, object.metadata.namespace)
  }

  clear(): void {
    this.#kinds.clear()
    this.#lists.clear()
    this.#podsByNode = this.#lastPods = this.#eventsByObject = undefined
  }

  #changed(kind: string, namespace?: string): void {
    if (namespace === undefined) {
      for (const key of this.#lists.keys())
        if (key === kind || key.startsWith(`${kind} `)) this.#lists.delete(key)
    } else {
      this.#lists.delete(kind)
      this.#lists.delete(`${kind} ${namespace}`)
    }
    if (kind === 'Pod') this.#podsByNode = undefined
    if (kind === 'Event') this.#eventsByObject = undefined
  }
}

const NOTHING: readonly never[] = []
const NONE: Held = new Map()

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`

/** Groups that did not change since `last` keep their array. */
function grouped<T>(
  all: readonly T[],
  groupOf: (one: T) => string,
  last?: ReadonlyMap<string, readonly T[]>,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const group = groups.get(groupOf(one))
    if (group) group.push(one)
    else groups.set(groupOf(one), [one])
  }
  if (!last) return groups
  return new Map([...groups].map(([name, group]) => [name, same(group, last.get(name)) ?? group]))
}

const same = <T>(now: readonly T[], before: readonly T[] | undefined): readonly T[] | undefined =>
  before?.length === now.length && before.every((one, i) => one === now[i]) ? before : undefined

const timeOf = ({ lastTimestamp, eventTime, firstTimestamp }: Event): string =>
  String(lastTimestamp ?? eventTime ?? firstTimestamp ?? '')

function byTime(a: Event, b: Event): number {
  const [left, right] = [timeOf(a), timeOf(b)]
  return left < right ? -1 : left > right ? 1 : 0
}
