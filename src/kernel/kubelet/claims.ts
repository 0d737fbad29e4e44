import type { PersistentVolume, PersistentVolumeClaim } from 'kubernetes-types/core/v1'
import type { Status } from '../api/status.ts'
import type { ApiClient } from '../client/api-client.ts'
import { objectPath, type ResourceType } from '../client/resource.ts'
import { goWords } from '../host/errno.ts'
import type { Sys } from '../host/sys.ts'
import { until } from '../host/task.ts'

const CLAIM: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  namespaced: true,
}
const VOLUME: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  namespaced: false,
}

/** The volume that a claim is bound to (kubernetes: volumemanager/populator getPVCExtractPV). Throws in upstream's words. */
export function* claimedVolume(client: ApiClient, namespace: string, name: string): Sys<PersistentVolume> {
  const claim = (yield* get(
    client,
    CLAIM,
    namespace,
    name,
    'failed to fetch PVC from API server',
  )) as PersistentVolumeClaim
  const problem = (why: string) => new Error(`error processing PVC ${namespace}/${name}: ${why}`)
  if (claim.metadata?.deletionTimestamp) throw problem('PVC is being deleted')
  if (claim.status?.phase !== 'Bound' || !claim.spec?.volumeName) throw problem('PVC is not bound')
  const volume = (yield* get(
    client,
    VOLUME,
    undefined,
    claim.spec.volumeName,
    'failed to fetch PV',
  )) as PersistentVolume
  if (volume.spec?.claimRef?.uid !== claim.metadata?.uid) throw problem('PVC is bound to another claim')
  return volume
}

function* get(
  client: ApiClient,
  resource: ResourceType,
  namespace: string | undefined,
  name: string,
  what: string,
): Sys<unknown> {
  return yield* until<unknown>('get', (resume, fail) =>
    client.request({ method: 'GET', path: objectPath(resource, namespace, name) }, (outcome) => {
      if (outcome.error) return fail(new Error(`${what}: ${goWords(outcome.error)}`))
      if (outcome.status === 200) return resume(outcome.body)
      fail(
        new Error(
          `${namespace ? `error processing PVC ${namespace}/${name}: ` : ''}${what}: ${(outcome.body as Status).message ?? ''}`,
        ),
      )
    }),
  )
}
