import { conditionOf, creationOf, isActive, isReady, timeOf, type PodLike } from './pods.ts'

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'
const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 }

/** A pod with the number of related active pods on its node. */
export interface RankedPod<T extends PodLike = PodLike> {
  readonly pod: T
  readonly rank: number
}

/** Which pods go first when there are too many (kubernetes: pkg/controller/replicaset getPodsToDelete). */
export function podsToDelete<T extends PodLike>(
  pods: readonly T[],
  related: readonly PodLike[],
  count: number,
  now: number,
): T[] {
  if (count >= pods.length) return [...pods]
  const onNode = new Map<string, number>()
  for (const pod of related) {
    if (!isActive(pod)) continue
    const node = pod.spec?.nodeName ?? ''
    onNode.set(node, (onNode.get(node) ?? 0) + 1)
  }
  const ranked = pods.map((pod) => ({ pod, rank: onNode.get(pod.spec?.nodeName ?? '') ?? 0 }))
  return ranked
    .sort((a, b) => compareRanked(a, b, now))
    .slice(0, count)
    .map(({ pod }) => pod)
}

/** Less useful first (controller_utils.go ActivePodsWithRanks.Less); without `now`, every difference of age counts. */
export function compareRanked(a: RankedPod, b: RankedPod, now: number | undefined): number {
  return (
    compare(!!a.pod.spec?.nodeName, !!b.pod.spec?.nodeName) ||
    compare(phaseOf(a.pod), phaseOf(b.pod)) ||
    compare(isReady(a.pod), isReady(b.pod)) ||
    compare(deletionCost(a.pod), deletionCost(b.pod)) ||
    compare(b.rank, a.rank) ||
    compareReadiness(a.pod, b.pod, now) ||
    compareRestarts(a.pod, b.pod) ||
    compareAges(creationOf(a.pod), creationOf(b.pod), a.pod, b.pod, now)
  )
}

/** The same without ranks (controller_utils.go ActivePods.Less). */
export const compareActive = (a: PodLike, b: PodLike): number =>
  compareRanked({ pod: a, rank: 0 }, { pod: b, rank: 0 }, undefined)

const compare = (a: number | boolean, b: number | boolean): number => Number(a) - Number(b)

const phaseOf = ({ status }: PodLike): number => PHASES[status?.phase ?? ''] ?? 0

/** An annotation that is no integer counts as none. */
function deletionCost({ metadata }: PodLike): number {
  const text = metadata?.annotations?.[DELETION_COST] ?? ''
  return /^(-?[1-9]\d{0,9}|0)$/.test(text) && Math.abs(Number(text)) < 2 ** 31 ? Number(text) : 0
}

function compareReadiness(a: PodLike, b: PodLike, now: number | undefined): number {
  if (!isReady(a) || !isReady(b)) return 0
  return compareAges(readySince(a), readySince(b), a, b, now)
}

const readySince = (pod: PodLike): number => timeOf(conditionOf(pod, 'Ready')?.lastTransitionTime)

/** Younger first, but ages of the same magnitude count as equal, so that not always the youngest go (LogarithmicScaleDown). */
function compareAges(a: number, b: number, podA: PodLike, podB: PodLike, now: number | undefined): number {
  if (a === b) return 0
  if (a === 0 || b === 0) return a === 0 ? -1 : 1
  if (now === undefined) return b - a
  return (
    magnitude(now - a) - magnitude(now - b) || compareText(podA.metadata?.uid ?? '', podB.metadata?.uid ?? '')
  )
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The whole part of the binary logarithm of an age in nanoseconds; -1 for the future. */
const magnitude = (ageMs: number): number =>
  ageMs > 0 ? BigInt(Math.round(ageMs * 1e6)).toString(2).length - 1 : -1

/** More restarts first, those of containers before those of sidecars (compareMaxContainerRestarts). */
function compareRestarts(a: PodLike, b: PodLike): number {
  const [regularA, sidecarA] = maxRestarts(a)
  const [regularB, sidecarB] = maxRestarts(b)
  return regularB - regularA || sidecarB - sidecarA
}

function maxRestarts({ spec, status }: PodLike): [regular: number, sidecar: number] {
  const most = (counts: readonly (number | undefined)[]) =>
    counts.reduce<number>((max, count) => Math.max(max, count ?? 0), 0)
  const sidecars = (spec?.initContainers ?? [])
    .filter((container) => (container as { restartPolicy?: string }).restartPolicy === 'Always')
    .map(({ name }) => name)
  return [
    most((status?.containerStatuses ?? []).map(({ restartCount }) => restartCount)),
    most(
      (status?.initContainerStatuses ?? [])
        .filter(({ name }) => sidecars.includes(name))
        .map(({ restartCount }) => restartCount),
    ),
  ]
}
