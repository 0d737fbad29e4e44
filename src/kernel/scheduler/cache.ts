import type { Node, Pod } from 'kubernetes-types/core/v1'
import { keyOf } from '../api/objects.ts'
import { NodeInfo, podInfo } from './node-info.ts'

const ZONE = 'topology.kubernetes.io/zone'
const REGION = 'topology.kubernetes.io/region'

/** Nodes with the pods on them, pods that are being bound included (kubernetes: pkg/scheduler/internal/cache). */
export class SchedulerCache {
  #nodes = new Map<string, NodeInfo>()
  /** Pods on nodes that are not known (yet). */
  #places = new Map<string, { node: string; pod: Pod }>()
  #assumed = new Set<string>()
  #images = new Map<string, { bytes: number; readonly having: Set<string> }>()
  #order: readonly NodeInfo[] | undefined

  /** Nodes, the zones taking turns (node_tree.go), in the order in which they came. */
  get nodes(): readonly NodeInfo[] {
    this.#order ??= byTurns([...this.#nodes.values()])
    return this.#order
  }

  setNode(node: Node): void {
    const name = node.metadata?.name ?? ''
    const old = this.#nodes.get(name)
    this.#recordImages(name, old?.node, node)
    const info = old ? old.renewed(node) : new NodeInfo(node)
    if (!old)
      for (const { node: place, pod } of this.#places.values()) if (place === name) info.add(podInfo(pod))
    this.#nodes.set(name, info)
    this.#order = undefined
  }

  removeNode(name: string): void {
    this.#recordImages(name, this.#nodes.get(name)?.node, undefined)
    this.#nodes.delete(name)
    this.#order = undefined
  }

  /** A pod is on a node, as the API server says. */
  setPod(pod: Pod): void {
    this.#assumed.delete(keyOf(pod))
    this.#place(pod, pod.spec?.nodeName ?? '')
  }

  /** A pod will be on a node: count it there until the API server says so, or `forget`. */
  assume(pod: Pod, node: string): void {
    this.#assumed.add(keyOf(pod))
    this.#place(pod, node)
  }

  isAssumed(key: string): boolean {
    return this.#assumed.has(key)
  }

  forget(key: string): void {
    if (this.#assumed.delete(key)) this.removePod(key)
  }

  removePod(key: string): void {
    const place = this.#places.get(key)
    if (!place) return
    this.#places.delete(key)
    this.#assumed.delete(key)
    this.#nodes.get(place.node)?.remove(key)
  }

  imageState(name: string): { bytes: number; nodes: number } | undefined {
    const state = this.#images.get(name)
    return state && { bytes: state.bytes, nodes: state.having.size }
  }

  #recordImages(name: string, old: Node | undefined, node: Node | undefined): void {
    if (old?.status?.images === node?.status?.images) return
    const wanted = new Map(
      (node?.status?.images ?? []).flatMap(({ names, sizeBytes = 0 }) =>
        (names ?? []).map((image) => [image, sizeBytes]),
      ),
    )
    for (const image of (old?.status?.images ?? []).flatMap(({ names }) => names ?? [])) {
      const state = this.#images.get(image)
      if (wanted.has(image) || !state) continue
      state.having.delete(name)
      if (!state.having.size) this.#images.delete(image)
    }
    for (const [image, bytes] of wanted) {
      const state = this.#images.get(image)
      if (state) state.having.add(name)
      else this.#images.set(image, { bytes, having: new Set([name]) })
    }
  }

  #place(pod: Pod, node: string): void {
    const key = keyOf(pod)
    const old = this.#places.get(key)
    if (old) this.#nodes.get(old.node)?.remove(key)
    this.#places.set(key, { node, pod })
    this.#nodes.get(node)?.add(podInfo(pod))
  }
}

function byTurns(nodes: readonly NodeInfo[]): NodeInfo[] {
  const zones = new Map<string, NodeInfo[]>()
  for (const info of nodes) {
    const labels = info.node.metadata?.labels ?? {}
    const zone = `${labels[REGION] ?? ''}:${labels[ZONE] ?? ''}`
    const list = zones.get(zone)
    if (list) list.push(info)
    else zones.set(zone, [info])
  }
  const lists = [...zones.values()]
  const order: NodeInfo[] = []
  for (let turn = 0; order.length < nodes.length; turn++)
    for (const list of lists) if (turn < list.length) order.push(list[turn])
  return order
}
