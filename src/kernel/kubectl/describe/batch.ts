import type { CronJob, Job, JobSpec } from 'kubernetes-types/batch/v1'
import { formatLabelSelector, type LabelSelectorObject } from '../../api/labels.ts'
import { parseTime } from '../../api/time.ts'
import { humanDuration } from '../../api/duration.ts'
import { describer } from './describer.ts'
import { describeEvents } from './events.ts'
import { annotations, controlledBy, labels } from './metadata.ts'
import { describePodTemplate } from './pod-template.ts'
import { longTime, type Writer } from './writer.ts'

// kubectl: describe.go JobDescriber, CronJobDescriber

export const job = describer<Job>({
  group: 'batch',
  kind: 'Job',
  *describe(w, { metadata = {}, spec, status = {} }, { events, now }) {
    w.field(0, 'Name', metadata.name)
    w.field(0, 'Namespace', metadata.namespace)
    w.field(0, 'Selector', selectorText(spec))
    labels(w, 'Labels', metadata.labels)
    annotations(w, 'Annotations', metadata.annotations)
    controlledBy(w, metadata)
    w.field(0, 'Parallelism', spec?.parallelism ?? '<unset>')
    w.field(0, 'Completions', spec?.completions ?? '<unset>')
    optional(w, 'Completion Mode', spec?.completionMode)
    optional(w, 'Suspend', spec?.suspend)
    optional(w, 'Backoff Limit', spec?.backoffLimit)
    optional(w, 'TTL Seconds After Finished', spec?.ttlSecondsAfterFinished)
    times(w, status)
    if (spec?.activeDeadlineSeconds !== undefined)
      w.field(0, 'Active Deadline Seconds', `${spec.activeDeadlineSeconds}s`)
    const ready = status.ready === undefined ? '' : ` (${status.ready} Ready)`
    const { active = 0, succeeded = 0, failed = 0 } = status
    w.field(0, 'Pods Statuses', `${active} Active${ready} / ${succeeded} Succeeded / ${failed} Failed`)
    if (spec?.completionMode === 'Indexed') w.field(0, 'Completed Indexes', capped(status.completedIndexes))
    describePodTemplate(w, spec?.template)
    describeEvents(w, events, now)
  },
})

const selectorText = (spec: JobSpec | undefined): string =>
  spec?.selector ? formatLabelSelector(spec.selector as LabelSelectorObject) : '<unset>'

function optional(w: Writer, label: string, value: unknown): void {
  if (value !== undefined) w.field(0, label, value)
}

function times(w: Writer, { startTime, completionTime }: NonNullable<Job['status']>): void {
  if (startTime) w.field(0, 'Start Time', longTime(startTime as unknown as string))
  if (completionTime) w.field(0, 'Completed At', longTime(completionTime as unknown as string))
  const [from, to] = [startTime, completionTime].map((time) => parseTime(String(time ?? '')))
  if (from !== undefined && to !== undefined) w.field(0, 'Duration', humanDuration(to - from))
}

const MAX_INDEXES = 50

/** Indexes up to a length, cut between two of them. */
function capped(indexes = ''): string {
  if (!indexes) return '<none>'
  if (indexes.length <= MAX_INDEXES) return indexes
  return `${indexes.slice(0, indexes.lastIndexOf(',', MAX_INDEXES) + 1)}...`
}

export const cronJob = describer<CronJob>({
  group: 'batch',
  kind: 'CronJob',
  *describe(w, { metadata = {}, spec, status = {} }, { events, now }) {
    w.field(0, 'Name', metadata.name)
    w.field(0, 'Namespace', metadata.namespace)
    labels(w, 'Labels', metadata.labels)
    annotations(w, 'Annotations', metadata.annotations)
    w.field(0, 'Schedule', spec?.schedule ?? '')
    w.field(0, 'Concurrency Policy', spec?.concurrencyPolicy ?? '')
    const { suspend } = spec ?? {}
    w.field(0, 'Suspend', suspend === undefined ? '<unset>' : suspend ? 'True' : 'False')
    w.field(0, 'Successful Job History Limit', spec?.successfulJobsHistoryLimit ?? '<unset>')
    w.field(0, 'Failed Job History Limit', spec?.failedJobsHistoryLimit ?? '<unset>')
    const deadline = spec?.startingDeadlineSeconds
    w.field(0, 'Starting Deadline Seconds', deadline === undefined ? '<unset>' : `${deadline}s`)
    jobTemplate(w, spec?.jobTemplate.spec)
    const last = status.lastScheduleTime
    w.field(0, 'Last Schedule Time', last ? longTime(last as unknown as string) : '<unset>')
    w.field(0, 'Active Jobs', (status.active ?? []).map(({ name }) => name).join(', ') || '<none>')
    describeEvents(w, events, now)
  },
})

function jobTemplate(w: Writer, spec: JobSpec | undefined): void {
  w.field(0, 'Selector', selectorText(spec))
  w.field(0, 'Parallelism', spec?.parallelism ?? '<unset>')
  w.field(0, 'Completions', spec?.completions ?? '<unset>')
  if (spec?.activeDeadlineSeconds !== undefined)
    w.field(0, 'Active Deadline Seconds', `${spec.activeDeadlineSeconds}s`)
  describePodTemplate(w, spec?.template)
}
