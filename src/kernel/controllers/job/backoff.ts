import type { Pod } from 'kubernetes-types/core/v1'
import { conditionOf, creationOf, timeOf } from '../pods.ts'
import { failuresOfIndex, ignoredFailuresOfIndex } from './job-pods.ts'

/** kubernetes: pkg/controller/job/backoff_utils.go; pods that fail are replaced after growing pauses. */
export const FIRST_BACKOFF_MS = 10_000
export const MAX_BACKOFF_MS = 600_000

/** Failures since a pod of the job last succeeded. */
export interface BackoffRecord {
  readonly failures: number
  /** Milliseconds since the epoch. */
  readonly lastFailure: number | undefined
}

export function newBackoffRecord(
  before: BackoffRecord | undefined,
  succeeded: readonly Pod[],
  failed: readonly Pod[],
): BackoffRecord {
  const success = succeeded.length ? Math.max(...succeeded.map(finishedAt)) : undefined
  const failures = failed.map(finishedAt).filter((time) => success === undefined || time > success)
  const counted = (success === undefined ? (before?.failures ?? 0) : 0) + failures.length
  const times = [...failures, ...(success === undefined ? [before?.lastFailure ?? 0] : [])]
  const lastFailure = Math.max(0, ...times)
  return { failures: counted, lastFailure: lastFailure || undefined }
}

/** When a pod was over, by the best that is known of it (getFinishedTime). */
export function finishedAt(pod: Pick<Pod, 'metadata' | 'spec' | 'status'>): number {
  const sidecars = pod.spec?.initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always') ?? []
  const statuses = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []).filter((status) =>
      sidecars.some(({ name }) => name === status.name),
    ),
  ]
  const ends = statuses.map(({ state }) => timeOf(state?.terminated?.finishedAt))
  if (ends.length && ends.every((end) => end !== 0)) return Math.max(...ends)
  const ready = conditionOf(pod, 'Ready')
  if (ready?.status === 'False' && ready.lastTransitionTime) return timeOf(ready.lastTransitionTime)
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata ?? {}
  if (deletionTimestamp) return timeOf(deletionTimestamp) - deletionGracePeriodSeconds * 1000
  return creationOf(pod)
}

export function remainingBackoffMs(
  { failures, lastFailure }: BackoffRecord,
  now: number,
  firstMs = FIRST_BACKOFF_MS,
  maxMs = MAX_BACKOFF_MS,
): number {
  if (failures === 0 || lastFailure === undefined) return 0
  const backoff = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30))
  return Math.max(0, lastFailure + backoff - now)
}

/** The same for the pod that failed last at an index. */
export function remainingIndexBackoffMs(
  last: Pod | undefined,
  now: number,
  firstMs = FIRST_BACKOFF_MS,
  maxMs = MAX_BACKOFF_MS,
): number {
  if (!last) return 0
  const failures = failuresOfIndex(last) + ignoredFailuresOfIndex(last) + 1
  return remainingBackoffMs({ failures, lastFailure: finishedAt(last) }, now, firstMs, maxMs)
}
