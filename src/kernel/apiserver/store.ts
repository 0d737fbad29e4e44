import { equalJson } from '../api/json.ts'
import { ignoreNewTimes } from '../api/managed-fields/field-manager.ts'
import type { JsonObject, KubeObject, Stored } from '../api/objects.ts'
import {
  alreadyExists,
  conflict,
  generateNameConflict,
  invalidObject,
  notFound,
  optimisticLockMessage,
  StatusError,
  unknownError,
} from '../api/status.ts'
import { invalid } from '../api/field-error.ts'
import type { Attributes } from './admission/chain.ts'
import { withMeta } from './meta.ts'
import type { Api, User } from './call.ts'
import type { Entry } from './entry.ts'
import { tracked } from './field-tracking.ts'
import type { Resource } from './resources.ts'
import { shouldDeleteDuringUpdate } from './deletion.ts'
import type { Outcome } from './storage.ts'
import { encoded, sharing } from './sharing.ts'
import { prepareCreate, prepareUpdate } from './strategy.ts'
import type { Task } from './task.ts'

// apiserver: pkg/registry/generic/registry/store.go

/** On whose behalf and how an object is written. */
export interface Writing {
  readonly api: Api
  readonly user: User
  readonly dryRun: boolean
  /** Who will own the fields that are written; undefined where nobody keeps account. */
  readonly manager?: string
  /** As which view of the objects the client writes, where that is not how they are kept. */
  readonly as?: Resource
  warn(text: string): void
}

/** Names are tried so often until one is free (maxNameGenerationCreateAttempts). */
const MAX_NAMES = 8

/** Create an object that has been through decoding; admission, preparation and validation are done here. */
export function* create(writing: Writing, resource: Resource, object: KubeObject): Task<Stored> {
  const { generateName: prefix, name } = object.metadata
  for (let tries = 1; ; tries++) {
    try {
      return yield* createOnce(writing, resource, object)
    } catch (error) {
      const taken = error instanceof StatusError && error.status.reason === 'AlreadyExists'
      if (!taken || !prefix || name) throw error
      if (tries < MAX_NAMES) continue
      throw new StatusError(generateNameConflict(resource.groupResource, error.status.details?.name ?? '', 1))
    }
  }
}

function* createOnce(writing: Writing, resource: Resource, given: KubeObject): Task<Stored> {
  const { api } = writing
  if (given.metadata.resourceVersion)
    throw new StatusError(unknownError('resourceVersion should not be set on objects to be created'))
  const prepared = yield* admitted(writing, resource, given)
  const { namespace = '', name = '' } = prepared.metadata
  const key = resource.keyOf(namespace, name)
  const entry = yield* api.storage.update(resource.cache, key, (current): Outcome => {
    const outcome = creation(writing, resource, prepared)
    if (current) throw new StatusError(taken(resource, current))
    if (writing.dryRun) throw new DryRun(outcome.put)
    return outcome
  })
  return entry!.object
}

/** Through admission, preparation and validation. */
function* admitted(writing: Writing, resource: Resource, object: KubeObject): Task<KubeObject> {
  const { admission } = writing.api
  const owned = owning(writing, resource, '', object, undefined)
  const attributes = attributesOf(writing, resource, 'CREATE', '', owned, undefined)
  const mutated = (yield* admission.mutate(attributes, writing.api)) ?? owned
  const prepared = prepareCreate(writing, resource, mutated)
  yield* admission.validate(
    { ...attributes, object: prepared, name: prepared.metadata.name ?? '' },
    writing.api,
  )
  return prepared
}

function creation(
  { api }: Writing,
  resource: Resource,
  prepared: KubeObject,
): Extract<Outcome, { put: unknown }> {
  const { object, also } = resource.allocate(api, encoded(resource, prepared), undefined)
  return { put: object, ttlSeconds: ttlSeconds(api, resource), ...(also ? { also } : {}) }
}

/** A dry run ends where the write would begin. */
export class DryRun {
  readonly object: JsonObject
  /** A deletion would have left nothing. */
  readonly gone: boolean
  /** An update would have made it. */
  readonly created: boolean
  constructor(object: JsonObject, gone = false, created = false) {
    this.object = object
    this.gone = gone
    this.created = created
  }
}

/** How an update makes the new object of the old. */
export interface Change {
  readonly subresource?: string
  /** True when a missing object is to be made by `produce` out of nothing. */
  readonly creates?: boolean
  /** Must be the object's uid if it is given. */
  readonly uid?: string
  /** Instead of the kind's own preparation and validation, for subresources with rules of their own. */
  prepare?(object: KubeObject, old: KubeObject): KubeObject
  produce(old: Stored | undefined): Task<KubeObject> | KubeObject
}

/** Change an object; retried with what there is now when another write came in between. */
export function* update(
  writing: Writing,
  resource: Resource,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  change: Change,
): Task<{ object: Stored; created: boolean }> {
  const { api } = writing
  const key = resource.keyOf(namespace, name)
  let removed: Stored | undefined
  let created = false
  const entry = yield* api.storage.update(resource.cache, key, function* (current): Task<Outcome> {
    if (!current) {
      if (!change.creates) throw new StatusError(notFound(resource.groupResource, name))
      created = true
      const given = withMeta(yield* produced(change, undefined), { resourceVersion: undefined })
      const outcome = creation(writing, resource, yield* admitted(writing, resource, given))
      if (writing.dryRun) throw new DryRun(outcome.put, false, true)
      return outcome
    }
    created = false
    checkUid(resource, current, name, change.uid)
    const next = yield* replacement(writing, resource, current, change)
    if (shouldDeleteDuringUpdate(resource, next, current.object)) {
      const last = encoded(resource, next, current.object)
      removed = last as unknown as Stored
      if (writing.dryRun) throw new DryRun(last)
      return { remove: true }
    }
    const allocated = resource.allocate(api, encoded(resource, next, current.object), current.object)
    const { also } = allocated
    const object = ignoreNewTimes(current.object as unknown as JsonObject, allocated.object)
    if (equalJson(object, current.object as unknown as JsonObject)) return { same: true }
    if (writing.dryRun) throw new DryRun(object)
    return { put: object, ttlSeconds: ttlSeconds(api, resource), ...(also ? { also } : {}) }
  })
  return { object: entry?.object ?? removed!, created }
}

function* produced(change: Change, old: Stored | undefined): Task<KubeObject> {
  const result = change.produce(old)
  return 'next' in result ? yield* result : result
}

function* replacement(
  writing: Writing,
  resource: Resource,
  current: Entry,
  change: Change,
): Task<KubeObject> {
  const { api } = writing
  const old = current.object as KubeObject
  const subresource = change.subresource ?? ''
  // Compared in the form in which the old one was stored.
  const produce = yield* produced(change, current.object)
  const given = sharing(encoded(resource, produce, old), old) as unknown as KubeObject
  const wanted = owning(writing, resource, subresource, given, old)
  const attributes = attributesOf(writing, resource, 'UPDATE', subresource, wanted, old)
  const mutated = (yield* api.admission.mutate(attributes, api)) ?? wanted
  const checked = checkVersion(resource, mutated, current)
  const prepared =
    change.prepare?.(checked, old) ?? prepareUpdate(writing, resource, subresource, checked, old)
  yield* api.admission.validate({ ...attributes, object: prepared }, api)
  return prepared
}

/** The write is for what there is now, or for whatever there is (store.go Update). */
function checkVersion(resource: Resource, object: KubeObject, current: Entry): KubeObject {
  const { resourceVersion } = object.metadata
  const now = String(current.revision)
  if (resourceVersion && resourceVersion !== '0') {
    if (resourceVersion === now) return object
    throw new StatusError(conflict(resource.groupResource, object.metadata.name ?? '', optimisticLockMessage))
  }
  if (resource.definition.allowUnconditionalUpdate !== false)
    return withMeta(object, { resourceVersion: now })
  const error = invalid('metadata.resourceVersion', 0, 'must be specified for an update')
  const hexadecimal = { ...error, message: error.message.replace('Invalid value: 0:', 'Invalid value: 0x0:') }
  throw new StatusError(invalidObject(resource.groupKind, object.metadata.name ?? '', [hexadecimal]))
}

function checkUid(resource: Resource, current: Entry, name: string, uid: string | undefined): void {
  if (!uid || uid === current.object.metadata.uid) return
  const why =
    `StorageError: invalid object, Code: 4, Key: ${resource.cache.prefix}${current.key}, ResourceVersion: 0, ` +
    `AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.object.metadata.uid}`
  throw new StatusError(conflict(resource.groupResource, name, why))
}

export function attributesOf(
  { user, dryRun, warn }: Writing,
  resource: Resource,
  operation: Attributes['operation'],
  subresource: string,
  object: KubeObject | undefined,
  old: KubeObject | undefined,
): Attributes {
  const { namespace = '', name = '' } = (object ?? old)?.metadata ?? {}
  return { operation, resource, subresource, namespace, name, object, old, user, dryRun, warn }
}

function taken(resource: Resource, current: Entry) {
  const status = alreadyExists(resource.groupResource, current.object.metadata.name)
  return current.object.metadata.deletionTimestamp
    ? { ...status, message: `object is being deleted: ${status.message}` }
    : status
}

/** The object with its managers; their account is kept in what is sent and stored, so it is made of that form. */
function owning(
  { api, manager, as }: Writing,
  resource: Resource,
  subresource: string,
  next: KubeObject,
  live: KubeObject | undefined,
): KubeObject {
  if (manager === undefined || (!resource.typed && !resource.custom)) return next
  const view = as ?? resource
  const seen = (object: KubeObject) => view.shown(object) as unknown as JsonObject
  const whole = live ? next : (encoded(resource, next) as unknown as KubeObject)
  const object = tracked(view, subresource, live && seen(live), seen(whole), manager, api.os.clock)
  if (view === resource) return object as unknown as KubeObject
  const { managedFields } = object['metadata'] as KubeObject['metadata']
  return withMeta(whole, { managedFields })
}

const ttlSeconds = (api: Api, { definition }: Resource): number | undefined =>
  definition.kind === 'Event' ? api.flags.milliseconds('event-ttl') / 1000 : undefined
