import type { PersistentVolume, PersistentVolumeClaim, Pod } from 'kubernetes-types/core/v1'
import type { StorageClass } from 'kubernetes-types/storage/v1'
import { unresolvable, type Rejection, type Storage } from '../framework.ts'

/** A pod's volume with the claim behind it, if it is there. */
export interface PodClaim {
  readonly key: string
  readonly name: string
  readonly claim: PersistentVolumeClaim | undefined
}

const cache = new WeakMap<Pod, readonly { readonly key: string; readonly name: string }[]>()

/** Names of the claims of a pod, those of its ephemeral volumes too. */
export function claimNames(pod: Pod): readonly { readonly key: string; readonly name: string }[] {
  let names = cache.get(pod)
  if (!names) {
    const { name: podName, namespace = 'default' } = pod.metadata ?? {}
    names = (pod.spec?.volumes ?? []).flatMap(({ name: volume, persistentVolumeClaim, ephemeral }) => {
      const name = persistentVolumeClaim?.claimName ?? (ephemeral && `${podName}-${volume}`)
      return name ? [{ key: `${namespace}/${name}`, name }] : []
    })
    cache.set(pod, names)
  }
  return names
}

export const podClaims = (pod: Pod, storage: Storage | undefined): PodClaim[] =>
  claimNames(pod).map(({ key, name }) => ({ key, name, claim: storage?.claim(key) }))

export const missingClaim = (name: string): Rejection =>
  unresolvable(`persistentvolumeclaim "${name}" not found`)

const CLASS = 'volume.beta.kubernetes.io/storage-class'

export const classNameOf = ({ metadata, spec }: PersistentVolumeClaim | PersistentVolume): string =>
  metadata?.annotations?.[CLASS] ?? spec?.storageClassName ?? ''

/** Whether the volume waits for its pod to be placed. */
export const isLate = (storageClass: StorageClass | undefined): boolean =>
  storageClass?.volumeBindingMode === 'WaitForFirstConsumer'
