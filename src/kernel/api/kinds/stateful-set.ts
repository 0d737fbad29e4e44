import type {
  StatefulSet,
  StatefulSetSpec,
  StatefulSetStatus,
  StatefulSetUpdateStrategy,
} from 'kubernetes-types/apps/v1'
import type { PersistentVolumeClaim, PodTemplateSpec } from 'kubernetes-types/core/v1'
import { forbidden, goSyntax, invalid, notSupported, required, type FieldError } from '../field-error.ts'
import { goQuote } from '../go-quote.ts'
import { kind, type Typed } from '../kind.ts'
import { validateLabels, validateLabelSelector } from '../label-validation.ts'
import { validateDNS1123Label } from '../names.ts'
import { validateAnnotations } from '../object-meta-validation.ts'
import { ageColumn, nameColumn, text } from './column.ts'
import { defaultTemplate } from './pod/defaults.ts'
import { defaultClaim } from './claim-defaults.ts'
import { replicasScale } from './scale.ts'
import { semanticallyEqual } from './validation/equality.ts'
import { goLabelSelector, goPointer } from './validation/go-struct.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import { validatePodAnnotations } from './validation/pod-annotations.ts'
import { nonNegative } from './validation/rules.ts'
import { parseSelector, validateSelected } from './validation/selector-and-template.ts'
import { validateKeptRunning } from './validation/template-rules.ts'
import { atMostReplicas, collisionCount, nonNegativeCounts } from './validation/workload-status.ts'
import { workloadWarnings } from './warnings/workload.ts'
import { dropFromTemplate } from './workload.ts'
import { templateColumns } from './workload-columns.ts'

/** kubernetes: pkg/registry/apps/statefulset/strategy.go */
export const statefulSet = kind<Typed<StatefulSet>>({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  singular: 'statefulset',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  status: true,
  generation: true,
  scale: replicasScale,
  defaults: (object) => ({ ...object, spec: defaultSpec(object.spec ?? ({} as StatefulSetSpec)) }),
  prepareForCreate: (object) => ({ ...withoutDisabled(object), status: { replicas: 0 } }),
  prepareForUpdate: (object, old) => ({ ...withoutDisabled(object), status: old.status }),
  validate,
  validateUpdate: (object, old) => [
    // Not the name: older servers allowed others.
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateSpec(object.spec!),
    ...validateSpecUpdate(object.spec!, old.spec!),
  ],
  validateStatusUpdate: ({ metadata, status }, old) => [
    ...validateStatus(status ?? { replicas: 0 }),
    ...validateObjectMetaUpdate(metadata, old.metadata),
    ...collisionCount(status?.collisionCount, old.status?.collisionCount),
  ],
  warnings: (object, old) => workloadWarnings(object, old, validateDNS1123Label),
  columns: [
    nameColumn,
    text(
      'Ready',
      'Number of the pod with ready state',
      ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    ),
    ageColumn,
    ...templateColumns('').slice(0, 2),
  ],
})

/** kubernetes: pkg/apis/apps/v1/defaults.go SetDefaults_StatefulSet, conversion.go. */
function defaultSpec(spec: StatefulSetSpec): StatefulSetSpec {
  const claims = spec.volumeClaimTemplates
  const policy = spec.persistentVolumeClaimRetentionPolicy
  return {
    replicas: 1,
    revisionHistoryLimit: 10,
    ...spec,
    podManagementPolicy: spec.podManagementPolicy || 'OrderedReady',
    updateStrategy: defaultStrategy(spec.updateStrategy ?? {}),
    persistentVolumeClaimRetentionPolicy: {
      ...policy,
      whenDeleted: policy?.whenDeleted || 'Retain',
      whenScaled: policy?.whenScaled || 'Retain',
    },
    template: defaultTemplate(spec.template),
    ...(claims && { volumeClaimTemplates: claims.map(defaultClaimTemplate) }),
  }
}

function defaultStrategy(strategy: StatefulSetUpdateStrategy): StatefulSetUpdateStrategy {
  const rolling = strategy.type ? strategy.rollingUpdate : (strategy.rollingUpdate ?? {})
  const type = strategy.type || 'RollingUpdate'
  const defaulted = rolling && type === 'RollingUpdate' ? { partition: 0, ...rolling } : rolling
  return { ...strategy, type, ...(defaulted && { rollingUpdate: defaulted }) }
}

const defaultClaimTemplate = (claim: PersistentVolumeClaim): PersistentVolumeClaim => ({
  ...defaultClaim(claim),
  apiVersion: claim.apiVersion || 'v1',
  kind: claim.kind || 'PersistentVolumeClaim',
})

/** MaxUnavailableStatefulSet is off by default in 1.32. */
function withoutDisabled(object: Typed<StatefulSet>): Typed<StatefulSet> {
  const strategy = object.spec?.updateStrategy
  if (strategy?.rollingUpdate?.maxUnavailable === undefined) return dropFromTemplate(object)
  const { maxUnavailable, ...rollingUpdate } = strategy.rollingUpdate
  const spec = { ...object.spec!, updateStrategy: { ...strategy, rollingUpdate } }
  return dropFromTemplate({ ...object, spec })
}

function validate({ metadata, spec }: Typed<StatefulSet>): FieldError[] {
  return [...validateObjectMeta(metadata, true, validateDNS1123Label), ...validateSpec(spec!)]
}

/** kubernetes: pkg/apis/apps/validation/validation.go ValidateStatefulSetSpec. */
function validateSpec(spec: StatefulSetSpec): FieldError[] {
  const policies = ['OrderedReady', 'Parallel']
  const policy = spec.podManagementPolicy ?? ''
  return [
    ...(policies.includes(policy)
      ? []
      : [invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'")]),
    ...validateStrategy(spec.updateStrategy ?? {}),
    ...validateRetention(spec),
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.ordinals.start', ordinalsOf(spec)?.start),
    ...validateSelector(spec),
    ...validateKeptRunning(spec.template.spec ?? {}, 'StatefulSet', 'spec.template.spec'),
  ]
}

const ordinalsOf = (spec: StatefulSetSpec) => (spec as { ordinals?: { start?: number } }).ordinals

function validateStrategy({ type = '', rollingUpdate }: StatefulSetUpdateStrategy): FieldError[] {
  const path = 'spec.updateStrategy'
  const pointer = `(*apps.RollingUpdateStatefulSetStrategy)(${goPointer(rollingUpdate)})`
  switch (type) {
    case 'OnDelete': {
      const shown = `apps.RollingUpdateStatefulSetStrategy{Partition:${rollingUpdate?.partition ?? 0}, MaxUnavailable:(*intstr.IntOrString)(nil)}`
      return rollingUpdate
        ? [
            invalid(
              `${path}.rollingUpdate`,
              goSyntax(shown),
              "only allowed for updateStrategy 'RollingUpdate'",
            ),
          ]
        : []
    }
    case 'RollingUpdate':
      return nonNegative(`${path}.rollingUpdate.partition`, rollingUpdate?.partition)
    default: {
      const shown = `apps.StatefulSetUpdateStrategy{Type:${goQuote(type)}, RollingUpdate:${pointer}}`
      return [invalid(path, goSyntax(shown), "must be 'RollingUpdate' or 'OnDelete'")]
    }
  }
}

function validateRetention({ persistentVolumeClaimRetentionPolicy: policy }: StatefulSetSpec): FieldError[] {
  const known = ['Retain', 'Delete']
  return (['whenDeleted', 'whenScaled'] as const).flatMap((key) => {
    const value = policy?.[key] ?? ''
    const path = `spec.persistentVolumeClaimRetentionPolicy.${key}`
    return known.includes(value) ? [] : [notSupported(path, value, known)]
  })
}

function validateSelector({ selector, template }: StatefulSetSpec): FieldError[] {
  const path = 'spec.selector'
  const parsed = parseSelector(selector)
  const size = Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions?.length ?? 0)
  return [
    ...(selector ? validateLabelSelector(selector, path) : [required(path)]),
    ...(selector && size === 0
      ? [invalid(path, goLabelSelector(selector), 'empty selector is invalid for statefulset')]
      : []),
    ...(parsed
      ? [...validateSelected(template, parsed, 'spec.template'), ...validateTemplate(template)]
      : [invalid(path, goLabelSelector(selector ?? {}), '')]),
  ]
}

/** The spec of the template goes unchecked: its volumes are not all there. */
function validateTemplate({ metadata, spec }: PodTemplateSpec): FieldError[] {
  const path = 'spec.template.annotations'
  return [
    ...validateLabels(metadata?.labels, 'spec.template.labels'),
    ...validateAnnotations(metadata?.annotations, path),
    ...validatePodAnnotations(metadata?.annotations, spec!, path),
  ]
}

function validateSpecUpdate(spec: StatefulSetSpec, old: StatefulSetSpec): FieldError[] {
  const { replicas, template, updateStrategy, minReadySeconds, ...fixed } = spec
  const rest = {
    ...old,
    ...fixed,
    ordinals: ordinalsOf(old),
    persistentVolumeClaimRetentionPolicy: old.persistentVolumeClaimRetentionPolicy,
  }
  const gone = Object.keys(old).some((key) => !changeable.includes(key) && !(key in spec))
  return gone || !semanticallyEqual(rest, old) ? [forbidden('spec', specMessage)] : []
}

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]

const specMessage =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"

/** ValidateStatefulSetStatus. */
function validateStatus(status: StatefulSetStatus): FieldError[] {
  const below = ['readyReplicas', 'currentReplicas', 'updatedReplicas'] as const
  const { availableReplicas: available = 0, readyReplicas: ready = 0 } = status
  const path = 'status.availableReplicas'
  return [
    ...nonNegativeCounts(status, [
      'replicas',
      ...below,
      'availableReplicas',
      'observedGeneration',
      'collisionCount',
    ]),
    ...atMostReplicas(status, [...below, 'availableReplicas']),
    ...(available > ready ? [invalid(path, available, 'cannot be greater than status.readyReplicas')] : []),
  ]
}
