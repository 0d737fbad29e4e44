import type { Node } from 'kubernetes-types/core/v1'
import { readyOf } from './health.ts'

/** How a zone fares: most of its nodes well, many silent, or all. */
export type ZoneState = 'Normal' | 'PartialDisruption' | 'FullDisruption'

export interface ZoneLimits {
  /** `--node-eviction-rate`, `--secondary-node-eviction-rate`, `--unhealthy-zone-threshold`, `--large-cluster-size-threshold`. */
  readonly rate: number
  readonly secondaryRate: number
  readonly unhealthyThreshold: number
  readonly largeThreshold: number
}

/** Region and zone as one name (component-helpers: GetZoneKey). */
export function zoneOf({ metadata }: Pick<Node, 'metadata'>): string {
  const labels = metadata?.labels ?? {}
  const region =
    labels['topology.kubernetes.io/region'] ?? labels['failure-domain.beta.kubernetes.io/region'] ?? ''
  const zone = labels['topology.kubernetes.io/zone'] ?? labels['failure-domain.beta.kubernetes.io/zone'] ?? ''
  return region || zone ? `${region}:\u0000:${zone}` : ''
}

export const EXCLUDE_DISRUPTION = 'node.kubernetes.io/exclude-disruption'

/** The state of every zone (ComputeZoneState); some nodes do not count. */
export function zoneStates(nodes: readonly Node[], unhealthyThreshold: number): Map<string, ZoneState> {
  const counts = new Map<string, { ready: number; notReady: number }>()
  for (const node of nodes) {
    if (node.metadata?.labels?.[EXCLUDE_DISRUPTION] !== undefined) continue
    const zone = zoneOf(node)
    const count = counts.get(zone) ?? { ready: 0, notReady: 0 }
    counts.set(zone, count)
    if (readyOf(node)?.status === 'True') count.ready++
    else count.notReady++
  }
  return new Map([...counts].map(([zone, count]) => [zone, stateOf(count, unhealthyThreshold)]))
}

export function stateOf(
  { ready, notReady }: { ready: number; notReady: number },
  threshold: number,
): ZoneState {
  if (ready === 0 && notReady > 0) return 'FullDisruption'
  if (notReady > 2 && notReady / (notReady + ready) >= threshold) return 'PartialDisruption'
  return 'Normal'
}

/** Nodes a second that may be emptied in a zone (setLimiterInZone). */
export function evictionRate(state: ZoneState, size: number, limits: ZoneLimits): number {
  if (state === 'PartialDisruption') return size > limits.largeThreshold ? limits.secondaryRate : 0
  return limits.rate
}
