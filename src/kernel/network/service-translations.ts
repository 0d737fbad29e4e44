import type { Service, ServicePort } from 'kubernetes-types/core/v1'
import type { Endpoint, EndpointSlice } from 'kubernetes-types/discovery/v1'
import type { Backend, Translation } from '../host/net/nat.ts'

/** What a service's addresses lead to on a node (kubernetes: pkg/proxy/topology.go, pkg/proxy/iptables). */
export function translationsOf(
  { spec }: Service,
  slices: readonly EndpointSlice[],
  node: string,
): Translation[] {
  if (!spec?.clusterIP || spec.clusterIP === 'None' || spec.type === 'ExternalName') return []
  return (spec.ports ?? []).flatMap((port) => {
    const all = endpointsOf(slices, port)
    const inside = choose(all, spec.internalTrafficPolicy === 'Local', node)
    const outside = choose(all, spec.externalTrafficPolicy === 'Local', node)
    const clusterAddresses = [...(spec.clusterIPs ?? [spec.clusterIP])]
    return [
      ...clusterAddresses.map((ip) => ({
        destination: `${ip}:${port.port}`,
        backends: inside,
        masquerade: false,
      })),
      ...(spec.externalIPs ?? []).map((ip) => ({
        destination: `${ip}:${port.port}`,
        backends: outside,
        masquerade: true,
      })),
      ...(port.nodePort
        ? [
            {
              destination: `*:${port.nodePort}`,
              backends: outside,
              masquerade: spec.externalTrafficPolicy !== 'Local',
            },
          ]
        : []),
    ]
  })
}

interface Candidate extends Backend {
  readonly endpoint: Endpoint
}

function endpointsOf(slices: readonly EndpointSlice[], { name = '' }: ServicePort): Candidate[] {
  return slices.flatMap(({ ports, endpoints }) => {
    // A slice without endpoints says null.
    const port = ports?.find((candidate) => (candidate.name ?? '') === name)?.port
    if (port === undefined) return []
    return (endpoints ?? []).flatMap((endpoint) =>
      endpoint.addresses.slice(0, 1).map((address) => ({ address, port, endpoint })),
    )
  })
}

/** Ready ones; where there are none, those that still serve while they terminate. */
function choose(all: readonly Candidate[], local: boolean, node: string): Backend[] {
  const near = local ? all.filter(({ endpoint }) => endpoint.nodeName === node) : all
  const ready = near.filter(({ endpoint }) => endpoint.conditions?.ready !== false)
  const usable = ready.length
    ? ready
    : near.filter(({ endpoint }) => endpoint.conditions?.serving && endpoint.conditions.terminating)
  return usable.map(({ address, port }) => ({ address, port }))
}
