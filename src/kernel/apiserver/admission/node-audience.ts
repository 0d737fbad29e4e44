import type { PersistentVolume, PersistentVolumeClaim, Pod } from 'kubernetes-types/core/v1'
import { goQuote } from '../../api/go-quote.ts'
import type { NodeRequest } from './node-restriction.ts'
import { forbiddenIn } from './pod.ts'

/** A node gets tokens for audiences that the pod's own volumes name (noderestriction validateNodeServiceAccountAudience). */
export function checkAudience(request: NodeRequest, pod: Pod, audiences: readonly string[]): void {
  if (audiences.length > 1) throw forbiddenIn(request, 'node may only request 0 or 1 audiences')
  const audience = audiences[0] ?? ''
  const { found, missing } = audiencesOf(request, pod)
  if (found.includes(audience)) return
  if (missing.length === 0)
    throw forbiddenIn(request, `audience ${goQuote(audience)} not found in pod spec volume`)
  const why = missing.length === 1 ? missing[0] : `[${missing.join(', ')}]`
  throw forbiddenIn(request, `error validating audience ${goQuote(audience)}: ${why}`)
}

/** And the objects that would tell, but are not there. */
function audiencesOf(request: NodeRequest, pod: Pod): { found: string[]; missing: string[] } {
  const found: string[] = []
  const missing: string[] = []
  for (const { projected, csi, ephemeral, persistentVolumeClaim, name } of pod.spec?.volumes ?? []) {
    for (const { serviceAccountToken: token } of projected?.sources ?? [])
      if (token) found.push(token.audience ?? '')
    if (csi) found.push(...audiencesOfDriver(request, csi.driver))
    const claim = ephemeral ? `${pod.metadata?.name}-${name}` : persistentVolumeClaim?.claimName
    const driver = claim ? driverOf(request, claim) : undefined
    if (driver && 'missing' in driver) missing.push(driver.missing)
    else if (driver) found.push(...audiencesOfDriver(request, driver.name))
  }
  return { found, missing }
}

function audiencesOfDriver({ api }: NodeRequest, name: string): string[] {
  const driver = api.resources.ofKind('storage.k8s.io', 'CSIDriver')?.cache.get(name)?.object
  const { spec } = (driver ?? {}) as { spec?: { tokenRequests?: readonly { audience: string }[] } }
  return (spec?.tokenRequests ?? []).map(({ audience }) => audience)
}

function driverOf(
  { api, namespace }: NodeRequest,
  claimName: string,
): { readonly name: string } | { readonly missing: string } | undefined {
  const of = (kind: string, key: string) => api.resources.ofKind('', kind)?.cache.get(key)?.object
  const claim = of('PersistentVolumeClaim', `${namespace}/${claimName}`) as PersistentVolumeClaim | undefined
  if (!claim) return { missing: `persistentvolumeclaim ${goQuote(claimName)} not found` }
  const volumeName = claim.spec?.volumeName ?? ''
  const volume = of('PersistentVolume', volumeName) as PersistentVolume | undefined
  if (!volume) return { missing: `persistentvolume ${goQuote(volumeName)} not found` }
  return volume.spec?.csi && { name: volume.spec.csi.driver }
}
