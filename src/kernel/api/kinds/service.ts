import type { Service } from 'kubernetes-types/core/v1'
import { kind, type Typed } from '../kind.ts'

/** kubernetes: pkg/registry/core/service/strategy.go */
export const service = kind<Typed<Service>>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  status: true,
})
