import type { JobCondition } from 'kubernetes-types/batch/v1'
import { timeOf, isActive, isReady, isTerminal } from '../pods.ts'
import { newBackoffRecord, type BackoffRecord } from './backoff.ts'
import { newCondition, trueCondition } from './conditions.ts'
import { failedIndexes, lastFailedByIndex, succeededIndexes } from './indexed.ts'
import { totalOf, type Intervals } from './intervals.ts'
import {
  countsFor,
  hasLimitPerIndex,
  isDeleting,
  isFailed,
  isIndexed,
  isSuspended,
  isTracked,
  type JobPod,
  type StoredJob,
} from './job-pods.ts'
import { matchFailurePolicy, matchSuccessPolicy } from './policies.ts'

/** All that one look at a job finds out (kubernetes: pkg/controller/job/job_controller.go syncJobCtx). */
export interface JobSync {
  job: StoredJob
  readonly pods: readonly JobPod[]
  readonly activePods: readonly JobPod[]
  readonly now: number
  readonly backoff: BackoffRecord
  readonly succeeded: number
  readonly failed: number
  active: number
  ready: number
  terminating: number
  /** Why the job is, or is about to be, over. */
  finished: JobCondition | undefined
  readonly indexes: Indexes | undefined
}

/** What is known of the indexes of an indexed job. */
export interface Indexes {
  readonly before: Intervals
  readonly succeeded: Intervals
  /** With a backoff limit per index only. */
  readonly failed: Intervals | undefined
  readonly lastFailed: ReadonlyMap<number, JobPod>
}

export function jobSync(
  job: StoredJob,
  pods: readonly JobPod[],
  before: BackoffRecord | undefined,
  now: number,
): JobSync {
  const { status } = job
  const activePods = pods.filter(isActive)
  const uncounted = status?.uncountedTerminatedPods ?? {}
  const fresh = pods.filter((pod) => isTracked(pod) && countsFor(job, pod))
  const newlySucceeded = fresh.filter(
    (pod) => pod.status?.phase === 'Succeeded' && !uncounted.succeeded?.includes(pod.metadata.uid),
  )
  const newlyFailed = fresh.filter(
    (pod) => isFailed(pod, job) && !uncounted.failed?.includes(pod.metadata.uid),
  )
  const counted = newlyFailed.filter((pod) => matchFailurePolicy(job.spec?.podFailurePolicy, pod).counts)
  const indexes = isIndexed(job) ? indexesOf(job, pods, activePods) : undefined
  return {
    job,
    pods,
    activePods,
    now,
    backoff: newBackoffRecord(before, newlySucceeded, newlyFailed),
    succeeded: indexes
      ? totalOf(indexes.succeeded)
      : (status?.succeeded ?? 0) + newlySucceeded.length + (uncounted.succeeded?.length ?? 0),
    failed: (status?.failed ?? 0) + counted.length + (uncounted.failed?.length ?? 0),
    active: activePods.length,
    ready: activePods.filter(isReady).length,
    terminating: pods.filter((pod) => isDeleting(pod) && !isTerminal(pod)).length,
    finished: undefined,
    indexes,
  }
}

function indexesOf(job: StoredJob, pods: readonly JobPod[], active: readonly JobPod[]): Indexes {
  const { before, now: succeeded } = succeededIndexes(job, pods)
  if (!hasLimitPerIndex(job)) return { before, succeeded, failed: undefined, lastFailed: new Map() }
  const failed = failedIndexes(job, pods)
  const lastFailed = lastFailedByIndex(job, pods, active, [succeeded, failed])
  return { before, succeeded, failed, lastFailed: lastFailed as ReadonlyMap<number, JobPod> }
}

/** Whether the job is over, and why: what was found out before, a policy, a limit, a deadline, its indexes. */
export function verdictOn(sync: JobSync): JobCondition | undefined {
  const { job, now } = sync
  const met = trueCondition(job, 'SuccessCriteriaMet')
  if (met) return met
  const target = trueCondition(job, 'FailureTarget')
  if (target) return newCondition('Failed', 'True', target.reason ?? '', target.message ?? '', now)
  const [reason, message] = failureOf(sync) ?? []
  if (reason !== undefined && message !== undefined)
    return newCondition('FailureTarget', 'True', reason, message, now)
  const enough =
    sync.indexes &&
    matchSuccessPolicy(job.spec?.successPolicy, job.spec?.completions ?? 0, sync.indexes.succeeded)
  return enough ? newCondition('SuccessCriteriaMet', 'True', 'SuccessPolicy', enough, now) : undefined
}

function failureOf(sync: JobSync): [reason: string, message: string] | undefined {
  const { job, pods, failed, now } = sync
  const { backoffLimit = 6, podFailurePolicy } = job.spec ?? {}
  for (const pod of podFailurePolicy ? pods : []) {
    const words = isFailed(pod, job) ? matchFailurePolicy(podFailurePolicy, pod).failsJob : undefined
    if (words) return ['PodFailurePolicy', words]
  }
  if (failed > backoffLimit || restartsExceed(job, pods, backoffLimit))
    return ['BackoffLimitExceeded', 'Job has reached the specified backoff limit']
  if (deadlineInMs(job, now) === 0)
    return ['DeadlineExceeded', 'Job was active longer than specified deadline']
  return indexFailure(sync)
}

function indexFailure({ job, indexes }: JobSync): [reason: string, message: string] | undefined {
  if (!indexes?.failed) return undefined
  const failed = totalOf(indexes.failed)
  const { maxFailedIndexes, completions = 0 } = job.spec ?? {}
  if (maxFailedIndexes !== undefined && failed > maxFailedIndexes)
    return ['MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes']
  if (failed > 0 && failed + totalOf(indexes.succeeded) >= completions)
    return ['FailedIndexes', 'Job has failed indexes']
  return undefined
}

/** Containers that are restarted in place count too (pastBackoffLimitOnFailure). */
function restartsExceed(job: StoredJob, pods: readonly JobPod[], limit: number): boolean {
  if (job.spec?.template.spec?.restartPolicy !== 'OnFailure') return false
  let restarts = 0
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue
    for (const { restartCount } of [
      ...(status.initContainerStatuses ?? []),
      ...(status.containerStatuses ?? []),
    ])
      restarts += restartCount
  }
  return limit === 0 ? restarts > 0 : restarts >= limit
}

/** Milliseconds until the job has been active for too long; undefined if it may be active for ever. */
export function deadlineInMs(job: StoredJob, now: number): number | undefined {
  const { activeDeadlineSeconds } = job.spec ?? {}
  if (activeDeadlineSeconds === undefined || !job.status?.startTime || isSuspended(job)) return undefined
  return Math.max(0, timeOf(job.status.startTime) + activeDeadlineSeconds * 1000 - now)
}
