import type { StatefulSetStatus } from 'kubernetes-types/apps/v1'
import {
  isCreated,
  isRunningAndAvailable,
  isRunningAndReady,
  isTerminating,
  revisionOf,
  type StoredPod,
  type StoredSet,
} from './pods.ts'

export interface Revisions {
  /** The revision that pods have that are not updated yet. */
  readonly current: string
  /** The revision of the set's template. */
  readonly update: string
  readonly collisionCount: number
}

/** kubernetes: pkg/controller/statefulset/stateful_set_control.go updateStatus */
export function statefulSetStatus(
  set: StoredSet,
  pods: readonly StoredPod[],
  { current, update, collisionCount }: Revisions,
  now: number,
): StatefulSetStatus {
  const minReadySeconds = set.spec?.minReadySeconds ?? 0
  const count = (test: (pod: StoredPod) => boolean) => pods.filter(test).length
  const alive = (revision: string) =>
    count((pod) => isCreated(pod) && !isTerminating(pod) && revisionOf(pod) === revision)
  return {
    observedGeneration: set.metadata.generation,
    replicas: count(isCreated),
    readyReplicas: count(isRunningAndReady),
    availableReplicas: count((pod) => isRunningAndAvailable(pod, minReadySeconds, now)),
    currentReplicas: alive(current),
    updatedReplicas: alive(update),
    currentRevision: current,
    updateRevision: update,
    collisionCount,
    ...(set.status?.conditions?.length ? { conditions: set.status.conditions } : {}),
  }
}

/** When every pod is updated and ready, the new revision is the current one (completeRollingUpdate). */
export function completed(set: StoredSet, status: StatefulSetStatus): StatefulSetStatus {
  const isComplete =
    set.spec?.updateStrategy?.type === 'RollingUpdate' &&
    status.updatedReplicas === status.replicas &&
    status.readyReplicas === status.replicas
  if (!isComplete) return status
  return { ...status, currentReplicas: status.updatedReplicas, currentRevision: status.updateRevision }
}

/** With no counts that are zero but those that are always written. */
export function written(status: StatefulSetStatus): StatefulSetStatus {
  const always = ['replicas', 'availableReplicas', 'collisionCount']
  return Object.fromEntries(
    Object.entries(status).filter(([name, value]) => value !== 0 || always.includes(name)),
  ) as unknown as StatefulSetStatus
}
