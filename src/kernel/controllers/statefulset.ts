import type { StatefulSetStatus } from 'kubernetes-types/apps/v1'
import { selectorFromObject } from '../api/labels.ts'
import { controllerOf, type KubeObject } from '../api/objects.ts'
import { controller, type Again } from '../client/controller.ts'
import type { View } from '../client/informer.ts'
import { attempt, create, event, remove, updateStatus, type Writes } from '../client/writes.ts'
import { claim } from './claim.ts'
import {
  createRevision,
  newRevision,
  nextRevision,
  renumberRevision,
  revisionsOf,
  sameRevision,
  templateIn,
  truncateHistory,
  type Revision,
} from './history.ts'
import type { ControllerOptions } from './options.ts'
import { isTerminal } from './pods.ts'
import { orphansByNamespace } from './replicaset.ts'
import { sameStatus } from './semantic-equal.ts'
import { createClaims, syncClaimOwners } from './statefulset/claims.ts'
import {
  isCreated,
  isHealthy,
  isOrdered,
  isOwnPod,
  isRunningAndAvailable,
  isTerminating,
  ordinalOf,
  podFor,
  revisionOf,
  startOf,
  type StoredPod,
  type StoredSet,
} from './statefulset/pods.ts'
import { completed, statefulSetStatus, written, type Revisions } from './statefulset/status.ts'

/** kubernetes: pkg/controller/statefulset */
export const statefulSetController = controller<'StatefulSet', ControllerOptions>({
  name: 'statefulset-controller',
  reconciles: 'StatefulSet',
  owns: ['Pod', 'ControllerRevision'],
  reads: ['PersistentVolumeClaim'],
  indexes: { Pod: { orphan: orphansByNamespace }, ControllerRevision: { orphan: orphansByNamespace } },
  watches: { Pod: (pod, view) => (controllerOf(pod) ? [] : setsOf(pod, view)) },
  workers: (flags) => flags['concurrent-statefulset-syncs'],

  *reconcile(set, view) {
    const { namespace = '', name } = set.metadata
    const candidates = [...view.owned('Pod', set), ...view.byIndex('Pod', 'orphan', namespace)]
    const named = candidates.filter((pod) => ordinalOf(pod, name) >= 0)
    const pods = yield* claim(set, selectorFromObject(set.spec?.selector), named)
    const revisions = yield* revisionsOf(set, set.spec?.selector, view)
    const { current, update, collisionCount } = yield* settleRevisions(set, revisions)
    const state = {
      set,
      view,
      current,
      update,
      pods,
      names: { current: current.metadata.name, update: update.metadata.name, collisionCount },
    }
    const status = yield* step(state)
    const final = written(completed(set, status))
    if (!sameStatus(set.status, final)) yield updateStatus({ ...set, status: final } as KubeObject)
    const live = new Set([state.names.current, state.names.update, ...pods.map(revisionOf)])
    yield* truncateHistory(revisions, live, set.spec?.revisionHistoryLimit ?? 10)
    return again(set, final)
  },
})

/** A pod that will count as available soon changes nothing that would wake us. */
function again(set: StoredSet, status: StatefulSetStatus): Again | undefined {
  const { minReadySeconds = 0 } = set.spec ?? {}
  const waits = minReadySeconds > 0 && status.availableReplicas !== status.readyReplicas
  return waits ? { requeueAfterMs: minReadySeconds * 1000 } : undefined
}

const setsOf = (pod: KubeObject, view: View): string[] => {
  const parent = /^(.*)-\d+$/.exec(pod.metadata.name ?? '')?.[1]
  const key = `${pod.metadata.namespace}/${parent}`
  return parent && view.get('StatefulSet', key) ? [key] : []
}

interface State {
  readonly set: StoredSet
  readonly view: View
  readonly current: Revision
  readonly update: Revision
  readonly names: Revisions
  readonly pods: readonly StoredPod[]
}

/** The revision of the template, new or taken up again, and the one that pods have (getStatefulSetRevisions). */
function* settleRevisions(set: StoredSet, revisions: readonly Revision[]) {
  const template = set.spec?.template ?? {}
  const collisionCount = set.status?.collisionCount ?? 0
  const wanted = newRevision(set, template, nextRevision(revisions), collisionCount)
  const equal = revisions.findLast((revision) => sameRevision(revision, wanted))
  const settled = equal
    ? {
        revision: equal === revisions.at(-1) ? equal : yield* renumberRevision(equal, wanted.revision),
        collisionCount,
      }
    : yield* createRevision(set, template, wanted, collisionCount)
  const current = revisions.find(({ metadata }) => metadata.name === set.status?.currentRevision)
  return {
    current: current ?? settled.revision,
    update: settled.revision,
    collisionCount: settled.collisionCount ?? 0,
  }
}

/** One step towards what is wanted; the counts after it (updateStatefulSet). */
function* step(state: State): Writes<StatefulSetStatus> {
  const { set, view, names, pods } = state
  const start = startOf(set)
  const size = set.spec?.replicas ?? 1
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(pod, set.metadata.name), pod]))
  const replicas = Array.from(
    { length: size },
    (_, i) => byOrdinal.get(start + i) ?? newPod(state, start + i),
  )
  const condemned = [...byOrdinal.keys()]
    .filter((ordinal) => ordinal < start || ordinal >= start + size)
    .sort((a, b) => b - a)
    .map((ordinal) => byOrdinal.get(ordinal) as StoredPod)
  const status = statefulSetStatus(set, pods, names, view.now)
  if (set.metadata.deletionTimestamp) return status
  for (const pod of replicas) if (yield* raise(state, pod, status)) return status
  for (const pod of condemned) yield* syncClaimOwners(set, pod, view)
  const firstUnhealthy = [...replicas, ...[...condemned].reverse()].find((pod) => !isHealthy(pod))
  for (const pod of condemned) if (yield* retire(state, pod, firstUnhealthy)) return status
  if (set.spec?.updateStrategy?.type === 'OnDelete') return status
  return yield* replaceOne(state, replicas, status)
}

/** A pod of the current revision below the partition, of the new one from there on (newVersionedStatefulSetPod). */
function newPod({ set, current, update, names }: State, ordinal: number): StoredPod {
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {}
  const start = startOf(set)
  const keepsCurrent = rollingUpdate
    ? ordinal < start + (rollingUpdate.partition ?? 0)
    : type === 'RollingUpdate' && ordinal < start + (set.status?.currentReplicas ?? 0)
  const revision = keepsCurrent ? current : update
  return podFor(set, templateIn(revision), keepsCurrent ? names.current : names.update, ordinal)
}

/** Bring one pod up; true when the others have to wait for it (processReplica). */
function* raise({ set, view, names }: State, pod: StoredPod, status: StatefulSetStatus): Writes<boolean> {
  const ordered = isOrdered(set)
  if (isTerminal(pod)) {
    if (!isTerminating(pod)) yield* deletePod(set, pod)
    return true
  }
  if (!isCreated(pod)) {
    yield* createPod(set, pod, view)
    status.replicas++
    if (revisionOf(pod) === names.current) status.currentReplicas = (status.currentReplicas ?? 0) + 1
    if (revisionOf(pod) === names.update) status.updatedReplicas = (status.updatedReplicas ?? 0) + 1
    return ordered
  }
  if (pod.status?.phase === 'Pending') yield* createClaims(set, pod, view)
  if (
    ordered &&
    (isTerminating(pod) || !isRunningAndAvailable(pod, set.spec?.minReadySeconds ?? 0, view.now))
  )
    return true
  yield* syncClaimOwners(set, pod, view)
  if (!isOwnPod(set, pod)) yield* createClaims(set, pod, view)
  return false
}

/** Let a pod go that is beyond the size; true when the others have to wait for it (processCondemned). */
function* retire(
  { set, view }: State,
  pod: StoredPod,
  firstUnhealthy: StoredPod | undefined,
): Writes<boolean> {
  const ordered = isOrdered(set)
  if (isTerminating(pod)) return ordered
  const isAvailable = isRunningAndAvailable(pod, set.spec?.minReadySeconds ?? 0, view.now)
  if (ordered && !isAvailable && pod !== firstUnhealthy) return true
  yield* deletePod(set, pod)
  return ordered
}

/** Replace the last pod that is of another revision, when all after it are well (RollingUpdate). */
function* replaceOne(
  { set, names }: State,
  replicas: readonly StoredPod[],
  status: StatefulSetStatus,
): Writes<StatefulSetStatus> {
  const partition = set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0
  for (let i = replicas.length - 1; i >= partition - startOf(set) && i >= 0; i--) {
    const pod = replicas[i]
    if (revisionOf(pod) !== names.update && !isTerminating(pod)) {
      yield* deletePod(set, pod)
      return { ...status, currentReplicas: Math.max(0, (status.currentReplicas ?? 0) - 1) }
    }
    if (!isHealthy(pod)) return status
  }
  return status
}

function* createPod(set: StoredSet, pod: StoredPod, view: View): Writes {
  yield* createClaims(set, pod, view)
  const { error } = yield* attempt(create(pod as KubeObject))
  const who = `create Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`
  if (error?.reason === 'AlreadyExists') throw error
  if (error) {
    yield event(set, 'Warning', 'FailedCreate', `${who} failed error: ${error.message}`)
    throw error
  }
  yield event(set, 'Normal', 'SuccessfulCreate', `${who} successful`)
}

function* deletePod(set: StoredSet, pod: StoredPod): Writes {
  const { error } = yield* attempt(remove(pod as KubeObject))
  const who = `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`
  if (error?.code === 404) return
  if (error) {
    yield event(set, 'Warning', 'FailedDelete', `${who} failed error: ${error.message}`)
    throw error
  }
  yield event(set, 'Normal', 'SuccessfulDelete', `${who} successful`)
}
