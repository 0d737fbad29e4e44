import type { CSIStorageCapacity } from 'kubernetes-types/storage/v1'
import { kind, type Typed } from '../kind.ts'
import { canonicalQuantity } from '../quantity.ts'
import { doc, nameColumn, text } from './column.ts'
import { validateCSIStorageCapacity, validateCSIStorageCapacityUpdate } from './validation/csi.ts'

/** kubernetes: pkg/registry/storage/csistoragecapacity/strategy.go */
export const csiStorageCapacity = kind<Typed<CSIStorageCapacity>>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  singular: 'csistoragecapacity',
  namespaced: true,
  validate: validateCSIStorageCapacity,
  validateUpdate: validateCSIStorageCapacityUpdate,
  columns: [
    nameColumn,
    text<Typed<CSIStorageCapacity>>(
      'StorageClassName',
      doc('storage.v1.CSIStorageCapacity.storageClassName'),
      ({ storageClassName }) => storageClassName,
    ),
    text<Typed<CSIStorageCapacity>>('Capacity', doc('storage.v1.CSIStorageCapacity.capacity'), (one) =>
      one.capacity === undefined ? '<unset>' : canonicalQuantity(one.capacity),
    ),
  ],
})
