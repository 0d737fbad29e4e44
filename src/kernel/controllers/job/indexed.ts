import type { Pod } from 'kubernetes-types/core/v1'
import { compareActive } from '../pod-ranking.ts'
import { finishedAt, remainingIndexBackoffMs } from './backoff.ts'
import { hasIndex, parseIntervals, withIndexes, firstFree, type Intervals } from './intervals.ts'
import {
  completionIndexOf,
  countsFor,
  failuresOfIndex,
  ignoredFailuresOfIndex,
  isFailed,
  isTracked,
  type JobLike,
} from './job-pods.ts'
import { matchFailurePolicy } from './policies.ts'

// kubernetes: pkg/controller/job/indexed_job_utils.go

/** Indexes that succeeded as the status says, and those that have since. */
export function succeededIndexes(
  job: JobLike,
  pods: readonly Pod[],
): { readonly before: Intervals; readonly now: Intervals } {
  const before = parseIntervals(job.status?.completedIndexes, job.spec?.completions ?? 0)
  const fresh = pods.filter(
    (pod) => pod.status?.phase === 'Succeeded' && countsFor(job, pod) && isTracked(pod),
  )
  return { before, now: withIndexes(before, fresh.map(completionIndexOf)) }
}

export function failedIndexes(job: JobLike, pods: readonly Pod[]): Intervals {
  const before = parseIntervals(job.status?.failedIndexes, job.spec?.completions ?? 0)
  const fresh = pods.filter((pod) => countsFor(job, pod) && isTracked(pod) && isIndexFailed(job, pod))
  return withIndexes(before, fresh.map(completionIndexOf))
}

/** Whether the pod's failure is the end of its index. */
export function isIndexFailed(job: JobLike, pod: Pod): boolean {
  if (!isFailed(pod, job)) return false
  const { action, counts } = matchFailurePolicy(job.spec?.podFailurePolicy, pod)
  if (action === 'FailIndex') return true
  return counts && failuresOfIndex(pod) >= (job.spec?.backoffLimitPerIndex ?? 0)
}

/**
 * The pod that failed last at each index that is to be tried again: it keeps its finalizer, since its annotations hold the
 * count of failures, until there is a pod that took the count over.
 */
export function lastFailedByIndex(
  job: JobLike,
  pods: readonly Pod[],
  active: readonly Pod[],
  done: readonly Intervals[],
): ReadonlyMap<number, Pod> {
  const running = new Set(active.map(completionIndexOf))
  const last = new Map<number, Pod>()
  for (const pod of pods) {
    const index = completionIndexOf(pod)
    if (!isTracked(pod) || !countsFor(job, pod) || !isFailed(pod, job)) continue
    if (running.has(index) || done.some((intervals) => hasIndex(intervals, index))) continue
    const known = last.get(index)
    if (!known || isLater(pod, known)) last.set(index, pod)
  }
  return last
}

const absoluteFailures = (pod: Pod): number => failuresOfIndex(pod) + ignoredFailuresOfIndex(pod)

const isLater = (pod: Pod, than: Pod): boolean =>
  absoluteFailures(pod) !== absoluteFailures(than)
    ? absoluteFailures(pod) > absoluteFailures(than)
    : finishedAt(pod) > finishedAt(than)

/** What a pod that replaces another writes down as failures of its index. */
export function failureCounts(
  job: JobLike,
  replaced: Pod | undefined,
): { readonly counted: number; readonly ignored: number } {
  if (!replaced) return { counted: 0, ignored: 0 }
  const { counts } = matchFailurePolicy(job.spec?.podFailurePolicy, replaced)
  return {
    counted: failuresOfIndex(replaced) + (counts ? 1 : 0),
    ignored: ignoredFailuresOfIndex(replaced) + (counts ? 0 : 1),
  }
}

/** The first indexes that are neither done nor being worked on (firstPendingIndexes). */
export function pendingIndexes(
  active: readonly Pod[],
  done: readonly Intervals[],
  count: number,
  completions: number,
): number[] {
  const indexes = active.map(completionIndexOf).filter((index) => index >= 0)
  const taken = done.reduce<Intervals>(
    (all, intervals) => withIntervals(all, intervals),
    withIndexes([], indexes),
  )
  return firstFree(taken, count, completions)
}

const withIntervals = (a: Intervals, b: Intervals): Intervals =>
  [...a, ...b].sort((x, y) => x.first - y.first)

/** Those of the indexes that need not wait; or how long until the first of them. */
export function indexesDue(
  indexes: readonly number[],
  lastFailed: ReadonlyMap<number, Pod>,
  now: number,
): { readonly due: number[]; readonly waitMs: number } {
  const waits = indexes.map((index) => remainingIndexBackoffMs(lastFailed.get(index), now))
  const due = indexes.filter((_index, i) => waits[i] === 0)
  return { due, waitMs: due.length || !waits.length ? 0 : Math.min(...waits) }
}

/** Pods too many at an index, without index, or with one out of range, and the rest (appendDuplicatedIndexPodsForRemoval). */
export function duplicates<P extends Pod>(
  pods: readonly P[],
  completions: number,
): { readonly surplus: P[]; readonly left: P[] } {
  const byIndex = new Map<number, P[]>()
  for (const pod of [...pods].sort((a, b) => completionIndexOf(a) - completionIndexOf(b))) {
    const index = completionIndexOf(pod)
    byIndex.set(index, [...(byIndex.get(index) ?? []), pod])
  }
  const surplus: P[] = []
  const left: P[] = []
  for (const [index, group] of byIndex) {
    if (index < 0 || index >= completions) surplus.push(...group)
    else {
      const sorted = group.length > 1 ? [...group].sort(compareActive) : group
      surplus.push(...sorted.slice(0, -1))
      left.push(...sorted.slice(-1))
    }
  }
  return { surplus, left }
}
