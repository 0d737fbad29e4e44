import type { Namespace } from 'kubernetes-types/core/v1'
import { kind, type Typed } from '../kind.ts'

/** kubernetes: pkg/registry/core/namespace/strategy.go */
export const namespace = kind<Typed<Namespace>>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  status: true,
})
