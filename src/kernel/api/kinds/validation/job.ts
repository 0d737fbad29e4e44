import type { Job, JobSpec } from 'kubernetes-types/batch/v1'
import { goSyntax, invalid, notSupported, required, tooLong, type FieldError } from '../../field-error.ts'
import type { Typed } from '../../kind.ts'
import { matchesLabels } from '../../labels.ts'
import { validateLabelSelector } from '../../label-validation.ts'
import { validateDNS1123Label, validateDNS1123Subdomain } from '../../names.ts'
import { byteLength } from '../../utf8.ts'
import { domainPrefixed } from './domain-prefixed.ts'
import {
  validateFailurePolicy,
  validateSuccessPolicy,
  type PodFailurePolicy,
  type SuccessPolicy,
} from './job-policies.ts'
import { goLabelSelector, goMap } from './go-struct.ts'
import { validateObjectMeta } from './object-meta.ts'
import { validatePodTemplateSpec } from './pod-spec.ts'
import { nonNegative } from './rules.ts'
import { parseSelector } from './selector-and-template.ts'

// kubernetes: pkg/apis/batch/validation/validation.go

/** Fields newer than the types that we have. */
type Spec = JobSpec & {
  readonly backoffLimitPerIndex?: number
  readonly maxFailedIndexes?: number
  readonly podReplacementPolicy?: string
  readonly podFailurePolicy?: PodFailurePolicy
  readonly successPolicy?: SuccessPolicy
  readonly managedBy?: string
}

export function validateJob(job: Typed<Job>): FieldError[] {
  const { metadata } = job
  const spec = job.spec!
  const last = `${metadata.name}-${(spec.completions ?? 0) - 1}`
  const indexed = spec.completionMode === 'Indexed' && (spec.completions ?? 0) > 0
  return [
    ...validateObjectMeta(metadata, true, validateDNS1123Subdomain),
    ...validateGeneratedSelector(job),
    ...validateJobSpec(spec, 'spec'),
    ...validateSelector(spec, 'spec'),
    ...(indexed && validateDNS1123Label(last).length > 0
      ? [
          invalid(
            'metadata.name',
            metadata.name,
            `will not able to create pod with invalid DNS label: ${last}`,
          ),
        ]
      : []),
  ]
}

/** Labels by which the job finds its pods must be as the server makes them, unless chosen by hand. */
function validateGeneratedSelector({ metadata, spec }: Typed<Job>): FieldError[] {
  if (spec?.manualSelector || !spec?.selector) return []
  const { uid = '', name = '' } = metadata
  const labels = spec.template.metadata?.labels
  const expected = {
    'controller-uid': uid,
    'job-name': name,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
  }
  const selector = parseSelector(spec.selector)
  const missing = Object.entries(expected).flatMap(([key, value]) => {
    const path = `spec.template.metadata.labels[${key}]`
    if (labels?.[key] === undefined) return [required(path, `must be '${value}'`)]
    return labels[key] === value ? [] : [invalid(path, goMap(labels), `must be '${value}'`)]
  })
  return [
    ...(uid ? [] : [required('metadata.uid')]),
    ...missing,
    ...(selector && !matchesLabels(selector, expected)
      ? [invalid('spec.selector', goLabelSelector(spec.selector), '`selector` not auto-generated')]
      : []),
  ]
}

function validateSelector({ selector, template }: JobSpec, field: string): FieldError[] {
  const parsed = parseSelector(selector)
  const labels = template.metadata?.labels
  const path = `${field}.template.metadata.labels`
  return [
    ...(selector ? validateLabelSelector(selector, `${field}.selector`) : [required(`${field}.selector`)]),
    ...(parsed && !matchesLabels(parsed, labels)
      ? [invalid(path, goMap(labels), '`selector` does not match template `labels`')]
      : []),
  ]
}

/** The spec of a job or of a CronJob's template. */
export function validateJobSpec(given: JobSpec, field: string): FieldError[] {
  const spec = given as Spec
  const counts = [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ] as const
  const policy = spec.podReplacementPolicy
  const policies = spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed']
  return [
    ...counts.flatMap((key) => nonNegative(`${field}.${key}`, spec[key])),
    ...(spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined
      ? [required(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')]
      : []),
    ...validateMode(spec, field),
    ...(policy !== undefined && !policies.includes(policy)
      ? [notSupported(`${field}.podReplacementPolicy`, policy, policies)]
      : []),
    ...validateManager(spec.managedBy, `${field}.managedBy`),
    ...(spec.podFailurePolicy
      ? validateFailurePolicy(spec.podFailurePolicy, spec.template, `${field}.podFailurePolicy`)
      : []),
    ...(spec.successPolicy ? validateSuccess(spec, `${field}.successPolicy`) : []),
    ...validatePodTemplateSpec(spec.template, `${field}.template`),
    ...validateRestartPolicy(spec, `${field}.template.spec.restartPolicy`),
  ]
}

/** Another controller than the usual one may run the job. */
const validateManager = (name: string | undefined, field: string): FieldError[] =>
  name === undefined
    ? []
    : [...(byteLength(name) > 63 ? [tooLong(field, 63)] : []), ...domainPrefixed(field, name)]

function validateSuccess({ successPolicy, completionMode, completions }: Spec, field: string): FieldError[] {
  if (completionMode === 'Indexed') return validateSuccessPolicy(successPolicy!, completions, field)
  const shown = goSyntax(
    `batch.SuccessPolicy{Rules:[]batch.SuccessPolicyRule${successPolicy?.rules ? '{}' : '(nil)'}}`,
  )
  return [invalid(field, shown, 'requires indexed completion mode')]
}

function validateMode(spec: Spec, field: string): FieldError[] {
  const { completionMode: mode, completions, parallelism = 0 } = spec
  const path = `${field}.parallelism`
  const modes = ['NonIndexed', 'Indexed']
  if (mode === 'Indexed')
    return [
      ...(completions === undefined
        ? [required(`${field}.completions`, 'when completion mode is Indexed')]
        : []),
      ...(parallelism > 100000
        ? [invalid(path, parallelism, 'must be less than or equal to 100000 when completion mode is Indexed')]
        : []),
      ...validatePerIndex(spec, field),
    ]
  return [
    ...(mode === undefined || modes.includes(mode)
      ? []
      : [notSupported(`${field}.completionMode`, mode, modes)]),
    ...(['backoffLimitPerIndex', 'maxFailedIndexes'] as const).flatMap((key) =>
      spec[key] === undefined
        ? []
        : [invalid(`${field}.${key}`, spec[key], 'requires indexed completion mode')],
    ),
  ]
}

/** Retries by index are counted for each index, so there may not be too many. */
function validatePerIndex(spec: Spec, field: string): FieldError[] {
  const { completions = 0, parallelism = 0, maxFailedIndexes: failed, backoffLimitPerIndex: perIndex } = spec
  const path = `${field}.maxFailedIndexes`
  const many = completions > 100000 && perIndex !== undefined
  return [
    ...(failed !== undefined && spec.completions !== undefined && failed > completions
      ? [invalid(path, failed, 'must be less than or equal to completions')]
      : []),
    ...(many && failed === undefined
      ? [required(path, 'must be specified when completions is above 100000')]
      : []),
    ...(many && parallelism > 10000
      ? [
          invalid(
            `${field}.parallelism`,
            parallelism,
            'must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index',
          ),
        ]
      : []),
    ...(many && failed !== undefined && failed > 10000
      ? [
          invalid(
            path,
            failed,
            'must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index',
          ),
        ]
      : []),
  ]
}

function validateRestartPolicy({ template, podFailurePolicy }: Spec, field: string): FieldError[] {
  const policy = template.spec?.restartPolicy ?? ''
  const allowed = ['OnFailure', 'Never']
  if (policy === 'Always') return [required(field, 'valid values: "OnFailure", "Never"')]
  if (!allowed.includes(policy)) return [notSupported(field, policy, allowed)]
  return podFailurePolicy && policy !== 'Never'
    ? [invalid(field, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    : []
}
