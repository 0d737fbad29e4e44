import type { Node } from 'kubernetes-types/core/v1'
import { scaledFromPercent } from '../../api/int-or-string.ts'
import type { Stored } from '../../api/objects.ts'
import { creationOf, isAvailable, isReady } from '../pods.ts'
import { fitOf, type Fit } from './node-fit.ts'
import { isUpdated, templateGeneration, tolerationsOf, type StoredPod, type StoredSet } from './pods.ts'

/** One node, what the daemon should do there, and its pods there, oldest first. */
export interface Place {
  readonly node: Stored<Node>
  readonly fit: Fit
  readonly pods: readonly StoredPod[]
}

export interface DaemonState {
  readonly set: StoredSet
  readonly hash: string
  readonly places: readonly Place[]
  readonly now: number
}

export function placesOf(
  set: StoredSet,
  nodes: readonly Stored<Node>[],
  podsOn: ReadonlyMap<string, StoredPod[]>,
): Place[] {
  const template = set.spec?.template ?? {}
  const tolerations = tolerationsOf(template)
  return nodes.map((node) => ({
    node,
    fit: fitOf(template.spec ?? { containers: [] }, tolerations, node),
    pods: [...(podsOn.get(node.metadata.name) ?? [])].sort(
      (a, b) => creationOf(a) - creationOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1),
    ),
  }))
}

const isDeleting = ({ metadata }: StoredPod): boolean => metadata.deletionTimestamp !== undefined

/** Nodes that lack a pod, pods that are too many, and pods that ended and make room for new ones (podsShouldBeOnNode). */
export function manage({ set, hash, places }: DaemonState) {
  const needed: string[] = []
  const surplus: StoredPod[] = []
  const ended: { pod: StoredPod; node: string }[] = []
  for (const { node, fit, pods } of places) {
    const { name } = node.metadata
    const alive = pods.filter((pod) => !isDeleting(pod))
    if (fit.shouldRun && !pods.length) needed.push(name)
    else if (!fit.shouldContinue) surplus.push(...alive)
    else {
      const over = alive.filter(({ status }) => status?.phase === 'Failed' || status?.phase === 'Succeeded')
      ended.push(...over.map((pod) => ({ pod, node: name })))
      const running = alive.filter((pod) => !over.includes(pod))
      if (maxSurge(set, places) === 0) surplus.push(...running.slice(1))
      else surplus.push(...surgeSurplus(set, hash, running))
      const replaced = running.length === 1 && !isUpdatedPod(set, hash, running[0])
      if (replaced && maxSurge(set, places) > 0 && fit.shouldRun && !isReady(running[0])) needed.push(name)
    }
  }
  return { needed, surplus, ended }
}

/** With surge there may be an old and a new pod: the old one goes when the new one is ready. */
function surgeSurplus(set: StoredSet, hash: string, running: readonly StoredPod[]): StoredPod[] {
  const [newest, ...others] = running.filter((pod) => isUpdatedPod(set, hash, pod))
  const [oldest, ...older] = running.filter((pod) => !isUpdatedPod(set, hash, pod))
  return [...others, ...older, ...(newest && oldest && isReady(newest) ? [oldest] : [])]
}

const isUpdatedPod = (set: StoredSet, hash: string, pod: StoredPod): boolean =>
  isUpdated(pod, hash, templateGeneration(set))

/** Old pods that may be replaced now (update.go rollingUpdate, without surge). */
export function outdated({ set, hash, places, now }: DaemonState): StoredPod[] {
  const minReadySeconds = set.spec?.minReadySeconds ?? 0
  const limit = maxUnavailable(set, places)
  const broken: StoredPod[] = []
  const candidates: StoredPod[] = []
  let unavailable = 0
  for (const { fit, pods } of places) {
    if (!fit.shouldContinue) continue
    const alive = pods.filter((pod) => !isDeleting(pod))
    const updated = alive.find((pod) => isUpdatedPod(set, hash, pod))
    const old = alive.find((pod) => !isUpdatedPod(set, hash, pod))
    if (updated) unavailable += isAvailable(updated, minReadySeconds, now) ? 0 : 1
    else if (!old) unavailable += fit.shouldRun ? 1 : 0
    else if (!isAvailable(old, minReadySeconds, now)) {
      unavailable++
      broken.push(old)
    } else candidates.push(old)
  }
  return [...broken, ...candidates.slice(0, Math.max(0, limit - unavailable))]
}

const desired = (places: readonly Place[]): number => places.filter(({ fit }) => fit.shouldRun).length

export function maxSurge({ spec }: StoredSet, places: readonly Place[]): number {
  const { type, rollingUpdate } = spec?.updateStrategy ?? {}
  const { maxSurge = 0 } = (rollingUpdate ?? {}) as { maxSurge?: number | string }
  return type === 'OnDelete' ? 0 : scaledFromPercent(maxSurge, desired(places), true)
}

export function maxUnavailable(set: StoredSet, places: readonly Place[]): number {
  const most = scaledFromPercent(
    set.spec?.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1,
    desired(places),
    true,
  )
  return most === 0 && maxSurge(set, places) === 0 ? 1 : most
}

/** kubernetes: pkg/controller/daemon updateDaemonSetStatus */
export function daemonSetStatus({ set, hash, places, now }: DaemonState) {
  const minReadySeconds = set.spec?.minReadySeconds ?? 0
  const wanted = places.filter(({ fit }) => fit.shouldRun)
  const oldest = wanted.flatMap(({ pods }) => pods.slice(0, 1))
  const available = oldest.filter((pod) => isAvailable(pod, minReadySeconds, now)).length
  const count = {
    updatedNumberScheduled: oldest.filter((pod) => isUpdatedPod(set, hash, pod)).length,
    numberAvailable: available,
    numberUnavailable: wanted.length - available,
  }
  const { collisionCount, conditions } = set.status ?? {}
  return {
    currentNumberScheduled: oldest.length,
    numberMisscheduled: places.filter(({ fit, pods }) => !fit.shouldRun && pods.length > 0).length,
    desiredNumberScheduled: wanted.length,
    numberReady: oldest.filter(isReady).length,
    ...(set.metadata.generation ? { observedGeneration: set.metadata.generation } : {}),
    ...Object.fromEntries(Object.entries(count).filter(([, value]) => value !== 0)),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions?.length ? { conditions } : {}),
  }
}
