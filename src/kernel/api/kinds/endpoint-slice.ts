import type { EndpointSlice } from 'kubernetes-types/discovery/v1'
import { kind, type Typed } from '../kind.ts'

/** kubernetes: pkg/registry/discovery/endpointslice/strategy.go */
export const endpointSlice = kind<Typed<EndpointSlice>>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  singular: 'endpointslice',
  namespaced: true,
})
