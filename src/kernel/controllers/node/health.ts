import type { Node, NodeCondition } from 'kubernetes-types/core/v1'
import type { Lease } from 'kubernetes-types/coordination/v1'
import { formatTime } from '../../api/time.ts'
import { creationOf } from '../pods.ts'

/** What is known of a node's signs of life. */
export interface NodeHealth {
  readonly ready: NodeCondition | undefined
  readonly renewTime: string | undefined
  /** When the last sign of life was noticed, by this process's clock. */
  readonly probedAt: number
}

export const readyOf = ({ status }: Pick<Node, 'status'>): NodeCondition | undefined =>
  status?.conditions?.find(({ type }) => type === 'Ready')

/** Take note of signs of life: a status or a lease that changed (node_lifecycle_controller.go tryUpdateNodeHealth). */
export function probe(
  before: NodeHealth | undefined,
  node: Node,
  lease: Lease | undefined,
  now: number,
): NodeHealth {
  const ready = readyOf(node)
  const renewTime = lease?.spec?.renewTime as unknown as string | undefined
  const renewed = renewTime !== undefined && renewTime !== before?.renewTime
  if (!ready) {
    // A node that never spoke is measured from its creation.
    const probedAt = renewed ? now : (before?.probedAt ?? creationOf(node))
    return { ready, renewTime: renewTime ?? before?.renewTime, probedAt }
  }
  const spoke = !before || before.ready?.lastHeartbeatTime !== ready.lastHeartbeatTime
  return {
    ready,
    renewTime: renewTime ?? before?.renewTime,
    probedAt: spoke || renewed ? now : before.probedAt,
  }
}

/** Conditions that only a kubelet can know, and that are Unknown without it. */
const KUBELET_CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']

/** The conditions of a node that fell silent; undefined when they say so already. */
export function silentConditions(node: Node, now: number): NodeCondition[] | undefined {
  const conditions = node.status?.conditions ?? []
  const time = formatTime(now)
  const known = conditions.map((condition) =>
    KUBELET_CONDITIONS.includes(condition.type) && condition.status !== 'Unknown'
      ? {
          ...condition,
          status: 'Unknown',
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
          lastTransitionTime: time,
        }
      : condition,
  )
  const missing = KUBELET_CONDITIONS.filter(
    (type) => !conditions.some((condition) => condition.type === type),
  ).map((type) => ({
    type,
    status: 'Unknown',
    reason: 'NodeStatusNeverUpdated',
    message: 'Kubelet never posted node status.',
    lastHeartbeatTime: node.metadata?.creationTimestamp,
    lastTransitionTime: time,
  }))
  const changed = missing.length > 0 || known.some((condition, i) => condition !== conditions[i])
  return changed ? [...known, ...missing] : undefined
}
