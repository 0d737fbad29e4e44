import type { ReplicaSet } from 'kubernetes-types/apps/v1'
import type { Pod, PodTemplateSpec } from 'kubernetes-types/core/v1'
import { controllerOf, keyOf, type KubeObject, type Stored } from '../api/objects.ts'
import { matchesLabels, selectorFromObject, selectorFromSet, type Selector } from '../api/labels.ts'
import { controller, type Again } from '../client/controller.ts'
import type { View } from '../client/informer.ts'
import {
  attempt,
  attemptAll,
  create,
  event,
  read,
  remove,
  updateStatus,
  WriteError,
  type Writes,
} from '../client/writes.ts'
import { claim } from './claim.ts'
import type { ControllerFlags } from './flags.ts'
import { podsToDelete } from './pod-ranking.ts'
import { isActive, podFromTemplate } from './pods.ts'
import { replicaSetStatus, type ReplicaFailure } from './replicaset-status.ts'
import { sameStatus } from './semantic-equal.ts'

/** At most so many pods are made or removed in one look (pkg/controller/replicaset BurstReplicas). */
const BURST = 500

type StoredPod = Stored<Pod>
/** What ReplicaSets and ReplicationControllers have in common. */
export type Replicas = Stored<ReplicaSet>

/** How one of the two kinds differs. */
export interface ReplicasKind {
  readonly kind: string
  readonly name: string
  selectorOf(object: Replicas): Selector
  workers(flags: ControllerFlags): number
}

/** kubernetes: pkg/controller/replicaset/replica_set.go; pkg/controller/replication wraps the same. */
export const replicasController = (kind: ReplicasKind) =>
  controller<string, ControllerFlags>({
    name: kind.name,
    reconciles: kind.kind,
    owns: ['Pod'],
    indexes: { Pod: { orphan: orphansByNamespace } },
    watches: { Pod: (pod, view) => (controllerOf(pod) ? [] : matching(kind, pod, view)) },
    workers: (flags) => kind.workers(flags),
    // The more pods, the more of what happens to them is one wake-up, so that the cost of each stays the same.
    paceMs: (rs, view) => Math.min(200, Math.floor(view.owned('Pod', rs).length / 20)),
    *reconcile(object, view) {
      const rs = object as Replicas
      const candidates = [
        ...view.owned('Pod', rs),
        ...view.byIndex('Pod', 'orphan', rs.metadata.namespace ?? ''),
      ]
      const pods = yield* claim(rs, kind.selectorOf(rs), candidates.filter(isActive))
      const failure = rs.metadata.deletionTimestamp ? undefined : yield* scale(rs, pods, view)
      return yield* report(rs, pods, failure, view)
    },
  })

export const replicaSetController = replicasController({
  kind: 'ReplicaSet',
  name: 'replicaset-controller',
  selectorOf: ({ spec }) => selectorFromObject(spec?.selector),
  workers: (flags) => flags['concurrent-replicaset-syncs'],
})

export const replicationController = replicasController({
  kind: 'ReplicationController',
  name: 'replication-controller',
  selectorOf: ({ spec }) => selectorFromSet(spec?.selector as Record<string, string> | undefined),
  workers: (flags) => flags['concurrent-rc-syncs'],
})

/** Pods that nobody controls, by namespace. */
export function orphansByNamespace(object: KubeObject): string[] {
  return controllerOf(object) ? [] : [object.metadata.namespace ?? '']
}

function matching(kind: ReplicasKind, pod: KubeObject, view: View): string[] {
  return view
    .list(kind.kind, pod.metadata.namespace)
    .filter((rs) => matchesLabels(kind.selectorOf(rs as Replicas), pod.metadata.labels))
    .map(keyOf)
}

function* scale(rs: Replicas, pods: readonly StoredPod[], view: View): Writes<ReplicaFailure | undefined> {
  const missing = (rs.spec?.replicas ?? 1) - pods.length
  const error =
    missing > 0
      ? yield* createPods(rs, rs.spec?.template ?? {}, Math.min(missing, BURST))
      : missing < 0
        ? yield* removePods(
            rs,
            podsToDelete(pods, relatedPods(rs, view), Math.min(-missing, BURST), view.now),
          )
        : undefined
  return error && { missing, message: error.message }
}

/** A first pod, then two, four ...: what fails, fails before thousands were tried (slowStartBatch). */
export function* createPods(
  owner: KubeObject,
  template: PodTemplateSpec,
  count: number,
): Writes<WriteError | undefined> {
  for (let left = count, batch = 1; left > 0; left -= batch, batch = Math.min(batch * 2, left)) {
    const results = yield* attemptAll(
      Array.from({ length: batch }, () => create(podFromTemplate(template, owner))),
    )
    let failure: WriteError | undefined
    for (const { object, error } of results) {
      if (object) yield event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${object.metadata.name}`)
      else if (!isNamespaceTerminating(error)) {
        failure ??= error
        yield event(owner, 'Warning', 'FailedCreate', `Error creating: ${error.message}`)
      }
    }
    if (failure) return failure
  }
  return undefined
}

export function* removePods(owner: KubeObject, pods: readonly StoredPod[]): Writes<WriteError | undefined> {
  const results = yield* attemptAll(pods.map((pod) => remove(pod)))
  let failure: WriteError | undefined
  for (const [i, { error }] of results.entries()) {
    if (!error) yield event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pods[i].metadata.name}`)
    else if (error.code !== 404) {
      failure ??= error
      yield event(owner, 'Warning', 'FailedDelete', `Error deleting: ${error.message}`)
    }
  }
  return failure
}

/** Pods of all the controllers that share this one's owner (getIndirectlyRelatedPods). */
function relatedPods(rs: Replicas, view: View): StoredPod[] {
  const owner = controllerOf(rs)
  const siblings = owner ? view.byIndex(rs.kind, 'owner', owner.uid) : [rs]
  return siblings.flatMap((sibling) => view.owned('Pod', sibling))
}

function* report(
  rs: Replicas,
  pods: readonly StoredPod[],
  failure: ReplicaFailure | undefined,
  view: View,
): Writes<Again | undefined> {
  const status = replicaSetStatus(rs, pods, failure, view.now)
  if (!sameStatus(rs.status, status)) yield* writeStatus(rs, status)
  if (failure) throw new WriteError(failure.message, 0, '')
  const { replicas, minReadySeconds = 0 } = rs.spec ?? {}
  const waiting =
    minReadySeconds > 0 && status.readyReplicas === replicas && status.availableReplicas !== replicas
  return waiting ? { requeueAfterMs: minReadySeconds * 1000 } : undefined
}

/** Once more with a fresh object when another was faster (updateReplicaSetStatus). */
function* writeStatus(rs: Replicas, status: ReplicaSet['status']): Writes {
  const { error } = yield* attempt(updateStatus({ ...rs, status } as KubeObject))
  if (!error) return
  const { object, error: unread } = yield* attempt(read(rs))
  if (unread) throw unread
  yield updateStatus({ ...object, status } as KubeObject)
}

/** apiserver: a namespace that is being deleted takes nothing new (HasStatusCause NamespaceTerminatingCause). */
export const isNamespaceTerminating = (error: WriteError): boolean =>
  error.status?.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') ?? false
