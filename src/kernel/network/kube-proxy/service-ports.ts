import type { Service, ServicePort as ApiPort } from 'kubernetes-types/core/v1'

/** One port of a service as a proxy sees it (kubernetes: pkg/proxy/serviceport.go). */
export interface ServicePort {
  /** `namespace/name:port`, without the colon where the port has no name. */
  readonly name: string
  /** Of the slices' ports. */
  readonly portName: string
  readonly protocol: 'tcp' | 'udp'
  readonly clusterIP: string
  readonly port: number
  readonly nodePort: number
  readonly externalIPs: readonly string[]
  readonly loadBalancerIPs: readonly string[]
  readonly sourceRanges: readonly string[]
  /** Seconds that a client stays with its endpoint; 0: it does not. */
  readonly affinitySeconds: number
  readonly internalLocal: boolean
  readonly externalLocal: boolean
  readonly healthCheckNodePort: number
}

const DEFAULT_STICKY_SECONDS = 10_800

/** The ports that a proxy serves; none for headless and external ones (pkg/proxy/util ShouldSkipService). */
export function servicePortsOf(service: Service): ServicePort[] {
  const { spec } = service
  if (!spec?.clusterIP || spec.clusterIP === 'None' || spec.type === 'ExternalName') return []
  return (spec.ports ?? []).flatMap((port) => {
    const protocol = (port.protocol ?? 'TCP').toLowerCase()
    return protocol === 'tcp' || protocol === 'udp' ? [servicePortOf(service, port, protocol)] : []
  })
}

function servicePortOf(
  { metadata, spec = {}, status }: Service,
  port: ApiPort,
  protocol: 'tcp' | 'udp',
): ServicePort {
  const families = (addresses: readonly string[] = []) => addresses.filter(isIPv4)
  const loadBalancer = spec.type === 'LoadBalancer'
  const ingress = (status?.loadBalancer?.ingress ?? []).filter(({ ipMode }) => ipMode !== 'Proxy')
  const sticky = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_STICKY_SECONDS
  return {
    name: `${metadata?.namespace}/${metadata?.name}${port.name ? `:${port.name}` : ''}`,
    portName: port.name ?? '',
    protocol,
    clusterIP: families(spec.clusterIPs)[0] ?? spec.clusterIP ?? '',
    port: port.port,
    nodePort: port.nodePort ?? 0,
    externalIPs: families(spec.externalIPs),
    loadBalancerIPs: loadBalancer ? families(ingress.map(({ ip }) => ip ?? '')) : [],
    sourceRanges: loadBalancer ? families(spec.loadBalancerSourceRanges).map((range) => range.trim()) : [],
    affinitySeconds: spec.sessionAffinity === 'ClientIP' ? sticky : 0,
    internalLocal: spec.internalTrafficPolicy === 'Local',
    externalLocal: spec.externalTrafficPolicy === 'Local',
    healthCheckNodePort: spec.externalTrafficPolicy === 'Local' ? (spec.healthCheckNodePort ?? 0) : 0,
  }
}

/** There are no IPv6 networks here. */
const isIPv4 = (address: string): boolean => /^\s*\d+\./.test(address)

/** True when it can be reached from outside of the cluster. */
export const isExternallyAccessible = ({ nodePort, externalIPs, loadBalancerIPs }: ServicePort): boolean =>
  nodePort > 0 || externalIPs.length > 0 || loadBalancerIPs.length > 0
