import type { JobCondition, JobStatus } from 'kubernetes-types/batch/v1'
import type { KubeObject } from '../../api/objects.ts'
import {
  attemptAll,
  event,
  perform,
  updateStatus,
  type WriteError,
  type Writes,
} from '../../client/writes.ts'
import { newCondition, trueCondition, withCondition } from './conditions.ts'
import { formatIntervals, hasIndex, totalOf, withIndexes } from './intervals.ts'
import {
  completionIndexOf,
  countsFor,
  hasLimitPerIndex,
  isDeleting,
  isFailed,
  isTracked,
  type JobPod,
  type StoredJob,
} from './job-pods.ts'
import type { JobSync } from './job-sync.ts'
import { untrack } from './manage.ts'
import { matchFailurePolicy } from './policies.ts'

/** More uncounted pods are not written at once (MaxUncountedPods). */
const MAX_UNCOUNTED = 500

/**
 * Count pods that are over, once each: their uids are written down, then their finalizers removed, then the numbers raised and
 * the uids forgotten (kubernetes: pkg/controller/job/job_controller.go trackJobStatusAndRemoveFinalizers).
 */
export function* trackPods(sync: JobSync, changed: boolean): Writes<StoredJob> {
  const held = new Set(sync.pods.filter(isTracked).map(({ metadata }) => metadata.uid))
  let { status, flush } = settled(sync.job.status ?? {}, held)
  const found = countPods(sync, status)
  flush = flush || changed || found.changed
  status = found.status
  const final = yield* interim(sync, status)
  status = final.status
  let job: StoredJob = { ...sync.job, status }
  if (flush || final.changed) job = yield* perform<StoredJob>(updateStatus(job as KubeObject))
  const failure = yield* untrackPods(found.release, held)
  const after = settled(job.status ?? {}, held)
  if (failure) {
    if (after.flush) yield updateStatus({ ...job, status: after.status } as KubeObject)
    throw failure
  }
  const end = !found.full && finish(sync, after.status, final.condition)
  if (end) job = yield* perform<StoredJob>(updateStatus({ ...job, status: end } as KubeObject))
  else if (after.flush)
    job = yield* perform<StoredJob>(updateStatus({ ...job, status: after.status } as KubeObject))
  if (end && final.condition) yield* announce(job, final.condition)
  return job
}

/** Uids whose pods have lost their finalizer become numbers (cleanUncountedPodsWithoutFinalizers). */
function settled(status: JobStatus, held: ReadonlySet<string>): { status: JobStatus; flush: boolean } {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {}
  const left = (uids: string[]) => uids.filter((uid) => held.has(uid))
  const [stillSucceeded, stillFailed] = [left(succeeded), left(failed)]
  const flush = stillSucceeded.length !== succeeded.length || stillFailed.length !== failed.length
  if (!flush) return { status, flush }
  return {
    flush,
    status: {
      ...status,
      ...counter('succeeded', (status.succeeded ?? 0) + succeeded.length - stillSucceeded.length),
      ...counter('failed', (status.failed ?? 0) + failed.length - stillFailed.length),
      uncountedTerminatedPods: uncountedOf(stillSucceeded, stillFailed),
    },
  }
}

const counter = (name: 'succeeded' | 'failed', value: number) => (value ? { [name]: value } : {})

const uncountedOf = (succeeded: string[], failed: string[]) => ({
  ...(succeeded.length ? { succeeded } : {}),
  ...(failed.length ? { failed } : {}),
})

interface Found {
  readonly status: JobStatus
  readonly changed: boolean
  /** Pods whose finalizer may go. */
  readonly release: readonly JobPod[]
  readonly full: boolean
}

function countPods(sync: JobSync, status: JobStatus): Found {
  const { job, indexes } = sync
  const pods = indexes
    ? [...sync.pods].sort((a, b) => completionIndexOf(a) - completionIndexOf(b))
    : sync.pods
  const succeeded = [...(status.uncountedTerminatedPods?.succeeded ?? [])]
  const failed = [...(status.uncountedTerminatedPods?.failed ?? [])]
  const before = succeeded.length + failed.length
  const fresh: number[] = []
  const release: JobPod[] = []
  let full = false
  for (const pod of pods) {
    if (!isTracked(pod) || !isOver(sync, pod)) continue
    release.push(pod)
    const { uid } = pod.metadata
    if (pod.status?.phase === 'Succeeded' && !failed.includes(uid)) {
      if (!indexes) succeeded.push(...(succeeded.includes(uid) ? [] : [uid]))
      else if (countsFor(job, pod) && !hasIndex(indexes.before, completionIndexOf(pod)))
        fresh.push(completionIndexOf(pod))
    } else if (!failed.includes(uid) && countsFor(job, pod) && isCounted(sync, pod)) failed.push(uid)
    full = fresh.length + succeeded.length + failed.length >= MAX_UNCOUNTED
    if (full) break
  }
  const noted = { ...status, uncountedTerminatedPods: uncountedOf(succeeded, failed) }
  const changed = succeeded.length + failed.length !== before || fresh.length > 0
  const withAll = indexes ? withIndexesIn(sync, noted, fresh) : noted
  const moved =
    withAll.completedIndexes !== status.completedIndexes || withAll.failedIndexes !== status.failedIndexes
  return { status: withAll, changed: changed || moved, release, full }
}

/** Nothing more is to be expected of the pod, and nobody needs it (canRemoveFinalizer). */
function isOver({ job, finished, indexes }: JobSync, pod: JobPod): boolean {
  if (isDeleting(job) || finished || pod.status?.phase === 'Succeeded') return true
  if (!isFailed(pod, job)) return false
  return indexes?.lastFailed.get(completionIndexOf(pod))?.metadata.uid !== pod.metadata.uid
}

/** Also a pod that was still at work when its job failed counts as failed. */
function isCounted({ job, finished }: JobSync, pod: JobPod): boolean {
  const lost = finished !== undefined && finished.type !== 'SuccessCriteriaMet'
  return (lost || isFailed(pod, job)) && matchFailurePolicy(job.spec?.podFailurePolicy, pod).counts
}

function withIndexesIn({ job, indexes }: JobSync, status: JobStatus, fresh: number[]): JobStatus {
  const all = withIndexes(indexes?.before ?? [], fresh)
  const completedIndexes = formatIntervals(all)
  const { completedIndexes: _old, succeeded: _count, ...rest } = status
  return {
    ...rest,
    ...counter('succeeded', totalOf(all)),
    ...(completedIndexes ? { completedIndexes } : {}),
    ...(hasLimitPerIndex(job) ? { failedIndexes: formatIntervals(indexes?.failed ?? []) } : {}),
  }
}

/** That the end is near is written before finalizers go; what the end will be called comes with it. */
// biome-ignore lint/correctness/useYield: of the form of its caller
function* interim(
  { job, finished, now }: JobSync,
  status: JobStatus,
): Writes<{ status: JobStatus; changed: boolean; condition: JobCondition | undefined }> {
  if (!finished || (finished.type !== 'FailureTarget' && finished.type !== 'SuccessCriteriaMet'))
    return { status, changed: false, condition: finished }
  const type = finished.type === 'FailureTarget' ? 'Failed' : 'Complete'
  const condition = newCondition(type, 'True', finished.reason ?? '', finished.message ?? '', now)
  if (trueCondition(job, finished.type)) return { status, changed: false, condition }
  const conditions = [...(status.conditions ?? []), finished]
  return { status: { ...status, conditions }, changed: true, condition }
}

function* untrackPods(pods: readonly JobPod[], held: Set<string>): Writes<WriteError | undefined> {
  const results = yield* attemptAll(pods.map(untrack))
  let failure: WriteError | undefined
  for (const [i, { error }] of results.entries()) {
    if (!error || error.code === 404) held.delete(pods[i].metadata.uid)
    else failure ??= error
  }
  return failure
}

/** The status of a job that is over, if nothing has to be waited for (enactJobFinished). */
function finish(
  { terminating }: JobSync,
  status: JobStatus,
  condition: JobCondition | undefined,
): JobStatus | undefined {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {}
  if (!condition || succeeded.length || failed.length || terminating > 0) return undefined
  const conditions = withCondition(status.conditions ?? [], condition)
  const completed = condition.type === 'Complete' && conditions
  return {
    ...status,
    ...(conditions ? { conditions } : {}),
    ...(completed ? { completionTime: condition.lastTransitionTime } : {}),
  }
}

function* announce(job: StoredJob, { type, reason = '', message = '' }: JobCondition): Writes {
  if (type !== 'Complete') return void (yield event(job, 'Warning', reason, message))
  const { completions } = job.spec ?? {}
  if (completions !== undefined && (job.status?.succeeded ?? 0) > completions)
    yield event(
      job,
      'Warning',
      'TooManySucceededPods',
      'Too many succeeded pods running after completion count reached',
    )
  yield event(job, 'Normal', 'Completed', 'Job completed')
}
