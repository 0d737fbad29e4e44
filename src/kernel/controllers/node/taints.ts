import type { Node, Taint, Toleration } from 'kubernetes-types/core/v1'
import type { KubeObject, Stored } from '../../api/objects.ts'
import { formatTime } from '../../api/time.ts'
import { patch, type Write } from '../../client/writes.ts'

export const NOT_READY = 'node.kubernetes.io/not-ready'
export const UNREACHABLE = 'node.kubernetes.io/unreachable'
export const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable'
export const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service'

export type Effect = 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'

export const nodeTaints = ({ spec }: Pick<Node, 'spec'>): readonly Taint[] => spec?.taints ?? []

export const hasTaint = (node: Pick<Node, 'spec'>, key: string, effect: Effect): boolean =>
  nodeTaints(node).some((taint) => taint.key === key && taint.effect === effect)

/** Conditions whose bad state is a taint, by status (pkg/controller/nodelifecycle nodeConditionToTaintKeyStatusMap). */
const conditionTaints: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: NOT_READY, Unknown: UNREACHABLE },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
}

const managedKeys = new Set([
  UNSCHEDULABLE,
  ...Object.values(conditionTaints).flatMap((byStatus) => Object.values(byStatus)),
])

/** Keys of the NoSchedule taints that a node's conditions ask for (doNoScheduleTaintingPass). */
export function wantedNoSchedule({ spec, status }: Pick<Node, 'spec' | 'status'>): string[] {
  const keys = (status?.conditions ?? []).flatMap(
    ({ type, status: value }) => conditionTaints[type]?.[value] ?? [],
  )
  return spec?.unschedulable ? [...keys, UNSCHEDULABLE] : keys
}

/** The node's taints with the NoSchedule ones that its conditions ask for; undefined when nothing changes. */
export function withNoScheduleTaints(node: Pick<Node, 'spec' | 'status'>, now: number): Taint[] | undefined {
  const wanted = wantedNoSchedule(node)
  const kept = nodeTaints(node).filter(
    ({ key, effect }) => effect !== 'NoSchedule' || !managedKeys.has(key) || wanted.includes(key),
  )
  const missing = wanted.filter((key) => !hasTaint(node, key, 'NoSchedule'))
  if (!missing.length && kept.length === nodeTaints(node).length) return undefined
  return [...kept, ...missing.map((key) => newTaint(key, 'NoSchedule', now))]
}

/** One taint instead of another; undefined when nothing changes (SwapNodeControllerTaint). */
export function swapTaint(
  node: Pick<Node, 'spec'>,
  add: string | undefined,
  drop: readonly string[],
  now: number,
): Taint[] | undefined {
  const kept = nodeTaints(node).filter(({ key, effect }) => effect !== 'NoExecute' || !drop.includes(key))
  const missing = add !== undefined && !hasTaint(node, add, 'NoExecute')
  if (!missing && kept.length === nodeTaints(node).length) return undefined
  return missing ? [...kept, newTaint(add, 'NoExecute', now)] : kept
}

const newTaint = (key: string, effect: Effect, now: number): Taint => ({
  key,
  effect,
  timeAdded: formatTime(now),
})

/** Taints are one list: whoever changed it in between must not be overwritten. */
export const writeTaints = (node: Stored<Node>, taints: readonly Taint[]): Write =>
  patch(
    node as KubeObject,
    {
      metadata: { resourceVersion: node.metadata.resourceVersion },
      spec: { taints: taints.length ? taints : null },
    },
    'merge',
  )

/** k8s.io/api/core/v1/toleration.go ToleratesTaint. */
export function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false
  if (key && key !== taint.key) return false
  if (operator === 'Exists') return true
  return (!operator || operator === 'Equal') && (value ?? '') === (taint.value ?? '') && !!key
}
