import type { Event as CoreEvent } from 'kubernetes-types/core/v1'
import type { Event as V1 } from 'kubernetes-types/events/v1'
import { invalid, required, type FieldError } from '../../field-error.ts'
import { equalJson } from '../../json.ts'
import { kind, type KindDefinition, type Typed } from '../../kind.ts'
import { validateDNS1123Subdomain } from '../../names.ts'
import type { JsonObject } from '../../objects.ts'
import { validateImmutable } from '../../object-meta-validation.ts'
import { event } from '../event.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/object-meta.ts'

type Core = Typed<CoreEvent>

/** What each field is called in the older group (kubernetes: pkg/apis/events/v1/conversion.go). */
const coreName: Readonly<Record<string, string>> = {
  regarding: 'involvedObject',
  note: 'message',
  reportingController: 'reportingComponent',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
}
const ownName = Object.fromEntries(Object.entries(coreName).map(([name, core]) => [core, name]))

/** Events through their own group are held to stricter rules. */
const strict: KindDefinition = {
  ...event,
  validate: (object) => validate(object as unknown as Core),
  validateUpdate: (object, old) => validateUpdate(object as unknown as Core, old as unknown as Core),
}

/** Events as the group events.k8s.io shows them; they are kept as those of the core group. */
export const eventV1 = kind<Typed<V1>>({
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  allowCreateOnUpdate: true,
  selectableFields,
  storedAs: {
    definition: strict,
    toStored: (object) => ({ ...renamed(object, coreName), apiVersion: 'v1' }),
    fromStored: (object) => ({ ...renamed(object, ownName), apiVersion: 'events.k8s.io/v1' }),
  },
})

const renamed = <T extends object>(object: T, names: Readonly<Record<string, string>>): T =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [names[key] ?? key, value])) as T

function selectableFields(object: Typed<V1>): Record<string, string> {
  const { regarding: of = {} } = object
  return {
    'regarding.kind': of.kind ?? '',
    'regarding.namespace': of.namespace ?? '',
    'regarding.name': of.name ?? '',
    'regarding.uid': of.uid ?? '',
    'regarding.apiVersion': of.apiVersion ?? '',
    'regarding.resourceVersion': of.resourceVersion ?? '',
    'regarding.fieldPath': of.fieldPath ?? '',
    reason: object.reason ?? '',
    reportingController: object.reportingController ?? '',
    type: object.type ?? '',
  }
}

// kubernetes: pkg/apis/core/validation/events.go

function validate(object: Core): FieldError[] {
  const { metadata, eventTime, type = '', firstTimestamp, lastTimestamp, count, source } = object
  const unset = (field: string, given: boolean) => (given ? [invalid(field, '', 'needs to be unset')] : [])
  return [
    ...(event.validate?.(object as never) ?? []),
    ...validateObjectMeta(metadata, true, validateDNS1123Subdomain),
    ...validateSeries(object),
    ...(eventTime ? [] : [required('eventTime')]),
    ...(['Normal', 'Warning'].includes(type) ? [] : [invalid('type', '', `has invalid value: ${type}`)]),
    ...unset('firstTimestamp', !!firstTimestamp),
    ...unset('lastTimestamp', !!lastTimestamp),
    ...unset('count', !!count),
    ...unset('source', !!(source?.component || source?.host)),
  ]
}

const immutable = [
  'involvedObject',
  'reason',
  'message',
  'source',
  'firstTimestamp',
  'lastTimestamp',
  'count',
  'reason',
  'type',
  'eventTime',
  'action',
  'related',
  'reportingController',
  'reportingInstance',
] as const

function validateUpdate(object: Core, old: Core): FieldError[] {
  const at = (one: Core, field: string) =>
    (one as unknown as JsonObject)[field === 'reportingController' ? 'reportingComponent' : field] ?? null
  return [
    ...(event.validateUpdate?.(object as never, old as never) ?? []),
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...(equalJson(at(object, 'series'), at(old, 'series')) ? [] : validateSeries(object)),
    ...immutable.flatMap((field) =>
      validateImmutable(at(object, field) as string, at(old, field) as string, field),
    ),
  ]
}

function validateSeries({ series }: Core): FieldError[] {
  if (!series) return []
  return [
    ...((series.count ?? 0) < 2 ? [invalid('series.count', '', 'should be at least 2')] : []),
    ...(series.lastObservedTime ? [] : [required('series.lastObservedTime')]),
  ]
}
