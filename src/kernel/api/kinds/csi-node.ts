import type { CSINode } from 'kubernetes-types/storage/v1'
import { kind, type Typed } from '../kind.ts'
import { ageColumn, integer, nameColumn } from './column.ts'
import { validateCSINode, validateCSINodeUpdate } from './validation/csi.ts'

/** kubernetes: pkg/registry/storage/csinode/strategy.go */
export const csiNode = kind<Typed<CSINode>>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  singular: 'csinode',
  namespaced: false,
  validate: validateCSINode,
  validateUpdate: validateCSINodeUpdate,
  columns: [
    nameColumn,
    integer(
      'Drivers',
      'Drivers indicates the number of CSI drivers registered on the node',
      ({ spec }: Typed<CSINode>) => spec.drivers?.length ?? 0,
    ),
    ageColumn,
  ],
})
