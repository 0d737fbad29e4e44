import type { JobStatus } from 'kubernetes-types/batch/v1'
import { matchesLabels, selectorFromObject } from '../api/labels.ts'
import { controllerOf, keyOf, type KubeObject } from '../api/objects.ts'
import { formatTime } from '../api/time.ts'
import { controller, type Again, type Controller } from '../client/controller.ts'
import type { View } from '../client/informer.ts'
import { attemptAll, event, type WriteError, type Writes } from '../client/writes.ts'
import { claim } from './claim.ts'
import type { BackoffRecord } from './job/backoff.ts'
import { newCondition, withCondition } from './job/conditions.ts'
import {
  isFinished,
  isSuspended,
  isTracked,
  JOB_NAME,
  TRACKING,
  type JobPod,
  type StoredJob,
} from './job/job-pods.ts'
import { deadlineInMs, jobSync, verdictOn, type JobSync } from './job/job-sync.ts'
import { deletePods, manageJob, untrack } from './job/manage.ts'
import { trackPods } from './job/tracking.ts'
import type { ControllerOptions } from './options.ts'
import { orphansByNamespace } from './replicaset.ts'

/** `spec.managedBy` of jobs that are this controller's (batch/v1 JobControllerName). */
const OWN_NAME = 'kubernetes.io/job-controller'
/** The more pods, the longer what happens to them is one look, up to syncJobBatchPeriod. */
const BATCH_MS = 1000

/** Failures since the last success, by job: forgotten when the program ends, as upstream's are. */
export type BackoffRecords = Map<string, BackoffRecord>

/** kubernetes: pkg/controller/job */
export function jobController(): Controller<ControllerOptions> {
  const records: BackoffRecords = new Map()
  return controller<'Job', ControllerOptions>({
    name: 'job-controller',
    reconciles: 'Job',
    owns: ['Pod'],
    indexes: { Pod: { orphan: orphansByNamespace, tracked: trackedKey } },
    watches: { Pod: (pod, view) => (controllerOf(pod) ? [] : jobsWanting(pod, view)) },
    workers: (flags) => flags['concurrent-job-syncs'],
    paceMs: (job, view) => Math.min(BATCH_MS, 20 * view.owned('Pod', job).length),
    *reconcile(job, view) {
      if (job.spec?.managedBy !== undefined && job.spec.managedBy !== OWN_NAME) return
      const key = keyOf(job)
      const tracked = view.byIndex('Pod', 'tracked', key)
      yield* releaseStrays(
        tracked.filter((pod) => controllerOf(pod)?.uid !== job.metadata.uid && !wants(job, pod)),
      )
      if (isFinished(job)) {
        records.delete(key)
        return yield* releaseStrays(tracked)
      }
      const pods = yield* podsOf(job, view)
      return yield* syncJob(job, pods, records, view.now)
    },
    *gone(key, view) {
      records.delete(key)
      yield* releaseStrays(view.byIndex('Pod', 'tracked', key))
    },
  })
}

/** One look at a job that is not over. */
export function* syncJob(
  stored: StoredJob,
  pods: readonly JobPod[],
  records: BackoffRecords,
  now: number,
): Writes<Again | undefined> {
  const key = keyOf(stored)
  const started = withStart(stored, now)
  const sync = jobSync(started, pods, records.get(key), now)
  sync.finished = verdictOn(sync)
  const { changed, waitMs, error } = yield* sync.finished ? wind(sync) : advance(sync)
  const status = numbered(sync)
  sync.job = { ...sync.job, status }
  const needed = changed || !sameNumbers(started.status, status)
  yield* trackPods(sync, needed)
  records.set(key, sync.backoff)
  if (error) throw error
  const waits = [waitMs, deadlineInMs(sync.job, now) ?? 0].filter((ms) => ms > 0)
  return waits.length && !sync.finished ? { requeueAfterMs: Math.min(...waits) } : undefined
}

function withStart(job: StoredJob, now: number): StoredJob {
  if (job.status?.startTime || isSuspended(job)) return job
  return { ...job, status: { ...job.status, startTime: formatTime(now) } }
}

interface Step {
  /** A condition or the start time has changed. */
  readonly changed: boolean
  readonly waitMs: number
  readonly error: WriteError | undefined
}

/** A job that is over needs no pods any more; while some remain it is not over. */
function* wind(sync: JobSync): Writes<Step> {
  const error = yield* deletePods(sync, sync.activePods)
  if (sync.active > 0) sync.finished = undefined
  return { changed: false, waitMs: 0, error }
}

function* advance(sync: JobSync): Writes<Step> {
  const managed = sync.job.metadata.deletionTimestamp === undefined
  const { waitMs, error } = managed ? yield* manageJob(sync) : { waitMs: 0, error: undefined }
  const { completions } = sync.job.spec ?? {}
  const enough =
    completions === undefined || completions === null ? sync.succeeded > 0 : sync.succeeded >= completions
  if (enough && sync.active === 0) {
    const message = 'Reached expected number of succeeded pods'
    sync.finished = newCondition('SuccessCriteriaMet', 'True', 'CompletionsReached', message, sync.now)
    return { changed: false, waitMs, error }
  }
  return { changed: managed && (yield* suspension(sync)), waitMs, error }
}

/** The Suspended condition follows the spec; who resumes starts anew. */
function* suspension(sync: JobSync): Writes<boolean> {
  const suspended = isSuspended(sync.job)
  const [reason, message] = suspended ? ['Suspended', 'Job suspended'] : ['Resumed', 'Job resumed']
  const condition = newCondition('Suspended', suspended ? 'True' : 'False', `Job${reason}`, message, sync.now)
  const conditions = withCondition(sync.job.status?.conditions ?? [], condition)
  if (!conditions) return false
  yield event(sync.job, 'Normal', reason, message)
  const startTime = suspended ? {} : { startTime: formatTime(sync.now) }
  sync.job = { ...sync.job, status: { ...sync.job.status, conditions, ...startTime } }
  return true
}

function numbered({ job, active, ready, terminating }: JobSync): JobStatus {
  const { active: _old, ...rest } = job.status ?? {}
  return {
    ...rest,
    ...(active ? { active } : {}),
    ready,
    terminating,
    uncountedTerminatedPods: rest.uncountedTerminatedPods ?? {},
  }
}

const sameNumbers = (a: JobStatus | undefined, b: JobStatus): boolean =>
  (a?.active ?? 0) === (b.active ?? 0) && a?.ready === b.ready && a?.terminating === b.terminating

/** The job's pods; orphans that it adopts get the finalizer too. */
function* podsOf(job: StoredJob, view: View): Writes<JobPod[]> {
  const { namespace = '' } = job.metadata
  const candidates = [...view.owned('Pod', job), ...view.byIndex('Pod', 'orphan', namespace)]
  return yield* claim(job, selectorFromObject(job.spec?.selector), candidates, [TRACKING])
}

/** Pods that are held by the finalizer, under the job that they name. */
function trackedKey(pod: KubeObject): string[] {
  if (!isTracked(pod)) return []
  const owner = controllerOf(pod)
  const name = owner?.kind === 'Job' ? owner.name : (pod.metadata.labels?.[JOB_NAME] ?? '')
  return [`${pod.metadata.namespace}/${name}`]
}

/** Whom to wake for a pod without controller: jobs that may adopt it, and whoever held it. */
const jobsWanting = (pod: KubeObject, view: View): string[] => [
  ...view
    .list('Job', pod.metadata.namespace)
    .filter((job) => wants(job, pod))
    .map(keyOf),
  ...trackedKey(pod),
]

const wants = (job: StoredJob, pod: KubeObject): boolean =>
  !controllerOf(pod) &&
  !isFinished(job) &&
  !job.metadata.deletionTimestamp &&
  matchesLabels(selectorFromObject(job.spec?.selector), pod.metadata.labels)

/** Nobody will count these pods: let them go (syncOrphanPod). */
function* releaseStrays(pods: readonly JobPod[]): Writes {
  const results = yield* attemptAll(pods.map(untrack))
  const failed = results.find(({ error }) => error && error.code !== 404)
  if (failed?.error) throw failed.error
}
