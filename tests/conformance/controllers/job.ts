import type { Job, JobCondition, JobStatus } from 'kubernetes-types/batch/v1'
import type { Pod } from 'kubernetes-types/core/v1'
import { parseTime } from '../../../src/kernel/api/time.ts'
import { WriteError, type Write, type WriteResult } from '../../../src/kernel/client/writes.ts'
import { syncJob, type BackoffRecords } from '../../../src/kernel/controllers/job.ts'
import { withCondition, newCondition } from '../../../src/kernel/controllers/job/conditions.ts'
import { indexesDue } from '../../../src/kernel/controllers/job/indexed.ts'
import { jobSync } from '../../../src/kernel/controllers/job/job-sync.ts'
import { trackPods } from '../../../src/kernel/controllers/job/tracking.ts'
import {
  COMPLETION_INDEX,
  TRACKING,
  type JobPod,
  type StoredJob,
} from '../../../src/kernel/controllers/job/job-pods.ts'
import { difference, notApplicable, type OracleSuite, type Verdict } from '../suite.ts'
import { vectorSuite } from '../vector.ts'
import { drive } from './drive.ts'
import { jobPod, wholeJob, wholePod, type PodRow } from './job-pods.ts'

const NOW = Date.parse('2026-11-20T07:30:37Z')
/** The recording leaves out what is empty, also where that is more than nothing. */
const withoutEmpty = (status: JobStatus) =>
  Object.fromEntries(Object.entries(status).filter(([, value]) => value !== ''))

const NO_GATE = 'a feature gate that 1.32 has on is off'

interface Result {
  readonly status: JobStatus
  readonly created: readonly Pod[]
  readonly deleted: number
  readonly untracked: number
  readonly error: boolean
}

/** One look at a job, against an API server that does as it is told. */
function look(
  job: StoredJob,
  pods: readonly JobPod[],
  records: BackoffRecords = new Map(),
  now = NOW,
  refuse: (write: Write, made: number) => 'seen' | 'unseen' | undefined = () => undefined,
): Result {
  let status = job.status ?? {}
  const created: Pod[] = []
  let deleted = 0
  let untracked = 0
  const answer = (write: Write): WriteResult => {
    const refused = refuse(write, created.length)
    if (write.verb === 'create' && refused !== 'unseen') created.push(write.object as Pod)
    if (refused) return { error: new WriteError('fake error', 500, '') }
    if (write.verb === 'update') status = (write.object as { status?: JobStatus }).status ?? {}
    if (write.verb === 'delete') deleted++
    if (write.verb === 'patch') untracked++
    return { object: 'object' in write ? write.object : job }
  }
  let error = false
  try {
    drive(syncJob(job, pods, records, now), answer)
  } catch (thrown) {
    if (!(thrown instanceof WriteError)) throw thrown
    error = true
  }
  return { status, created, deleted, untracked, error }
}

const INTERIM = ['FailureTarget', 'SuccessCriteriaMet']

/** Conditions without times; those that older behaviour does not know are left out where the row does. */
function conditionsOf(conditions: readonly JobCondition[] | undefined, withInterim: boolean) {
  return (conditions ?? [])
    .filter(({ type }) => withInterim || !INTERIM.includes(type))
    .map(({ type, status, reason = '', message = '' }) => ({ type, status, reason, message }))
    .sort((a, b) => (a.type < b.type ? -1 : 1))
}

function sameConditions(got: JobStatus, want: readonly JobCondition[] | undefined): Verdict {
  const interim = want?.some(({ type }) => INTERIM.includes(type)) ?? false
  const ours = conditionsOf(got.conditions, interim)
  const theirs = conditionsOf(want, interim)
  if (!interim && theirs.length && got.conditions?.some(({ type }) => INTERIM.includes(type))) {
    // Before these gates a job was over at once, without waiting for its pods, and completed without a reason.
    if (!ours.length) return notApplicable(NO_GATE)
    if (theirs[0].reason === '')
      for (const condition of ours) Object.assign(condition, { reason: '', message: '' })
  }
  return difference(ours, theirs, '.conditions')
}

function podsOf(c: Record<string, number | PodRow[] | undefined>): JobPod[] {
  const make = (key: string, phase: string) =>
    Array.from({ length: (c[key] as number) ?? 0 }, () => jobPod(phase))
  const active = make('activePods', 'Running')
  const ready = (c['readyPods'] as number) ?? 0
  const withReady = active.map((pod, i) =>
    i < ready ? { ...pod, status: { ...pod.status, conditions: [{ type: 'Ready', status: 'True' }] } } : pod,
  )
  const terminating = Array.from({ length: (c['terminatingPods'] as number) ?? 0 }, () =>
    jobPod('Running', '', { deletionTimestamp: '2026-11-20T07:30:37Z' }),
  )
  const indexed = ((c['podsWithIndexes'] as PodRow[]) ?? []).map(({ Phase, Index }) =>
    jobPod(Phase ?? '', Index),
  )
  return [
    ...make('pendingPods', 'Pending'),
    ...withReady,
    ...make('succeededPods', 'Succeeded'),
    ...make('failedPods', 'Failed'),
    ...terminating,
    ...indexed,
  ] as JobPod[]
}

const numbers = ({ active, succeeded, failed }: JobStatus) => [active ?? 0, succeeded ?? 0, failed ?? 0]

// biome-ignore lint/suspicious/noExplicitAny: the row is whatever the table holds
function controllerRow(c: any): Verdict {
  if (c.fakeExpectationAtCreation) return notApplicable('expectations; ours waits for what it has heard')
  if (c.podFailurePolicy?.rules?.length === 0) return notApplicable(NO_GATE)
  const job = wholeJob({
    metadata: c.deleting ? { deletionTimestamp: '2026-11-20T07:30:37Z' } : {},
    spec: {
      template: { metadata: { labels: { foo: 'bar' } } },
      parallelism: c.parallelism ?? 0,
      ...(c.completions === undefined || c.completions < 0 ? {} : { completions: c.completions }),
      backoffLimit: c.backoffLimit ?? 0,
      completionMode: c.completionMode || 'NonIndexed',
      suspend: c.suspend,
      podFailurePolicy: c.podFailurePolicy,
      podReplacementPolicy: c.podReplacementPolicy,
    },
    status: c.initialStatus ?? {},
  })
  const limit = c.podLimit ?? 0
  const refuse = (write: Write, made: number) => {
    if (write.verb === 'create' && limit > 0 && made >= limit) return 'unseen'
    const concerned = ['create', 'delete', 'patch'].includes(write.verb)
    return concerned && c.podControllerError !== undefined ? 'seen' : undefined
  }
  const records: BackoffRecords = new Map()
  const { failuresAfterLastSuccess: failures = 0, lastFailureTime } = c.backoffRecord ?? {}
  if (c.backoffRecord)
    records.set('default/foobar', { failures, lastFailure: parseTime(lastFailureTime ?? '') })
  const now = c.controllerTime ? Date.parse(c.controllerTime) : NOW
  const got = look(job, podsOf(c), records, now, refuse)
  const indexes = got.created.map(({ metadata }) => Number(metadata?.annotations?.[COMPLETION_INDEX]))
  const wantIndexes: number[] = Array.isArray(c.expectedCreatedIndexes)
    ? c.expectedCreatedIndexes.map(Number)
    : Object.keys(c.expectedCreatedIndexes ?? {}).map(Number)
  return (
    difference(got.created.length, c.expectedCreations ?? 0, '.creations') ??
    difference(got.deleted, c.expectedDeletions ?? 0, '.deletions') ??
    difference(
      numbers(got.status),
      [c.expectedActive ?? 0, c.expectedSucceeded ?? 0, c.expectedFailed ?? 0],
      '.numbers',
    ) ??
    (c.expectedReady === undefined ? undefined : difference(got.status.ready, c.expectedReady, '.ready')) ??
    difference(got.status.completedIndexes ?? '', c.expectedCompletedIdxs ?? '', '.indexes') ??
    (c.jobPodReplacementPolicy && c.expectedTerminating !== undefined
      ? difference(got.status.terminating, c.expectedTerminating, '.terminating')
      : undefined) ??
    (wantIndexes.length ? difference(indexes.sort(), wantIndexes.sort(), '.created') : undefined) ??
    sameConditions(got.status, c.expectedConditions)
  )
}

/** Rows that give a whole job and its pods. */
// biome-ignore lint/suspicious/noExplicitAny: the row is whatever the table holds
function wholeRow(c: any): Verdict {
  const pods: JobPod[] = (c.pods ?? []).map((pod: Pod, i: number) =>
    c.wantStatus ? namedPod(wholePod(pod), i) : wholeJobPod(pod, i, c.job),
  )
  const got = look(wholeJob(c.job), pods)
  const isEnd = ({ type }: JobCondition) => type === 'Failed' || type === 'Complete'
  const ends = (c.wantConditions ?? c.wantStatus?.conditions)?.some(isEnd)
  // Without these gates a job is over although its pods are still terminating.
  if (
    !c.enableJobManagedBy &&
    !c.enableJobPodReplacementPolicy &&
    ends &&
    !got.status.conditions?.some(isEnd)
  )
    return notApplicable(NO_GATE)
  if (c.wantStatus) {
    const { conditions, ...rest } = c.wantStatus as JobStatus
    const { conditions: ours, startTime: _time, completionTime: _end, ready: _ready, ...status } = got.status
    const { ready: _wantReady, startTime: _wantTime, completionTime: _wantEnd, ...want } = rest
    const { terminating, ...others } = want
    const { terminating: gotTerminating, ...same } = status
    return (
      difference(
        withoutEmpty({ uncountedTerminatedPods: {}, ...same }),
        withoutEmpty({ uncountedTerminatedPods: {}, ...others }),
      ) ??
      (terminating === undefined ? undefined : difference(gotTerminating, terminating, '.terminating')) ??
      sameConditions({ conditions: ours }, conditions)
    )
  }
  return (
    difference(got.status.active ?? 0, c.wantStatusActive ?? 0, '.active') ??
    difference(got.status.failed ?? 0, c.wantStatusFailed ?? 0, '.failed') ??
    (c.wantStatusSucceeded === undefined
      ? undefined
      : difference(got.status.succeeded ?? 0, c.wantStatusSucceeded, '.succeeded')) ??
    sameConditions(got.status, c.wantConditions)
  )
}

const namedPod = (pod: JobPod, i: number): JobPod => ({
  ...pod,
  metadata: { ...pod.metadata, name: `mypod-${i}` },
})

/** The tests add name, index and finalizer where a row says nothing of them. */
function wholeJobPod(pod: Pod, i: number, job: Job): JobPod {
  const whole = wholePod(pod)
  const indexed = job.spec?.completionMode === 'Indexed'
  const annotations = whole.metadata.annotations ?? (indexed ? { [COMPLETION_INDEX]: `${i}` } : undefined)
  const finalizers = whole.metadata.finalizers ?? [TRACKING]
  return { ...whole, metadata: { ...whole.metadata, name: `mypod-${i}`, annotations, finalizers } }
}

// biome-ignore lint/suspicious/noExplicitAny: the row is whatever the table holds
function trackRow(c: any): Verdict {
  if (c.statusUpdateErr || c.podControlErr) return notApplicable('errors of fakes that are Go functions')
  const job = wholeJob(c.job)
  const rm = new Set<string>(Array.isArray(c.expectedRmFinalizers) ? c.expectedRmFinalizers : [])
  if (rm.size) return notApplicable('expectations; ours waits for what it has heard')
  const pods: JobPod[] = (c.pods ?? []).map(wholePod)
  const sync = jobSync(job, pods, undefined, NOW)
  sync.job = { ...job, status: { uncountedTerminatedPods: {}, ...job.status } }
  sync.finished = c.finishedCond
  if (!c.enableJobPodReplacementPolicy && !c.enableJobManagedBy) sync.terminating = 0
  const statuses: JobStatus[] = []
  let untracked = 0
  drive(trackPods(sync, c.needsFlush ?? false), (write) => {
    if (write.verb === 'update') statuses.push((write.object as unknown as { status: JobStatus }).status)
    if (write.verb === 'patch') untracked++
    return { object: 'object' in write ? write.object : job }
  })
  const bare = (list: readonly JobStatus[]) =>
    list.map(({ conditions, completionTime: _time, ...rest }) => ({
      ...rest,
      conditions: conditionsOf(conditions, true),
    }))
  return (
    difference(untracked, c.wantRmFinalizers ?? 0, '.untracked') ??
    difference(bare(statuses), bare(c.wantStatusUpdates ?? []), '.updates')
  )
}

// biome-ignore lint/suspicious/noExplicitAny: the row is whatever the table holds
function deadlineRow(c: any): Verdict {
  const job = wholeJob({
    spec: {
      template: {},
      parallelism: c.parallelism ?? 0,
      completions: c.completions ?? 0,
      backoffLimit: c.backoffLimit ?? 0,
      activeDeadlineSeconds: c.activeDeadlineSeconds,
      suspend: c.suspend,
    },
    status: { startTime: new Date(NOW - (c.startTime ?? 0) * 1000).toISOString() },
  })
  const got = look(job, podsOf(c))
  return (
    difference(got.deleted, c.expectedDeletions ?? 0, '.deletions') ??
    difference(
      numbers(got.status),
      [c.expectedActive ?? 0, c.expectedSucceeded ?? 0, c.expectedFailed ?? 0],
      '.numbers',
    ) ??
    sameConditions(got.status, c.expectedConditions)
  )
}

// biome-ignore lint/suspicious/noExplicitAny: the row is whatever the table holds
function restartRow(c: any): Verdict {
  const restartPolicy = c.restartCounts ? 'OnFailure' : 'Never'
  const job = wholeJob({
    spec: {
      template: { spec: { restartPolicy, containers: [] } },
      parallelism: c.parallelism,
      completions: c.completions,
      backoffLimit: c.backoffLimit ?? 0,
      suspend: c.suspend,
    },
  })
  const restarted = (c.restartCounts ?? []).map((restartCount: number) => {
    const pod = jobPod(c.podPhase)
    return { ...pod, status: { ...pod.status, containerStatuses: [{ restartCount }] } } as unknown as JobPod
  })
  const failed = Array.from({ length: c.failedPods ?? 0 }, () => jobPod('Failed'))
  const active = Array.from({ length: c.activePods ?? 0 }, () => jobPod(c.activePodsPhase))
  const got = look(job, [...restarted, ...failed, ...active])
  return (
    difference(
      numbers(got.status),
      [c.expectedActive ?? 0, c.expectedSucceeded ?? 0, c.expectedFailed ?? 0],
      '.numbers',
    ) ?? sameConditions(got.status, c.expectedConditions)
  )
}

const QUEUE = 'when a work queue is told of a change; ours looks at every change'

/** kubernetes: pkg/controller/job/job_controller_test.go */
export const jobSuite: OracleSuite = vectorSuite(
  'pkg__controller__job__job_controller_test',
  {
    TestControllerSyncJob: controllerRow,
    TestGetNewFinshedPods: (c) => {
      if (Array.isArray(c.expectedRmFinalizers)) return notApplicable('expectations')
      const sync = jobSync(wholeJob(c.job), c.pods.map(wholePod), undefined, NOW)
      return difference([sync.succeeded, sync.failed], [c.wantSucceeded ?? 0, c.wantFailed ?? 0])
    },
    TestTrackJobStatusAndRemoveFinalizers: trackRow,
    TestSyncJobPastDeadline: deadlineRow,
    TestPastDeadlineJobFinished: 'a clock and a queue of Go',
    TestSyncJobWhenManagedBy: (c) => {
      if (!c.enableJobManagedBy) return notApplicable(NO_GATE)
      if (c.job.spec.managedBy && c.job.spec.managedBy !== 'kubernetes.io/job-controller')
        return notApplicable('the controller skips the job before it looks; a transcript shows it')
      return wholeRow(c)
    },
    TestSyncJobWithJobPodFailurePolicy: wholeRow,
    TestSyncJobWithJobSuccessPolicy: (c) => (c.enableJobSuccessPolicy ? wholeRow(c) : notApplicable(NO_GATE)),
    TestSyncJobWithJobBackoffLimitPerIndex: (c) =>
      c.enableJobBackoffLimitPerIndex ? wholeRow(c) : notApplicable(NO_GATE),
    TestSyncJobUpdateRequeue: QUEUE,
    TestUpdateJobRequeue: QUEUE,
    TestGetPodCreationInfoForIndependentIndexes: (c) => {
      const failed = new Map<number, Pod>(
        Object.entries(c.podsWithDelayedDeletionPerIndex ?? {}).map(([index, pod]) => [
          Number(index),
          pod as Pod,
        ]),
      )
      const { due, waitMs } = indexesDue(c.indexesToAdd ?? [], failed, NOW)
      const wantMs = c.wantRemainingTime ? Number.parseFloat(c.wantRemainingTime) * 1000 : 0
      return difference([due, waitMs], [c.wantIndexesToAdd ?? [], wantMs])
    },
    TestJobPodLookup: 'asks a lister',
    TestGetPodsForJob: 'asks a lister; claims are judged with the ReplicaSets',
    TestWatchOrphanPods: 'a watch of Go',
    TestSyncOrphanPod: 'a queue of its own; a transcript shows that finalizers go with their job',
    TestJobBackoffForOnFailure: restartRow,
    TestJobBackoffOnRestartPolicyNever: restartRow,
    TestEnsureJobConditions: (c) => {
      const wanted = newCondition(c.wantType, c.wantStatus, c.wantReason ?? '', c.wantMessage ?? '', NOW)
      const got = withCondition(c.haveList ?? [], wanted)
      return (
        difference(got !== undefined, c.expectUpdate ?? false) ??
        difference(conditionsOf(got ?? c.haveList, true), conditionsOf(c.expectList, true))
      )
    },
  },
  { acceptFunctions: true },
)
