import type { Event } from 'kubernetes-types/core/v1'
import { kind, type Typed } from '../kind.ts'

/** kubernetes: pkg/registry/core/event/strategy.go */
export const event = kind<Typed<Event>>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
})
