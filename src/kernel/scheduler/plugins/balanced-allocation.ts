import { MAX_SCORE, type Plugin } from '../framework.ts'
import { cpuAndMemory, type ResourceWeight } from './resource-scoring.ts'

/** Prefers nodes whose cpu and memory would be used in equal shares (kubernetes: noderesources/balanced_allocation.go). */
export const balancedAllocationOf = (resources: readonly ResourceWeight[]): Plugin => ({
  name: 'NodeResourcesBalancedAllocation',
  score({ info }, { allocatable, requested }) {
    const shares: number[] = []
    for (const { name } of resources) {
      const total = allocatable[name] ?? 0
      // What a pod does not ask for is no matter of balance.
      if (name !== 'cpu' && name !== 'memory' && !info.requests[name]) continue
      if (total > 0) shares.push(Math.min(1, ((requested[name] ?? 0) + (info.requests[name] ?? 0)) / total))
    }
    return Math.trunc((1 - deviation(shares)) * MAX_SCORE)
  },
})

export const balancedAllocation = balancedAllocationOf(cpuAndMemory)

function deviation(shares: readonly number[]): number {
  if (shares.length === 2) return Math.abs((shares[0] - shares[1]) / 2)
  if (shares.length < 2) return 0
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
  return Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) * (share - mean), 0) / shares.length)
}
