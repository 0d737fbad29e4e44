import type { Service, ServiceSpec } from 'kubernetes-types/core/v1'
import { invalid, type BadValue } from '../api/field-error.ts'
import { invalidObject, StatusError } from '../api/status.ts'

/** Both fields say the same; older clients know one of them. */
export const clusterIPsOf = ({ clusterIP, clusterIPs }: ServiceSpec): string[] =>
  clusterIPs?.length ? clusterIPs : clusterIP ? [clusterIP] : []

/** The IP families of a Service in a cluster with one range (kubernetes: alloc.go initIPFamilyFields); throws 422. */
export function withFamilies(service: Service, cidr: string): ServiceSpec {
  const spec = service.spec ?? {}
  if (spec.type === 'ExternalName') return spec
  const family = cidr.includes(':') ? 'IPv6' : 'IPv4'
  const { ipFamilies = [], ipFamilyPolicy } = spec
  const headless = clusterIPsOf(spec)[0] === 'None'
  const selectorless = Object.keys(spec.selector ?? {}).length === 0
  // Whoever makes endpoints by hand may use any family.
  if (headless && selectorless) {
    const policy = ipFamilyPolicy ?? (ipFamilies.length === 1 ? 'SingleStack' : 'RequireDualStack')
    const first = ipFamilies[0] ?? family
    const both = policy !== 'SingleStack' ? [first, first === 'IPv4' ? 'IPv6' : 'IPv4'] : [first]
    return { ...spec, ipFamilyPolicy: policy, ipFamilies: ipFamilies.length > 1 ? ipFamilies : both }
  }
  const wrong = ipFamilies.findIndex((one) => one !== family)
  if (wrong >= 0)
    throw refused(service, `spec.ipFamilies[${wrong}]`, ipFamilies[wrong], 'not configured on this cluster')
  if (ipFamilyPolicy === 'RequireDualStack')
    throw refused(
      service,
      'spec.ipFamilyPolicy',
      ipFamilyPolicy,
      'this cluster is not configured for dual-stack services',
    )
  if (ipFamilyPolicy && ipFamilies.length) return spec
  return { ...spec, ipFamilyPolicy: ipFamilyPolicy ?? 'SingleStack', ipFamilies: [family] }
}

function refused(service: Service, path: string, value: BadValue, why: string): StatusError {
  const name = service.metadata?.name ?? ''
  return new StatusError(invalidObject({ group: '', name: 'Service' }, name, [invalid(path, value, why)]))
}
