import type { Node } from 'kubernetes-types/core/v1'
import { wholeValueOf, milliValueOf } from '../api/quantity.ts'
import { isSidecar, type KubeletPod } from './types.ts'

export interface Rejection {
  readonly reason: string
  readonly message: string
}

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'] as const

/** What a pod asks for: its containers together, or its hungriest init container (kubernetes: pkg/api/v1/resource PodRequests). */
export function requestOf({ spec }: KubeletPod, resource: string): number {
  const value = resource === 'cpu' ? milliValueOf : wholeValueOf
  const of = (containers: KubeletPod['spec']['containers']) =>
    containers.map(({ resources }) => value(resources?.requests?.[resource]))
  const sum = (values: readonly number[]) => values.reduce((total, amount) => total + amount, 0)
  let sidecars = 0
  let peak = 0
  for (const container of spec.initContainers ?? []) {
    const own = value(container.resources?.requests?.[resource])
    if (isSidecar(container)) sidecars += own
    peak = Math.max(peak, isSidecar(container) ? sidecars : sidecars + own)
  }
  return Math.max(sum(of(spec.containers)) + sidecars, peak) + value(spec.overhead?.[resource])
}

export type Requests = Readonly<Record<(typeof RESOURCES)[number], number>>

/** What a pod asks for of each resource that is counted. */
export const requestsOf = (pod: KubeletPod): Requests =>
  Object.fromEntries(RESOURCES.map((resource) => [resource, requestOf(pod, resource)])) as Requests

/** Whether a pod fits beside the others; the scheduler may not have known all (kubernetes: pkg/kubelet/lifecycle/predicate.go). */
export function admit(
  pod: KubeletPod,
  others: readonly Requests[],
  node: Node | undefined,
  allocatable: Readonly<Record<string, string>>,
): Rejection | undefined {
  const count = Number(allocatable['pods'] ?? 0)
  if (others.length + 1 > count) return lacks('pods', 1, others.length, count)
  for (const resource of RESOURCES) {
    const requested = requestOf(pod, resource)
    if (requested === 0) continue
    const capacity =
      resource === 'cpu' ? milliValueOf(allocatable[resource]) : wholeValueOf(allocatable[resource])
    const used = others.reduce((sum, other) => sum + other[resource], 0)
    if (used + requested > capacity) return lacks(resource, requested, used, capacity)
  }
  const wanted = Object.entries(pod.spec.nodeSelector ?? {})
  if (node && wanted.some(([key, value]) => node.metadata?.labels?.[key] !== value)) {
    return {
      reason: 'NodeAffinity',
      message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    }
  }
  return undefined
}

const lacks = (resource: string, requested: number, used: number, capacity: number): Rejection => ({
  reason: `OutOf${resource}`,
  message: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
})
