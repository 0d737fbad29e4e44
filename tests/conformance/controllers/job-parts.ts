import type { Job, PodFailurePolicy, SuccessPolicy } from 'kubernetes-types/batch/v1'
import type { Pod } from 'kubernetes-types/core/v1'
import { parseDurationMs } from '../../../src/kernel/api/duration.ts'
import {
  finishedAt,
  remainingBackoffMs,
  remainingIndexBackoffMs,
} from '../../../src/kernel/controllers/job/backoff.ts'
import {
  duplicates,
  failedIndexes,
  failureCounts,
  isIndexFailed,
  lastFailedByIndex,
  pendingIndexes,
  succeededIndexes,
} from '../../../src/kernel/controllers/job/indexed.ts'
import { formatIntervals, hasIndex, type Intervals } from '../../../src/kernel/controllers/job/intervals.ts'
import { completionIndexOf, failuresOfIndex } from '../../../src/kernel/controllers/job/job-pods.ts'
import { indexedPrefix } from '../../../src/kernel/controllers/job/manage.ts'
import { matchFailurePolicy, matchSuccessPolicy } from '../../../src/kernel/controllers/job/policies.ts'
import { isActive } from '../../../src/kernel/controllers/pods.ts'
import { difference, notApplicable, type OracleSuite } from '../suite.ts'
import { vectorSuite } from '../vector.ts'
import { jobPod, wholeJob, wholePod, type PodRow } from './job-pods.ts'

interface GoInterval {
  readonly First?: number
  readonly Last?: number
}

const intervals = (list: readonly GoInterval[] = []): Intervals =>
  list.map(({ First: first = 0, Last: last = 0 }) => ({ first, last }))
const indexed = (job: Partial<Job>) =>
  wholeJob({ ...job, spec: { completionMode: 'Indexed', ...job.spec } as Job['spec'] })
const rowPods = (rows: readonly PodRow[] = []) => rows.map(({ Phase, Index }) => jobPod(Phase ?? '', Index))
const ms = (time: string | undefined) => Date.parse(time ?? '')
const duration = (text: string | undefined) => (text ? parseDurationMs(text) : 0)

const indexedSuite = vectorSuite('pkg__controller__job__indexed_job_utils_test', {
  TestCalculateSucceededIndexes: (c) => {
    const job = indexed({
      spec: { completions: c.completions, template: {} },
      status: { completedIndexes: c.prevSucceeded },
    })
    const { before, now } = succeededIndexes(job, rowPods(c.pods))
    return (
      difference(formatIntervals(before), formatIntervals(intervals(c.wantStatusIntervals))) ??
      difference(now, intervals(c.wantIntervals))
    )
  },
  TestIsIndexFailed: (c) => difference(isIndexFailed(indexed(c.job), wholePod(c.pod)), c.wantResult ?? false),
  TestCalculateFailedIndexes: (c) =>
    difference(failedIndexes(indexed(c.job), c.pods.map(wholePod)), intervals(c.wantFailedIndexes)),
  TestGetPodsWithDelayedDeletionPerIndex: (c) => {
    const pods: Pod[] = c.pods.map(wholePod)
    const job = indexed(c.job)
    const found = lastFailedByIndex(job, pods, pods.filter(isActive), [failedIndexes(job, pods)])
    const want = Array.isArray(c.wantPodsWithDelayedDeletionPerIndex)
      ? c.wantPodsWithDelayedDeletionPerIndex
      : Object.values(c.wantPodsWithDelayedDeletionPerIndex ?? {})
    return difference(
      [...found.values()].map(({ metadata }) => metadata?.uid),
      want.map((pod: Pod | string) => (typeof pod === 'string' ? pod : pod.metadata?.uid)),
    )
  },
  TestGetNewIndexFailureCountValue: (c) =>
    difference(failureCounts(indexed(c.job ?? {}), c.pod && wholePod(c.pod)), {
      counted: c.wantNewIndexFailureCount ?? 0,
      ignored: c.wantNewIndexIgnoredFailureCount ?? 0,
    }),
  TestIntervalsHaveIndex: (c) =>
    difference(hasIndex(intervals(c.intervals), c.index ?? 0), c.wantHas ?? false),
  TestFirstPendingIndexes: (c) =>
    difference(
      pendingIndexes(
        rowPods(c.activePods),
        [intervals(c.succeededIndexes), intervals(c.failedIndexes)],
        c.cnt,
        c.completions,
      ),
      c.want ?? [],
    ),
  TestAppendDuplicatedIndexPodsForRemoval: (c) => {
    const { surplus, left } = duplicates(rowPods(c.pods), c.completions)
    const rows = (pods: readonly Pod[]) => pods.map((pod) => [completionIndexOf(pod), pod.status?.phase])
    return (
      difference(rows(surplus), rows(rowPods(c.wantRm))) ?? difference(rows(left), rows(rowPods(c.wantLeft)))
    )
  },
  TestPodGenerateNameWithIndex: (c) => difference(indexedPrefix(c.jobname, c.index), c.wantPodGenerateName),
  TestGetIndexFailureCount: (c) => difference(failuresOfIndex(c.pod), c.wantResult ?? 0),
})

const backoffSuite = vectorSuite('pkg__controller__job__backoff_utils_test', {
  TestNewBackoffRecord: 'the store is made by a Go function, times of pods have lost their fractions',
  TestGetFinishedTime: (c) => difference(finishedAt(c.pod), ms(c.wantFinishTime)),
  TestGetRemainingBackoffTime: (c) => {
    const { failuresAfterLastSuccess: failures = 0, lastFailureTime } = c.backoffRecord ?? {}
    const record = { failures, lastFailure: lastFailureTime ? ms(lastFailureTime) : undefined }
    const got = remainingBackoffMs(
      record,
      ms(c.currentTime),
      duration(c.defaultBackoff),
      duration(c.maxBackoff),
    )
    return difference(got, duration(c.wantDuration))
  },
  TestGetRemainingBackoffTimePerIndex: (c) =>
    difference(
      remainingIndexBackoffMs(
        c.lastFailedPod && wholePod(c.lastFailedPod),
        ms(c.currentTime),
        duration(c.defaultBackoff),
        duration(c.maxBackoff),
      ),
      duration(c.wantDuration),
    ),
})

const failurePolicySuite = vectorSuite('pkg__controller__job__pod_failure_policy_test', {
  TestMatchPodFailurePolicy: (c: {
    failedPod: Pod
    podFailurePolicy?: PodFailurePolicy
    wantAction?: string
    wantCountFailed?: boolean
    wantJobFailureMessage?: string
    enableJobBackoffLimitPerIndex?: boolean
  }) => {
    const perIndex = c.podFailurePolicy?.rules.some(({ action }) => action === 'FailIndex')
    if (perIndex && !c.enableJobBackoffLimitPerIndex) return notApplicable('a feature gate of 1.32 is off')
    return difference(matchFailurePolicy(c.podFailurePolicy, c.failedPod), {
      action: c.wantAction,
      counts: c.wantCountFailed ?? false,
      failsJob: c.wantJobFailureMessage,
    })
  },
})

const successPolicySuite = vectorSuite('pkg__controller__job__success_policy_test', {
  TestMatchSuccessPolicy: (c: {
    completions: number
    succeededIndexes?: GoInterval[]
    successPolicy?: SuccessPolicy
    wantMessage?: string
  }) =>
    difference(
      matchSuccessPolicy(c.successPolicy, c.completions, intervals(c.succeededIndexes)),
      c.wantMessage,
    ),
})

const trackingSuite = vectorSuite('pkg__controller__job__tracking_utils_test', {
  TestRecordFinishedPodWithTrackingFinalizer: 'a metric of the Go program',
})

/** The parts of which the job controller is made. */
export const jobPartSuites: readonly OracleSuite[] = [
  indexedSuite,
  backoffSuite,
  failurePolicySuite,
  successPolicySuite,
  trackingSuite,
]
