import type { CronJob, Job } from 'kubernetes-types/batch/v1'
import { parseDurationMs } from '../../../src/kernel/api/duration.ts'
import { formatTime } from '../../../src/kernel/api/time.ts'
import { WriteError, type Write, type WriteResult } from '../../../src/kernel/client/writes.ts'
import { byStartTime, jobFor, syncCronJob } from '../../../src/kernel/controllers/cronjob.ts'
import { mostRecent, untilNext } from '../../../src/kernel/controllers/cronjob/missed.ts'
import { parseSchedule } from '../../../src/kernel/controllers/cronjob/schedule.ts'
import { timeLeftMs } from '../../../src/kernel/controllers/ttl-after-finished.ts'
import type { StoredJob } from '../../../src/kernel/controllers/job/job-pods.ts'
import { difference, notApplicable, type OracleSuite, type Verdict } from '../suite.ts'
import { vectorSuite } from '../vector.ts'
import { drive } from './drive.ts'

type StoredCronJob = Parameters<typeof syncCronJob>[0]

/** The row of TestControllerV2SyncCronJob; times are as its table has them. */
interface SyncRow {
  readonly concurrencyPolicy?: string
  readonly suspend?: boolean
  readonly schedule: string
  readonly timeZone?: string
  readonly deadline?: number
  readonly ranPreviously?: boolean
  readonly stillActive?: boolean
  readonly cronjobCreationTime?: string
  readonly jobCreationTime?: string
  readonly lastScheduleTime?: string
  readonly now?: string
  readonly jobCreateError?: { readonly $error: string }
  readonly jobGetErr?: unknown
  readonly jobStillNotFoundInLister?: boolean
  readonly jobPresentInCJActiveStatus?: boolean
  readonly expectCreate?: boolean
  readonly expectDelete?: boolean
  readonly expectActive?: number
  readonly expectedWarnings?: number
  readonly expectErr?: boolean
  readonly expectRequeueAfter?: boolean
  readonly expectedRequeueDuration?: string
  readonly expectUpdateStatus?: boolean
}

const NO_DEADLINE = -12345
const BEFORE_HOUR = '2016-05-19T09:59:00Z'
const HOUR = '2016-05-19T10:00:00Z'

function syncRow(c: SyncRow): Verdict {
  if (c.jobCreateError?.$error === '') return notApplicable('the error of the row has lost its cause')
  const spec = {
    schedule: c.schedule,
    concurrencyPolicy: c.concurrencyPolicy,
    suspend: c.suspend,
    timeZone: c.timeZone,
    ...(c.deadline !== NO_DEADLINE ? { startingDeadlineSeconds: c.deadline ?? 0 } : {}),
    jobTemplate: { metadata: { labels: { a: 'b' }, annotations: { x: 'y' } }, spec: { template: {} } },
  }
  const creationTimestamp = c.cronjobCreationTime ?? (c.ranPreviously ? '2016-05-19T08:59:00Z' : BEFORE_HOUR)
  const cronJob = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'mycronjob', namespace: 'snazzycats', uid: '1a2b3c', creationTimestamp },
    spec,
    status: {},
  } as unknown as StoredCronJob
  const jobs: StoredJob[] = []
  let current = cronJob
  if (c.ranPreviously) {
    const job = previousJob(cronJob, c)
    if (!c.jobStillNotFoundInLister) jobs.push(job)
    const active = [{ ...job.metadata, kind: 'Job' }]
    const lastScheduleTime = c.lastScheduleTime ?? '2016-05-19T09:01:00Z'
    const withStatus = (status: object) => ({ ...cronJob, status }) as unknown as StoredCronJob
    current = withStatus({ lastScheduleTime, ...(c.jobPresentInCJActiveStatus ? { active } : {}) })
    return judgeSync(c, current, jobs, { live: withStatus({ lastScheduleTime, active }), job })
  }
  return judgeSync(c, current, jobs, { live: current, job: undefined })
}

function previousJob(cronJob: StoredCronJob, c: SyncRow): StoredJob {
  const made = jobFor(cronJob, Date.parse(c.jobCreationTime ?? BEFORE_HOUR))
  const created = c.jobCreationTime ?? BEFORE_HOUR
  const conditions = [{ type: 'Complete', status: 'True' }]
  return {
    ...made,
    metadata: { ...made.metadata, uid: '1234', creationTimestamp: created },
    status: c.stillActive ? { active: 1 } : { conditions, completionTime: created },
  } as unknown as StoredJob
}

/** What the API server would say. */
interface Live {
  readonly live: StoredCronJob
  readonly job: StoredJob | undefined
}

function judgeSync(c: SyncRow, cronJob: StoredCronJob, jobs: StoredJob[], { live, job }: Live): Verdict {
  let status = cronJob.status
  const answer = (write: Write): WriteResult => {
    if (write.verb === 'create') {
      if (c.jobCreateError) {
        const exists = c.jobCreateError.$error.includes('already exists')
        return {
          error: new WriteError(c.jobCreateError.$error, exists ? 409 : 500, exists ? 'AlreadyExists' : ''),
        }
      }
      return { object: { ...write.object, metadata: { ...write.object.metadata, uid: 'new' } } }
    }
    if (write.verb === 'get') {
      if (write.target.kind === 'CronJob') return { object: live }
      if (c.jobGetErr) return { error: new WriteError('not found', 404, 'NotFound') }
      return { object: job ?? { apiVersion: 'batch/v1', kind: 'Job', metadata: {} } }
    }
    if (write.verb === 'update') {
      status = (write.object as CronJob).status
      return { object: write.object }
    }
    return { object: 'about' in write ? (write.about as never) : (cronJob as never) }
  }
  let again: number | undefined
  let writes: Write[] = []
  let failed = false
  const collecting = (write: Write) => {
    writes.push(write)
    return answer(write)
  }
  try {
    again = drive(syncCronJob(cronJob, jobs, Date.parse(c.now ?? BEFORE_HOUR)), collecting).value
      ?.requeueAfterMs
  } catch (error) {
    if (!(error instanceof WriteError)) throw error
    failed = true
  }
  writes = writes.filter((write) => write.verb !== 'get')
  const has = (verb: string) => writes.some((write) => write.verb === verb)
  const created = has('create') && !c.jobCreateError
  const warnings = writes.filter((write) => write.verb === 'event' && write.type === 'Warning').length
  const duration = c.expectedRequeueDuration ? parseDurationMs(c.expectedRequeueDuration) : undefined
  return (
    difference(created, c.expectCreate ?? false, '.create') ??
    difference(has('delete'), c.expectDelete ?? false, '.delete') ??
    // Upstream looks at the object in its hands, which may be newer than what is written.
    (c.expectActive !== undefined && has('update')
      ? difference(status?.active?.length ?? 0, c.expectActive, '.active')
      : undefined) ??
    difference(warnings, c.expectedWarnings ?? 0, '.warnings') ??
    difference(failed, c.expectErr ?? false, '.error') ??
    (c.expectRequeueAfter && again === undefined ? 'is not requeued' : undefined) ??
    (duration === undefined ? undefined : difference(again, duration, '.requeueAfter')) ??
    difference(has('update'), c.expectUpdateStatus ?? false, '.update')
  )
}

const named = (jobs: readonly Job[] | undefined) => (jobs ?? []).map(({ metadata }) => metadata?.name)

const controllerSuite = vectorSuite('pkg__controller__cronjob__cronjob_controllerv2_test', {
  TestControllerV2SyncCronJob: syncRow,
  TestControllerV2UpdateCronJob: 'when a work queue is told of a change; ours looks at every change',
  TestControllerV2GetJobsToBeReconciled: 'asks a lister',
  TestControllerV2CleanupFinishedJobs: (c: {
    cronJob: StoredCronJob
    finishedJobs: StoredJob[]
    expectedDeletedJobs: string[]
    jobCreateError: { $error: string }
    now: string
  }) => {
    const jobs = c.finishedJobs.map((job) => ({
      ...job,
      status: { ...job.status, conditions: [{ type: 'Complete', status: 'True' }] },
    }))
    const deleted: string[] = []
    const answer = (write: Write): WriteResult => {
      if (write.verb === 'create') return { error: new WriteError(c.jobCreateError.$error, 500, '') }
      if (write.verb === 'delete') deleted.push(write.target.metadata.name ?? '')
      return { object: c.cronJob as never }
    }
    try {
      drive(syncCronJob(c.cronJob, jobs as StoredJob[], Date.parse(c.now)), answer)
    } catch (error) {
      if (!(error instanceof WriteError)) throw error
    }
    return difference(deleted, c.expectedDeletedJobs)
  },
})

const MISSED = ['none', 'few', 'many']

const utilsSuite = vectorSuite(
  'pkg__controller__cronjob__utils_test',
  {
    TestGetJobFromTemplate2: (c) => {
      const cronJob = {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'mycronjob', namespace: 'snazzycats', uid: '1a2b3c' },
        spec: { timeZone: c.timeZone, jobTemplate: { metadata: { annotations: c.inputAnnotations } } },
      } as unknown as StoredCronJob
      const { annotations = {} } = jobFor(cronJob, Date.parse(HOUR)).metadata
      return difference(Object.keys(annotations).length, c.expectedNumberOfAnnotations)
    },
    TestByJobStartTime: (c) => difference(named([...c.input].sort(byStartTime)), named(c.expected)),
    TestMostRecentScheduleTime: (c) => {
      const schedule = parseSchedule(c.cj.spec.schedule)
      const got = mostRecent(c.cj, Date.parse(c.now), schedule, c.includeSDS ?? false)
      if (c.wantErr) return got.error ? undefined : 'no error'
      return difference(
        [formatTime(got.earliest), got.time === undefined ? undefined : formatTime(got.time), got.missed],
        [c.expectedEarliestTime, c.expectedRecentTime, MISSED[c.expectedTooManyMissed ?? 0]],
      )
    },
    TestNextScheduleTimeDuration: (c) =>
      difference(
        untilNext(c.cj, Date.parse(c.now), parseSchedule(c.cj.spec.schedule)),
        parseDurationMs(c.expectedDuration),
      ),
  },
  { acceptFunctions: true },
)

const ttlSuite = vectorSuite('pkg__controller__ttlafterfinished__ttlafterfinished_controller_test', {
  TestTimeLeft: (c) => {
    if (c.expectErr) return notApplicable('asks for the error of a Go function; ours is not asked then')
    const type = c.completionTime ? 'Complete' : 'Failed'
    const time = c.completionTime ?? c.failedTime
    const job = {
      spec: { template: {}, ttlSecondsAfterFinished: c.ttl },
      status: { conditions: [{ type, status: 'True', lastTransitionTime: time }] },
    }
    // The recording has cut the fractions of some times off.
    return difference(
      timeLeftMs(job, Math.floor(Date.parse(c.since) / 1000) * 1000),
      parseDurationMs(c.expectedTimeLeft),
    )
  },
})

export const cronJobSuites: readonly OracleSuite[] = [controllerSuite, utilsSuite, ttlSuite]
