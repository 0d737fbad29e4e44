import type {
  Deployment,
  DeploymentSpec,
  DeploymentStatus,
  DeploymentStrategy,
  RollingUpdateDeployment,
} from 'kubernetes-types/apps/v1'
import { forbidden, goSyntax, invalid, notSupported, required, type FieldError } from '../field-error.ts'
import { goQuote } from '../go-quote.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Label, validateDNS1123Subdomain } from '../names.ts'
import { validateImmutable, validateNonnegative } from '../object-meta-validation.ts'
import { ageColumn, doc, nameColumn, text } from './column.ts'
import { defaultTemplate } from './pod/defaults.ts'
import { replicasScale } from './scale.ts'
import { goIntOrString, goLabelSelector, goPointer } from './validation/go-struct.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './validation/object-meta.ts'
import { amountOf, notAboveHundred, positiveIntOrPercent } from './validation/int-or-percent.ts'
import { validateSelectorAndTemplate } from './validation/selector-and-template.ts'
import { atMostReplicas, collisionCount, nonNegativeCounts } from './validation/workload-status.ts'
import { workloadWarnings } from './warnings/workload.ts'
import { dropFromTemplate, withGenerationOf } from './workload.ts'
import { templateColumns } from './workload-columns.ts'

/** kubernetes: pkg/registry/apps/deployment/strategy.go */
export const deployment = kind<Typed<Deployment>>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  status: true,
  generation: true,
  scale: replicasScale,
  defaults: (object) => ({ ...object, spec: defaultSpec(object.spec ?? ({} as DeploymentSpec)) }),
  prepareForCreate: (object) => ({ ...dropFromTemplate(object), status: {} }),
  // Annotations count too: the controller copies them to its ReplicaSets.
  prepareForUpdate: (object, old) =>
    withGenerationOf({ ...dropFromTemplate(object), status: old.status }, old, ['spec', 'annotations']),
  prepareForStatusUpdate: (object, old) => ({
    ...object,
    metadata: { ...object.metadata, labels: old.metadata.labels },
  }),
  validate: (object) => [
    ...validateObjectMeta(object.metadata, true, validateDNS1123Subdomain),
    ...validateSpec(object.spec!),
  ],
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateSpec(object.spec!),
    ...validateImmutable(
      goLabelSelector(object.spec?.selector),
      goLabelSelector(old.spec?.selector),
      'spec.selector',
    ),
  ],
  validateStatusUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateStatus(object.status ?? {}),
    ...collisionCount(object.status?.collisionCount, old.status?.collisionCount),
  ],
  warnings: (object, old) => workloadWarnings(object, old, validateDNS1123Label),
  columns: [
    nameColumn,
    text(
      'Ready',
      'Number of the pod with ready state',
      ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    ),
    text(
      'Up-to-date',
      doc('apps.v1.DeploymentStatus.updatedReplicas'),
      ({ status }) => status?.updatedReplicas ?? 0,
    ),
    text(
      'Available',
      doc('apps.v1.DeploymentStatus.availableReplicas'),
      ({ status }) => status?.availableReplicas ?? 0,
    ),
    ageColumn,
    ...templateColumns(
      'Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by this deployment.',
    ),
  ],
})

/** kubernetes: pkg/apis/apps/v1/defaults.go SetDefaults_Deployment. */
function defaultSpec(spec: DeploymentSpec): DeploymentSpec {
  const type = spec.strategy?.type || 'RollingUpdate'
  const rolling =
    type === 'RollingUpdate'
      ? { rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%', ...spec.strategy?.rollingUpdate } }
      : {}
  return {
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    ...spec,
    strategy: { ...spec.strategy, type, ...rolling },
    template: defaultTemplate(spec.template),
  }
}

/** kubernetes: pkg/apis/apps/validation/validation.go ValidateDeploymentSpec. */
function validateSpec(spec: DeploymentSpec): FieldError[] {
  const {
    replicas = 0,
    minReadySeconds = 0,
    revisionHistoryLimit: history,
    progressDeadlineSeconds: deadline,
  } = spec
  const path = 'spec.progressDeadlineSeconds'
  return [
    ...validateNonnegative(replicas, 'spec.replicas'),
    ...validateSelectorAndTemplate(spec.selector, spec.template, 'spec'),
    ...validateStrategy(spec.strategy ?? {}, 'spec.strategy'),
    ...validateNonnegative(minReadySeconds, 'spec.minReadySeconds'),
    ...(history === undefined ? [] : validateNonnegative(history, 'spec.revisionHistoryLimit')),
    ...(deadline === undefined ? [] : validateNonnegative(deadline, path)),
    ...(deadline !== undefined && deadline <= minReadySeconds
      ? [invalid(path, deadline, 'must be greater than minReadySeconds')]
      : []),
  ]
}

function validateStrategy({ type = '', rollingUpdate }: DeploymentStrategy, field: string): FieldError[] {
  const path = `${field}.rollingUpdate`
  switch (type) {
    case 'Recreate':
      return rollingUpdate ? [forbidden(path, "may not be specified when strategy `type` is 'Recreate'")] : []
    case 'RollingUpdate':
      return rollingUpdate
        ? validateRollingUpdate(rollingUpdate, path)
        : [required(path, 'this should be defaulted and never be nil')]
    default: {
      const shown = `apps.DeploymentStrategy{Type:${goQuote(type)}, RollingUpdate:(*apps.RollingUpdateDeployment)(${goPointer(rollingUpdate)})}`
      return [notSupported(field, goSyntax(shown), ['Recreate', 'RollingUpdate'])]
    }
  }
}

function validateRollingUpdate(
  { maxUnavailable, maxSurge }: RollingUpdateDeployment,
  field: string,
): FieldError[] {
  const path = `${field}.maxUnavailable`
  const unavailable = maxUnavailable ?? 0
  return [
    ...positiveIntOrPercent(path, unavailable),
    ...positiveIntOrPercent(`${field}.maxSurge`, maxSurge ?? 0),
    ...(amountOf(unavailable) === 0 && amountOf(maxSurge ?? 0) === 0
      ? [invalid(path, goIntOrString(unavailable), 'may not be 0 when `maxSurge` is 0')]
      : []),
    ...notAboveHundred(path, unavailable),
  ]
}

function validateStatus(status: DeploymentStatus): FieldError[] {
  const below = ['updatedReplicas', 'readyReplicas', 'availableReplicas'] as const
  const { availableReplicas: available = 0, readyReplicas: ready = 0 } = status
  const path = 'status.availableReplicas'
  return [
    ...nonNegativeCounts(status, [
      'observedGeneration',
      'replicas',
      ...below,
      'unavailableReplicas',
      'collisionCount',
    ]),
    ...atMostReplicas(status, below),
    ...(available > ready ? [invalid(path, available, 'cannot be greater than readyReplicas')] : []),
  ]
}
