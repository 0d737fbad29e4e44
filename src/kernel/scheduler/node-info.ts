import type { Node, Pod } from 'kubernetes-types/core/v1'
import { keyOf } from '../api/objects.ts'
import { add, amountsOf, podNonZeroRequests, podRequests, type Amounts } from './resources.ts'

/** A pod with what scheduling needs to know of it again and again. */
export interface PodInfo {
  readonly key: string
  readonly pod: Pod
  readonly requests: Amounts
  readonly nonZero: Amounts
  readonly priority: number
  readonly hostPorts: readonly HostPort[]
}

export interface HostPort {
  readonly ip: string
  readonly protocol: string
  readonly port: number
}

const cache = new WeakMap<Pod, PodInfo>()

/** Worked out once for each version of a pod. */
export function podInfo(pod: Pod): PodInfo {
  let info = cache.get(pod)
  if (!info) {
    info = {
      key: keyOf(pod),
      pod,
      requests: podRequests(pod),
      nonZero: podNonZeroRequests(pod),
      priority: pod.spec?.priority ?? 0,
      hostPorts: hostPortsOf(pod),
    }
    cache.set(pod, info)
  }
  return info
}

/** A node as the scheduler sees it: with the pods that are on it, or are about to be (kubernetes: pkg/scheduler/framework NodeInfo). */
export class NodeInfo {
  readonly node: Node
  readonly name: string
  readonly allocatable: Amounts
  readonly pods = new Map<string, PodInfo>()
  /** Those of them that say beside whom they would be: few, and asked for with every pod that is scheduled. */
  readonly affine = new Map<string, PodInfo>()
  readonly requested: Record<string, number> = {}
  readonly nonZero: Record<string, number> = {}
  readonly images: ReadonlySet<string>

  constructor(node: Node) {
    this.node = node
    this.name = node.metadata?.name ?? ''
    this.allocatable = amountsOf(node.status?.allocatable as Record<string, string>)
    this.images = new Set((node.status?.images ?? []).flatMap(({ names }) => names ?? []))
  }

  add(info: PodInfo): void {
    this.remove(info.key)
    this.pods.set(info.key, info)
    if (info.pod.spec?.affinity) this.affine.set(info.key, info)
    add(this.requested, info.requests)
    add(this.nonZero, info.nonZero)
  }

  remove(key: string): void {
    const info = this.pods.get(key)
    if (!info) return
    this.pods.delete(key)
    this.affine.delete(key)
    add(this.requested, info.requests, -1)
    add(this.nonZero, info.nonZero, -1)
  }

  /** A copy that may be changed to see what would be. */
  copy(): NodeInfo {
    const copy = new NodeInfo(this.node)
    for (const info of this.pods.values()) copy.add(info)
    return copy
  }

  /** The same pods on a newer version of the node. */
  renewed(node: Node): NodeInfo {
    const renewed = new NodeInfo(node)
    for (const info of this.pods.values()) renewed.add(info)
    return renewed
  }
}

function hostPortsOf({ spec }: Pod): HostPort[] {
  return (spec?.containers ?? []).flatMap((container) =>
    (container.ports ?? [])
      .filter((port) => (port.hostPort ?? 0) > 0)
      .map((port) => ({
        ip: port.hostIP || '0.0.0.0',
        protocol: port.protocol ?? 'TCP',
        port: port.hostPort as number,
      })),
  )
}
