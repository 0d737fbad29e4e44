import type { Node } from 'kubernetes-types/core/v1'
import { kind, type Typed } from '../kind.ts'

/** kubernetes: pkg/registry/core/node/strategy.go */
export const node = kind<Typed<Node>>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  namespaced: false,
  status: true,
})
