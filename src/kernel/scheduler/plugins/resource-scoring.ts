import { MAX_SCORE } from '../framework.ts'
import type { NodeInfo, PodInfo } from '../node-info.ts'

// kubernetes: pkg/scheduler/framework/plugins/noderesources (resource_allocation.go, least_allocated.go, most_allocated.go, requested_to_capacity_ratio.go)

export interface ResourceWeight {
  readonly name: string
  readonly weight: number
}

export interface ShapePoint {
  /** Percent. */
  readonly utilization: number
  /** 0 to 10. */
  readonly score: number
}

/** How a node's use becomes a score. */
export interface ScoringStrategy {
  readonly type: 'LeastAllocated' | 'MostAllocated' | 'RequestedToCapacityRatio'
  readonly resources: readonly ResourceWeight[]
  readonly shape?: readonly ShapePoint[]
}

export const cpuAndMemory: readonly ResourceWeight[] = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
]

export const leastAllocated: ScoringStrategy = { type: 'LeastAllocated', resources: cpuAndMemory }

/** The score of a node, 0 to 100, by a strategy. */
export function scoreByUse(
  { type, resources, shape = [] }: ScoringStrategy,
  info: PodInfo,
  node: NodeInfo,
): number {
  const ratio = type === 'RequestedToCapacityRatio'
  let sum = 0
  let weights = 0
  for (const { name, weight } of resources) {
    const use = useOf(name, info, node)
    if (!use) continue
    const [requested, total] = use
    const score = ratio
      ? brokenLinear(shape, requested > total ? 100 : Math.floor((requested * 100) / total))
      : allocated(type === 'MostAllocated', requested, total)
    // A ratio of nothing says nothing.
    if (ratio && score <= 0) continue
    sum += score * weight
    weights += weight
  }
  if (!weights) return 0
  return ratio ? Math.round(sum / weights) : Math.floor(sum / weights)
}

/** Of cpu and memory, what is not asked for counts by default; of the others only pods that ask are scored. */
function useOf(name: string, info: PodInfo, node: NodeInfo): [requested: number, total: number] | undefined {
  const total = node.allocatable[name] ?? 0
  if (total === 0) return undefined
  if (name === 'cpu' || name === 'memory')
    return [(node.nonZero[name] ?? 0) + (info.nonZero[name] ?? 0), total]
  const own = info.requests[name] ?? 0
  const isExtended = name !== 'ephemeral-storage'
  return isExtended && own === 0 ? undefined : [(node.requested[name] ?? 0) + own, total]
}

function allocated(most: boolean, requested: number, total: number): number {
  const left = Math.max(0, total - requested)
  if (!most) return Math.floor((left * MAX_SCORE) / total)
  return Math.floor((Math.min(requested, total) * MAX_SCORE) / total)
}

/** Straight lines between the points; scores of ten become a hundred. */
export function brokenLinear(
  shape: readonly ShapePoint[],
  utilization: number,
  scale = MAX_SCORE / 10,
): number {
  for (const [i, point] of shape.entries()) {
    if (utilization > point.utilization) continue
    const before = shape[i - 1]
    if (!before) return point.score * scale
    const rise = (point.score - before.score) * scale * (utilization - before.utilization)
    return before.score * scale + Math.trunc(rise / (point.utilization - before.utilization))
  }
  return (shape.at(-1)?.score ?? 0) * scale
}
