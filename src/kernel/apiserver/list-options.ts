import { parseFieldSelector, type FieldSelector } from '../api/fields.ts'
import { forbidden, notSupported, type FieldError } from '../api/field-error.ts'
import { goQuote } from '../api/go-quote.ts'
import { parseInt64 } from '../api/int64.ts'
import type { KindDefinition } from '../api/kind.ts'
import { everything, matchesLabels, type Selector } from '../api/labels.ts'
import { parseSelector } from '../api/label-parser.ts'
import { badRequest, invalidObject, StatusError, unknownError } from '../api/status.ts'
import { UserError } from '../api/user-error.ts'
import { matchesFields } from '../api/fields.ts'
import type { Entry } from './entry.ts'
import type { Query } from './request-info.ts'
import type { Resource } from './resources.ts'

/** metav1.ListOptions of a request, checked. */
export interface ListOptions {
  readonly labels: Selector
  readonly fields: FieldSelector
  readonly limit: number
  readonly continue: string
  readonly resourceVersion: string
  readonly resourceVersionMatch: string
  readonly timeoutSeconds: number | undefined
  readonly allowWatchBookmarks: boolean
  readonly sendInitialEvents: boolean | undefined
}

/** Read the options of a list, watch or deletecollection; throws a StatusError. */
export function listOptions(query: Query, resource: Resource, watch: boolean): ListOptions {
  const options: ListOptions = {
    labels: parsed(() =>
      query.get('labelSelector') ? parseSelector(query.get('labelSelector')) : everything,
    ),
    fields: parsed(() => parseFieldSelector(query.get('fieldSelector'))),
    limit: Math.max(0, integer(query, 'limit') ?? 0),
    continue: query.get('continue'),
    resourceVersion: query.get('resourceVersion'),
    resourceVersionMatch: query.get('resourceVersionMatch'),
    timeoutSeconds: integer(query, 'timeoutSeconds'),
    allowWatchBookmarks: query.bool('allowWatchBookmarks'),
    sendInitialEvents: query.has('sendInitialEvents') ? query.bool('sendInitialEvents') : undefined,
  }
  const errors = watch ? watchErrors(options) : listErrors(options)
  if (errors.length)
    throw new StatusError(invalidObject({ group: 'meta.k8s.io', name: 'ListOptions' }, '', errors))
  checkFields(options.fields, resource.definition)
  return options
}

/** Whether an object is selected. */
export function selects(resource: Resource, { labels, fields }: ListOptions): (entry: Entry) => boolean {
  const byLabels = labels !== everything
  const byFields = fields.length > 0
  if (!byLabels && !byFields) return () => true
  return (entry) =>
    (!byLabels || matchesLabels(labels, entry.object.metadata.labels)) &&
    (!byFields || matchesFields(fields, resource.fieldsOf(entry)))
}

/** The revision that a text is; throws as storage does (apiserver: storage/api_object_versioner.go ParseResourceVersion). */
export function parseRevision(text: string): number {
  if (text === '') return 0
  if (!/^\d+$/.test(text)) {
    const why = `strconv.ParseUint: parsing ${goQuote(text)}: invalid syntax`
    throw new StatusError(unknownError(`resourceVersion: Invalid value: ${goQuote(text)}: ${why}`))
  }
  return Number(text)
}

function parsed<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw error instanceof UserError ? new StatusError(badRequest(error.message)) : error
  }
}

function integer(query: Query, name: string): number | undefined {
  const value = query.get(name)
  if (value === '') return undefined
  const number = parseInt64(value)
  if (number === undefined)
    throw new StatusError(badRequest(`strconv.ParseInt: parsing ${goQuote(value)}: invalid syntax`))
  return Number(number)
}

// apimachinery: pkg/apis/meta/internalversion/validation/validation.go

function listErrors(options: ListOptions): FieldError[] {
  const { resourceVersion, resourceVersionMatch: match } = options
  const path = 'resourceVersionMatch'
  const errors: FieldError[] = []
  if (match) {
    if (!resourceVersion)
      errors.push(forbidden(path, `${path} is forbidden unless resourceVersion is provided`))
    if (options.continue) errors.push(forbidden(path, `${path} is forbidden when continue is provided`))
    if (match !== 'Exact' && match !== 'NotOlderThan')
      errors.push(notSupported(path, match, ['Exact', 'NotOlderThan', '']))
    if (match === 'Exact' && resourceVersion === '0')
      errors.push(forbidden(path, `${path} "exact" is forbidden for resourceVersion "0"`))
  }
  if (options.sendInitialEvents !== undefined)
    errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'))
  return errors
}

function watchErrors(options: ListOptions): FieldError[] {
  const { resourceVersionMatch: match, sendInitialEvents } = options
  const path = 'resourceVersionMatch'
  const errors: FieldError[] = []
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan')
    errors.push(forbidden(path, `sendInitialEvents requires setting ${path} to NotOlderThan`))
  if (match) {
    if (sendInitialEvents === undefined)
      errors.push(forbidden(path, `${path} is forbidden for watch unless sendInitialEvents is provided`))
    if (match !== 'NotOlderThan') errors.push(notSupported(path, match, ['NotOlderThan']))
    if (options.continue) errors.push(forbidden(path, `${path} is forbidden when continue is provided`))
  }
  return errors
}

/** Fields that a request may name besides those that objects are selected by, and their newer names. */
const moreFields: Readonly<Record<string, readonly string[]>> = {
  '/Pod': ['spec.host', 'status.podIPs'],
  '/ServiceAccount': [],
}

/** Only known fields may be selected by (runtime.DefaultMetaV1FieldSelectorConversion and each group's conversion). */
function checkFields(selector: FieldSelector, definition: KindDefinition): void {
  if (selector.length === 0) return
  const own = definition.selectableFields ? Object.keys(definition.selectableFields(probe as never)) : []
  const known = [
    'metadata.name',
    'metadata.namespace',
    ...own,
    ...(moreFields[`${definition.group}/${definition.kind}`] ?? []),
  ]
  const wrong = selector.find(({ field }) => !known.includes(field))
  if (wrong) throw new StatusError(badRequest(unknownField(wrong.field, definition)))
}

/** An object with nothing in it, to learn the names of its fields. */
const probe = { metadata: {}, spec: {}, status: {}, involvedObject: {}, source: {}, regarding: {} }

function unknownField(field: string, { group, kind, selectableFields }: KindDefinition): string {
  if (group === 'batch') return `field label ${goQuote(field)} not supported for ${kind}`
  if (selectableFields) return `field label not supported: ${field}`
  return `${goQuote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
}
