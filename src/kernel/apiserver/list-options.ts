import { matchesFields, parseFieldSelector, type FieldSelector } from '../api/fields.ts'
import { forbidden, notSupported, type FieldError } from '../api/field-error.ts'
import { goQuote } from '../api/go-quote.ts'
import { parseInt64 } from '../api/int64.ts'
import type { KindDefinition } from '../api/kind.ts'
import { everything, matchesLabels, type Selector } from '../api/labels.ts'
import { parseSelector } from '../api/label-parser.ts'
import { badRequest, invalidObject, StatusError, unknownError } from '../api/status.ts'
import { UserError } from '../api/user-error.ts'
import type { Entry } from './entry.ts'
import { currentField, unknownField } from './field-labels.ts'
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
  return { ...options, fields: options.fields.map((term) => ({ ...term, field: currentField(term.field) })) }
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

/** Only known fields may be selected by. */
function checkFields(selector: FieldSelector, definition: KindDefinition): void {
  for (const { field } of selector) {
    const why = unknownField(field, definition)
    if (why) throw new StatusError(badRequest(why))
  }
}
