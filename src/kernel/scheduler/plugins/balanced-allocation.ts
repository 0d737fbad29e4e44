import { MAX_SCORE, type Plugin } from '../framework.ts'

/** Prefers nodes whose cpu and memory would be used in equal shares (kubernetes: noderesources/balanced_allocation.go). */
export const balancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  score({ info }, { allocatable, requested }) {
    const shares: number[] = []
    for (const name of ['cpu', 'memory']) {
      const total = allocatable[name] ?? 0
      if (total > 0) shares.push(Math.min(1, ((requested[name] ?? 0) + (info.requests[name] ?? 0)) / total))
    }
    return Math.trunc((1 - deviation(shares)) * MAX_SCORE)
  },
}

function deviation(shares: readonly number[]): number {
  if (shares.length === 2) return Math.abs((shares[0] - shares[1]) / 2)
  if (shares.length < 2) return 0
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
  return Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) * (share - mean), 0) / shares.length)
}
