import type { Event } from 'kubernetes-types/core/v1'
import { invalid, notSupported, required, type FieldError } from '../field-error.ts'
import { kind, type Typed } from '../kind.ts'
import { validateDNS1123Label } from '../names.ts'
import { byteLength } from '../utf8.ts'
import { doc, nameColumn, printAge, text, wide } from './column.ts'
import { qualifiedName } from './validation/rules.ts'

/** kubernetes: pkg/registry/core/event/strategy.go */
export const event = kind<Typed<Event>>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  allowCreateOnUpdate: true,
  validate,
  validateUpdate: (object) => validateLegacy(object),
  selectableFields,
  columns: [
    text('Last Seen', doc('core.v1.Event.lastTimestamp'), (object, now) => lastSeen(object, now)),
    text('Type', doc('core.v1.Event.type'), ({ type }) => type ?? ''),
    text('Reason', doc('core.v1.Event.reason'), ({ reason }) => reason ?? ''),
    text('Object', doc('core.v1.Event.involvedObject'), ({ involvedObject: { kind: of, name } }) =>
      of ? `${of.toLowerCase()}/${name ?? ''}` : (name ?? ''),
    ),
    wide(
      'Subobject',
      doc('core.v1.ObjectReference.fieldPath'),
      ({ involvedObject }) => involvedObject.fieldPath ?? '',
    ),
    wide('Source', doc('core.v1.Event.source'), (object) => formatSource(object)),
    text('Message', doc('core.v1.Event.message'), ({ message }) => (message ?? '').trim()),
    wide('First Seen', doc('core.v1.Event.firstTimestamp'), (object, now) => firstSeen(object, now)),
    wide('Count', doc('core.v1.Event.count'), ({ series, count }) => series?.count ?? (count || 1)),
    { ...nameColumn, priority: 1 },
  ],
})

/** kubernetes: pkg/apis/core/validation/events.go ValidateEventCreate; events of this group are held to the older rules. */
function validate(object: Typed<Event>): FieldError[] {
  const errors = validateLegacy(object)
  if (errors.length > 0 || !object.eventTime) return errors
  return validateNew(object)
}

/** An event stands where its object does; that of a cluster-scoped object in `default`. */
function validateLegacy({ metadata, involvedObject }: Typed<Event>): FieldError[] {
  const { namespace = '' } = metadata
  const { namespace: of = '' } = involvedObject
  const matches = of === '' ? namespace === 'default' || namespace === 'kube-system' : namespace === of
  return [
    ...(matches ? [] : [invalid('involvedObject.namespace', of, 'does not match event.namespace')]),
    ...(validateDNS1123Label(namespace).length > 0 ? [invalid('namespace', namespace, '')] : []),
  ]
}

/** Events of the newer API must say who reports what. */
function validateNew(object: Typed<Event>): FieldError[] {
  const {
    reportingComponent = '',
    reportingInstance = '',
    action = '',
    reason = '',
    message = '',
    type = '',
  } = object
  const types = ['Normal', 'Warning']
  return [
    ...(reportingComponent
      ? qualifiedName('reportingController', reportingComponent)
      : [required('reportingController')]),
    ...limited('reportingInstance', reportingInstance, true),
    ...limited('action', action, true),
    ...limited('reason', reason, true),
    ...(byteLength(message) > 1024 ? [invalid('message', '', 'can have at most 1024 characters')] : []),
    ...(types.includes(type) ? [] : [notSupported('type', type, types)]),
  ]
}

function limited(field: string, value: string, needed: boolean): FieldError[] {
  if (value === '') return needed ? [required(field)] : []
  return byteLength(value) > 128 ? [invalid(field, '', 'can have at most 128 characters')] : []
}

/** kubernetes: pkg/registry/core/event/strategy.go ToSelectableFields. */
function selectableFields(object: Typed<Event>): Record<string, string> {
  const { involvedObject: of, source } = object
  return {
    'involvedObject.kind': of.kind ?? '',
    'involvedObject.namespace': of.namespace ?? '',
    'involvedObject.name': of.name ?? '',
    'involvedObject.uid': of.uid ?? '',
    'involvedObject.apiVersion': of.apiVersion ?? '',
    'involvedObject.resourceVersion': of.resourceVersion ?? '',
    'involvedObject.fieldPath': of.fieldPath ?? '',
    reason: object.reason ?? '',
    reportingComponent: object.reportingComponent ?? '',
    source: source?.component || (object.reportingComponent ?? ''),
    type: object.type ?? '',
  }
}

const firstSeen = (object: Typed<Event>, now: number): string =>
  object.firstTimestamp ? printAge(object.firstTimestamp, now) : printAge(object.eventTime, now)

/** The series, or the last of several, or the only one (kubernetes: pkg/printers printEvent). */
function lastSeen(object: Typed<Event>, now: number): string {
  const { series, lastTimestamp } = object
  if (series?.lastObservedTime) return printAge(series.lastObservedTime, now)
  return lastTimestamp ? printAge(lastTimestamp, now) : firstSeen(object, now)
}

/** `kubelet, node1` (kubernetes: pkg/printers formatEventSource). */
function formatSource({ source, reportingComponent, reportingInstance }: Typed<Event>): string {
  const component = source?.component || reportingComponent || ''
  const instance = source?.host || reportingInstance || ''
  return instance ? `${component}, ${instance}` : component
}
