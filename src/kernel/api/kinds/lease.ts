import type { Lease } from 'kubernetes-types/coordination/v1'
import { kind, type Typed } from '../kind.ts'

/** kubernetes: pkg/registry/coordination/lease/strategy.go */
export const lease = kind<Typed<Lease>>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  namespaced: true,
})
