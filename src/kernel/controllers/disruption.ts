import type { Pod } from 'kubernetes-types/core/v1'
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from 'kubernetes-types/policy/v1'
import { scaledFromPercent } from '../api/int-or-string.ts'
import { formatLabelSelector, matchesLabels, selectorFromObject } from '../api/labels.ts'
import { controllerOf, keyOf, type KubeObject, type Stored } from '../api/objects.ts'
import { formatTime } from '../api/time.ts'
import { controller, type Look } from '../client/controller.ts'
import type { View } from '../client/informer.ts'
import { event, perform, read, updateStatus, WriteError, type Writes } from '../client/writes.ts'
import type { ControllerOptions } from './options.ts'
import { isReady, timeOf } from './pods.ts'
import { semanticEqual } from './semantic-equal.ts'

type Budget = Stored<PodDisruptionBudget>
type StoredPod = Stored<Pod>

/** A pod that was to be evicted and is still there counts again after this (pkg/controller/disruption DeletionTimeout). */
const DELETION_TIMEOUT_MS = 120_000

/** How many pods may be disrupted at the moment (kubernetes: pkg/controller/disruption/disruption.go). */
export const disruptionController = controller<'PodDisruptionBudget', ControllerOptions>({
  name: 'controllermanager',
  reconciles: 'PodDisruptionBudget',
  watches: {
    Pod: (pod, view) => budgetsOf(pod, view).map(keyOf),
    ReplicaSet: budgetsOfPodsOf,
    Deployment: (deployment, view) =>
      view.owned('ReplicaSet', deployment).flatMap((rs) => budgetsOfPodsOf(rs, view)),
  },

  *reconcile(budget, view): Look {
    const pods = podsOf(budget, view)
    if (!pods.length) yield event(budget, 'Normal', 'NoPods', 'No matching pods found')
    const { expected, desired, unmanaged } = yield* expectations(budget, pods, view)
    if (unmanaged) yield event(budget, 'Warning', 'UnmanagedPods', unmanagedMessage(budget))
    const { disrupted, recheckMs } = disruptedPods(budget, pods, view.now)
    const healthy = pods.filter((pod) => isHealthy(pod, disrupted)).length
    const allowed = expected <= 0 || healthy <= desired ? 0 : healthy - desired
    const status = statusOf(budget, { healthy, desired, expected, allowed, disrupted }, view.now)
    if (!semanticEqual(status, budget.status)) yield updateStatus({ ...budget, status } as KubeObject)
    return recheckMs === undefined ? undefined : { requeueAfterMs: recheckMs }
  },
})

/** An empty selector selects all pods of the namespace. */
const selects = ({ spec }: Budget, pod: KubeObject): boolean =>
  matchesLabels(selectorFromObject(spec?.selector), pod.metadata.labels)

const podsOf = (budget: Budget, view: View): StoredPod[] =>
  view.list('Pod', budget.metadata.namespace).filter((pod) => selects(budget, pod))

const budgetsOf = (pod: KubeObject, view: View): Budget[] =>
  view.list('PodDisruptionBudget', pod.metadata.namespace).filter((budget) => selects(budget, pod))

/** A workload that is scaled changes what is expected of its pods. */
function budgetsOfPodsOf(owner: KubeObject, view: View): string[] {
  const [pod] = view.owned('Pod', owner)
  return pod ? budgetsOf(pod, view).map(keyOf) : []
}

/** How many pods there should be, and how many of them must be healthy (getExpectedPodCount). */
function* expectations(
  { spec }: Budget,
  pods: readonly StoredPod[],
  view: View,
): Writes<{ expected: number; desired: number; unmanaged: boolean }> {
  const { maxUnavailable, minAvailable } = spec ?? {}
  if (maxUnavailable === undefined && typeof minAvailable !== 'string')
    return { expected: pods.length, desired: minAvailable ?? 0, unmanaged: false }
  const { scale, unmanaged } = yield* expectedScale(pods, view)
  const desired =
    maxUnavailable === undefined
      ? scaledFromPercent(minAvailable ?? 0, scale, true)
      : Math.max(0, scale - scaledFromPercent(maxUnavailable, scale, true))
  return { expected: scale, desired, unmanaged }
}

/** The sizes of the workloads that the pods belong to (getExpectedScale). */
function* expectedScale(
  pods: readonly StoredPod[],
  view: View,
): Writes<{ scale: number; unmanaged: boolean }> {
  const visited = new Set<string>()
  const scales = new Map<string, number>()
  let unmanaged = false
  for (const pod of pods) {
    const reference = controllerOf(pod)
    if (!reference) unmanaged = true
    else if (!visited.has(reference.uid)) {
      visited.add(reference.uid)
      const [uid, scale] = yield* scaleOf(reference, pod.metadata.namespace ?? '', view)
      scales.set(uid, scale)
    }
  }
  return { scale: [...scales.values()].reduce((sum, scale) => sum + scale, 0), unmanaged }
}

/** A deployment's pods are counted by it, not by its sets, one of which may be going away. */
function* scaleOf(
  { apiVersion, kind, name, uid }: { apiVersion: string; kind: string; name: string; uid: string },
  namespace: string,
  view: View,
): Writes<[uid: string, scale: number]> {
  if (kind === 'ReplicaSet' && apiVersion === 'apps/v1') {
    const rs = view.get('ReplicaSet', `${namespace}/${name}`)
    const owner = rs && controllerOf(rs)
    if (owner?.kind === 'Deployment') {
      const deployment = view.get('Deployment', `${namespace}/${owner.name}`)
      return [owner.uid, deployment?.spec?.replicas ?? 0]
    }
    return [uid, rs?.spec?.replicas ?? 0]
  }
  const object = yield* perform<KubeObject & { spec?: { replicas?: number } }>(
    read({ apiVersion, kind, metadata: { name, namespace } }),
  )
  if (object.spec?.replicas === undefined)
    throw new WriteError(
      `${kind.toLowerCase()}s.${apiVersion.split('/')[0]} does not implement the scale subresource`,
      0,
      '',
    )
  return [uid, object.spec.replicas]
}

/** Pods that an eviction has been granted for and that are not gone yet (buildDisruptedPodMap). */
function disruptedPods({ status }: Budget, pods: readonly StoredPod[], now: number) {
  const disrupted: Record<string, string> = {}
  let recheckMs: number | undefined
  for (const { metadata } of pods) {
    const time = status?.disruptedPods?.[metadata.name] as unknown as string | undefined
    if (!time || metadata.deletionTimestamp) continue
    const left = timeOf(time) + DELETION_TIMEOUT_MS - now
    if (left <= 0) continue
    disrupted[metadata.name] = time
    recheckMs = Math.min(recheckMs ?? left, left)
  }
  return { disrupted, recheckMs }
}

const isHealthy = (pod: StoredPod, disrupted: Readonly<Record<string, string>>): boolean =>
  !pod.metadata.deletionTimestamp && !(pod.metadata.name in disrupted) && isReady(pod)

interface Counts {
  readonly healthy: number
  readonly desired: number
  readonly expected: number
  readonly allowed: number
  readonly disrupted: Record<string, string>
}

function statusOf(budget: Budget, counts: Counts, now: number): PodDisruptionBudgetStatus {
  const observedGeneration = budget.metadata.generation
  const before = budget.status?.conditions ?? []
  const known = before.find(({ type }) => type === 'DisruptionAllowed')
  const [status, reason] = counts.allowed > 0 ? ['True', 'SufficientPods'] : ['False', 'InsufficientPods']
  const lastTransitionTime = known?.status === status ? known.lastTransitionTime : formatTime(now)
  const condition = {
    type: 'DisruptionAllowed',
    status,
    observedGeneration,
    lastTransitionTime,
    reason,
    message: '',
  }
  return {
    observedGeneration,
    ...(Object.keys(counts.disrupted).length ? { disruptedPods: counts.disrupted } : {}),
    disruptionsAllowed: counts.allowed,
    currentHealthy: counts.healthy,
    desiredHealthy: counts.desired,
    expectedPods: counts.expected,
    conditions: known ? before.map((item) => (item === known ? condition : item)) : [...before, condition],
  }
}

const unmanagedMessage = ({ spec }: Budget): string =>
  `Pods selected by this PodDisruptionBudget (selector: ${formatLabelSelector(spec?.selector)}) were found to be unmanaged. ` +
  'As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. ' +
  'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.'
