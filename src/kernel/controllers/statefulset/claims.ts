import type { OwnerReference } from 'kubernetes-types/meta/v1'
import type { KubeObject } from '../../api/objects.ts'
import type { View } from '../../client/informer.ts'
import { attempt, create, event, update, type Writes } from '../../client/writes.ts'
import { controllerRef } from '../pods.ts'
import { semanticEqual } from '../semantic-equal.ts'
import { claimsFor, ordinalOf, startOf, type StoredClaim, type StoredPod, type StoredSet } from './pods.ts'

// kubernetes: pkg/controller/statefulset/stateful_pod_control.go

/** Make the claims a pod needs (createPersistentVolumeClaims). */
export function* createClaims(set: StoredSet, pod: StoredPod, view: View): Writes {
  for (const claim of claimsFor(set, ordinalOf(pod, set.metadata.name))) {
    const { name, namespace } = claim.metadata
    if (view.get('PersistentVolumeClaim', `${namespace}/${name}`)) continue
    const { error } = yield* attempt(create(claim))
    const who = `Claim ${name} Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`
    if (error && error.reason !== 'AlreadyExists') {
      yield event(set, 'Warning', 'FailedCreate', `create ${who} failed error: ${error.message}`)
      throw error
    }
    if (!error) yield event(set, 'Normal', 'SuccessfulCreate', `create ${who} success`)
  }
}

/** Who a claim goes with is written in its owners: the set, a pod that is scaled away, or nobody (claimOwnerMatchesSetAndPod). */
export function* syncClaimOwners(set: StoredSet, pod: StoredPod, view: View): Writes {
  for (const { metadata } of claimsFor(set, ordinalOf(pod, set.metadata.name))) {
    const claim = view.get('PersistentVolumeClaim', `${metadata.namespace}/${metadata.name}`)
    if (!claim) continue
    const ownerReferences = ownersOf(claim, set, pod)
    if (semanticEqual(ownerReferences, claim.metadata.ownerReferences)) continue
    yield update({ ...claim, metadata: { ...claim.metadata, ownerReferences } } as KubeObject)
  }
}

export function ownersOf(claim: StoredClaim, set: StoredSet, pod: StoredPod): OwnerReference[] {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } =
    (
      set.spec as
        | { persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string; whenScaled?: string } }
        | undefined
    )?.persistentVolumeClaimRetentionPolicy ?? {}
  const ordinal = ordinalOf(pod, set.metadata.name)
  const start = startOf(set)
  const isScaledAway = ordinal < start || ordinal >= start + (set.spec?.replicas ?? 1)
  const byPod = whenScaled === 'Delete' && isScaledAway
  const bySet = whenDeleted === 'Delete' && !byPod
  const others = (claim.metadata.ownerReferences ?? []).filter(
    ({ uid }) => uid !== set.metadata.uid && uid !== pod.metadata.uid,
  )
  return [
    ...others,
    ...(bySet ? [controllerRef(set)] : []),
    ...(byPod ? [controllerRef(pod as KubeObject)] : []),
  ]
}
