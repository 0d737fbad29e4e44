import type { PersistentVolume, PersistentVolumeClaim, ResourceQuota } from 'kubernetes-types/core/v1'
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1'
import type { PriorityClass } from 'kubernetes-types/scheduling/v1'
import { formatLabelSelector, type LabelSelectorObject } from '../../api/labels.ts'
import { canonicalQuantity } from '../../api/quantity.ts'
import { printLabels } from '../printers/table.ts'
import { describer, type Describer } from './describer.ts'
import { describeEvents } from './events.ts'
import { annotations, labels } from './metadata.ts'
import { describeVolumeSource } from './volumes.ts'

const podDisruptionBudget = describer<PodDisruptionBudget>({
  group: 'policy',
  kind: 'PodDisruptionBudget',
  *describe(w, { metadata = {}, spec, status }, { events, now }) {
    w.field(0, 'Name', metadata.name)
    w.field(0, 'Namespace', metadata.namespace)
    if (spec?.minAvailable !== undefined) w.field(0, 'Min available', spec.minAvailable)
    else if (spec?.maxUnavailable !== undefined) w.field(0, 'Max unavailable', spec.maxUnavailable)
    w.field(
      0,
      'Selector',
      spec?.selector ? formatLabelSelector(spec.selector as LabelSelectorObject) : '<unset>',
    )
    w.line(0, 'Status:')
    w.field(2, 'Allowed disruptions', status?.disruptionsAllowed ?? 0)
    w.field(2, 'Current', status?.currentHealthy ?? 0)
    w.field(2, 'Desired', status?.desiredHealthy ?? 0)
    w.field(2, 'Total', status?.expectedPods ?? 0)
    describeEvents(w, events, now)
  },
})

const priorityClass = describer<PriorityClass>({
  group: 'scheduling.k8s.io',
  kind: 'PriorityClass',
  *describe(
    w,
    { metadata, value, globalDefault = false, preemptionPolicy, description = '' },
    { events, now },
  ) {
    w.field(0, 'Name', metadata?.name)
    w.field(0, 'Value', value)
    w.field(0, 'GlobalDefault', globalDefault)
    w.field(0, 'PreemptionPolicy', preemptionPolicy ?? '<unset>')
    w.field(0, 'Description', description)
    w.field(0, 'Annotations', printLabels(metadata?.annotations))
    describeEvents(w, events, now)
  },
})

const resourceQuota = describer<ResourceQuota>({
  group: '',
  kind: 'ResourceQuota',
  *describe(w, { metadata = {}, spec = {}, status = {} }) {
    w.field(0, 'Name', metadata.name)
    w.field(0, 'Namespace', metadata.namespace)
    if (spec.scopes?.length) w.field(0, 'Scopes', spec.scopes.join(', '))
    const hard = (status.hard ?? {}) as Record<string, string>
    const used = (status.used ?? {}) as Record<string, string>
    w.line(0, 'Resource\tUsed\tHard')
    w.line(0, '--------\t----\t----')
    for (const key of Object.keys(hard).sort())
      w.line(
        0,
        `${key}\t${canonicalQuantity(String(used[key] ?? '0'))}\t${canonicalQuantity(String(hard[key]))}`,
      )
  },
})

const modes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}
const modesText = (list: readonly string[] | undefined) =>
  (list ?? []).map((mode) => modes[mode] ?? mode).join(',')
const storageOf = (list: unknown) => {
  const storage = (list as Record<string, string> | undefined)?.['storage']
  return storage === undefined ? '' : canonicalQuantity(String(storage))
}

const persistentVolume = describer<PersistentVolume>({
  group: '',
  kind: 'PersistentVolume',
  *describe(w, { metadata = {}, spec = {}, status = {} }, { events, now }) {
    w.field(0, 'Name', metadata.name)
    labels(w, 'Labels', metadata.labels)
    annotations(w, 'Annotations', metadata.annotations)
    w.field(0, 'Finalizers', `[${(metadata.finalizers ?? []).join(' ')}]`)
    w.field(0, 'StorageClass', spec.storageClassName ?? '')
    w.field(0, 'Status', status.phase ?? '')
    w.field(0, 'Claim', spec.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : '')
    w.field(0, 'Reclaim Policy', spec.persistentVolumeReclaimPolicy ?? '')
    w.field(0, 'Access Modes', modesText(spec.accessModes))
    w.field(0, 'VolumeMode', spec.volumeMode ?? '')
    w.field(0, 'Capacity', storageOf(spec.capacity))
    const terms = spec.nodeAffinity?.required?.nodeSelectorTerms
    if (!spec.nodeAffinity) w.line(0, 'Node Affinity:\t<none>')
    else {
      w.line(0, 'Node Affinity:\t')
      w.line(1, `Required Terms:\t${terms?.length ? '' : '<none>'}`)
      terms?.forEach(({ matchExpressions = [] }, i) => {
        for (const [k, { key, operator, values = [] }] of matchExpressions.entries())
          w.line(2, `${k ? '' : `Term ${i}:`}\t${key} ${operator.toLowerCase()} [${values.join(', ')}]`)
      })
    }
    w.field(0, 'Message', status.message ?? '')
    w.line(0, 'Source:')
    describeVolumeSource(w, spec as unknown as Record<string, unknown>)
    describeEvents(w, events, now)
  },
})

const persistentVolumeClaim = describer<PersistentVolumeClaim>({
  group: '',
  kind: 'PersistentVolumeClaim',
  *describe(w, { metadata = {}, spec = {}, status = {} }, { events, now }) {
    w.field(0, 'Name', metadata.name)
    w.field(0, 'Namespace', metadata.namespace)
    w.field(0, 'StorageClass', spec.storageClassName ?? '')
    w.field(0, 'Status', status.phase ?? '')
    w.field(0, 'Volume', spec.volumeName ?? '')
    labels(w, 'Labels', metadata.labels)
    annotations(w, 'Annotations', metadata.annotations)
    w.field(0, 'Finalizers', `[${(metadata.finalizers ?? []).join(' ')}]`)
    w.field(0, 'Capacity', spec.volumeName ? storageOf(status.capacity) : '')
    w.field(0, 'Access Modes', spec.volumeName ? modesText(status.accessModes) : '')
    w.field(0, 'VolumeMode', spec.volumeMode ?? '')
    w.field(0, 'Used By', '<none>')
    describeEvents(w, events, now)
  },
})

export const few: readonly Describer[] = [
  podDisruptionBudget,
  priorityClass,
  resourceQuota,
  persistentVolume,
  persistentVolumeClaim,
]
