import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from 'kubernetes-types/apps/v1'
import {
  calculateStatus,
  conditionOfStatus,
  hasProgressDeadline,
  isComplete,
  isProgressing,
  isTimedOut,
  newCondition,
  removeCondition,
  setCondition,
} from './status.ts'

/** The status of a deployment that rolls: its counts, how far it came, and what hinders it (progress.go syncRolloutStatus). */
export function rolloutStatus(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  current: ReplicaSet | undefined,
  now: number,
): DeploymentStatus {
  let status = calculateStatus(deployment, sets, current, now)
  if (!hasProgressDeadline(deployment)) status = removeCondition(status, 'Progressing')
  const known = conditionOfStatus(deployment.status, 'Progressing')
  const wasComplete = status.replicas === status.updatedReplicas && known?.reason === 'NewReplicaSetAvailable'
  if (hasProgressDeadline(deployment) && !wasComplete)
    status = withProgress(deployment, status, current, known, now)
  const failure = failureOf(sets, current)
  return failure ? setCondition(status, failure) : removeCondition(status, 'ReplicaFailure')
}

function withProgress(
  deployment: Deployment,
  status: DeploymentStatus,
  current: ReplicaSet | undefined,
  known: DeploymentCondition | undefined,
  now: number,
): DeploymentStatus {
  const who = current
    ? `ReplicaSet ${JSON.stringify(current.metadata?.name)}`
    : `Deployment ${JSON.stringify(deployment.metadata?.name)}`
  if (isComplete(deployment, status)) {
    const message = `${who} has successfully progressed.`
    return setCondition(status, newCondition('Progressing', 'True', 'NewReplicaSetAvailable', message, now))
  }
  if (isProgressing(deployment, status)) {
    const fresh = newCondition('Progressing', 'True', 'ReplicaSetUpdated', `${who} is progressing.`, now)
    if (!known) return setCondition(status, fresh)
    // Replaced even when it says the same: its update time is what the deadline counts from.
    const { lastTransitionTime } = known.status === 'True' ? known : fresh
    return setCondition(removeCondition(status, 'Progressing'), { ...fresh, lastTransitionTime })
  }
  if (isTimedOut(deployment, status, now)) {
    const message = `${who} has timed out progressing.`
    return setCondition(
      status,
      newCondition('Progressing', 'False', 'ProgressDeadlineExceeded', message, now),
    )
  }
  return status
}

/** A set that cannot make pods: the current one's trouble first (getReplicaFailures). */
function failureOf(
  sets: readonly ReplicaSet[],
  current: ReplicaSet | undefined,
): DeploymentCondition | undefined {
  const conditions = [...(current ? [current] : []), ...sets].flatMap(
    ({ status }) => status?.conditions ?? [],
  )
  const failure = conditions.find(({ type }) => type === 'ReplicaFailure')
  if (!failure) return undefined
  const { type, status, lastTransitionTime, reason, message } = failure
  return { type, status, lastUpdateTime: lastTransitionTime, lastTransitionTime, reason, message }
}
