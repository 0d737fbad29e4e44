import { validateHPASpec } from '../../../src/kernel/api/kinds/validation/horizontal-pod-autoscaler.ts'
import { countIndexes } from '../../../src/kernel/api/kinds/validation/job-policies.ts'
import { kindOf } from '../../../src/kernel/api/kinds/index.ts'
import type { FieldError } from '../../../src/kernel/api/field-error.ts'
import type { JsonObject } from '../../../src/kernel/api/objects.ts'
import { difference, notApplicable } from '../suite.ts'
import { vectorSuite, type VectorCheck } from '../vector.ts'
import { object, part } from './go-object.ts'
import { create, statusUpdate, update, type Loose } from './validating.ts'
import { contains, failsIf, keyed, passesAt, passesIf, sameErrors, typed, whether } from './verdicts.ts'

const bare = (apiVersion: string, kind: string, more: JsonObject = {}): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name: 'abc', namespace: 'ns' },
  ...more,
})

/** The counts of a status, given beside the test's own fields. */
const countsOf = (apiVersion: string, kind: string): VectorCheck =>
  failsIf('expectedErr', ({ name, expectedErr, ...status }) =>
    statusUpdate({ ...bare(apiVersion, kind), status }, bare(apiVersion, kind)),
  )

const bySecond = ({ old, update: now }: Loose): FieldError[] => update(now, old)
const statusBySecond = ({ old, update: now }: Loose): FieldError[] => statusUpdate(now, old)

/** The selector's own rule stands in the strategy, outside what the table is of. */
const numbered: VectorCheck = (value, row) =>
  row.key === 'negative templateGeneration'
    ? notApplicable('the server sets it')
    : whether(
        Boolean(value.expectedErrNum),
        bySecond(value).filter(
          ({ field, message }) => field !== 'spec.selector' || !message.endsWith('field is immutable'),
        ),
      )

const statefulSet = ({ ss }: Loose): FieldError[] =>
  create(
    bare('apps/v1', 'StatefulSet', { spec: withPolicies(part<JsonObject>('apps.v1.StatefulSetSpec', ss)) }),
  )

const withPolicies = (spec: JsonObject): JsonObject => ({
  persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
  ...spec,
})

/** kubernetes: pkg/apis/apps/validation/validation_test.go. */
export const appsValidationSuite = vectorSuite('pkg__apis__apps__validation__validation_test', {
  TestValidateStatefulSetMinReadySeconds: failsIf('expectErr', statefulSet),
  TestValidateStatefulSetStatus: countsOf('apps/v1', 'StatefulSet'),
  TestValidateControllerRevision: (value, row) =>
    row.key?.startsWith('json ') && !value.isValid
      ? notApplicable('the table has lost the bytes')
      : passesIf('isValid', ({ history }) => create(history))(value, row),
  TestValidateControllerRevisionUpdate: passesIf('isValid', ({ newHistory, oldHistory }) =>
    update(newHistory, oldHistory),
  ),
  TestValidateDaemonSetStatusUpdate: passesAt(1152, statusBySecond),
  TestValidateDaemonSetUpdate: numbered,
  TestValidateDaemonSet: passesAt(2025, create),
  TestValidateDeployment: keyed(2229, create),
  TestValidateDeploymentStatus: countsOf('apps/v1', 'Deployment'),
  TestValidateDeploymentStatusUpdate: failsIf('expectedErr', ({ from, to }) => {
    const status = (value: Loose) =>
      bare('apps/v1', 'Deployment', { status: part('apps.v1.DeploymentStatus', value) })
    return statusUpdate(status(to), status(from))
  }),
  TestValidateDeploymentUpdate: passesAt(2600, bySecond),
  TestValidateDeploymentRollback: 'rollbacks of older versions',
  TestValidateReplicaSetStatus: countsOf('apps/v1', 'ReplicaSet'),
  TestValidateReplicaSetStatusUpdate: passesAt(2877, statusBySecond),
  TestValidateReplicaSetUpdate: numbered,
  TestValidateReplicaSet: (value, row) =>
    row.key?.startsWith('read-write persistent disk')
      ? notApplicable('disks are no longer looked at by default')
      : passesAt(3155, create)(value, row),
  TestDaemonSetUpdateMaxSurge: failsIf('expectError', ({ ds }) => {
    const rollingUpdate = part<JsonObject>('apps.v1.RollingUpdateDaemonSet', ds)
    const spec = {
      updateStrategy: { type: 'RollingUpdate', rollingUpdate },
      template: { spec: { containers: [] } },
    }
    return create(bare('apps/v1', 'DaemonSet', { spec })).filter(({ field }) =>
      field.includes('updateStrategy'),
    )
  }),
})

/** Errors that the row's key names; those of rows without one are counted. */
export const batchValidationSuite = vectorSuite('pkg__apis__batch__validation__validation_test', {
  TestValidateJob: keyed(426, ({ job }) => create(job)),
  TestValidateJobUpdate: sameErrors('err', bySecond),
  TestValidateJobUpdateStatus: sameErrors('wantErrs', statusBySecond),
  TestValidateCronJob: keyed(2487, create),
  TestValidateIndexesString: ({ indexesString = '', completions, wantTotal, wantError }) =>
    difference(countIndexes(indexesString, completions), wantError ? wantError.$error : (wantTotal ?? 0)),
  TestValidateFailedIndexesNotOverlapCompleted: 'a function of the job controller',
})

/** kubernetes: pkg/apis/networking/validation/validation_test.go. */
export const networkingValidationSuite = vectorSuite('pkg__apis__networking__validation__validation_test', {
  TestValidateNetworkPolicy: passesAt(252, create),
  TestValidateNetworkPolicyUpdate: passesAt(422, bySecond),
  TestValidateIngressRuleValue: sameErrors('expectedErrs', ({ pathType, path = '' }) => {
    const backend = { service: { name: 'defaultbackend', port: { number: 80 } } }
    const http = { paths: [{ path, pathType, backend }] }
    const ingress = bare('networking.k8s.io/v1', 'Ingress', {
      spec: { rules: [{ host: 'foo.bar.com', http }] },
    })
    return create(ingress).map((error) => ({
      ...error,
      field: error.field.replace('spec.rules[0].', 'testing.'),
    }))
  }),
  TestValidateIngressClass: sameErrors('expectedErrs', ({ ingressClass }) => create(ingressClass)),
  TestValidateIngressClassUpdate: sameErrors('expectedErrs', ({ newIngressClass, oldIngressClass }) =>
    update(newIngressClass, oldIngressClass),
  ),
  TestValidateIngressTLS: (value, row) => whether(!row.key?.includes('Valid value'), create(value)),
  TestValidateIngressStatusUpdate: (value) => whether(true, statusUpdate(value, value)),
  TestValidateIPAddress: 'a kind that 1.32 does not serve by default',
  TestValidateServiceCIDR: 'a kind that 1.32 does not serve by default',
})

const budget = (spec: JsonObject) => create(bare('policy/v1', 'PodDisruptionBudget', { spec }))

/** kubernetes: pkg/apis/policy/validation/validation_test.go. */
export const policyValidationSuite = vectorSuite('pkg__apis__policy__validation__validation_test', {
  TestValidateMinAvailablePodDisruptionBudgetSpec: (value, row) =>
    row.line === 55 || row.line === 72
      ? whether(row.line === 72, budget({ minAvailable: value as never }))
      : whether(true, budget({ minAvailable: value as never })),
  TestValidateUnhealthyPodEvictionPolicyDisruptionBudgetSpec: failsIf('expectErr', ({ pdbSpec }) =>
    budget(part('policy.v1.PodDisruptionBudgetSpec', pdbSpec)),
  ),
  TestValidatePodDisruptionBudgetStatus: ({ pdbStatus, expectErrForVersion }) => {
    const status = part<JsonObject>('policy.v1.PodDisruptionBudgetStatus', pdbStatus)
    const pdb = bare('policy/v1', 'PodDisruptionBudget')
    return whether(Boolean(expectErrForVersion['policy/__internal']), statusUpdate({ ...pdb, status }, pdb))
  },
})

const one: VectorCheck = ({ A, T, F }) => typed(create(A).slice(0, 1), [{ type: T, field: F }])

/** kubernetes: pkg/apis/rbac/validation/validation_test.go. */
export const rbacValidationSuite = vectorSuite('pkg__apis__rbac__validation__validation_test', {
  TestValidateClusterRoleBinding: one,
  TestValidateRoleBinding: one,
  TestValidateRoleBindingUpdate: ({ A, T, F }) => {
    const old = { ...A, roleRef: { ...A.roleRef, name: 'valid' } }
    return typed(update(A, old).slice(0, 1), [{ type: T, field: F }])
  },
})

/** kubernetes: pkg/apis/scheduling/validation/validation_test.go. */
export const schedulingValidationSuite = vectorSuite('pkg__apis__scheduling__validation__validation_test', {
  TestValidatePriorityClass: passesAt(50, create),
  TestValidatePriorityClassUpdate: (value, row) => {
    const old = {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'tier1', resourceVersion: '1' },
      value: 100,
      description: 'Used for the highest priority pods.',
      preemptionPolicy: 'PreemptLowerPriority',
    }
    return row.line === 119 ? whether(false, update(value, old)) : whether(true, update(value.P, old))
  },
})

const attached = (value: JsonObject): JsonObject => ({
  ...value,
  spec: {
    attacher: 'myattacher',
    nodeName: 'mynode',
    source: { persistentVolumeName: 'foo' },
    ...(value.spec as JsonObject | undefined),
  },
})

/** What the node of TestCSINodeUpdateValidation had. */
const twoDrivers = bare('storage.k8s.io/v1', 'CSINode', {
  spec: {
    drivers: ['io.kubernetes.storage.csi.driver-1', 'io.kubernetes.storage.csi.driver-2'].map((name, i) => ({
      name,
      nodeID: 'nodeA',
      topologyKeys: ['company.com/zone1', 'company.com/zone2'],
      ...(i === 1 && { allocatable: { count: 20 } }),
    })),
  },
})

/** kubernetes: pkg/apis/storage/validation/validation_test.go. */
export const storageValidationSuite = vectorSuite('pkg__apis__storage__validation__validation_test', {
  TestValidateStorageClass: passesAt(94, (value) => create({ volumeBindingMode: 'Immediate', ...value })),
  TestValidateVolumeBindingMode: passesIf('shouldSucceed', ({ class: value }) => create(value)),
  TestValidateUpdateVolumeBindingMode: passesIf('shouldSucceed', ({ newClass, oldClass }) =>
    update(newClass, oldClass),
  ),
  TestValidateAllowedTopologies: passesIf('shouldSucceed', ({ class: value }) => create(value)),
  TestCSIDriverValidation: passesAt(1571, create),
  TestCSIServiceAccountToken: failsIf('wantErr', ({ csiDriver }) =>
    create(csiDriver).filter(({ field }) => field.includes('tokenRequests')),
  ),
  // The tests set the volume in their loops.
  TestVolumeAttachmentValidation: passesAt(224, create),
  TestVolumeAttachmentUpdateValidation: passesAt(413, (value) =>
    update(attached(value), {
      ...attached(bare('storage.k8s.io/v1', 'VolumeAttachment')),
      metadata: { name: 'foo' },
    }),
  ),
  TestVolumeAttachmentValidationV1: passesAt(524, create),
  TestCSINodeValidation: (value, row) =>
    value.spec?.drivers?.some(({ nodeID }: { nodeID?: string }) => (nodeID?.length ?? 0) > 192)
      ? notApplicable('long node ids are allowed by default')
      : passesAt(1034, create)(value, row),
  TestCSINodeUpdateValidation: passesAt(1299, (value) => update(value, twoDrivers)),
  TestValidateCSIStorageCapacity: failsIf('isExpectedFailure', ({ capacity }) => create(capacity)),
  TestValidateVolumeAttributesClass: 'a kind that 1.32 does not serve by default',
  TestValidateVolumeAttributesClassUpdate: 'a kind that 1.32 does not serve by default',
  TestCSIDriverValidationSELinuxMountEnabledDisabled: 'a feature that the test turns on and off',
})

const behavior = (value: Loose) =>
  validateHPASpec(
    {
      minReplicas: 1,
      maxReplicas: 5,
      scaleTargetRef: { kind: 'ReplicationController', name: 'myrc' },
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
        },
      ],
      behavior: part('autoscaling.v2.HorizontalPodAutoscalerBehavior', value),
    },
    'spec',
  )

/** kubernetes: pkg/apis/autoscaling/validation/validation_test.go. */
export const autoscalingValidationSuite = vectorSuite('pkg__apis__autoscaling__validation__validation_test', {
  TestValidateBehavior: (value, row) =>
    row.line === 163
      ? whether(false, behavior(value))
      : contains('msg', () => behavior(value.behavior))(value, row),
  TestValidateHorizontalPodAutoscaler: (value, row) =>
    row.line === 615
      ? whether(false, create(value))
      : contains('msg', () => create(value.horizontalPodAutoscaler))(value, row),
  TestValidateHorizontalPodAutoscalerScaleToZeroEnabled: 'scaling to zero is off by default',
  TestValidateHorizontalPodAutoscalerUpdateScaleToZeroEnabled: 'scaling to zero is off by default',
  TestValidateHorizontalPodAutoscalerScaleToZeroDisabled: passesAt(1600, create),
  TestValidateHorizontalPodAutoscalerScaleToZeroUpdateDisabled: 'scaling to zero is off by default',
})

/** kubernetes: pkg/apis/core/validation/events_test.go. */
export const eventsValidationSuite = vectorSuite('pkg__apis__core__validation__events_test', {
  TestValidateEventForCoreV1Events: passesIf('valid', ({ Event }) => create(Event)),
  TestValidateEventForNewV1beta1Events: 'rules of events.k8s.io/v1beta1',
  TestValidateEventCreateForNewV1Events: 'rules of events.k8s.io/v1',
  TestValidateEventUpdateForNewV1Events: 'rules of events.k8s.io/v1',
  TestEventV1EventTimeImmutability: 'rules of events.k8s.io/v1',
})

const valid = (check: (value: Loose) => FieldError[]) => passesIf('valid', check)

/** kubernetes: pkg/registry/core/node/strategy_test.go. */
export const nodeStrategySuite = vectorSuite('pkg__registry__core__node__strategy_test', {
  TestValidate: valid(({ node }) => create(node)),
  TestValidateUpdate: valid(({ node, oldNode }) => update(node, oldNode)),
  TestWarningOnUpdateAndCreate: ({ node, oldNode, warningText }) => {
    const made = object(node ?? { apiVersion: 'v1', kind: 'Node' })
    const warnings = kindOf('', 'v1', 'Node')!.warnings?.(made) ?? []
    const wanted = Boolean(warningText) && !(oldNode && warningText && false)
    const found = warnings.some((warning) => warning.includes(String(warningText)))
    return wanted === (wanted ? found : warnings.length > 0)
      ? undefined
      : `got ${warnings.join()}, want ${warningText}`
  },
})
