import type { ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from 'kubernetes-types/apps/v1'
import { matchesLabels, selectorFromSet } from '../api/labels.ts'
import { formatTime } from '../api/time.ts'
import { isAvailable, isReady, type PodLike } from './pods.ts'

/** What went wrong while pods were made (`missing` > 0) or removed. */
export interface ReplicaFailure {
  readonly missing: number
  readonly message: string
}

/** kubernetes: pkg/controller/replicaset/replica_set_utils.go calculateStatus */
export function replicaSetStatus(
  rs: Pick<ReplicaSet, 'metadata' | 'spec' | 'status'>,
  pods: readonly PodLike[],
  failure: ReplicaFailure | undefined,
  now: number,
): ReplicaSetStatus {
  const template = selectorFromSet(rs.spec?.template?.metadata?.labels)
  const minReadySeconds = rs.spec?.minReadySeconds ?? 0
  let fullyLabeledReplicas = 0
  let readyReplicas = 0
  let availableReplicas = 0
  for (const pod of pods) {
    if (matchesLabels(template, pod.metadata?.labels)) fullyLabeledReplicas++
    if (!isReady(pod)) continue
    readyReplicas++
    if (isAvailable(pod, minReadySeconds, now)) availableReplicas++
  }
  const conditions = conditionsWith(rs.status?.conditions ?? [], failure, now)
  return {
    replicas: pods.length,
    ...(fullyLabeledReplicas ? { fullyLabeledReplicas } : {}),
    ...(readyReplicas ? { readyReplicas } : {}),
    ...(availableReplicas ? { availableReplicas } : {}),
    ...(rs.metadata?.generation ? { observedGeneration: rs.metadata.generation } : {}),
    ...(conditions.length ? { conditions } : {}),
  }
}

function conditionsWith(
  conditions: ReplicaSetCondition[],
  failure: ReplicaFailure | undefined,
  now: number,
): ReplicaSetCondition[] {
  const known = conditions.some(({ type }) => type === 'ReplicaFailure')
  if (!failure) return known ? conditions.filter(({ type }) => type !== 'ReplicaFailure') : conditions
  if (known) return conditions
  const condition: ReplicaSetCondition = {
    type: 'ReplicaFailure',
    status: 'True',
    lastTransitionTime: formatTime(now),
    reason: failure.missing > 0 ? 'FailedCreate' : 'FailedDelete',
    message: failure.message,
  }
  return [...conditions, condition]
}
