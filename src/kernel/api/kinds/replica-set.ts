import type { ReplicaSet } from 'kubernetes-types/apps/v1'
import { kind, type Typed } from '../kind.ts'

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
})
