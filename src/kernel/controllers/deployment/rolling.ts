import type { Writes } from '../../client/writes.ts'
import { availableReplicaCount, maxUnavailable, newSetSize, replicaCount } from './rolling-size.ts'
import { replace, resize } from './scale.ts'
import { byCreation, isActiveSet } from './sets.ts'
import { allSets, replicasOf, type Rollout, type StoredReplicaSet } from './types.ts'

// kubernetes: pkg/controller/deployment/rolling.go. One step at a time: the current set grows, or the old ones shrink.

/** Let the current set grow as far as maxSurge allows. */
export function* growCurrent(rollout: Rollout): Writes<{ rollout: Rollout; scaled: boolean }> {
  const { deployment, current } = rollout
  if (!current) return { rollout, scaled: false }
  const size = currentSize(rollout, current)
  if (size === replicasOf(current)) return { rollout, scaled: false }
  return { rollout: replace(rollout, yield* resize(deployment, current, size)), scaled: true }
}

export function currentSize(rollout: Rollout, current: StoredReplicaSet): number {
  const desired = replicasOf(rollout.deployment)
  if (replicasOf(current) >= desired) return desired
  return newSetSize(rollout.deployment, allSets(rollout), replicasOf(current))
}

/** Let the old sets shrink as far as maxUnavailable allows; pods that are not available go first. */
export function* shrinkOld(rollout: Rollout): Writes<{ rollout: Rollout; scaled: boolean }> {
  const spare = unneeded(rollout)
  if (spare <= 0) return { rollout, scaled: false }
  const cleaned = yield* apply(rollout, unhealthySizes(rollout.old, spare))
  const shrunk = yield* apply(cleaned, smallerSizes(cleaned))
  return { rollout: shrunk, scaled: replicaCount(shrunk.old) < replicaCount(rollout.old) }
}

/** How many pods may go without any being missed (reconcileOldReplicaSets). */
export function unneeded(rollout: Rollout): number {
  const { deployment, current, old } = rollout
  if (replicaCount(old.filter(isActiveSet)) === 0) return 0
  const minAvailable = replicasOf(deployment) - maxUnavailable(deployment)
  const currentUnavailable = current ? replicasOf(current) - (current.status?.availableReplicas ?? 0) : 0
  return replicaCount(allSets(rollout)) - minAvailable - currentUnavailable
}

/** Sizes without pods that are not available anyway (cleanupUnhealthyReplicas). */
export function unhealthySizes(
  old: readonly StoredReplicaSet[],
  spare: number,
): [StoredReplicaSet, number][] {
  let left = spare
  return [...old].sort(byCreation).map((rs) => {
    const unavailable = replicasOf(rs) - (rs.status?.availableReplicas ?? 0)
    const fewer = Math.max(0, Math.min(left, unavailable))
    left -= fewer
    return [rs, replicasOf(rs) - fewer]
  })
}

/** Sizes that leave as many available as must be (scaleDownOldReplicaSetsForRollingUpdate). */
export function smallerSizes(rollout: Rollout): [StoredReplicaSet, number][] {
  const { deployment, old } = rollout
  const minAvailable = replicasOf(deployment) - maxUnavailable(deployment)
  let left = Math.max(0, availableReplicaCount(allSets(rollout)) - minAvailable)
  return [...old].sort(byCreation).map((rs) => {
    const fewer = Math.min(left, replicasOf(rs))
    left -= fewer
    return [rs, replicasOf(rs) - fewer]
  })
}

function* apply(rollout: Rollout, sizes: readonly [StoredReplicaSet, number][]): Writes<Rollout> {
  let next = rollout
  for (const [rs, size] of sizes) next = replace(next, yield* resize(rollout.deployment, rs, size))
  return next
}
