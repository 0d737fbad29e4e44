import type { PersistentVolume, PersistentVolumeClaim } from 'kubernetes-types/core/v1'
import type { KubeObject, Stored } from '../../api/objects.ts'
import { event, perform, update, updateStatus, type Writes } from '../../client/writes.ts'
import { semanticEqual } from '../semantic-equal.ts'
import { BIND_COMPLETED, BOUND_BY_CONTROLLER, capacityOf } from './matching.ts'

export type Volume = Stored<PersistentVolume>
export type Claim = Stored<PersistentVolumeClaim>

/** Write down on both sides that they belong together, the volume first (pv_controller.go bind). */
export function* bind(volume: Volume, claim: Claim): Writes {
  const bound = yield* setPhase(yield* bindVolume(volume, claim), 'Bound')
  const bounded = yield* bindClaim(claim, bound)
  yield* settleClaim(bounded, 'Bound', bound)
}

function* bindVolume(volume: Volume, claim: Claim): Writes<Volume> {
  const { uid, name, namespace } = claim.metadata
  const { claimRef } = volume.spec ?? {}
  if (claimRef?.uid === uid && claimRef.name === name) return volume
  const reference = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    namespace,
    name,
    uid,
    resourceVersion: claim.metadata.resourceVersion,
  }
  const isOurs = !claimRef
  return yield* perform<Volume>(
    update({
      ...volume,
      metadata: {
        ...volume.metadata,
        ...(isOurs ? { annotations: { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' } } : {}),
      },
      spec: { ...volume.spec, claimRef: { ...claimRef, ...reference } },
    } as KubeObject),
  )
}

function* bindClaim(claim: Claim, volume: Volume): Writes<Claim> {
  const { metadata, spec } = claim
  const isOurs = spec?.volumeName !== volume.metadata.name
  const annotations = {
    ...metadata.annotations,
    [BIND_COMPLETED]: 'yes',
    ...(isOurs ? { [BOUND_BY_CONTROLLER]: 'yes' } : {}),
  }
  if (!isOurs && semanticEqual(annotations, metadata.annotations)) return claim
  return yield* perform<Claim>(
    update({
      ...claim,
      metadata: { ...metadata, annotations },
      spec: { ...spec, volumeName: volume.metadata.name },
    } as KubeObject),
  )
}

export function* setPhase(volume: Volume, phase: string, message = ''): Writes<Volume> {
  if (volume.status?.phase === phase) return volume
  const status = { ...volume.status, phase, message: message || undefined }
  return yield* perform<Volume>(updateStatus({ ...volume, status } as KubeObject))
}

/** The claim's phase, and what it got of the volume (updateClaimStatus). */
export function* settleClaim(claim: Claim, phase: string, volume: Volume | undefined): Writes {
  const { accessModes: _modes, capacity: _capacity, ...rest } = claim.status ?? {}
  const got = volume ? { accessModes: volume.spec?.accessModes, capacity: capacityOf(volume) } : {}
  const status = { ...rest, phase, ...got }
  if (semanticEqual(status, claim.status)) return
  yield updateStatus({ ...claim, status } as KubeObject)
}

/** What was bound has lost its other half: told once. */
export function* lose(claim: Claim, reason: string, message: string): Writes {
  if (claim.status?.phase === 'Lost') return
  yield event(claim, 'Warning', reason, message)
  yield updateStatus({ ...claim, status: { ...claim.status, phase: 'Lost' } } as KubeObject)
}
