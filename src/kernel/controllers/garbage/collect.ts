import type { OwnerReference } from 'kubernetes-types/meta/v1'
import type { KubeObject } from '../../api/objects.ts'
import { attempt, patch, read, remove, WriteError, type Writes } from '../../client/writes.ts'
import { blockingDependents, FOREGROUND, ORPHAN, type GraphNode, type Identity } from './graph.ts'

// kubernetes: pkg/controller/garbagecollector/garbagecollector.go. The cache is never believed when something is to be deleted.

/** What came of examining a node. */
export interface Verdict {
  /** The object is not there any more: the graph is to forget it. */
  readonly absent?: boolean
  /** Others that should be examined now. */
  readonly examine?: readonly GraphNode[]
}

/** Owners that are known to be gone, so that they are asked for once. */
export type AbsentOwners = Set<string>

interface OwnerCache {
  readonly absent: AbsentOwners
  /** Whether a kind can be looked up at all. */
  isServed(identity: { readonly apiVersion: string; readonly kind: string }): boolean
  isNamespaced(identity: { readonly apiVersion: string; readonly kind: string }): boolean
}

/** Delete the object, if nobody owns it any more (attemptToDeleteItem). */
export function* examine(node: GraphNode, cache: OwnerCache): Writes<Verdict> {
  if (node.beingDeleted && !node.deletingDependents) return {}
  const { object, error } = yield* attempt(read(targetOf(node.identity)))
  if (error?.code === 404 || (object && object.metadata.uid !== node.identity.uid)) return { absent: true }
  if (error) throw error
  if (node.virtual)
    throw new WriteError(`${node.identity.kind} ${node.identity.name} was not observed yet`, 0, '')
  if (node.deletingDependents) return yield* waitForDependents(node, object)
  const owners = object.metadata.ownerReferences ?? []
  if (!owners.length) return {}
  const { solid, dangling, waiting } = yield* classify(node, owners, cache)
  if (solid.length) {
    if (dangling.length || waiting.length) yield ownersPatch(node.identity, [...dangling, ...waiting])
    return {}
  }
  return waiting.length && node.dependents.size
    ? yield* deleteWithDependents(node, object)
    : yield* deleteObject(node.identity, defaultPolicy(object))
}

/** Keep the dependents of an owner that is being deleted (attemptToOrphanWorker). */
export function* orphan(node: GraphNode): Writes {
  for (const dependent of [...node.dependents]) {
    const { error } = yield* attempt(ownersPatch(dependent.identity, [{ uid: node.identity.uid }]))
    if (error && error.code !== 404 && error.code !== 422) throw error
  }
  yield* removeFinalizer(node.identity, ORPHAN)
}

/** processDeletingDependentsItem. */
function* waitForDependents(node: GraphNode, object: KubeObject): Writes<Verdict> {
  const blocking = blockingDependents(node)
  if (!blocking.length) {
    yield* removeFinalizer(node.identity, FOREGROUND, object)
    return {}
  }
  return { examine: blocking.filter(({ deletingDependents }) => !deletingDependents) }
}

/** Owners that are there, that are gone, and that wait for this one to go (classifyReferences). */
function* classify(node: GraphNode, owners: readonly OwnerReference[], cache: OwnerCache) {
  const solid: OwnerReference[] = []
  const dangling: OwnerReference[] = []
  const waiting: OwnerReference[] = []
  for (const reference of owners) {
    const owner = yield* findOwner(node, reference, cache)
    if (!owner) dangling.push(reference)
    else if (owner.metadata.deletionTimestamp && owner.metadata.finalizers?.includes(FOREGROUND))
      waiting.push(reference)
    else solid.push(reference)
  }
  return { solid, dangling, waiting }
}

function* findOwner(
  node: GraphNode,
  reference: OwnerReference,
  cache: OwnerCache,
): Writes<KubeObject | undefined> {
  const namespaced = cache.isNamespaced(reference)
  const id = `${namespaced ? node.identity.namespace : ''}/${reference.uid}`
  if (cache.absent.has(id)) return undefined
  // A kind that is not served now may be served again: nothing is deleted for that.
  if (!cache.isServed(reference))
    throw new WriteError(`unable to get REST mapping for ${reference.apiVersion}/${reference.kind}.`, 0, '')
  const namespace = namespaced ? node.identity.namespace : undefined
  const { object, error } = yield* attempt(read(targetOf({ ...reference, namespace })))
  if (error && error.code !== 404) throw error
  if (object && object.metadata.uid === reference.uid) return object
  cache.absent.add(id)
  return undefined
}

/** All owners are gone or wait: so does this one, for its own dependents. */
function* deleteWithDependents(node: GraphNode, object: KubeObject): Writes<Verdict> {
  if ([...node.dependents].some(({ deletingDependents }) => deletingDependents)) {
    // A circle of owners must not wait for itself (garbagecollector.go: unblockOwnerReferencesStrategicMergePatch).
    const ownerReferences = (object.metadata.ownerReferences ?? []).map(({ uid }) => ({
      uid,
      blockOwnerDeletion: false,
    }))
    yield patch(targetOf(node.identity), { metadata: { uid: node.identity.uid, ownerReferences } })
  }
  return yield* deleteObject(node.identity, 'Foreground')
}

function defaultPolicy({ metadata }: KubeObject): string {
  if (metadata.finalizers?.includes(ORPHAN)) return 'Orphan'
  return metadata.finalizers?.includes(FOREGROUND) ? 'Foreground' : 'Background'
}

function* deleteObject(identity: Identity, propagationPolicy: string): Writes<Verdict> {
  const options = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    preconditions: { uid: identity.uid },
    propagationPolicy,
  }
  const { error } = yield* attempt(remove(targetOf(identity), options))
  if (error?.code === 404 || error?.code === 409) return {}
  if (error) throw error
  return {}
}

const ownersPatch = (identity: Identity, owners: readonly { readonly uid: string }[]) =>
  patch(targetOf(identity), {
    metadata: { uid: identity.uid, ownerReferences: owners.map(({ uid }) => ({ $patch: 'delete', uid })) },
  })

function* removeFinalizer(identity: Identity, finalizer: string, known?: KubeObject): Writes {
  let object = known
  for (let tries = 0; tries < 5; tries++) {
    object ??= (yield* attempt(read(targetOf(identity)))).object
    const finalizers = object?.metadata.finalizers
    if (!object || !finalizers?.includes(finalizer)) return
    const { resourceVersion } = object.metadata
    const kept = finalizers.filter((other) => other !== finalizer)
    const { error } = yield* attempt(
      patch(targetOf(identity), { metadata: { resourceVersion, finalizers: kept } }, 'merge'),
    )
    if (!error || error.code === 404) return
    if (error.code !== 409) throw error
    object = undefined
  }
  throw new WriteError(
    `updateMaxRetries(5) has reached. The garbage collector will retry later for owner ${identity.name}.`,
    0,
    '',
  )
}

const targetOf = ({ apiVersion, kind, namespace, name }: Omit<Identity, 'uid'>) => ({
  apiVersion,
  kind,
  metadata: { ...(namespace ? { namespace } : {}), name },
})
