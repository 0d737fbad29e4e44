import type { Pod } from 'kubernetes-types/core/v1'
import { matchesLabels, selectorFromObject } from '../api/labels.ts'
import { controllerOf, keyOf, type KubeObject, type Stored } from '../api/objects.ts'
import { controller, type Again, type Look } from '../client/controller.ts'
import type { Change, View } from '../client/informer.ts'
import { event, perform, updateStatus, type Writes } from '../client/writes.ts'
import { claim } from './claim.ts'
import { cleanUpHistory } from './deployment/history.ts'
import { growCurrent, shrinkOld } from './deployment/rolling.ts'
import { rolloutStatus } from './deployment/rollout-status.ts'
import { syncRevision } from './deployment/revision.ts'
import { isScalingEvent, replace, resize, scaleProportionally } from './deployment/scale.ts'
import { divide, isActiveSet } from './deployment/sets.ts'
import {
  calculateStatus,
  conditionOfStatus,
  hasProgressDeadline,
  isComplete,
  newCondition,
  setCondition,
  stuckAfterMs,
} from './deployment/status.ts'
import { allSets, replicasOf, type Rollout, type StoredDeployment } from './deployment/types.ts'
import type { ControllerFlags } from './flags.ts'
import { isTerminal } from './pods.ts'
import { orphansByNamespace } from './replicaset.ts'
import { sameStatus } from './semantic-equal.ts'

/** kubernetes: pkg/controller/deployment/deployment_controller.go syncDeployment */
export const deploymentController = controller<'Deployment', ControllerFlags>({
  name: 'deployment-controller',
  reconciles: 'Deployment',
  owns: ['ReplicaSet'],
  indexes: { ReplicaSet: { orphan: orphansByNamespace } },
  watches: {
    ReplicaSet: (rs, view) => (controllerOf(rs) ? [] : selecting(rs, view)),
    Pod: wakeRecreated,
  },
  workers: (flags) => flags['concurrent-deployment-syncs'],

  *reconcile(deployment, view): Look {
    if (selectsEverything(deployment)) return yield* refuse(deployment)
    const { namespace = '' } = deployment.metadata
    const candidates = [
      ...view.owned('ReplicaSet', deployment),
      ...view.byIndex('ReplicaSet', 'orphan', namespace),
    ]
    const sets = yield* claim(deployment, selectorFromObject(deployment.spec?.selector), candidates)
    const rollout: Rollout = { deployment, ...divide(deployment, sets), now: view.now }
    if (deployment.metadata.deletionTimestamp) return yield* writeCounts(yield* syncRevision(rollout, false))
    const noted = { ...rollout, deployment: yield* notePause(deployment, view.now) }
    if (noted.deployment.spec?.paused) return yield* sync(noted)
    const numbered = yield* syncRevision(noted, false)
    if (isScalingEvent(numbered.deployment, numbered)) return yield* sync(numbered)
    return deployment.spec?.strategy?.type === 'Recreate'
      ? yield* recreate(numbered, view)
      : yield* roll(numbered)
  },
})

/** Scale without changing the template's pods (sync.go sync). */
function* sync(rollout: Rollout): Writes<Again | undefined> {
  const scaled = yield* scaleProportionally(yield* syncRevision(rollout, false))
  if (scaled.deployment.spec?.paused) yield* cleanUpHistory(scaled.deployment, scaled.old)
  yield* writeCounts(scaled)
  return undefined
}

/** rolling.go rolloutRolling */
function* roll(rollout: Rollout): Writes<Again | undefined> {
  const made = yield* syncRevision(rollout, true)
  const grown = yield* growCurrent(made)
  if (grown.scaled) return yield* writeStatus(grown.rollout)
  const shrunk = yield* shrinkOld(grown.rollout)
  if (shrunk.scaled) return yield* writeStatus(shrunk.rollout)
  return yield* finish(shrunk.rollout)
}

/** recreate.go rolloutRecreate: first all old pods go, then the new ones come. */
function* recreate(rollout: Rollout, view: View): Writes<Again | undefined> {
  const active = rollout.old.filter(isActiveSet)
  let next = rollout
  for (const rs of active) next = replace(next, yield* resize(next.deployment, rs, 0))
  if (active.length || oldPodsRunning(next, podsBySet(next, view))) return yield* writeStatus(next)
  const made = next.current ? next : yield* syncRevision(next, true)
  const { deployment, current } = made
  const scaled = current ? replace(made, yield* resize(deployment, current, replicasOf(deployment))) : made
  return yield* finish(scaled)
}

function* finish(rollout: Rollout): Writes<Again | undefined> {
  const { deployment, old } = rollout
  if (isComplete(deployment, deployment.status ?? {})) yield* cleanUpHistory(deployment, old)
  return yield* writeStatus(rollout)
}

/** Pods of old sets that have not ended (recreate.go oldPodsRunning). */
export function oldPodsRunning(
  { current, old }: Pick<Rollout, 'current' | 'old'>,
  pods: ReadonlyMap<string, readonly Pick<Pod, 'status'>[]>,
): boolean {
  if (old.some(({ status }) => (status?.replicas ?? 0) > 0)) return true
  return [...pods].some(
    ([uid, list]) => uid !== current?.metadata.uid && list.some((pod) => !isTerminal(pod)),
  )
}

const podsBySet = (rollout: Rollout, view: View): Map<string, Stored<Pod>[]> =>
  new Map(allSets(rollout).map((rs) => [rs.metadata.uid, view.owned('Pod', rs)]))

function* writeStatus(rollout: Rollout): Writes<Again | undefined> {
  const { deployment, current, now } = rollout
  const status = rolloutStatus(deployment, allSets(rollout), current, now)
  if (sameStatus(deployment.status, status)) {
    const after = stuckAfterMs(deployment, status, now)
    return after === undefined ? undefined : { requeueAfterMs: after }
  }
  yield updateStatus({ ...deployment, status } as KubeObject)
  return undefined
}

function* writeCounts(rollout: Rollout): Writes<undefined> {
  const { deployment, current, now } = rollout
  const status = calculateStatus(deployment, allSets(rollout), current, now)
  if (!sameStatus(deployment.status, status)) yield updateStatus({ ...deployment, status } as KubeObject)
  return undefined
}

/** The progress deadline does not run while it is paused (progress.go checkPausedConditions). */
function* notePause(deployment: StoredDeployment, now: number): Writes<StoredDeployment> {
  const known = conditionOfStatus(deployment.status, 'Progressing')
  if (!hasProgressDeadline(deployment) || known?.reason === 'ProgressDeadlineExceeded') return deployment
  const isPaused = deployment.spec?.paused ?? false
  if (isPaused === (known?.reason === 'DeploymentPaused')) return deployment
  const condition = isPaused
    ? newCondition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', now)
    : newCondition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed', now)
  const status = setCondition(deployment.status ?? {}, condition)
  return yield* perform<StoredDeployment>(updateStatus({ ...deployment, status } as KubeObject))
}

const selectsEverything = ({ spec }: StoredDeployment): boolean =>
  !Object.keys(spec?.selector.matchLabels ?? {}).length && !spec?.selector.matchExpressions?.length

function* refuse(deployment: StoredDeployment): Writes<undefined> {
  const message = 'This deployment is selecting all pods. A non-empty selector is required.'
  yield event(deployment, 'Warning', 'SelectingAll', message)
  const { generation = 0 } = deployment.metadata
  if ((deployment.status?.observedGeneration ?? 0) < generation) {
    yield updateStatus({
      ...deployment,
      status: { ...deployment.status, observedGeneration: generation },
    } as KubeObject)
  }
  return undefined
}

const selecting = (rs: KubeObject, view: View): string[] =>
  view
    .list('Deployment', rs.metadata.namespace)
    .filter(({ spec }) => matchesLabels(selectorFromObject(spec?.selector), rs.metadata.labels))
    .map(keyOf)

/** A deployment that recreates waits for its last pod to be gone (deployment_controller.go deletePod). */
function wakeRecreated(pod: KubeObject, view: View, change: Change): string[] {
  const owner = controllerOf(pod)
  if (change.type !== 'deleted' || owner?.kind !== 'ReplicaSet') return []
  const rs = view.get('ReplicaSet', `${pod.metadata.namespace}/${owner.name}`)
  const deployment = rs && controllerOf(rs)
  if (!deployment) return []
  const key = `${pod.metadata.namespace}/${deployment.name}`
  return view.get('Deployment', key)?.spec?.strategy?.type === 'Recreate' ? [key] : []
}
