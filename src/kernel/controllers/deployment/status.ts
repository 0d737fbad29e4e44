import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from 'kubernetes-types/apps/v1'
import { formatTime } from '../../api/time.ts'
import { timeOf } from '../pods.ts'
import {
  actualReplicaCount,
  availableReplicaCount,
  maxUnavailable,
  readyReplicaCount,
  replicaCount,
} from './rolling-size.ts'
import { replicasOf } from './types.ts'

// kubernetes: pkg/controller/deployment/sync.go calculateStatus, util/deployment_util.go

const NO_DEADLINE = 2147483647

export type ConditionType = 'Available' | 'Progressing' | 'ReplicaFailure'

export const newCondition = (
  type: ConditionType,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
  now: number,
): DeploymentCondition => ({
  type,
  status,
  lastUpdateTime: formatTime(now),
  lastTransitionTime: formatTime(now),
  reason,
  message,
})

export const conditionOfStatus = (
  status: DeploymentStatus | undefined,
  type: ConditionType,
): DeploymentCondition | undefined => status?.conditions?.find((condition) => condition.type === type)

/** Same status and reason: nothing changes; same status: the time of the transition is kept (SetDeploymentCondition). */
export function setCondition(status: DeploymentStatus, condition: DeploymentCondition): DeploymentStatus {
  const known = conditionOfStatus(status, condition.type as ConditionType)
  if (known && known.status === condition.status && known.reason === condition.reason) return status
  const { lastTransitionTime } = known?.status === condition.status ? known : condition
  const others = (status.conditions ?? []).filter(({ type }) => type !== condition.type)
  return { ...status, conditions: [...others, { ...condition, lastTransitionTime }] }
}

export const removeCondition = (status: DeploymentStatus, type: ConditionType): DeploymentStatus => {
  const { conditions, ...rest } = status
  const others = (conditions ?? []).filter((condition) => condition.type !== type)
  return others.length ? { ...rest, conditions: others } : rest
}

/** The counts, and whether enough pods are available. */
export function calculateStatus(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  current: ReplicaSet | undefined,
  now: number,
): DeploymentStatus {
  const available = availableReplicaCount(sets)
  const { collisionCount, conditions } = deployment.status ?? {}
  const status: DeploymentStatus = {
    observedGeneration: deployment.metadata?.generation ?? 0,
    replicas: actualReplicaCount(sets),
    updatedReplicas: actualReplicaCount([current]),
    readyReplicas: readyReplicaCount(sets),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, replicaCount(sets) - available),
    ...(collisionCount !== undefined ? { collisionCount } : {}),
  }
  const counted = nonZero(status)
  const withConditions = conditions?.length ? { ...counted, conditions } : counted
  const enough = available >= replicasOf(deployment) - maxUnavailable(deployment)
  return setCondition(
    withConditions,
    enough
      ? newCondition(
          'Available',
          'True',
          'MinimumReplicasAvailable',
          'Deployment has minimum availability.',
          now,
        )
      : newCondition(
          'Available',
          'False',
          'MinimumReplicasUnavailable',
          'Deployment does not have minimum availability.',
          now,
        ),
  )
}

/** Every pod is of the current template and available (DeploymentComplete). */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const desired = replicasOf(deployment)
  return (
    (status.updatedReplicas ?? 0) === desired &&
    (status.replicas ?? 0) === desired &&
    (status.availableReplicas ?? 0) === desired &&
    (status.observedGeneration ?? 0) >= (deployment.metadata?.generation ?? 0)
  )
}

/** More new pods, fewer old ones, or more of them ready (DeploymentProgressing). */
export function isProgressing({ status: before = {} }: Deployment, status: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus) => replicas - updatedReplicas
  return (
    (status.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(status) < old(before) ||
    (status.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (status.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  )
}

export const hasProgressDeadline = ({ spec }: Deployment): boolean =>
  spec?.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== NO_DEADLINE

/** No progress for longer than the deadline (DeploymentTimedOut). */
export function isTimedOut(deployment: Deployment, status: DeploymentStatus, now: number): boolean {
  if (!hasProgressDeadline(deployment)) return false
  const condition = conditionOfStatus(status, 'Progressing')
  if (!condition || condition.reason === 'NewReplicaSetAvailable') return false
  if (condition.reason === 'ProgressDeadlineExceeded') return true
  return timeOf(condition.lastUpdateTime) + deadlineMs(deployment) < now
}

/** When to look again whether the deadline has passed, in milliseconds (requeueStuckDeployment); undefined: never. */
export function stuckAfterMs(
  deployment: Deployment,
  status: DeploymentStatus,
  now: number,
): number | undefined {
  const condition = conditionOfStatus(deployment.status, 'Progressing')
  if (!hasProgressDeadline(deployment) || !condition) return undefined
  if (isComplete(deployment, status) || condition.reason === 'ProgressDeadlineExceeded') return undefined
  const after = timeOf(condition.lastUpdateTime) + deadlineMs(deployment) - now
  // A second more, since the condition's time has no fractions.
  return after < 1000 ? 0 : after + 1000
}

const deadlineMs = ({ spec }: Deployment): number => (spec?.progressDeadlineSeconds ?? 0) * 1000

function nonZero(status: DeploymentStatus): DeploymentStatus {
  const entries = Object.entries(status).filter(([name, value]) => value !== 0 || name === 'collisionCount')
  return Object.fromEntries(entries) as DeploymentStatus
}
