import type { Pod } from 'kubernetes-types/core/v1'
import { keyOf, type KubeObject, type Stored } from '../api/objects.ts'
import { controller } from '../client/controller.ts'
import type { View } from '../client/informer.ts'
import { update, type Write } from '../client/writes.ts'
import type { ControllerOptions } from './options.ts'

const CLAIM_FINALIZER = 'kubernetes.io/pvc-protection'
const VOLUME_FINALIZER = 'kubernetes.io/pv-protection'

/** A claim goes when no pod uses it any more (kubernetes: pkg/controller/volume/pvcprotection). */
export const claimProtection = controller<'PersistentVolumeClaim', ControllerOptions>({
  name: 'pvc-protection-controller',
  reconciles: 'PersistentVolumeClaim',
  indexes: { Pod: { claim: claimsOfPod } },
  watches: { Pod: claimsOfPod },
  *reconcile(claim, view) {
    const isHeld = claim.metadata.finalizers?.includes(CLAIM_FINALIZER) ?? false
    if (!claim.metadata.deletionTimestamp) {
      if (!isHeld) yield withFinalizer(claim, CLAIM_FINALIZER)
    } else if (isHeld && !isUsed(claim, view)) yield withoutFinalizer(claim, CLAIM_FINALIZER)
  },
})

/** Keys of the claims that a pod names, those of its ephemeral volumes too. */
function claimsOfPod(object: KubeObject): string[] {
  const { metadata, spec } = object as Stored<Pod>
  return (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    const claim = persistentVolumeClaim?.claimName ?? (ephemeral && `${metadata.name}-${name}`)
    return claim ? [`${metadata.namespace}/${claim}`] : []
  })
}

/** A pod without node cannot use it: no kubelet will start it with a claim that is being deleted. */
const isUsed = (claim: KubeObject, view: View): boolean =>
  view.byIndex('Pod', 'claim', keyOf(claim)).some(({ spec }) => !!spec?.nodeName)

/** A volume goes when no claim is bound to it any more (kubernetes: pkg/controller/volume/pvprotection). */
export const volumeProtection = controller<'PersistentVolume', ControllerOptions>({
  name: 'pv-protection-controller',
  reconciles: 'PersistentVolume',
  *reconcile(volume) {
    const isHeld = volume.metadata.finalizers?.includes(VOLUME_FINALIZER) ?? false
    if (!volume.metadata.deletionTimestamp) {
      if (!isHeld) yield withFinalizer(volume, VOLUME_FINALIZER)
    } else if (isHeld && volume.status?.phase !== 'Bound') yield withoutFinalizer(volume, VOLUME_FINALIZER)
  },
})

const withFinalizer = (object: KubeObject, finalizer: string): Write =>
  update({
    ...object,
    metadata: { ...object.metadata, finalizers: [...(object.metadata.finalizers ?? []), finalizer] },
  })

const withoutFinalizer = (object: KubeObject, finalizer: string): Write =>
  update({
    ...object,
    metadata: {
      ...object.metadata,
      finalizers: object.metadata.finalizers?.filter((name) => name !== finalizer),
    },
  })
