import type { CronJob, CronJobSpec, JobSpec } from 'kubernetes-types/batch/v1'
import { invalid, notSupported, required, type FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Subdomain } from '../names.ts'
import { ageColumn, doc, integer, nameColumn, printAge, text, wide } from './column.ts'
import { dropDisabledFields } from './pod/disabled-fields.ts'
import { defaultJobSpec } from './job.ts'
import { cronError } from './validation/cron-schedule.ts'
import { goLabelSelector } from './validation/go-struct.ts'
import { validateJobSpec } from './validation/job.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import { nonNegative } from './validation/rules.ts'

type Spec = CronJobSpec & { readonly timeZone?: string }

const containersOf = ({ spec }: Typed<CronJob>) => spec?.jobTemplate?.spec?.template?.spec?.containers ?? []

/** kubernetes: pkg/registry/batch/cronjob/strategy.go */
export const cronJob = kind<Typed<CronJob>>({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  singular: 'cronjob',
  shortNames: ['cj'],
  categories: ['all'],
  namespaced: true,
  status: true,
  generation: true,
  defaults: (object) => ({ ...object, spec: defaultSpec(object.spec ?? ({} as CronJobSpec)) }),
  prepareForCreate: (object) => ({ ...withoutDisabled(object), status: {} }),
  prepareForUpdate: (object, old) => ({ ...withoutDisabled(object), status: old.status }),
  validate: (object) => [...validate(object), ...validateName(object.metadata.name)],
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validate(object),
  ],
  columns: [
    nameColumn,
    text('Schedule', doc('batch.v1.CronJobSpec.schedule'), ({ spec }) => spec?.schedule ?? ''),
    text(
      'Timezone',
      doc('batch.v1.CronJobSpec.timeZone'),
      ({ spec }) => (spec as Spec | undefined)?.timeZone ?? '<none>',
    ),
    text('Suspend', doc('batch.v1.CronJobSpec.suspend'), ({ spec }) =>
      spec?.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False',
    ),
    integer('Active', doc('batch.v1.CronJobStatus.active'), ({ status }) => status?.active?.length ?? 0),
    text('Last Schedule', doc('batch.v1.CronJobStatus.lastScheduleTime'), ({ status }, now) =>
      status?.lastScheduleTime ? printAge(status.lastScheduleTime, now) : '<none>',
    ),
    ageColumn,
    wide('Containers', 'Names of each container in the template.', (object) =>
      containersOf(object)
        .map(({ name }) => name)
        .join(','),
    ),
    wide('Images', 'Images referenced by each container in the template.', (object) =>
      containersOf(object)
        .map(({ image }) => image)
        .join(','),
    ),
    wide('Selector', doc('batch.v1.JobSpec.selector'), () => '<none>'),
  ],
})

/** kubernetes: pkg/apis/batch/v1/defaults.go SetDefaults_CronJob; the jobs' own defaults wait until there are jobs. */
function defaultSpec(spec: CronJobSpec): CronJobSpec {
  const template = spec.jobTemplate ?? {}
  return {
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
    ...spec,
    concurrencyPolicy: spec.concurrencyPolicy || 'Allow',
    jobTemplate: { ...template, spec: defaultJobSpec(template.spec ?? ({} as JobSpec), false) },
  }
}

function withoutDisabled(object: Typed<CronJob>): Typed<CronJob> {
  const { jobTemplate, ...spec } = object.spec!
  const template = jobTemplate.spec!.template
  const dropped = { ...template, spec: dropDisabledFields(template.spec!) }
  return {
    ...object,
    spec: { ...spec, jobTemplate: { ...jobTemplate, spec: { ...jobTemplate.spec!, template: dropped } } },
  }
}

/** A job's name is its CronJob's with eleven characters more. */
const validateName = (name = ''): FieldError[] =>
  name.length > 52 ? [invalid('metadata.name', name, 'must be no more than 52 characters')] : []

/** kubernetes: pkg/apis/batch/validation/validation.go ValidateCronJobSpec. */
function validate({ metadata, spec: given }: Typed<CronJob>): FieldError[] {
  const spec = given as Spec
  const { schedule, concurrencyPolicy: policy = '', timeZone, jobTemplate } = spec
  const wrong = schedule ? cronError(schedule) : undefined
  const policies = ['Allow', 'Forbid', 'Replace']
  const job = jobTemplate.spec!
  return [
    ...validateObjectMeta(metadata, true, validateDNS1123Subdomain),
    ...(schedule ? [] : [required('spec.schedule')]),
    ...(wrong ? [invalid('spec.schedule', schedule, wrong)] : []),
    ...nonNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds),
    ...(timeZone === ''
      ? [invalid('spec.timeZone', timeZone, 'timeZone must be nil or non-empty string')]
      : []),
    ...(policies.includes(policy) ? [] : [notSupported('spec.concurrencyPolicy', policy, policies)]),
    ...validateJobSpec(job, 'spec.jobTemplate.spec'),
    ...(job.selector
      ? [
          invalid(
            'spec.jobTemplate.spec.selector',
            goLabelSelector(job.selector),
            '`selector` will be auto-generated',
          ),
        ]
      : []),
    ...(job.manualSelector
      ? [notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false'])]
      : []),
    ...nonNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit),
    ...nonNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit),
  ]
}
