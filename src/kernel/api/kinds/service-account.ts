import type { ServiceAccount } from 'kubernetes-types/core/v1'
import { kind, type Typed } from '../kind.ts'

/** kubernetes: pkg/registry/core/serviceaccount/strategy.go */
export const serviceAccount = kind<Typed<ServiceAccount>>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  namespaced: true,
})
