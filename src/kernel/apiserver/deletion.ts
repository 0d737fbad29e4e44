import type { JsonObject, KubeObject, Stored } from '../api/objects.ts'
import { conflict, deleted, notFound, StatusError } from '../api/status.ts'
import { formatTime, parseTime } from '../api/time.ts'
import { field, withField, withMeta } from './meta.ts'
import type { Entry } from './entry.ts'
import type { Resource } from './resources.ts'
import type { Outcome } from './storage.ts'
import { attributesOf, DryRun, type Writing } from './store.ts'
import type { Task } from './task.ts'
import type { Deletion } from './write-options.ts'

// apiserver: pkg/registry/generic/registry/store.go Delete, pkg/registry/rest/delete.go

/** What a deletion gave: the object as it is now or was last, or word that it is gone. */
export interface Deleted {
  readonly object: Stored
  /** True when nothing is left of it. */
  readonly gone: boolean
}

/** Kinds whose deletion answers with the object instead of a Status (Store.ReturnDeletedObject). */
const returnsObject = [
  'Pod',
  'Service',
  'ServiceAccount',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'PodTemplate',
  'ResourceQuota',
]

/** The body of the answer to DELETE. */
export function deletionBody(resource: Resource, { object, gone }: Deleted): unknown {
  if (!gone || (resource.definition.group === '' && returnsObject.includes(resource.definition.kind)))
    return object
  return deleted(resource.groupResource, object.metadata.name, object.metadata.uid)
}

/** Delete one object, gracefully and by its finalizers. */
export function* remove(
  writing: Writing,
  resource: Resource,
  target: { readonly namespace: string; readonly name: string },
  options: Deletion,
): Task<Deleted> {
  const { api } = writing
  const key = resource.keyOf(target.namespace, target.name)
  const now = api.os.clock
  for (;;) {
    let marked: Stored | undefined
    let pending = false
    let last: Stored | undefined
    const entry = yield* api.storage.update(resource.cache, key, function* (current): Task<Outcome> {
      if (!current) throw new StatusError(notFound(resource.groupResource, target.name))
      checkPreconditions(resource, current, options)
      const attributes = attributesOf(
        writing,
        resource,
        'DELETE',
        '',
        undefined,
        current.object as KubeObject,
      )
      yield* api.admission.validate(attributes, api)
      last = current.object
      const step = nextStep(resource, current.object, options, now)
      if (step === 'pending') pending = true
      if (step === 'pending') return { same: true }
      if (writing.dryRun)
        throw new DryRun((step === 'remove' ? last : step.put) as unknown as JsonObject, step === 'remove')
      if (step === 'remove') return { remove: true }
      if (step.thenRemove) marked = step.put as Stored
      return { put: step.put as unknown as JsonObject }
    })
    if (pending || (entry && !marked)) return { object: entry?.object ?? last!, gone: false }
    if (!entry) return { object: last!, gone: true }
    return yield* removeMarked(writing, resource, key, entry)
  }
}

/** The second half of a deletion without grace: the mark is there, now the object goes, unless it has been changed since. */
function* removeMarked(writing: Writing, resource: Resource, key: string, marked: Entry): Task<Deleted> {
  const { uid } = marked.object.metadata
  let last = marked.object
  let kept: Stored | undefined
  yield* writing.api.storage.update(resource.cache, key, (current): Outcome => {
    kept = undefined
    if (!current || current.object.metadata.uid !== uid) return { same: true }
    last = current.object
    if (!hasFinalizers(current.object)) return { remove: true }
    kept = current.object
    return { same: true }
  })
  return kept ? { object: kept, gone: false } : { object: last, gone: true }
}

type Step = 'remove' | 'pending' | { readonly put: KubeObject; readonly thenRemove: boolean }

/** What the deletion of an object as it is now begins with. */
function nextStep(resource: Resource, stored: Stored, options: Deletion, now: number): Step {
  const object = stored as KubeObject
  const begun = resource.definition.beginDeletion?.(object, { now })
  if (begun) return { put: begun, thenRemove: false }
  const grace = gracePeriod(resource, object, options)
  if (grace === 'pending') return 'pending'
  const finalizers = finalizersAfter(resource, object, options)
  if (resource.definition.kind === 'Namespace' && resource.definition.group === '')
    return namespaceStep(withFinalizers(object, finalizers), now)
  if (grace !== undefined) {
    const marked = withFinalizers(mark(object, grace, now), finalizers)
    return { put: marked, thenRemove: grace === 0 && finalizers.length === 0 }
  }
  if (finalizers.length === 0) return 'remove'
  const marked = withFinalizers(object.metadata.deletionTimestamp ? object : mark(object, 0, now), finalizers)
  return { put: marked, thenRemove: false }
}

/** Seconds of grace; undefined: the kind knows none (rest.BeforeDelete). */
function gracePeriod(
  resource: Resource,
  object: KubeObject,
  options: Deletion,
): number | undefined | 'pending' {
  const { gracePeriodSeconds: strategy } = resource.definition
  if (!strategy) return undefined
  const { deletionTimestamp, deletionGracePeriodSeconds: left } = object.metadata
  if (!deletionTimestamp) return strategy(object, options.gracePeriodSeconds)
  if (left === undefined) return undefined
  // A deletion under way can only be made shorter.
  const { gracePeriodSeconds: asked } = options
  return asked === undefined || asked >= left ? 'pending' : Math.max(asked, 0)
}

/** The object with the moment at which it shall be gone; kubelets and controllers take it from there. */
function mark(object: KubeObject, graceSeconds: number, now: number): KubeObject {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, generation } = object.metadata
  const begun = deletionTimestamp
    ? (parseTime(deletionTimestamp) ?? now) - deletionGracePeriodSeconds * 1000
    : now
  return withMeta(object, {
    deletionTimestamp: formatTime(begun + graceSeconds * 1000),
    deletionGracePeriodSeconds: graceSeconds,
    ...(generation && !deletionTimestamp ? { generation: generation + 1 } : {}),
  })
}

const orphan = 'orphan'
const foreground = 'foregroundDeletion'

/** Finalizers of the garbage collector come and go with the propagation policy (deletionFinalizersForGarbageCollection). */
function finalizersAfter(resource: Resource, object: KubeObject, options: Deletion): readonly string[] {
  const before = object.metadata.finalizers ?? []
  if (resource.definition.kind === 'Event') return before
  const kept = before.filter((name) => name !== orphan && name !== foreground)
  const policy = policyOf(options, before)
  if (policy === 'Orphan') return [...kept, orphan]
  return policy === 'Foreground' ? [...kept, foreground] : kept
}

function policyOf({ orphanDependents, propagationPolicy }: Deletion, finalizers: readonly string[]): string {
  if (orphanDependents !== undefined) return orphanDependents ? 'Orphan' : 'Background'
  if (propagationPolicy !== undefined) return propagationPolicy
  if (finalizers.includes(orphan)) return 'Orphan'
  return finalizers.includes(foreground) ? 'Foreground' : 'Background'
}

/** A namespace is emptied first; who does so takes the finalizer from its spec (kubernetes: registry/core/namespace/storage). */
function namespaceStep(object: KubeObject, now: number): Step {
  const spec = (field(object, 'spec') ?? {}) as { finalizers?: readonly string[] }
  if (object.metadata.deletionTimestamp)
    return spec.finalizers?.length || hasFinalizers(object) ? 'pending' : 'remove'
  const marked = withMeta(object, { deletionTimestamp: formatTime(now) })
  const status = { ...(field(object, 'status') as JsonObject), phase: 'Terminating' }
  return { put: withField(marked, 'status', status), thenRemove: false }
}

function checkPreconditions(resource: Resource, { object }: Entry, { preconditions }: Deletion): void {
  const { uid, resourceVersion, name } = object.metadata
  const refuse = (what: string, given: string, found: string) => {
    const why = `the ${what} in the precondition (${given}) does not match the ${what} in record (${found}). The object might have been deleted and then recreated`
    const changed = `the ${what} in the precondition (${given}) does not match the ${what} in record (${found}). The object might have been modified`
    throw new StatusError(conflict(resource.groupKind, name, what === 'UID' ? why : changed))
  }
  if (preconditions?.uid && preconditions.uid !== uid) refuse('UID', preconditions.uid, uid)
  if (preconditions?.resourceVersion && preconditions.resourceVersion !== resourceVersion)
    refuse('ResourceVersion', preconditions.resourceVersion, resourceVersion)
}

/** Whether an update takes away the last thing that kept the object (store.go ShouldDeleteDuringUpdate). */
export function shouldDeleteDuringUpdate(resource: Resource, next: KubeObject, old: Stored): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds } = old.metadata
  if (!deletionTimestamp || hasFinalizers(next)) return false
  if (resource.definition.kind === 'Namespace' && resource.definition.group === '') {
    const spec = (field(next, 'spec') ?? {}) as { finalizers?: readonly string[] }
    return !spec.finalizers?.length
  }
  return !deletionGracePeriodSeconds
}

const hasFinalizers = ({ metadata }: Pick<KubeObject, 'metadata'>): boolean =>
  (metadata.finalizers?.length ?? 0) > 0

const withFinalizers = (object: KubeObject, finalizers: readonly string[]): KubeObject =>
  withMeta(object, { finalizers: finalizers.length ? [...finalizers] : undefined })
