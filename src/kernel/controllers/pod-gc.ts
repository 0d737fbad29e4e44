import type { Pod } from 'kubernetes-types/core/v1'
import type { Stored } from '../api/objects.ts'
import type { Controller } from '../client/controller.ts'
import type { View } from '../client/informer.ts'
import { attempt, read, remove, type Writes } from '../client/writes.ts'
import { carryOut, every } from './background.ts'
import { markDisrupted } from './disruption-target.ts'
import { nodeTaints, OUT_OF_SERVICE } from './node/taints.ts'
import type { ControllerOptions } from './options.ts'
import { creationOf, isReady, isTerminal } from './pods.ts'

/** kubernetes: pkg/controller/podgc gcCheckPeriod, quarantineTime */
const PERIOD_MS = 20_000
const QUARANTINE_MS = 40_000

type StoredPod = Stored<Pod>

/** Removes pods that nobody will ever end: of lost nodes, without node, and the oldest of too many that ended (gc_controller.go). */
export function podGarbageCollector(): Controller<ControllerOptions> {
  const name = 'pod-garbage-collector'
  return {
    name,
    kinds: ['Pod', 'Node'],
    start(context) {
      const { informers, options } = context
      const absentSince = new Map<string, number>()
      every(context, PERIOD_MS, (done) => {
        const lost = lostNodes(informers, absentSince)
        carryOut(context, name, collect(informers, lost, options['terminated-pod-gc-threshold']), done)
      })
    },
  }
}

function* collect(view: View, lost: readonly string[], threshold: number): Writes {
  const pods = view.list('Pod')
  for (const pod of tooManyTerminated(pods, threshold)) yield* collectPod(pod, view.now, undefined)
  for (const pod of pods.filter((pod) => isOutOfService(pod, view)))
    yield* collectPod(pod, view.now, undefined)
  const gone: string[] = []
  for (const node of lost) {
    const { error } = yield* attempt(read({ apiVersion: 'v1', kind: 'Node', metadata: { name: node } }))
    if (error?.code === 404) gone.push(node)
  }
  for (const pod of pods.filter(({ spec }) => gone.includes(spec?.nodeName ?? '')))
    yield* collectPod(pod, view.now, 'PodGC: node no longer exists')
  for (const pod of pods.filter(({ metadata, spec }) => metadata.deletionTimestamp && !spec?.nodeName))
    yield* collectPod(pod, view.now, undefined)
}

/** The oldest, evicted ones first (gcTerminated). */
export function tooManyTerminated<P extends Pick<Pod, 'metadata' | 'status'>>(
  pods: readonly P[],
  threshold: number,
): P[] {
  if (threshold <= 0) return []
  const terminated = pods.filter(isTerminal)
  return terminated
    .sort(
      (a, b) =>
        Number(isEvicted(b)) - Number(isEvicted(a)) || creationOf(a) - creationOf(b) || compareNames(a, b),
    )
    .slice(0, Math.max(0, terminated.length - threshold))
}

const isEvicted = ({ status }: Pick<Pod, 'status'>): boolean =>
  status?.phase === 'Failed' && status.reason === 'Evicted'

const compareNames = (a: Pick<Pod, 'metadata'>, b: Pick<Pod, 'metadata'>): number =>
  (a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1

/** A pod on its way out on a node that somebody has declared out of service (gcTerminating). */
function isOutOfService({ metadata, spec }: StoredPod, view: View): boolean {
  if (!metadata.deletionTimestamp || !spec?.nodeName) return false
  const node = view.get('Node', spec.nodeName)
  return (
    !!node &&
    !isReady(node as unknown as StoredPod) &&
    nodeTaints(node).some(({ key }) => key === OUT_OF_SERVICE)
  )
}

/** Nodes that pods name but nobody has seen for a while (gcOrphaned). */
function lostNodes(view: View, absentSince: Map<string, number>): string[] {
  const named = new Set(view.list('Pod').map(({ spec }) => spec?.nodeName ?? ''))
  named.delete('')
  for (const node of [...absentSince.keys()])
    if (!named.has(node) || view.get('Node', node)) absentSince.delete(node)
  for (const node of named)
    if (!view.get('Node', node) && !absentSince.has(node)) absentSince.set(node, view.now)
  return [...absentSince].filter(([, since]) => view.now - since >= QUARANTINE_MS).map(([node]) => node)
}

/** Failed first, then gone at once (markFailedAndDeletePod). */
function* collectPod(pod: StoredPod, now: number, why: string | undefined): Writes {
  if (!isTerminal(pod)) {
    const failed = { phase: 'Failed' }
    const mark = why
      ? markDisrupted(pod, 'DeletionByPodGC', why, now, failed)
      : { ...markDisrupted(pod, '', '', now), patch: { status: failed } }
    const { error } = yield* attempt(mark)
    if (error && error.code !== 404) throw error
  }
  const { error } = yield* attempt(
    remove(pod, { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 }),
  )
  if (error && error.code !== 404) throw error
}
