import type { ReplicaSet, ReplicaSetSpec, ReplicaSetStatus } from 'kubernetes-types/apps/v1'
import { invalid, type FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Label, validateDNS1123Subdomain } from '../names.ts'
import { validateImmutable, validateNonnegative } from '../object-meta-validation.ts'
import { ageColumn, doc, integer, nameColumn } from './column.ts'
import { defaultTemplate } from './pod/defaults.ts'
import { replicasScale } from './scale.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import { goLabelSelector } from './validation/go-struct.ts'
import { validateSelectorAndTemplate } from './validation/selector-and-template.ts'
import { atMostReplicas, nonNegativeCounts } from './validation/workload-status.ts'
import { workloadWarnings } from './warnings/workload.ts'
import { dropFromTemplate } from './workload.ts'
import { templateColumns } from './workload-columns.ts'

/** Upstream's column still has an older version's words. */
const selectorWords =
  'Selector is a label query over pods that should match the replica count. If the selector is empty, it is defaulted to the labels present on the pod template. Label keys and values that must match in order to be controlled by this replica set. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors'

/** kubernetes: pkg/registry/apps/replicaset/strategy.go */
export const replicaSet = kind<Typed<ReplicaSet>>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  status: true,
  generation: true,
  scale: replicasScale,
  defaults: (object) => {
    const spec = object.spec ?? ({} as ReplicaSetSpec)
    return { ...object, spec: { replicas: 1, ...spec, template: defaultTemplate(spec.template) } }
  },
  prepareForCreate: (object) => ({ ...dropFromTemplate(object), status: { replicas: 0 } }),
  prepareForUpdate: (object, old) => ({ ...dropFromTemplate(object), status: old.status }),
  validate,
  validateUpdate: (object, old) => [
    // The strategy asks ValidateReplicaSet, and ValidateReplicaSetUpdate, which looks at the spec again.
    ...validate(object),
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateSpec(object.spec!),
    ...validateImmutable(goSelectorOf(object), goSelectorOf(old), 'spec.selector'),
  ],
  validateStatusUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateStatus(object.status ?? { replicas: 0 }),
  ],
  warnings: (object, old) => workloadWarnings(object, old, validateDNS1123Label),
  selectableFields: ({ status }) => ({ 'status.replicas': `${status?.replicas ?? 0}` }),
  columns: [
    nameColumn,
    integer('Desired', doc('apps.v1.ReplicaSetSpec.replicas'), ({ spec }) => spec?.replicas ?? 0),
    integer('Current', doc('apps.v1.ReplicaSetStatus.replicas'), ({ status }) => status?.replicas ?? 0),
    integer(
      'Ready',
      'The number of ready replicas for this replica set.',
      ({ status }) => status?.readyReplicas ?? 0,
    ),
    ageColumn,
    ...templateColumns(selectorWords),
  ],
})

function validate({ metadata, spec }: Typed<ReplicaSet>): FieldError[] {
  return [...validateObjectMeta(metadata, true, validateDNS1123Subdomain), ...validateSpec(spec!)]
}

const goSelectorOf = ({ spec }: Typed<ReplicaSet>) => goLabelSelector(spec?.selector)

/** kubernetes: pkg/apis/apps/validation/validation.go ValidateReplicaSetSpec. */
function validateSpec(spec: ReplicaSetSpec): FieldError[] {
  return [
    ...validateNonnegative(spec.replicas ?? 0, 'spec.replicas'),
    ...validateNonnegative(spec.minReadySeconds ?? 0, 'spec.minReadySeconds'),
    ...validateSelectorAndTemplate(spec.selector, spec.template, 'spec'),
  ]
}

function validateStatus(status: ReplicaSetStatus): FieldError[] {
  const below = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const
  const { availableReplicas: available = 0, readyReplicas: ready = 0 } = status
  const path = 'status.availableReplicas'
  return [
    ...nonNegativeCounts(status, ['replicas', ...below, 'observedGeneration']),
    ...atMostReplicas(status, below),
    ...(available > ready ? [invalid(path, available, 'cannot be greater than readyReplicas')] : []),
  ]
}
