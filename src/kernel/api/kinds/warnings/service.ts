import type { Service } from 'kubernetes-types/core/v1'
import type { Typed } from '../../kind.ts'
import { isHeadless } from '../service-type.ts'

const hints = 'service.kubernetes.io/topology-aware-hints'

/** kubernetes: pkg/api/service/warnings.go GetWarningsForService. */
export function serviceWarnings({ metadata, spec = {} }: Typed<Service>): string[] {
  const { type, externalIPs = [], externalName, loadBalancerIP, sessionAffinity } = spec
  const headless = isHeadless(spec) && type === 'ClusterIP'
  const ignored = (what: string) => `spec.${what} is ignored for headless services`
  const external = type === 'ExternalName'
  return [
    ...(metadata.annotations?.[hints] === undefined
      ? []
      : [`annotation ${hints} is deprecated, please use service.kubernetes.io/topology-mode instead`]),
    ...(headless && loadBalancerIP ? [ignored('loadBalancerIP')] : []),
    ...(headless && externalIPs.length > 0 ? [ignored('externalIPs')] : []),
    ...(headless && sessionAffinity !== 'None' ? [ignored('SessionAffinity')] : []),
    ...(external && externalIPs.length > 0
      ? ['spec.externalIPs is ignored when spec.type is "ExternalName"']
      : []),
    ...(!external && externalName
      ? ['spec.externalName is ignored when spec.type is not "ExternalName"']
      : []),
  ]
}
