import type { Deployment } from 'kubernetes-types/apps/v1'
import { kind, type Typed } from '../kind.ts'

/** kubernetes: pkg/registry/apps/deployment/strategy.go */
export const deployment = kind<Typed<Deployment>>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  status: true,
})
