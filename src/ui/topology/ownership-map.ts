import type { Pod } from 'kubernetes-types/core/v1'
import { controllerOf, type KubeObject } from '../../kernel/api/objects.ts'
import type { ClusterModel } from '../cluster-model.ts'
import { ownersOf } from '../inspector/owners.ts'
import { servedBy } from './kin.ts'

/** Columns from left to right: who sends to whom, who owns whom, what runs where. */
export const columns = ['service', 'workload', 'replicas', 'pods', 'node'] as const
type Column = (typeof columns)[number]

/** One thing in the map; many pods of one owner are one thing. */
export interface Thing {
  readonly id: string
  readonly column: Column
  readonly object: KubeObject | undefined
  readonly pods: readonly Pod[]
  readonly name: string
  /** In rows from the top; parents stand between their children. */
  readonly y: number
}

export interface Link {
  readonly from: string
  readonly to: string
  readonly kind: 'owns' | 'sends' | 'runs'
  /** How many pods it stands for. */
  readonly count: number
}

export interface OwnershipMap {
  readonly things: readonly Thing[]
  readonly links: readonly Link[]
  readonly rows: number
}

const WORKLOADS = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'Job',
  'ReplicationController',
  'ReplicaSet',
]
const SYSTEM = 'kube-system'
/** Up to so many pods of one owner are shown one by one. */
const ONE_BY_ONE = 6

/** Who owns whom and what runs where, laid out in columns. System pods are left out. */
export function ownershipMap(model: ClusterModel): OwnershipMap {
  const map = new MapBuilder(model)
  const objects = WORKLOADS.flatMap((kind) => [...model.list(kind)]).filter(isOwn)
  const uids = new Set(objects.map(uidOf))
  const tops = objects.filter((object) => !uids.has(controllerOf(object)?.uid ?? ''))
  for (const top of tops) map.family(top, objects)
  const bare = model.list('Pod').filter((pod) => isOwn(pod) && !uids.has(controllerOf(pod)?.uid ?? ''))
  for (const pod of bare) map.pods([pod as Pod], undefined)
  for (const service of model.list('Service').filter(isOwn)) map.service(service)
  return map.finish()
}

class MapBuilder {
  readonly #model: ClusterModel
  readonly #podsByOwner = new Map<string, Pod[]>()
  #things: Thing[] = []
  readonly #links: Link[] = []
  #row = 0

  constructor(model: ClusterModel) {
    this.#model = model
    for (const pod of model.list<Pod>('Pod')) {
      const owner = controllerOf(pod)?.uid
      if (owner) this.#podsByOwner.set(owner, [...(this.#podsByOwner.get(owner) ?? []), pod])
    }
  }

  /** A workload, what it owns, and theirs. */
  family(top: KubeObject, all: readonly KubeObject[]): void {
    const owned = all.filter((object) => controllerOf(object)?.uid === uidOf(top)).sort(newestFirst)
    const above = [...this.pods(this.#podsOf(top), top)]
    for (const child of owned) {
      const places = this.pods(this.#podsOf(child), child)
      const y = places.length ? middle(places) : this.#row++
      this.#add(child, 'replicas', y)
      this.#links.push({
        from: uidOf(top),
        to: uidOf(child),
        kind: 'owns',
        count: this.#podsOf(child).length,
      })
      above.push(y)
    }
    this.#add(top, 'workload', above.length ? middle(above) : this.#row++)
  }

  /** Pods of one owner; gives their rows. */
  pods(pods: readonly Pod[], owner: KubeObject | undefined): number[] {
    const groups = pods.length > ONE_BY_ONE ? [pods] : pods.map((pod) => [pod])
    return groups.map((group) => {
      const [first] = group as [Pod, ...Pod[]]
      const id = group.length > 1 ? `pods of ${owner && uidOf(owner)}` : uidOf(first as KubeObject)
      const y = this.#row++
      const object = group.length > 1 ? owner : (first as KubeObject)
      this.#things.push({ id, column: 'pods', object, pods: group, name: first.metadata?.name ?? '', y })
      if (owner) this.#links.push({ from: uidOf(owner), to: id, kind: 'owns', count: group.length })
      for (const [node, count] of counted(group))
        this.#links.push({ from: id, to: `node ${node}`, kind: 'runs', count })
      return y
    })
  }

  /** A Service stands beside the workloads whose pods it sends to. */
  service(service: KubeObject): void {
    const served = servedBy(service, this.#model)
    const tops = new Map<string, number>()
    for (const pod of served) {
      const top = ownersOf(pod as KubeObject, this.#model).at(-1) ?? (pod as KubeObject)
      tops.set(uidOf(top), (tops.get(uidOf(top)) ?? 0) + 1)
    }
    const places = this.#things.filter(({ id }) => tops.has(id)).map(({ y }) => y)
    this.#add(service, 'service', places.length ? this.#free('service', middle(places)) : this.#row++)
    for (const [to, count] of tops) this.#links.push({ from: uidOf(service), to, kind: 'sends', count })
  }

  finish(): OwnershipMap {
    const used = new Set(this.#links.filter(({ kind }) => kind === 'runs').map(({ to }) => to))
    const nodes = this.#model.list('Node').filter(({ metadata }) => used.has(`node ${metadata.name}`))
    const rows = Math.max(this.#row, nodes.length)
    nodes.forEach((node, i) => {
      const y = ((i + 0.5) * rows) / nodes.length - 0.5
      const name = node.metadata.name ?? ''
      this.#things.push({ id: `node ${name}`, column: 'node', object: node, pods: [], name, y })
    })
    return { things: this.#things, links: this.#links, rows }
  }

  #podsOf = (object: KubeObject): readonly Pod[] => this.#podsByOwner.get(uidOf(object)) ?? []

  #add(object: KubeObject, column: Column, y: number): void {
    this.#things.push({ id: uidOf(object), column, object, pods: [], name: object.metadata.name ?? '', y })
  }

  /** The next row of a column that nothing stands in. */
  #free(column: Column, wanted: number): number {
    const taken = this.#things.filter((thing) => thing.column === column).map(({ y }) => y)
    let y = wanted
    while (taken.some((other) => Math.abs(other - y) < 1)) y++
    this.#row = Math.max(this.#row, Math.ceil(y) + 1)
    return y
  }
}

const uidOf = ({ metadata }: KubeObject): string => metadata.uid ?? ''
const isOwn = ({ metadata }: { readonly metadata: { readonly namespace?: string } }): boolean =>
  metadata.namespace !== SYSTEM
const middle = (places: readonly number[]): number => (Math.min(...places) + Math.max(...places)) / 2

function newestFirst(a: KubeObject, b: KubeObject): number {
  const [left, right] = [String(a.metadata.creationTimestamp), String(b.metadata.creationTimestamp)]
  return left < right ? 1 : left > right ? -1 : 0
}

function counted(pods: readonly Pod[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { spec } of pods)
    if (spec?.nodeName) counts.set(spec.nodeName, (counts.get(spec.nodeName) ?? 0) + 1)
  return counts
}
