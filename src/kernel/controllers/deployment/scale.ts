import type { KubeObject } from '../../api/objects.ts'
import { event, perform, update, type Writes } from '../../client/writes.ts'
import { desiredReplicas, replicasAnnotationsNeedUpdate, withReplicas } from './annotations.ts'
import { isRollingUpdate, maxSurge, proportionOf, replicaCount } from './rolling-size.ts'
import { activeOrLatest, bySizeNewer, bySizeOlder, isActiveSet } from './sets.ts'
import {
  allSets,
  replicasOf,
  type Rollout,
  type Sets,
  type StoredDeployment,
  type StoredReplicaSet,
} from './types.ts'

// kubernetes: pkg/controller/deployment/sync.go

/** Give a set another size, and write down for which size of the deployment (scaleReplicaSet). */
export function* scaleSet(
  deployment: StoredDeployment,
  rs: StoredReplicaSet,
  replicas: number,
): Writes<StoredReplicaSet> {
  const before = replicasOf(rs)
  const desired = replicasOf(deployment)
  const annotate = replicasAnnotationsNeedUpdate(rs, desired, desired + maxSurge(deployment))
  if (before === replicas && !annotate) return rs
  const annotations = withReplicas(rs.metadata.annotations ?? {}, deployment)
  const wanted = { ...rs, metadata: { ...rs.metadata, annotations }, spec: { ...rs.spec, replicas } }
  const scaled = yield* perform<StoredReplicaSet>(update(wanted as KubeObject))
  if (before !== replicas) {
    const direction = replicas > before ? 'up' : 'down'
    const message = `Scaled ${direction} replica set ${rs.metadata.name} from ${before} to ${replicas}`
    yield event(deployment, 'Normal', 'ScalingReplicaSet', message)
  }
  return scaled
}

/** Only if the size differs (scaleReplicaSetAndRecordEvent). */
export function* resize(
  deployment: StoredDeployment,
  rs: StoredReplicaSet,
  replicas: number,
): Writes<StoredReplicaSet> {
  return replicasOf(rs) === replicas ? rs : yield* scaleSet(deployment, rs, replicas)
}

/** True when somebody changed the size of the deployment, which its sets have written down (isScalingEvent). */
export const isScalingEvent = (deployment: StoredDeployment, sets: Sets): boolean =>
  allSets(sets)
    .filter(isActiveSet)
    .some((rs) => {
      const desired = desiredReplicas(rs)
      return desired !== undefined && desired !== replicasOf(deployment)
    })

/** Bring the deployment to its size without a rollout: the only set, or each its share (scale). */
export function* scaleProportionally(rollout: Rollout): Writes<Rollout> {
  const { deployment, current, old } = rollout
  const replicas = replicasOf(deployment)
  const only = activeOrLatest(rollout)
  if (only) return replace(rollout, yield* resize(deployment, only, replicas))
  if (isSaturated(deployment, current)) {
    let scaled: Rollout = rollout
    for (const rs of old.filter(isActiveSet)) scaled = replace(scaled, yield* resize(deployment, rs, 0))
    return scaled
  }
  if (!isRollingUpdate(deployment)) return rollout
  let scaled: Rollout = rollout
  for (const [rs, size] of shares(rollout)) scaled = replace(scaled, yield* scaleSet(deployment, rs, size))
  return scaled
}

/** The current set alone makes up the deployment (IsSaturated). */
export function isSaturated(deployment: StoredDeployment, current: StoredReplicaSet | undefined): boolean {
  const replicas = replicasOf(deployment)
  return (
    current !== undefined &&
    replicasOf(current) === replicas &&
    desiredReplicas(current) === replicas &&
    (current.status?.availableReplicas ?? 0) === replicas
  )
}

/** Sizes in proportion; what rounding leaves over goes to the biggest. */
function shares(rollout: Rollout): [StoredReplicaSet, number][] {
  const { deployment } = rollout
  const active = allSets(rollout).filter(isActiveSet)
  const replicas = replicasOf(deployment)
  const toAdd = (replicas > 0 ? replicas + maxSurge(deployment) : 0) - replicaCount(active)
  active.sort(toAdd > 0 ? bySizeNewer : bySizeOlder)
  let added = 0
  const sizes = active.map((rs): [StoredReplicaSet, number] => {
    const share = proportionOf(rs, deployment, toAdd, added)
    added += share
    return [rs, replicasOf(rs) + share]
  })
  if (toAdd !== 0 && sizes.length) sizes[0][1] = Math.max(0, sizes[0][1] + toAdd - added)
  return sizes
}

/** The rollout with a newer version of one of its sets. */
export function replace<R extends Sets>(rollout: R, rs: StoredReplicaSet): R {
  const { uid } = rs.metadata
  if (rollout.current?.metadata.uid === uid) return { ...rollout, current: rs }
  return { ...rollout, old: rollout.old.map((other) => (other.metadata.uid === uid ? rs : other)) }
}
