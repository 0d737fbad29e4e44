import type { ManagedFieldsEntry } from 'kubernetes-types/meta/v1'
import { definedKeys, equalJson, isList, isObject, without } from '../json.ts'
import type { Json, JsonObject } from '../objects.ts'
import { encode } from '../schema/encode.ts'
import { badRequest, StatusError, unknownError } from '../status.ts'
import { UserError } from '../user-error.ts'
import { managedTypeOf } from './api-type.ts'
import { capManagers } from './cap-managers.ts'
import { conflictStatus } from './conflict-status.ts'
import { fieldsOfNew } from './created-fields.ts'
import { decodeManaged, emptyManaged, encodeManaged, managerIdentifier, type Managed } from './entries.ts'
import { difference, fieldSetOf, isEmptySet, union, type FieldSet } from './field-set.ts'
import { allowedByLastApplied, lastAppliedAnnotation, withLastApplied } from './last-applied.ts'
import type { ManagedType } from './managed-type.ts'
import { fieldElement } from './path-element.ts'
import {
  applyManaged,
  ConflictError,
  updateManaged,
  type Managers,
  type VersionedSet,
  type Versions,
} from './updater.ts'
import { validateValue } from './validate.ts'
import { ValidationErrors } from './walk.ts'

// apimachinery: pkg/util/managedfields (fieldmanager.go and the managers it is made of)

/** The resource that is written to. */
export interface FieldContext {
  readonly type: ManagedType
  /** E.g. `apps/v1`. */
  readonly apiVersion: string
  readonly kind: string
  /** Empty for the resource itself. */
  readonly subresource: string
  /** Milliseconds since the epoch. */
  readonly now: number
  /** An object with nothing in it, as Go writes it: what a created object is compared with. */
  readonly zero: JsonObject
  /** Fields that a write here does not change, so nobody owns them by it (GetResetFields). */
  readonly resetFields?: FieldSet
  /** The type of the API, where it is one of those that never change: its objects have been decoded into it. */
  readonly struct?: string
  /** Set where objects of the kind are served in other versions too. */
  readonly others?: OtherVersions
}

/** The same objects in other versions of the API. */
export interface OtherVersions {
  typeOf(version: string): ManagedType | undefined
  convert(value: JsonObject, from: string, to: string): JsonObject | undefined
}

/** The context of a write to a kind, e.g. `apps.v1.Deployment`. */
export const fieldContext = (
  structName: string,
  {
    apiVersion,
    kind,
    subresource = '',
    now,
    resetFields = [],
    others,
  }: {
    readonly apiVersion: string
    readonly kind: string
    readonly subresource?: string
    readonly now: number
    /** E.g. `['status']`, `['metadata.labels']`. */
    readonly resetFields?: readonly string[]
    readonly others?: OtherVersions | undefined
  },
): FieldContext => ({
  type: managedTypeOf(structName),
  struct: structName,
  apiVersion,
  kind,
  subresource,
  now,
  zero: { ...encode(structName, {}), apiVersion, kind },
  resetFields: fieldSetOf(...resetFields.map((path) => path.split('.').map(fieldElement))),
  ...(others && { others }),
})

/** `next` with metadata.managedFields as they are after a create (no `live`), update or patch by `manager` (FieldManager.Update). */
export function trackFields(
  context: FieldContext,
  live: JsonObject | undefined,
  next: JsonObject,
  manager: string,
): JsonObject {
  const before = managedOf(live, next, context.subresource !== '')
  // Who has not been kept account of from the beginning is not from the middle (skipnonapplied.go).
  if (live && !before.fields.size) return withManaged(next, before)
  try {
    if (!live && !before.fields.size && context.struct)
      return withManaged(next, created(context, next, manager))
    return withManaged(
      next,
      update(context, withoutManaged(live ?? context.zero), withoutManaged(next), before, manager),
    )
  } catch (error) {
    // An object that does not fit its type keeps the managers it had (UpdateNoErrors).
    if (error instanceof UserError) return withManaged(next, before)
    throw error
  }
}

/**
 * `live`, or a new object, with `config` applied by `manager`, and with its managedFields (FieldManager.Apply). Throws
 * StatusError: 409 for fields that others own, unless `force`.
 */
export function applyFields(
  context: FieldContext,
  live: JsonObject | undefined,
  config: JsonObject,
  manager: string,
  force: boolean,
): JsonObject {
  checkConfig(context, config)
  const plain = withoutManaged(live ?? context.zero)
  const decoded = decodeManaged(entriesOf(live))
  if (!decoded) throw new StatusError(badRequest('failed to decode managed fields'))
  // What was there before anybody tracked it is somebody's: `before-first-apply`.
  const managed =
    live && !decoded.fields.size
      ? update(context, context.zero, plain, decoded, 'before-first-apply')
      : decoded
  const applied = apply(context, plain, config, managed, manager, force)
  const tracked = withManaged(applied.object, applied.managed)
  return manager === 'kubectl' && lastAppliedAnnotation(plain) !== undefined
    ? withLastApplied(tracked, config)
    : tracked
}

/** `next`, with the managed fields of `old` if only their times differ: such a write is none (IgnoreManagedFieldsTimestamps). */
export function ignoreNewTimes(old: JsonObject, next: JsonObject): JsonObject {
  const timeless = (object: JsonObject) =>
    entriesOf(object).map(({ time: _time, ...entry }) => entry) as unknown as Json
  if (!equalJson(timeless(old), timeless(next)) || !equalJson(withoutManaged(old), withoutManaged(next)))
    return next
  return withEntries(next, entriesOf(old))
}

/** Fields that every write sets and nobody owns (stripmeta.go). */
const stripped = fieldSetOf(
  ...['apiVersion', 'kind', 'metadata'].map((name) => [fieldElement(name)]),
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((name) => [fieldElement('metadata'), fieldElement(name)]),
)

const self = 'current-operation'

function update(
  context: FieldContext,
  live: JsonObject,
  next: JsonObject,
  before: Managed,
  manager: string,
): Managed {
  // A live object that has been decoded into its type fits it.
  for (const object of context.struct ? [next] : [live, next])
    validateValue(object, context.type, { allowDuplicates: true })
  const at = { value: live, version: context.apiVersion }
  const fields = strip(updateManaged(versionsOf(context), at, next, before.fields, self), self)
  const { [self]: gained, ...others } = Object.fromEntries(fields)
  const managed = { fields: new Map(Object.entries(others)), times: new Map(before.times) }
  if (gained) {
    const name = identifierOf(context, manager, 'Update')
    const own = others[name]
    managed.fields.set(name, own ? { ...gained, set: union(gained.set, own.set) } : gained)
    managed.times.set(name, context.now)
  }
  return capManagers(managed)
}

/** The same for an object that is new and that nobody has been given any field of. */
function created(context: FieldContext, next: JsonObject, manager: string): Managed {
  const value = withoutManaged(next)
  const name = identifierOf(context, manager, 'Update')
  const set = fieldsOfNew(
    value,
    context.type,
    `${context.struct} ${name}`,
    () => update(context, context.zero, value, emptyManaged, manager).fields.get(name)?.set,
  )
  if (!set) return emptyManaged
  const { apiVersion: version, now } = context
  return { fields: new Map([[name, { set, version, applied: false }]]), times: new Map([[name, now]]) }
}

function apply(
  context: FieldContext,
  live: JsonObject,
  config: JsonObject,
  before: Managed,
  manager: string,
  force: boolean,
): { readonly object: JsonObject; readonly managed: Managed } {
  const name = identifierOf(context, manager, 'Apply')
  const at = { value: live, version: context.apiVersion }
  const run = (forced: boolean) => applyManaged(versionsOf(context), at, config, before.fields, name, forced)
  const { value, managers, changed } = runOrUpgrade(run, context, live, manager, force)
  const fields = strip(managers, name)
  // An apply that changes nothing is not dated.
  const times = changed ? new Map([...before.times, [name, context.now]]) : before.times
  return { object: changed && isObject(value) ? value : live, managed: { fields, times } }
}

/** kubectl may take over what it owned by client-side apply. */
function runOrUpgrade<T>(
  run: (force: boolean) => T,
  context: FieldContext,
  live: JsonObject,
  manager: string,
  force: boolean,
): T {
  try {
    return run(force)
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error
    const left =
      manager === 'kubectl'
        ? allowedByLastApplied(error.conflicts, live, context.type, context.apiVersion)
        : error.conflicts
    if (left.length) throw new StatusError(conflictStatus(left))
    return run(true)
  }
}

function checkConfig(context: FieldContext, config: JsonObject): void {
  const { apiVersion, kind, metadata } = config
  if (apiVersion !== context.apiVersion)
    throw new StatusError(
      badRequest(
        `Incorrect version specified in apply patch. Specified patch version: ${apiVersion}, expected: ${context.apiVersion}`,
      ),
    )
  const meta = isObject(metadata) ? metadata : {}
  if (meta['managedFields'] !== undefined && meta['managedFields'] !== null)
    throw new StatusError(badRequest('metadata.managedFields must be nil'))
  try {
    validateValue(config, context.type)
  } catch (error) {
    if (!(error instanceof ValidationErrors)) throw error
    const where = `${textOf(meta['namespace'])}/${textOf(meta['name'])}`
    const version = context.apiVersion.includes('/') ? apiVersion : `/${apiVersion}`
    const what = `(${where}; ${version}, Kind=${kind})`
    throw new StatusError(unknownError(`failed to create typed patch object ${what}: ${error.message}`))
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const versionsOf = (context: FieldContext): Versions => ({
  typeOf: (version) =>
    version === context.apiVersion ? context.type : (context.others?.typeOf(version) ?? context.type),
  // What was written in versions that are not served any more is forgotten.
  convert: ({ value, version: from }, version) =>
    version === from ? value : isObject(value) ? context.others?.convert(value, from, version) : undefined,
  ...(context.resetFields && !isEmptySet(context.resetFields) ? { ignored: () => context.resetFields } : {}),
})

const identifierOf = (
  { apiVersion, subresource }: FieldContext,
  manager: string,
  operation: string,
): string => managerIdentifier({ manager: manager || 'unknown', operation, apiVersion, subresource })

/** What the manager gained, without the fields that nobody owns. */
function strip(managers: Managers, name: string): Managers {
  const entry = managers.get(name)
  if (!entry) return managers
  const result = new Map<string, VersionedSet>(managers)
  const set = difference(entry.set, stripped)
  if (isEmptySet(set)) result.delete(name)
  else result.set(name, { ...entry, set })
  return result
}

/** The managers to start from: those that the request itself gives, or those of the live object. */
function managedOf(live: JsonObject | undefined, next: JsonObject, ignoreRequest: boolean): Managed {
  const given = entriesOf(next)
  const ofLive = () => decodeManaged(entriesOf(live)) ?? emptyManaged
  if (ignoreRequest) return ofLive()
  // One empty entry is how a client clears them.
  if (given.length === 1 && given[0] && !definedKeys(given[0] as unknown as JsonObject).length)
    return emptyManaged
  const decoded = given.length ? decodeManaged(given) : undefined
  return decoded ?? ofLive()
}

function entriesOf(object: JsonObject | undefined): readonly ManagedFieldsEntry[] {
  const metadata = object?.['metadata']
  const entries = isObject(metadata) ? metadata['managedFields'] : undefined
  return isList(entries) ? (entries as unknown as readonly ManagedFieldsEntry[]) : []
}

function withoutManaged(object: JsonObject): JsonObject {
  const { metadata } = object
  return isObject(metadata) && 'managedFields' in metadata
    ? { ...object, metadata: without(metadata, 'managedFields') }
    : object
}

const withManaged = (object: JsonObject, managed: Managed): JsonObject =>
  withEntries(object, encodeManaged(managed))

function withEntries(object: JsonObject, entries: readonly ManagedFieldsEntry[]): JsonObject {
  const { metadata } = object
  const rest = without(isObject(metadata) ? metadata : {}, 'managedFields')
  return {
    ...object,
    metadata: entries.length ? { ...rest, managedFields: entries as unknown as Json } : rest,
  }
}
