import { MAX_SCORE, type Plugin, type Rejection } from '../framework.ts'
import type { NodeInfo, PodInfo } from '../node-info.ts'

// kubernetes: pkg/scheduler/framework/plugins/noderesources (fit.go, least_allocated.go)
export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  events: ['Pod/Delete', 'Pod/ScaleDown', 'Node/Add', 'Node/UpdateAllocatable'],
  filter: ({ info }, node) => insufficient(info, node),
  score({ info }, node) {
    return leastAllocated(node, info)
  },
}

/** What the node lacks for the pod, in the order upstream names it. */
function insufficient(
  { requests }: PodInfo,
  { pods, allocatable, requested }: NodeInfo,
): Rejection | undefined {
  const reasons: string[] = []
  if (pods.size + 1 > (allocatable['pods'] ?? 0)) reasons.push('Too many pods')
  for (const name of inOrder(Object.keys(requests))) {
    const wanted = requests[name]
    if (wanted === 0) continue
    const total = allocatable[name] ?? 0
    if (wanted <= total - (requested[name] ?? 0)) continue
    reasons.push(`Insufficient ${name}`)
  }
  return reasons.length ? { reasons, unresolvable: false } : undefined
}

const FIRST = ['cpu', 'memory', 'ephemeral-storage']
const inOrder = (names: readonly string[]): string[] => [
  ...FIRST.filter((name) => names.includes(name)),
  ...names.filter((name) => !FIRST.includes(name)).sort(),
]

/** The mean share of cpu and memory that would be left, 0 to 100. */
function leastAllocated({ allocatable, nonZero }: NodeInfo, info: PodInfo): number {
  let sum = 0
  let weights = 0
  for (const name of ['cpu', 'memory']) {
    const total = allocatable[name] ?? 0
    if (total === 0) continue
    const used = (nonZero[name] ?? 0) + (info.nonZero[name] ?? 0)
    sum += used > total ? 0 : Math.floor(((total - used) * MAX_SCORE) / total)
    weights++
  }
  return weights ? Math.floor(sum / weights) : 0
}
