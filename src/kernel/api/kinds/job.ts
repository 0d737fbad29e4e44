import type { Job, JobSpec } from 'kubernetes-types/batch/v1'
import type { PodTemplateSpec } from 'kubernetes-types/core/v1'
import { humanDuration } from '../duration.ts'
import { goSyntax, type GoSyntax } from '../field-error.ts'
import { goSyntaxOf } from '../go-value/syntax.ts'
import { goValueOf } from '../go-value/value.ts'
import { kind, type Typed } from '../kind.ts'
import { validateImmutable } from '../object-meta-validation.ts'
import type { JsonObject } from '../objects.ts'
import { parseTime } from '../time.ts'
import { ageColumn, doc, nameColumn, text } from './column.ts'
import { defaultTemplate } from './pod/defaults.ts'
import { semanticText } from './validation/equality.ts'
import { validateJob } from './validation/job.ts'
import { validateObjectMetaUpdate } from './validation/object-meta.ts'
import { nonNegative } from './validation/rules.ts'
import { workloadWarnings } from './warnings/workload.ts'
import { dropFromTemplate } from './workload.ts'
import { templateColumns } from './workload-columns.ts'

/** kubernetes: pkg/registry/batch/job/strategy.go */
export const job = kind<Typed<Job>>({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  singular: 'job',
  categories: ['all'],
  namespaced: true,
  status: true,
  generation: true,
  defaults: (object) => defaultJob(object),
  prepareForCreate: (object, { uid = '' }) => ({
    ...withSelector(dropFromTemplate(object), uid),
    status: {},
  }),
  prepareForUpdate: (object, old) => ({ ...dropFromTemplate(object), status: old.status }),
  validate: validateJob,
  // Storage decodes what it has encoded, and decoding fills in defaults.
  canonicalize: (object) => withLabels(object),
  validateUpdate: (object, old) => [
    ...validateJob(object),
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...(['completions', 'selector', 'template', 'completionMode'] as const).flatMap((key) =>
      validateImmutable(
        semanticText(object.spec?.[key]),
        semanticText(old.spec?.[key]),
        `spec.${key}`,
        key === 'template' ? goTemplate(object.spec!.template) : undefined,
      ),
    ),
  ],
  validateStatusUpdate: ({ metadata, status }, old) => [
    ...validateObjectMetaUpdate(metadata, old.metadata),
    ...(['active', 'succeeded', 'failed', 'ready', 'terminating'] as const).flatMap((key) =>
      nonNegative(`status.${key}`, (status as Readonly<Record<string, number>> | undefined)?.[key]),
    ),
  ],
  warnings: (object, old) => workloadWarnings(object, old, () => []),
  selectableFields: ({ status }) => ({ 'status.successful': `${status?.succeeded ?? 0}` }),
  columns: [
    nameColumn,
    text('Status', 'Status of the job.', (object) => statusOf(object)),
    text('Completions', doc('batch.v1.JobStatus.succeeded'), (object) => completionsOf(object)),
    text('Duration', 'Time required to complete the job.', (object, now) => durationOf(object, now)),
    ageColumn,
    ...templateColumns(doc('batch.v1.JobSpec.selector')),
  ],
})

const goTemplate = (template: PodTemplateSpec): GoSyntax =>
  goSyntax(goSyntaxOf(goValueOf('core.v1.PodTemplateSpec', template as unknown as JsonObject)))

/** kubernetes: pkg/apis/batch/v1/defaults.go SetDefaults_Job; the template's labels become the job's, one and the same map. */
function defaultJob(object: Typed<Job>): Typed<Job> {
  const spec = defaultJobSpec(object.spec ?? ({} as JobSpec))
  return withLabels({ ...object, spec: { manualSelector: false, ...spec } })
}

function withLabels(object: Typed<Job>): Typed<Job> {
  const labels = object.spec?.template.metadata?.labels
  const bare = !Object.keys(object.metadata.labels ?? {}).length
  return labels && bare ? { ...object, metadata: { ...object.metadata, labels } } : object
}

type NewerFields = {
  readonly podFailurePolicy?: { readonly rules?: readonly FailureRule[] }
  readonly backoffLimitPerIndex?: number
}
type FailureRule = {
  readonly onPodConditions?: readonly { readonly type: string; readonly status?: string }[]
}

/** The same for a job's template in a CronJob. */
export function defaultJobSpec(given: JobSpec, whole = true): JobSpec {
  const template = defaultTemplate(given.template)
  if (!whole) return { ...given, template }
  const spec = given as JobSpec & NewerFields
  const { podFailurePolicy: policy, backoffLimitPerIndex: perIndex } = spec
  return {
    parallelism: 1,
    ...(spec.parallelism === undefined && { completions: 1 }),
    backoffLimit: perIndex === undefined ? 6 : 2147483647,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: policy ? 'Failed' : 'TerminatingOrFailed',
    ...spec,
    template,
    ...(policy && { podFailurePolicy: { ...policy, rules: (policy.rules ?? []).map(defaultRule) } }),
  } as JobSpec
}

const defaultRule = (rule: FailureRule): FailureRule =>
  rule.onPodConditions
    ? {
        ...rule,
        onPodConditions: rule.onPodConditions.map((one) => ({ ...one, status: one.status || 'True' })),
      }
    : rule

/** Pods are found by the job's uid, unless its maker chose otherwise (generateSelector). */
function withSelector(object: Typed<Job>, uid: string): Typed<Job> {
  const spec = object.spec!
  if (spec.manualSelector) return object
  const name = object.metadata.name ?? ''
  const generated = {
    'job-name': name,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'batch.kubernetes.io/controller-uid': uid,
  }
  const before = spec.template.metadata?.labels
  const labels = { ...generated, ...before }
  const template: PodTemplateSpec = { ...spec.template, metadata: { ...spec.template.metadata, labels } }
  const matchLabels = { 'batch.kubernetes.io/controller-uid': uid, ...spec.selector?.matchLabels }
  const own = object.metadata.labels
  // Labels that the job took from its template are one map with these.
  const shared = own !== undefined && own === before
  return {
    ...object,
    metadata: shared ? { ...object.metadata, labels } : object.metadata,
    spec: { ...spec, template, selector: { ...spec.selector, matchLabels } },
  }
}

/** kubernetes: pkg/printers/internalversion/printers.go printJob. */
function statusOf({ metadata, status }: Typed<Job>): string {
  const has = (type: string) => status?.conditions?.some((one) => one.type === type && one.status === 'True')
  if (has('Complete')) return 'Complete'
  if (has('Failed')) return 'Failed'
  if (metadata.deletionTimestamp) return 'Terminating'
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running'
}

function completionsOf({ spec, status }: Typed<Job>): string {
  const succeeded = status?.succeeded ?? 0
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`
  const parallelism = spec?.parallelism ?? 0
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
}

function durationOf({ status }: Typed<Job>, now: number): string {
  const start = status?.startTime ? parseTime(status.startTime) : undefined
  if (start === undefined) return ''
  const end = status?.completionTime ? parseTime(status.completionTime) : undefined
  return humanDuration((end ?? now) - start)
}
