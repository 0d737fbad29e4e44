import type { Job } from 'kubernetes-types/batch/v1'
import type { Pod } from 'kubernetes-types/core/v1'
import type { Stored } from '../../api/objects.ts'

// What jobs and their pods say of themselves (kubernetes: pkg/controller/job).

export type StoredJob = Stored<Job>
export type JobLike = Pick<Job, 'metadata' | 'spec' | 'status'>
export type JobPod = Stored<Pod>

export const TRACKING = 'batch.kubernetes.io/job-tracking'
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index'
export const INDEX_FAILURES = 'batch.kubernetes.io/job-index-failure-count'
export const INDEX_IGNORED_FAILURES = 'batch.kubernetes.io/job-index-ignored-failure-count'
export const JOB_NAME = 'batch.kubernetes.io/job-name'

export const isTracked = ({ metadata }: Pick<Pod, 'metadata'>): boolean =>
  metadata?.finalizers?.includes(TRACKING) ?? false

export const isIndexed = ({ spec }: JobLike): boolean => spec?.completionMode === 'Indexed'

export const isSuspended = ({ spec }: JobLike): boolean => spec?.suspend === true

export const isFinished = ({ status }: JobLike): boolean =>
  status?.conditions?.some(
    ({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True',
  ) ?? false

export const hasLimitPerIndex = (job: JobLike): boolean =>
  isIndexed(job) && (job.spec?.backoffLimitPerIndex ?? undefined) !== undefined

/** -1: none, or nothing that could be one. */
export function completionIndexOf({ metadata }: Pick<Pod, 'metadata'>): number {
  const text = metadata?.annotations?.[COMPLETION_INDEX] ?? ''
  return /^\+?\d+$/.test(text) ? Number(text) : -1
}

/** A pod of an indexed job that has an index in range; any pod of another. */
export function countsFor(job: JobLike, pod: Pick<Pod, 'metadata'>): boolean {
  if (!isIndexed(job)) return true
  const index = completionIndexOf(pod)
  return index >= 0 && index < (job.spec?.completions ?? 0)
}

/** Whether pods are replaced only when they are really over, not when their deletion begins. */
export const replacesOnlyFailed = ({ spec }: JobLike): boolean =>
  spec?.podReplacementPolicy ? spec.podReplacementPolicy === 'Failed' : spec?.podFailurePolicy !== undefined

/** Pods on their way out count, lest orphans that never reach a phase are forgotten. */
export function isFailed(pod: Pick<Pod, 'metadata' | 'status'>, job: JobLike): boolean {
  if (pod.status?.phase === 'Failed') return true
  if (replacesOnlyFailed(job)) return false
  return isDeleting(pod) && pod.status?.phase !== 'Succeeded'
}

export const isDeleting = ({ metadata }: Pick<Pod, 'metadata'>): boolean =>
  metadata?.deletionTimestamp !== undefined

export const failuresOfIndex = (pod: Pick<Pod, 'metadata'>): number => countIn(pod, INDEX_FAILURES)

export const ignoredFailuresOfIndex = (pod: Pick<Pod, 'metadata'>): number =>
  countIn(pod, INDEX_IGNORED_FAILURES)

function countIn({ metadata }: Pick<Pod, 'metadata'>, annotation: string): number {
  const text = metadata?.annotations?.[annotation] ?? ''
  const value = /^\+?\d+$/.test(text) ? Number(text) : 0
  return value <= 0x7fffffff ? value : 0
}
