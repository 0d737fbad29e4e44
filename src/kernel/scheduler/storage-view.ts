import type { PersistentVolume, PersistentVolumeClaim } from 'kubernetes-types/core/v1'
import type { CSINode, StorageClass } from 'kubernetes-types/storage/v1'
import type { Change, Informers } from '../client/informer.ts'
import type { ResourceType } from '../client/resource.ts'
import type { Storage } from './framework.ts'
import { classNameOf } from './plugins/claims.ts'

const core = { group: '', version: 'v1' }
const storage = { group: 'storage.k8s.io', version: 'v1' }

export const claimType: ResourceType = {
  ...core,
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  namespaced: true,
}
export const volumeType: ResourceType = {
  ...core,
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  namespaced: false,
}
const types: readonly ResourceType[] = [
  claimType,
  volumeType,
  { ...storage, kind: 'StorageClass', plural: 'storageclasses', namespaced: false },
  { ...storage, kind: 'CSINode', plural: 'csinodes', namespaced: false },
]

/** Claims, volumes and classes as plugins ask for them. */
export class StorageView implements Storage {
  readonly #informers: Informers
  /** Volumes that pods on their way to a node will have; the API server does not know yet. */
  readonly #reserved = new Map<string, string>()

  constructor(informers: Informers, changed: (event: string) => void) {
    this.#informers = informers
    for (const type of types)
      informers.add(type).onChange((change: Change) => {
        if (change.type === 'deleted') return
        const { spec, metadata } = change.object as PersistentVolume
        if (spec?.claimRef) this.#reserved.delete(metadata?.name ?? '')
        changed(`${type.kind}/${change.type === 'added' ? 'Add' : 'Update'}`)
      })
  }

  claim(key: string): PersistentVolumeClaim | undefined {
    return this.#informers.get('PersistentVolumeClaim', key)
  }

  volume(name: string): PersistentVolume | undefined {
    return this.#informers.get('PersistentVolume', name)
  }

  freeVolumes(className: string): PersistentVolume[] {
    return this.#informers
      .list('PersistentVolume')
      .filter(
        (volume) =>
          !volume.spec?.claimRef &&
          volume.status?.phase === 'Available' &&
          !volume.metadata.deletionTimestamp &&
          !this.#reserved.has(volume.metadata.name) &&
          classNameOf(volume) === className,
      )
  }

  storageClass(name: string): StorageClass | undefined {
    return this.#informers.get('StorageClass', name) as StorageClass | undefined
  }

  volumeLimits(node: string): ReadonlyMap<string, number> {
    const drivers = (this.#informers.get('CSINode', node) as CSINode | undefined)?.spec.drivers ?? []
    return new Map(
      drivers.flatMap(({ name, allocatable }): [string, number][] =>
        allocatable?.count === undefined ? [] : [[name, allocatable.count]],
      ),
    )
  }

  reserve(volume: string, claim: string): void {
    this.#reserved.set(volume, claim)
  }

  release(volume: string): void {
    this.#reserved.delete(volume)
  }
}
