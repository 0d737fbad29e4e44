import type { Verdict } from './algorithm.ts'
import { summary } from './preemption.ts'

/** The words of the FailedScheduling event (framework/types.go FitError). */
export function failureMessage(
  { nodes, rejected, preFilter }: Verdict,
  preemption: string | undefined,
): string {
  if (nodes === 0) return 'no nodes available to schedule pods'
  const reasons = [...rejected.values()].flatMap((verdict) => verdict.reasons)
  const why = preFilter
    ? `0/${nodes} nodes are available: ${preFilter.reasons.join(', ')}`
    : summary(nodes, reasons)
  return `${why}.${preemption ? ` preemption: ${preemption}` : ''}`
}
