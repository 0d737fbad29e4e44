import type { Plugin, Rejection } from '../framework.ts'
import type { NodeInfo, PodInfo } from '../node-info.ts'
import { leastAllocated, scoreByUse, type ScoringStrategy } from './resource-scoring.ts'

// kubernetes: pkg/scheduler/framework/plugins/noderesources (fit.go, least_allocated.go)
export const nodeResourcesFitBy = (
  strategy: ScoringStrategy,
  ignored: (name: string) => boolean = () => false,
): Plugin => ({
  name: 'NodeResourcesFit',
  events: ['Pod/Delete', 'Pod/ScaleDown', 'Node/Add', 'Node/UpdateAllocatable'],
  filter: ({ info }, node) => insufficient(info, node, ignored),
  score: ({ info }, node) => scoreByUse(strategy, info, node),
})

export const nodeResourcesFit = nodeResourcesFitBy(leastAllocated)

/** What the node lacks for the pod, in the order upstream names it. */
function insufficient(
  { requests }: PodInfo,
  { pods, allocatable, requested }: NodeInfo,
  ignored: (name: string) => boolean,
): Rejection | undefined {
  const reasons: string[] = []
  if (pods.size + 1 > (allocatable['pods'] ?? 0)) reasons.push('Too many pods')
  for (const name of inOrder(Object.keys(requests))) {
    const wanted = requests[name]
    if (wanted === 0 || ignored(name)) continue
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
