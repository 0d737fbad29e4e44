import { performance } from 'node:perf_hooks'

/** What a piece of work cost. */
export interface Cost {
  readonly wallMs: number
  readonly cpuMs: number
  /** The most memory this process ever held. */
  readonly peakMB: number
}

/** Starts now; call it for the cost since. */
export function stopwatch(): () => Cost {
  const began = performance.now()
  const used = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(used)
    return {
      wallMs: performance.now() - began,
      cpuMs: (user + system) / 1000,
      peakMB: process.resourceUsage().maxRSS / 1024,
    }
  }
}
