import type {
  PodTemplateSpec,
  ReplicationController,
  ReplicationControllerSpec,
  ReplicationControllerStatus,
} from 'kubernetes-types/core/v1'
import { invalid, required, type FieldError } from '../field-error.ts'
import { kind, type ScaleSpec, type Typed } from '../kind.ts'
import { printSelector, selectorFromSet } from '../labels.ts'
import { validateDNS1123Label, validateDNS1123Subdomain } from '../names.ts'
import { ageColumn, doc, formatLabels, integer, nameColumn, wide } from './column.ts'
import { defaultTemplate } from './pod/defaults.ts'
import { replicasScale } from './scale.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import { validatePodTemplateSpec } from './validation/pod-spec.ts'
import { nonNegative } from './validation/rules.ts'
import { validateSelected } from './validation/selector-and-template.ts'
import { validateKeptRunning } from './validation/template-rules.ts'
import { atMostReplicas, nonNegativeCounts } from './validation/workload-status.ts'
import { workloadWarnings } from './warnings/workload.ts'
import { dropFromTemplate } from './workload.ts'
import { templateColumns } from './workload-columns.ts'

const scale: ScaleSpec = {
  ...replicasScale,
  selector: (object: Typed<ReplicationController>) => printSelector(selectorFromSet(object.spec?.selector)),
}

/** kubernetes: pkg/registry/core/replicationcontroller/strategy.go */
export const replicationController = kind<Typed<ReplicationController>>({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  singular: 'replicationcontroller',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  status: true,
  generation: true,
  scale,
  defaults,
  prepareForCreate: (object) => ({ ...dropFromTemplate(object), status: { replicas: 0 } }),
  prepareForUpdate: (object, old) => ({ ...dropFromTemplate(object), status: old.status }),
  validate,
  validateUpdate: (object, old) => [
    // The strategy asks ValidateReplicationController, and its Update, which looks at the spec again.
    ...validate(object),
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateSpec(object.spec ?? {}),
  ],
  validateStatusUpdate: ({ metadata, status }, old) => [
    ...validateObjectMetaUpdate(metadata, old.metadata),
    ...validateStatus(status ?? { replicas: 0 }),
  ],
  warnings: (object, old) => workloadWarnings(object, old, validateDNS1123Label),
  selectableFields: ({ status }) => ({ 'status.replicas': `${status?.replicas ?? 0}` }),
  columns: [
    nameColumn,
    integer('Desired', doc('core.v1.ReplicationControllerSpec.replicas'), ({ spec }) => spec?.replicas ?? 0),
    integer(
      'Current',
      doc('core.v1.ReplicationControllerStatus.replicas'),
      ({ status }) => status?.replicas ?? 0,
    ),
    integer(
      'Ready',
      doc('core.v1.ReplicationControllerStatus.readyReplicas'),
      ({ status }) => status?.readyReplicas ?? 0,
    ),
    ageColumn,
    ...templateColumns('').slice(0, 2),
    wide('Selector', doc('core.v1.ReplicationControllerSpec.selector'), ({ spec }) =>
      formatLabels(spec?.selector),
    ),
  ],
})

function validateStatus(status: ReplicationControllerStatus): FieldError[] {
  const { availableReplicas: available = 0, readyReplicas: ready = 0 } = status
  const path = 'status.availableReplicas'
  return [
    ...nonNegativeCounts(status, ['replicas', ...below, 'observedGeneration']),
    ...atMostReplicas(status, below),
    ...(available > ready ? [invalid(path, available, 'cannot be greater than readyReplicas')] : []),
  ]
}

const below = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const

/** kubernetes: pkg/apis/core/v1/defaults.go SetDefaults_ReplicationController: the template's labels are everybody's. */
function defaults(object: Typed<ReplicationController>): Typed<ReplicationController> {
  const spec = object.spec ?? {}
  const labels = spec.template?.metadata?.labels ?? {}
  const isEmpty = (map: object | undefined) => Object.keys(map ?? {}).length === 0
  return {
    ...object,
    ...(isEmpty(object.metadata.labels) && !isEmpty(labels) && { metadata: { ...object.metadata, labels } }),
    spec: {
      replicas: 1,
      ...spec,
      ...(isEmpty(spec.selector) && !isEmpty(labels) && { selector: labels }),
      ...(spec.template && { template: defaultTemplate(spec.template) }),
    },
  }
}

function validate({ metadata, spec = {} }: Typed<ReplicationController>): FieldError[] {
  return [...validateObjectMeta(metadata, true, validateDNS1123Subdomain), ...validateSpec(spec)]
}

/** kubernetes: pkg/apis/core/validation/validation.go ValidateReplicationControllerSpec. */
function validateSpec(spec: ReplicationControllerSpec): FieldError[] {
  return [
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...(Object.keys(spec.selector ?? {}).length > 0 ? [] : [required('spec.selector')]),
    ...nonNegative('spec.replicas', spec.replicas),
    ...(spec.template ? validateTemplate(spec.template, spec) : [required('spec.template')]),
  ]
}

function validateTemplate(template: PodTemplateSpec, { selector }: ReplicationControllerSpec): FieldError[] {
  const path = 'spec.template.spec'
  return [
    ...validateSelected(template, selectorFromSet(selector), 'spec.template'),
    ...validatePodTemplateSpec(template, 'spec.template'),
    ...validateKeptRunning(template.spec ?? {}, 'ReplicationController', path),
  ]
}
