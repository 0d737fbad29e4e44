import { controllerOf, type KubeObject } from '../api/objects.ts'
import { matchesLabels, type Selector } from '../api/labels.ts'
import { attempt, patch, read, WriteError, type Writes } from '../client/writes.ts'
import { controllerRef } from './pods.ts'

/**
 * The objects that belong to a controller: what it owns and its selector matches stays, what does not match any more is
 * released, orphans that match are adopted and get the finalizers (kubernetes: pkg/controller/controller_ref_manager.go).
 */
export function* claim<T extends KubeObject>(
  owner: KubeObject,
  selector: Selector,
  objects: readonly T[],
  finalizers: readonly string[] = [],
): Writes<T[]> {
  const claimed: T[] = []
  const errors: WriteError[] = []
  let mayAdopt: boolean | undefined
  for (const object of objects) {
    const verdict = judge(owner, selector, object)
    if (verdict === 'mine') claimed.push(object)
    else if (verdict === 'release') {
      const { error } = yield* attempt(patch(object, releasePatch(object, owner)))
      if (error && error.code !== 404 && error.code !== 422) errors.push(error)
    } else if (verdict === 'adopt') {
      mayAdopt ??= yield* canAdopt(owner)
      if (!mayAdopt) continue
      const { object: adopted, error } = yield* attempt<T>(
        patch(object, adoptPatch(object, owner, finalizers)),
      )
      if (adopted) claimed.push(adopted)
      else if (error && error.code !== 404) errors.push(error)
    }
  }
  if (errors.length) throw errors[0]
  return claimed
}

/** What to do with an object (ClaimObject). */
export function judge(
  owner: KubeObject,
  selector: Selector,
  object: KubeObject,
): 'mine' | 'release' | 'adopt' | 'leave' {
  const reference = controllerOf(object)
  const matches = matchesLabels(selector, object.metadata.labels)
  if (reference) {
    if (reference.uid !== owner.metadata.uid) return 'leave'
    if (matches) return 'mine'
    return owner.metadata.deletionTimestamp ? 'leave' : 'release'
  }
  const adoptable = matches && !owner.metadata.deletionTimestamp && !object.metadata.deletionTimestamp
  return adoptable && (owner.metadata.namespace ?? '') === (object.metadata.namespace ?? '')
    ? 'adopt'
    : 'leave'
}

/** GenerateDeleteOwnerRefStrategicMergeBytes. */
export const releasePatch = ({ metadata }: KubeObject, owner: KubeObject) => ({
  metadata: { uid: metadata.uid, ownerReferences: [{ $patch: 'delete', uid: owner.metadata.uid }] },
})

const adoptPatch = ({ metadata }: KubeObject, owner: KubeObject, finalizers: readonly string[]) => ({
  metadata: {
    uid: metadata.uid,
    ownerReferences: [controllerRef(owner)],
    ...(finalizers.length ? { finalizers } : {}),
  },
})

/** The cache may not know yet that the owner is being deleted: ask (RecheckDeletionTimestamp). */
function* canAdopt(owner: KubeObject): Writes<boolean> {
  const { object, error } = yield* attempt(read(owner))
  if (error) throw error
  const { uid, namespace, name, deletionTimestamp } = object.metadata
  if (uid !== owner.metadata.uid) {
    const why = `original ${owner.kind} ${namespace}/${name} is gone: got uid ${uid}, wanted ${owner.metadata.uid}`
    throw new WriteError(`can't adopt: ${why}`, 0, '')
  }
  if (deletionTimestamp)
    throw new WriteError(
      `can't adopt: ${namespace}/${name} has just been deleted at ${deletionTimestamp}`,
      0,
      '',
    )
  return true
}
