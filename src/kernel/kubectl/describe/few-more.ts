import type { LimitRange } from 'kubernetes-types/core/v1'
import type { StorageClass } from 'kubernetes-types/storage/v1'
import { canonicalQuantity } from '../../api/quantity.ts'
import { printLabels } from '../printers/table.ts'
import { describer, type Describer } from './describer.ts'
import { describeEvents } from './events.ts'

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class'

const storageClass = describer<StorageClass>({
  group: 'storage.k8s.io',
  kind: 'StorageClass',
  *describe(w, object, { events, now }) {
    const { metadata = {}, provisioner, parameters, allowVolumeExpansion: grows, mountOptions = [] } = object
    w.field(0, 'Name', metadata.name)
    w.field(0, 'IsDefaultClass', metadata.annotations?.[DEFAULT_CLASS] === 'true' ? 'Yes' : 'No')
    w.field(0, 'Annotations', printLabels(metadata.annotations))
    w.field(0, 'Provisioner', provisioner)
    w.field(0, 'Parameters', printLabels(parameters))
    w.field(0, 'AllowVolumeExpansion', grows === undefined ? '<unset>' : grows ? 'True' : 'False')
    if (!mountOptions.length) w.field(0, 'MountOptions', '<none>')
    else {
      w.line(0, 'MountOptions:')
      for (const option of mountOptions) w.line(1, option)
    }
    if (object.reclaimPolicy) w.field(0, 'ReclaimPolicy', object.reclaimPolicy)
    if (object.volumeBindingMode) w.field(0, 'VolumeBindingMode', object.volumeBindingMode)
    describeEvents(w, events, now)
  },
})

type Amounts = Readonly<Record<string, string>> | undefined

const limitRange = describer<LimitRange>({
  group: '',
  kind: 'LimitRange',
  *describe(w, { metadata = {}, spec }) {
    w.field(0, 'Name', metadata.name)
    w.field(0, 'Namespace', metadata.namespace)
    w.line(0, 'Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio')
    w.line(0, '----\t--------\t---\t---\t---------------\t-------------\t-----------------------')
    for (const item of spec?.limits ?? []) {
      const columns = [item.min, item.max, item.defaultRequest, item.default, item.maxLimitRequestRatio].map(
        (map) => map as unknown as Amounts,
      )
      const resources = new Set(columns.flatMap((map) => Object.keys(map ?? {})))
      for (const resource of [...resources].sort())
        w.line(0, [item.type, resource, ...columns.map((map) => amount(map?.[resource]))].join('\t'))
    }
  },
})

const amount = (quantity: string | undefined): string =>
  quantity === undefined ? '-' : canonicalQuantity(String(quantity))

export const fewMore: readonly Describer[] = [storageClass, limitRange]
