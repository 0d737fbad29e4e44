import type { Pod } from 'kubernetes-types/core/v1'
import { kind, type Typed } from '../kind.ts'
import { ageColumn, doc, nameColumn, text, wide } from './column.ts'
import { withAppArmorInSync } from './pod/app-armor.ts'
import { withLabelKeys } from './pod/affinity-keys.ts'
import { defaultPod } from './pod/defaults.ts'
import { dropDisabledFields } from './pod/disabled-fields.ts'
import { podRow } from './pod/print.ts'
import { podQOSClass } from './pod/qos.ts'
import { withSyncedIPs } from './pod/status.ts'
import { podWarnings } from './warnings/pod.ts'
import { validatePod, validatePodStatusUpdate, validatePodUpdate } from './validation/pod.ts'

/** kubernetes: pkg/registry/core/pod/strategy.go */
export const pod = kind<Typed<Pod>>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  status: true,
  defaults: (object) => ({ ...object, spec: defaultPod(object.spec!), ...withSyncedIPs(object.status) }),
  prepareForCreate,
  prepareForUpdate: (object, old) => ({
    ...object,
    spec: dropDisabledFields(object.spec!),
    status: old.status,
  }),
  prepareForStatusUpdate: (object, old) => ({
    ...object,
    metadata: {
      ...object.metadata,
      deletionTimestamp: old.metadata.deletionTimestamp,
      ownerReferences: old.metadata.ownerReferences,
    },
    // The kubelet need not repeat the class.
    status: { ...object.status, qosClass: object.status?.qosClass || old.status?.qosClass },
  }),
  validate: validatePod,
  warnings: ({ spec, metadata }) => podWarnings(spec!, metadata),
  validateUpdate: validatePodUpdate,
  validateStatusUpdate: validatePodStatusUpdate,
  gracePeriodSeconds,
  selectableFields,
  columns: [
    nameColumn,
    text(
      'Ready',
      'The aggregate readiness state of this pod for accepting traffic.',
      (object, now) => podRow(object, now).ready,
    ),
    text(
      'Status',
      'The aggregate status of the containers in this pod.',
      (object, now) => podRow(object, now).reason,
    ),
    text(
      'Restarts',
      'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
      (object, now) => podRow(object, now).restarts,
    ),
    ageColumn,
    wide(
      'IP',
      doc('core.v1.PodStatus.podIP'),
      ({ status }) => status?.podIPs?.[0]?.ip || status?.podIP || '<none>',
    ),
    wide('Node', doc('core.v1.PodSpec.nodeName'), ({ spec }) => spec?.nodeName || '<none>'),
    wide(
      'Nominated Node',
      doc('core.v1.PodStatus.nominatedNodeName'),
      ({ status }) => status?.nominatedNodeName || '<none>',
    ),
    wide('Readiness Gates', doc('core.v1.PodSpec.readinessGates'), (object) => readinessGates(object)),
  ],
})

function prepareForCreate(given: Typed<Pod>): Typed<Pod> {
  const object = withAppArmorInSync({ ...given, spec: dropDisabledFields(given.spec!) })
  const { metadata } = object
  const spec = object.spec!
  const gated = (spec.schedulingGates?.length ?? 0) > 0
  return {
    ...object,
    spec: spec.affinity ? { ...spec, affinity: withLabelKeys(spec.affinity, metadata.labels) } : spec,
    status: {
      phase: 'Pending',
      ...(gated && { conditions: [gatedCondition] }),
      qosClass: podQOSClass(spec),
    },
  }
}

const gatedCondition = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
}

/** CheckGracefulDelete: a pod that never started goes at once. */
function gracePeriodSeconds({ spec, status }: Typed<Pod>, requested: number | undefined): number {
  const finished = status?.phase === 'Failed' || status?.phase === 'Succeeded'
  if (!spec?.nodeName || finished) return 0
  const period = requested ?? spec.terminationGracePeriodSeconds ?? 0
  return period < 0 ? 1 : period
}

function selectableFields({ spec, status }: Typed<Pod>): Record<string, string> {
  return {
    'spec.nodeName': spec?.nodeName ?? '',
    'spec.restartPolicy': spec?.restartPolicy ?? '',
    'spec.schedulerName': spec?.schedulerName ?? '',
    'spec.serviceAccountName': spec?.serviceAccountName ?? '',
    'spec.hostNetwork': `${spec?.hostNetwork ?? false}`,
    'status.phase': status?.phase ?? '',
    'status.podIP': status?.podIPs?.[0]?.ip ?? status?.podIP ?? '',
    'status.nominatedNodeName': status?.nominatedNodeName ?? '',
  }
}

/** `1/2`: gates whose condition is true. */
function readinessGates({ spec, status }: Typed<Pod>): string {
  const gates = spec?.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  const open = gates.filter(({ conditionType }) =>
    status?.conditions?.some(({ type, status: is }) => type === conditionType && is === 'True'),
  )
  return `${open.length}/${gates.length}`
}
