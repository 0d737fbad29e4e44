import type { EndpointSlice } from 'kubernetes-types/discovery/v1'
import { isExternallyAccessible, type ServicePort } from './service-ports.ts'

/** One endpoint of a service's port. */
export interface Endpoint {
  readonly ip: string
  readonly port: number
  readonly isLocal: boolean
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
  readonly zoneHints: readonly string[]
}

/** The endpoints that traffic goes to (kubernetes: pkg/proxy/topology.go CategorizeEndpoints). */
export interface Categories {
  /** For the policy Cluster. */
  readonly cluster: readonly Endpoint[]
  /** For the policy Local. */
  readonly local: readonly Endpoint[]
  /** Both, each once. */
  readonly reachable: readonly Endpoint[]
  /** Whether anybody anywhere serves it. */
  readonly any: boolean
}

/** The endpoints of a port, in the order of their addresses (pkg/proxy/endpointslicecache.go). */
export function endpointsOf(
  slices: readonly EndpointSlice[],
  { portName, protocol }: Pick<ServicePort, 'portName' | 'protocol'>,
  node: string,
): Endpoint[] {
  const found = new Map<string, Endpoint>()
  for (const { ports, endpoints, addressType } of slices) {
    const port = ports?.find(
      (candidate) =>
        (candidate.name ?? '') === portName && (candidate.protocol ?? 'TCP').toLowerCase() === protocol,
    )?.port
    if (port === undefined || (addressType ?? 'IPv4') !== 'IPv4') continue
    for (const { addresses, conditions, nodeName, hints } of endpoints ?? []) {
      const ready = conditions?.ready !== false
      const endpoint = {
        ip: addresses[0],
        port,
        isLocal: nodeName !== undefined && nodeName === node,
        ready,
        serving: conditions?.serving ?? ready,
        terminating: conditions?.terminating ?? false,
        zoneHints: (hints?.forZones ?? []).map(({ name }) => name),
      }
      // An address that moves from slice to slice is in both for a while: the one that is ready counts.
      const key = `${endpoint.ip}:${port}`
      if (!found.get(key)?.ready || ready) found.set(key, endpoint)
    }
  }
  return [...found.keys()].sort().map((key) => found.get(key) as Endpoint)
}

export type Policies = Pick<
  ServicePort,
  'internalLocal' | 'externalLocal' | 'nodePort' | 'externalIPs' | 'loadBalancerIPs'
>

export function categorize(
  all: readonly Endpoint[],
  policies: Policies,
  zone: string | undefined,
): Categories {
  const outside = isExternallyAccessible(policies as ServicePort)
  const usesCluster = !policies.internalLocal || outside
  const usesLocal = policies.internalLocal || (policies.externalLocal && outside)
  const cluster = usesCluster ? usable(nearZone(all, zone)) : []
  const near = all.filter(({ isLocal }) => isLocal)
  const local = usesLocal ? usable(near) : []
  return {
    cluster,
    local,
    reachable: [...new Set([...cluster, ...local])],
    any: all.some(({ ready, serving, terminating }) => ready || (serving && terminating)),
  }
}

/** Ready ones; where there are none, those that still serve while they terminate. */
function usable(endpoints: readonly Endpoint[]): Endpoint[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready)
  return ready.length ? ready : endpoints.filter(({ serving, terminating }) => serving && terminating)
}

/** Hints count when every ready endpoint has one and some are for this zone (canUseTopology). */
function nearZone(all: readonly Endpoint[], zone: string | undefined): readonly Endpoint[] {
  const ready = all.filter((endpoint) => endpoint.ready)
  if (!zone || !ready.length || ready.some(({ zoneHints }) => !zoneHints.length)) return all
  const near = ready.filter(({ zoneHints }) => zoneHints.includes(zone))
  return near.length ? near : all
}
