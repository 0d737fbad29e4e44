import type { KubeObject } from '../../api/objects.ts'
import type { AdmissionPlugin } from './chain.ts'

const finalizers: Readonly<Record<string, string>> = {
  PersistentVolume: 'kubernetes.io/pv-protection',
  PersistentVolumeClaim: 'kubernetes.io/pvc-protection',
}

/** Storage in use is not deleted under those who use it (kubernetes: plugin/pkg/admission/storage/storageobjectinuseprotection). */
export const storageProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  mutate({ operation, resource, subresource, object }): KubeObject | undefined {
    const finalizer = resource.definition.group === '' ? finalizers[resource.definition.kind] : undefined
    const own = object?.metadata.finalizers ?? []
    if (operation !== 'CREATE' || subresource || !object || !finalizer || own.includes(finalizer))
      return object
    return { ...object, metadata: { ...object.metadata, finalizers: [...own, finalizer] } }
  },
}
