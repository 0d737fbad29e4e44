import type { CronJob, CronJobStatus, Job } from 'kubernetes-types/batch/v1'
import { goQuote } from '../api/go-quote.ts'
import { controllerOf, type KubeObject, type Stored } from '../api/objects.ts'
import { formatTime } from '../api/time.ts'
import { UserError } from '../api/user-error.ts'
import { controller, type Again } from '../client/controller.ts'
import {
  attempt,
  create,
  event,
  read,
  remove,
  updateStatus,
  WriteError,
  type Writes,
} from '../client/writes.ts'
import { mostRecent, untilNext } from './cronjob/missed.ts'
import { parseSchedule, type Schedule } from './cronjob/schedule.ts'
import { zoneNamed } from './cronjob/zones.ts'
import { isFinished, type StoredJob } from './job/job-pods.ts'
import type { ControllerOptions } from './options.ts'
import { controllerRef, timeOf } from './pods.ts'
import { isNamespaceTerminating } from './replicaset.ts'

type StoredCronJob = Stored<CronJob>

const SCHEDULED_AT = 'batch.kubernetes.io/cronjob-scheduled-timestamp'
const ZONES_HELP = 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/'

/** kubernetes: pkg/controller/cronjob/cronjob_controllerv2.go */
export const cronJobController = controller<'CronJob', ControllerOptions>({
  name: 'cronjob-controller',
  reconciles: 'CronJob',
  owns: ['Job'],
  workers: (flags) => flags['concurrent-cron-job-syncs'],
  *reconcile(cronJob, view) {
    const jobs = view
      .list('Job', cronJob.metadata.namespace)
      .filter((job) => controllerOf(job)?.name === cronJob.metadata.name && ownerKind(job) === 'CronJob')
    return yield* syncCronJob(cronJob, jobs, view.now)
  },
})

const ownerKind = (job: KubeObject): string | undefined => controllerOf(job)?.kind

/** A CronJob being looked at; its status is written at the end. */
interface Sync {
  cronJob: StoredCronJob
  readonly now: number
  status: CronJobStatus
  changed: boolean
}

export function* syncCronJob(
  cronJob: StoredCronJob,
  jobs: readonly StoredJob[],
  now: number,
): Writes<Again | undefined> {
  const sync: Sync = { cronJob, now, status: cronJob.status ?? {}, changed: false }
  yield* removeOldJobs(sync, jobs)
  yield* followJobs(sync, jobs)
  yield* forgetMissing(sync, jobs)
  const { again, error } = yield* startJob(sync)
  if (sync.changed) yield updateStatus({ ...sync.cronJob, status: sync.status } as KubeObject)
  if (error) throw error
  return again === undefined ? undefined : { requeueAfterMs: again }
}

/** Keep as many finished jobs as the history limits say (cleanupFinishedJobs). */
function* removeOldJobs(sync: Sync, jobs: readonly StoredJob[]): Writes {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = sync.cronJob.spec ?? {}
  const limits = { Complete: successfulJobsHistoryLimit, Failed: failedJobsHistoryLimit }
  for (const type of ['Failed', 'Complete'] as const) {
    const limit = limits[type]
    if (limit === undefined) continue
    const ended = jobs.filter((job) => endOf(job) === type).sort(byStartTime)
    for (const job of ended.slice(0, Math.max(0, ended.length - limit)))
      if (yield* removeJob(sync, job)) sync.changed = true
  }
}

const endOf = ({ status }: Pick<Job, 'status'>): string | undefined =>
  status?.conditions?.find(
    ({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True',
  )?.type

/** Those that never started come last. */
export const byStartTime = (
  a: Pick<Job, 'metadata' | 'status'>,
  b: Pick<Job, 'metadata' | 'status'>,
): number => {
  const [first, second] = [a, b].map(({ status }) => timeOf(status?.startTime) || Number.POSITIVE_INFINITY)
  if (first !== second) return first < second ? -1 : 1
  return (a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1
}

function* removeJob(sync: Sync, job: KubeObject): Writes<boolean> {
  const options = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' }
  const { error } = yield* attempt(remove(job, options))
  if (error) {
    yield event(sync.cronJob, 'Warning', 'FailedDelete', `Deleted job: ${error.message}`)
    return false
  }
  dropActive(sync, job.metadata.uid ?? '')
  yield event(sync.cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${job.metadata.name}`)
  return true
}

function dropActive(sync: Sync, uid: string): void {
  const { active, ...rest } = sync.status
  const left = (active ?? []).filter((reference) => reference.uid !== uid)
  sync.status = left.length ? { ...rest, active: left } : rest
}

const isActive = ({ status }: { readonly status?: CronJobStatus }, uid: string): boolean =>
  status?.active?.some((reference) => reference.uid === uid) ?? false

function* followJobs(sync: Sync, jobs: readonly StoredJob[]): Writes {
  for (const job of jobs) {
    const { cronJob } = sync
    const { uid, name } = job.metadata
    const active = isActive(sync, uid)
    if (!active && !isFinished(job)) {
      const { object, error } = yield* attempt<StoredCronJob>(read(cronJob))
      if (error) throw error
      if (isActive(object, uid)) {
        // The cache was old.
        sync.cronJob = object
        sync.status = object.status ?? {}
        continue
      }
      const words = `Saw a job that the controller did not create or forgot: ${name}`
      yield event(cronJob, 'Warning', 'UnexpectedJob', words)
    } else if (active && isFinished(job)) {
      dropActive(sync, uid)
      sync.changed = true
      const words = `Saw completed job: ${name}, condition: ${endOf(job)}`
      yield event(cronJob, 'Normal', 'SawCompletedJob', words)
    } else if (endOf(job) === 'Complete') noteSuccess(sync, job)
  }
}

function noteSuccess(sync: Sync, { status }: StoredJob): void {
  const { lastSuccessfulTime } = sync.status
  const time = status?.completionTime
  if (!time || (lastSuccessfulTime && timeOf(time) <= timeOf(lastSuccessfulTime))) return
  sync.status = { ...sync.status, lastSuccessfulTime: time }
  sync.changed = true
}

function* forgetMissing(sync: Sync, jobs: readonly StoredJob[]): Writes {
  const known = new Set(jobs.map(({ metadata }) => metadata.uid))
  for (const { namespace, name = '', uid = '' } of sync.status.active ?? []) {
    if (known.has(uid)) continue
    const { error } = yield* attempt(read(jobTarget(namespace, name)))
    if (error && error.code !== 404) throw error
    if (!error) continue
    yield event(sync.cronJob, 'Normal', 'MissingJob', `Active job went missing: ${name}`)
    dropActive(sync, uid)
    sync.changed = true
  }
}

const jobTarget = (namespace: string | undefined, name: string) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { namespace, name },
})

interface Started {
  /** When to look again. */
  readonly again?: number
  readonly error?: WriteError
}

function* startJob(sync: Sync): Writes<Started> {
  const { cronJob, now } = sync
  if (cronJob.metadata.deletionTimestamp) return {}
  const schedule = yield* scheduleOf(cronJob)
  if (!schedule) return {}
  const { time, missed, error } = mostRecent(cronJob, now, schedule, true)
  if (error) {
    const words = `invalid schedule schedule: ${cronJob.spec?.schedule} : ${error}`
    yield event(cronJob, 'Warning', 'InvalidSchedule', words)
    return {}
  }
  if (time !== undefined && missed === 'many') {
    const words =
      'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew'
    yield event(cronJob, 'Warning', 'TooManyMissedTimes', words)
  }
  if (time === undefined || !(yield* mayStart(sync, time)))
    return { again: untilNext(withStatus(sync), now, schedule) }
  const failure = yield* replaceActive(sync)
  if (failure) return { error: failure }
  const refused = yield* createJob(sync, time)
  return refused ? { error: refused } : { again: untilNext(withStatus(sync), now, schedule) }
}

const withStatus = ({ cronJob, status }: Sync): StoredCronJob => ({ ...cronJob, status })

function* scheduleOf(cronJob: StoredCronJob): Writes<Schedule | undefined> {
  const { schedule = '', timeZone, suspend } = cronJob.spec ?? {}
  if (timeZone !== undefined && !zoneNamed(timeZone)) {
    const words = `invalid timeZone: ${goQuote(timeZone)}: unknown time zone ${timeZone}`
    yield event(cronJob, 'Warning', 'UnknownTimeZone', words)
    return undefined
  }
  if (suspend) return undefined
  const zoned = schedule.includes('TZ')
  if (zoned) {
    const words = `CRON_TZ or TZ used in schedule ${goQuote(schedule)} is not officially supported, see ${ZONES_HELP} for more details`
    yield event(cronJob, 'Warning', 'UnsupportedSchedule', words)
  }
  try {
    return parseSchedule(zoned || timeZone === undefined ? schedule : `TZ=${timeZone} ${schedule}`)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const words = `unparseable schedule: ${goQuote(schedule)} : ${error.message}`
    yield event(cronJob, 'Warning', 'UnparseableSchedule', words)
    return undefined
  }
}

function* mayStart({ cronJob, status, now }: Sync, time: number): Writes<boolean> {
  const { startingDeadlineSeconds, concurrencyPolicy } = cronJob.spec ?? {}
  if (startingDeadlineSeconds !== undefined && time + startingDeadlineSeconds * 1000 < now) {
    const words = `Missed scheduled time to start a job: ${rfc1123(time)}`
    yield event(cronJob, 'Warning', 'MissSchedule', words)
    return false
  }
  const started = status.active?.some(({ name }) => name === jobName(cronJob, time)) ?? false
  if (started || (status.lastScheduleTime && timeOf(status.lastScheduleTime) === time)) return false
  if (concurrencyPolicy === 'Forbid' && status.active?.length) {
    const words = 'Not starting job because prior execution is running and concurrency policy is Forbid'
    yield event(cronJob, 'Normal', 'JobAlreadyActive', words)
    return false
  }
  return true
}

function* replaceActive(sync: Sync): Writes<WriteError | undefined> {
  if (sync.cronJob.spec?.concurrencyPolicy !== 'Replace') return undefined
  for (const { namespace, name = '' } of sync.status.active ?? []) {
    const { object, error } = yield* attempt(read(jobTarget(namespace, name)))
    if (error) {
      yield event(sync.cronJob, 'Warning', 'FailedGet', `Get job: ${error.message}`)
      return error
    }
    if (!(yield* removeJob(sync, object)))
      return new WriteError(`could not replace job ${namespace}/${name}`, 0, '')
    sync.changed = true
  }
  return undefined
}

function* createJob(sync: Sync, time: number): Writes<WriteError | undefined> {
  const { cronJob } = sync
  const wanted = jobFor(cronJob, time)
  let { object, error } = yield* attempt<KubeObject>(create(wanted))
  if (error && error.reason === 'AlreadyExists') {
    // Made before, and forgotten before that was written down; or somebody else's.
    ;({ object, error } = yield* attempt<KubeObject>(read(wanted)))
    if (!object) return error
    const own = controllerOf(object)?.uid === cronJob.metadata.uid
    if (!own || isActive(sync, object.metadata.uid ?? '') || isFinished(object as StoredJob)) return undefined
  } else if (object) {
    yield event(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${object.metadata.name}`)
  } else {
    if (error && !isNamespaceTerminating(error))
      yield event(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${error.message}`)
    return error
  }
  const { apiVersion = 'batch/v1', kind = 'Job', metadata } = object
  const { namespace, name, uid, resourceVersion } = metadata
  const reference = { apiVersion, kind, namespace, name, uid, resourceVersion }
  sync.status = {
    ...sync.status,
    active: [...(sync.status.active ?? []), reference],
    lastScheduleTime: formatTime(time),
  }
  sync.changed = true
  return undefined
}

/** The CronJob's name and the minute. */
const jobName = ({ metadata }: StoredCronJob, time: number): string =>
  `${metadata.name}-${Math.floor(time / 60_000)}`

/** A job as the template describes it (utils.go getJobFromTemplate2). */
export function jobFor(cronJob: StoredCronJob, time: number): KubeObject & Job {
  const { jobTemplate, timeZone } = cronJob.spec ?? {}
  const { labels, annotations } = jobTemplate?.metadata ?? {}
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(cronJob, time),
      namespace: cronJob.metadata.namespace,
      ...(labels ? { labels } : {}),
      annotations: { ...annotations, [SCHEDULED_AT]: inZone(time, timeZone) },
      ownerReferences: [controllerRef(cronJob)],
    },
    spec: jobTemplate?.spec ?? { template: {} },
  }
}

/** RFC 3339 as the zone's clocks show it. */
function inZone(time: number, timeZone: string | undefined): string {
  const offset = zoneNamed(timeZone ?? '')?.offsetAt(time) ?? 0
  if (offset === 0) return formatTime(time)
  const minutes = Math.abs(offset) / 60_000
  const two = (value: number) => `${Math.floor(value)}`.padStart(2, '0')
  const sign = offset < 0 ? '-' : '+'
  return `${formatTime(time + offset).slice(0, -1)}${sign}${two(minutes / 60)}:${two(minutes % 60)}`
}

/** `Mon, 02 Jan 2006 15:04:05 UTC`. */
const rfc1123 = (time: number): string => new Date(time).toUTCString().replace('GMT', 'UTC')
