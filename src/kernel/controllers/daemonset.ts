import type { JsonObject, KubeObject } from '../api/objects.ts'
import { podTemplateHash } from '../api/hash.ts'
import { matchesLabels, selectorFromObject } from '../api/labels.ts'
import { controllerOf, keyOf } from '../api/objects.ts'
import { controller, type Look } from '../client/controller.ts'
import type { Change, View } from '../client/informer.ts'
import {
  attempt,
  attemptAll,
  create,
  event,
  perform,
  read,
  updateStatus,
  WriteError,
  type Writes,
} from '../client/writes.ts'
import { claim } from './claim.ts'
import { daemonSetStatus, manage, outdated, placesOf, type DaemonState } from './daemonset/plan.ts'
import {
  HASH,
  isUpdated,
  targetNode,
  templateFor,
  templateGeneration,
  type StoredPod,
  type StoredSet,
} from './daemonset/pods.ts'
import {
  newRevision,
  nextRevision,
  renumberRevision,
  revisionsOf,
  sameRevision,
  truncateHistory,
  type Revision,
} from './history.ts'
import type { ControllerOptions } from './options.ts'
import { podFromTemplate } from './pods.ts'
import { isNamespaceTerminating, orphansByNamespace, removePods } from './replicaset.ts'
import { sameStatus, semanticEqual } from './semantic-equal.ts'

/** pkg/controller/daemon BurstReplicas */
const BURST = 250

/** A pod on every node that takes it (kubernetes: pkg/controller/daemon). */
export const daemonSetController = controller<'DaemonSet', ControllerOptions>({
  name: 'daemonset-controller',
  reconciles: 'DaemonSet',
  owns: ['Pod', 'ControllerRevision'],
  indexes: { Pod: { orphan: orphansByNamespace }, ControllerRevision: { orphan: orphansByNamespace } },
  watches: {
    Pod: (pod, view) => (controllerOf(pod) ? [] : selecting(pod, view)),
    Node: (_node, view, change) => (nodeMatters(change) ? view.list('DaemonSet').map(keyOf) : []),
  },
  workers: (flags) => flags['concurrent-daemonset-syncs'],

  *reconcile(set, view): Look {
    const { deletionTimestamp, namespace = '' } = set.metadata
    const selector = set.spec?.selector
    if (!Object.keys(selector?.matchLabels ?? {}).length && !selector?.matchExpressions?.length) {
      yield event(
        set,
        'Warning',
        'SelectingAll',
        'This daemon set is selecting all pods. A non-empty selector is required.',
      )
      return
    }
    if (deletionTimestamp) return
    const { current, old } = yield* history(set, view)
    const hash = current.metadata.labels?.[HASH] ?? ''
    const candidates = [...view.owned('Pod', set), ...view.byIndex('Pod', 'orphan', namespace)]
    const pods = yield* claim(set, selectorFromObject(selector), candidates)
    const state = { set, hash, now: view.now, places: placesOf(set, view.list('Node'), byNode(pods)) }
    const changed = yield* bring(state, unplaced(pods, view))
    yield* cleanUp(set, old, pods, hash)
    return changed ? undefined : yield* report(state)
  },
})

const selecting = (pod: KubeObject, view: View): string[] =>
  view
    .list('DaemonSet', pod.metadata.namespace)
    .filter(({ spec }) => matchesLabels(selectorFromObject(spec?.selector), pod.metadata.labels))
    .map(keyOf)

/** Heartbeats change nothing (shouldIgnoreNodeUpdate). */
function nodeMatters({ object, old }: Change): boolean {
  const spec = (node: KubeObject) => (node as { spec?: { taints?: unknown } }).spec?.taints
  return (
    !old ||
    !semanticEqual(old.metadata.labels, object.metadata.labels) ||
    !semanticEqual(spec(old), spec(object))
  )
}

function byNode(pods: readonly StoredPod[]): Map<string, StoredPod[]> {
  const map = new Map<string, StoredPod[]>()
  for (const pod of pods) {
    const node = targetNode(pod)
    if (node !== undefined) map.set(node, [...(map.get(node) ?? []), pod])
  }
  return map
}

/** Pods that wait for a node that is gone (getUnscheduledPodsWithoutNode). */
const unplaced = (pods: readonly StoredPod[], view: View): StoredPod[] =>
  pods.filter((pod) => {
    const node = targetNode(pod)
    return (
      !pod.spec?.nodeName && node !== undefined && !view.get('Node', node) && !pod.metadata.deletionTimestamp
    )
  })

/** Make and remove pods; true when something was done, whose consequences come first. */
function* bring(state: DaemonState, unplaced: readonly StoredPod[]): Writes<boolean> {
  const { set, hash } = state
  const { needed, surplus, ended } = manage(state)
  for (const { pod, node } of ended) yield* tellEnded(set, pod, node)
  const gone = [...surplus, ...unplaced, ...ended.map(({ pod }) => pod)]
  const failure =
    (yield* createOn(set, hash, needed.slice(0, BURST))) ?? (yield* removePods(set, gone.slice(0, BURST)))
  if (failure) throw failure
  if (needed.length || gone.length) return true
  if (set.spec?.updateStrategy?.type !== 'RollingUpdate') return false
  const old = outdated(state)
  const error = yield* removePods(set, old.slice(0, BURST))
  if (error) throw error
  return old.length > 0
}

function* tellEnded(set: StoredSet, { metadata, status }: StoredPod, node: string): Writes {
  const where = `${metadata.namespace}/${metadata.name} on node ${node}`
  if (status?.phase === 'Failed')
    yield event(set, 'Warning', 'FailedDaemonPod', `Found failed daemon pod ${where}, will try to kill it`)
  else
    yield event(
      set,
      'Normal',
      'SucceededDaemonPod',
      `Found succeeded daemon pod ${where}, will try to delete it`,
    )
}

/** A pod for each of these nodes: one, then two, four ... */
function* createOn(set: StoredSet, hash: string, nodes: readonly string[]): Writes<WriteError | undefined> {
  for (
    let done = 0, batch = 1;
    done < nodes.length;
    done += batch, batch = Math.min(batch * 2, nodes.length - done)
  ) {
    const wanted = nodes
      .slice(done, done + batch)
      .map((node) => create(podFromTemplate(templateFor(set, hash, node), set)))
    let failure: WriteError | undefined
    for (const { object, error } of yield* attemptAll(wanted)) {
      if (object) yield event(set, 'Normal', 'SuccessfulCreate', `Created pod: ${object.metadata.name}`)
      else if (!isNamespaceTerminating(error)) {
        failure ??= error
        yield event(set, 'Warning', 'FailedCreate', `Error creating: ${error.message}`)
      }
    }
    if (failure) return failure
  }
  return undefined
}

/** The revision of the template and all others (constructHistory). */
function* history(set: StoredSet, view: View): Writes<{ current: Revision; old: Revision[] }> {
  const revisions = yield* revisionsOf(set, set.spec?.selector, view)
  const wanted = snapshotOf(set, nextRevision(revisions))
  const known = revisions.findLast((revision) => sameRevision(revision, wanted))
  const old = revisions.filter((revision) => revision !== known)
  if (!known) return { current: yield* makeSnapshot(set, wanted), old }
  const number = nextRevision(old)
  return { current: known.revision < number ? yield* renumberRevision(known, number) : known, old }
}

/** Named, unlike a stateful set's, after the hash of the pod template. */
function snapshotOf(set: StoredSet, revision: number): Revision {
  const template = set.spec?.template ?? {}
  const hash = podTemplateHash(template as JsonObject, set.status?.collisionCount)
  const snapshot = newRevision(set, template, revision, undefined)
  const labels = { ...template.metadata?.labels, [HASH]: hash }
  return { ...snapshot, metadata: { ...snapshot.metadata, name: `${set.metadata.name}-${hash}`, labels } }
}

function* makeSnapshot(set: StoredSet, wanted: Revision): Writes<Revision> {
  const { object, error } = yield* attempt<Revision>(create(wanted as KubeObject))
  if (object) return object
  if (error?.reason !== 'AlreadyExists') throw error
  const taken = yield* perform<Revision>(read(wanted as KubeObject))
  if (sameRevision(taken, wanted)) return taken
  const collisionCount = (set.status?.collisionCount ?? 0) + 1
  yield updateStatus({ ...set, status: { ...set.status, collisionCount } } as KubeObject)
  throw new WriteError(`found a stale collision count of ${set.metadata.name}`, 0, '')
}

function* cleanUp(
  set: StoredSet,
  old: readonly Revision[],
  pods: readonly StoredPod[],
  hash: string,
): Writes {
  const generation = templateGeneration(set)
  const outdatedPods = pods.filter((pod) => !isUpdated(pod, hash, generation))
  const hashes = new Set(outdatedPods.map(({ metadata }) => metadata.labels?.[HASH] ?? ''))
  const live = new Set(
    old
      .filter(({ metadata }) => hashes.has(metadata.labels?.[HASH] ?? ''))
      .map(({ metadata }) => metadata.name),
  )
  yield* truncateHistory(old, live, set.spec?.revisionHistoryLimit ?? 10)
}

function* report(state: DaemonState): Look {
  const { set } = state
  const status = daemonSetStatus(state)
  if (!sameStatus(set.status, status)) yield updateStatus({ ...set, status } as KubeObject)
  const { minReadySeconds = 0 } = set.spec ?? {}
  const waits =
    minReadySeconds > 0 && status.numberReady !== (status as { numberAvailable?: number }).numberAvailable
  return waits ? { requeueAfterMs: minReadySeconds * 1000 } : undefined
}
