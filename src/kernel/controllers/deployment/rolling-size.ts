import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1'
import { scaledFromPercent, type IntOrString } from '../../api/int-or-string.ts'
import { countFromAnnotation, MAX_REPLICAS } from './annotations.ts'
import { replicasOf } from './types.ts'

// How many pods there may be, and must be, while a deployment changes (deployment_util.go).

/** At most one of the two may be zero (ResolveFenceposts). */
export function resolveFenceposts(
  maxSurge: IntOrString,
  maxUnavailable: IntOrString,
  desired: number,
): { surge: number; unavailable: number } {
  const surge = scaledFromPercent(maxSurge, desired, true)
  const unavailable = scaledFromPercent(maxUnavailable, desired, false)
  return surge === 0 && unavailable === 0 ? { surge: 0, unavailable: 1 } : { surge, unavailable }
}

export const isRollingUpdate = ({ spec }: Deployment): boolean => spec?.strategy?.type === 'RollingUpdate'

export function maxSurge(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? fenceposts(deployment).surge : 0
}

export function maxUnavailable(deployment: Deployment): number {
  const replicas = replicasOf(deployment)
  if (!isRollingUpdate(deployment) || replicas === 0) return 0
  return Math.min(fenceposts(deployment).unavailable, replicas)
}

export const minAvailable = (deployment: Deployment): number =>
  isRollingUpdate(deployment) ? replicasOf(deployment) - maxUnavailable(deployment) : 0

function fenceposts(deployment: Deployment) {
  const { maxSurge = 0, maxUnavailable = 0 } = deployment.spec?.strategy?.rollingUpdate ?? {}
  return resolveFenceposts(maxSurge, maxUnavailable, replicasOf(deployment))
}

/** Size that the set of the current template may have now (NewRSNewReplicas). */
export function newSetSize(deployment: Deployment, sets: readonly ReplicaSet[], currentSize: number): number {
  const desired = replicasOf(deployment)
  if (!isRollingUpdate(deployment)) return desired
  const total = replicaCount(sets)
  const most = desired + maxSurge(deployment)
  if (total >= most) return currentSize
  return currentSize + Math.min(most - total, desired - currentSize)
}

export const replicaCount = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, rs) => sum + replicasOf(rs), 0)

export const actualReplicaCount = (sets: readonly (ReplicaSet | undefined)[]): number =>
  sets.reduce((sum, rs) => sum + (rs?.status?.replicas ?? 0), 0)

export const readyReplicaCount = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, rs) => sum + (rs.status?.readyReplicas ?? 0), 0)

export const availableReplicaCount = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, rs) => sum + (rs.status?.availableReplicas ?? 0), 0)

/** A set's share of the pods that are to be added or, when negative, removed (GetReplicaSetProportion). */
export function proportionOf(rs: ReplicaSet, deployment: Deployment, toAdd: number, added: number): number {
  if (replicasOf(rs) === 0 || toAdd === 0 || toAdd === added) return 0
  const fraction = fractionOf(rs, deployment)
  const allowed = toAdd - added
  // Between zero and what is left, so that rounding never adds more than there is to add.
  return toAdd > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed)
}

/** getReplicaSetFraction. */
export function fractionOf(rs: ReplicaSet, deployment: Deployment): number {
  const size = replicasOf(rs)
  const desired = replicasOf(deployment)
  if (desired === 0) return -size
  const most = desired + maxSurge(deployment)
  // Without the annotation the deployment's own status is the best guess at what was allowed before.
  const before = countFromAnnotation(rs, MAX_REPLICAS) || (deployment.status?.replicas ?? 0)
  if (before === 0) return 0
  const scaled = (size * most) / before
  return Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5) - size
}
