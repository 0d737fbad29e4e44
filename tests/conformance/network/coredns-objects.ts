import type { Pod, Service } from 'kubernetes-types/core/v1'
import type { EndpointSlice } from 'kubernetes-types/discovery/v1'
import { canonicalAddress } from '../../../src/kernel/host/net/dns/message.ts'
import { addressesOf, serviceOf, type ClusterView } from '../../../src/kernel/network/coredns/cluster-view.ts'

/** A literal of CoreDNS' Go tests as JSON: identifiers, calls and operators are marked. */
export type GoValue = unknown

export interface GoObject {
  readonly [field: string]: GoValue
}

const identifiers: Readonly<Record<string, string>> = {
  'api.ClusterIPNone': 'None',
  'api.ServiceTypeClusterIP': 'ClusterIP',
  'api.ServiceTypeExternalName': 'ExternalName',
}

export const asObject = (value: GoValue): GoObject => (value ?? {}) as GoObject
export const asList = (value: GoValue): readonly GoObject[] => (Array.isArray(value) ? value : [])

/** `dns.TypeA` -> `A`, `api.ClusterIPNone` -> `None`. */
export function identifier(value: GoValue): string {
  if (typeof value === 'string') return value
  const name = String(asObject(value)['$ident'] ?? '')
  return identifiers[name] ?? name.replace(/^dns\.(Type|Rcode)/, '')
}

/** CoreDNS' own Service (plugin/kubernetes/object) as the API's. */
export function toService(object: GoObject): Service {
  const clusterIPs = asList(object['ClusterIPs']).map(identifier)
  const type = identifier(object['Type'])
  return {
    metadata: { name: String(object['Name']), namespace: String(object['Namespace']) },
    spec: {
      type: type || 'ClusterIP',
      clusterIP: clusterIPs[0] ?? '',
      clusterIPs,
      externalIPs: asList(object['ExternalIPs']).map(String),
      externalName: object['ExternalName'] ? String(object['ExternalName']) : undefined,
      ports: asList(object['Ports']).map(toPort),
    },
  }
}

const toPort = (port: GoObject) => ({
  name: String(port['Name'] ?? ''),
  port: Number(port['Port'] ?? 0),
  protocol: String(port['Protocol'] ?? ''),
})

/** CoreDNS' own Endpoints as slices, one a subset. */
export function toSlices(object: GoObject): EndpointSlice[] {
  const index = object['Index']
  const args = asList(asObject(index)['args']).map(String)
  const service = args[0] ?? String(index ?? '').split('.')[0]
  const namespace = String(object['Namespace'] ?? args[1] ?? '')
  return asList(object['Subsets']).map((subset): EndpointSlice => {
    const ports = asList(subset['Ports']).filter((port) => port['Port'] !== -1)
    return {
      addressType: 'IPv4',
      metadata: {
        name: String(object['Name'] ?? ''),
        namespace,
        labels: { 'kubernetes.io/service-name': service },
      },
      ports: ports.map(toPort),
      endpoints: asList(subset['Addresses']).map((address) => ({
        addresses: [String(address['IP'])],
        conditions: { ready: true },
        ...(address['Hostname'] ? { hostname: String(address['Hostname']) } : {}),
        ...(address['TargetRefName']
          ? { targetRef: { kind: 'Pod', name: String(address['TargetRefName']) } }
          : {}),
      })),
    }
  })
}

/** Namespaces that upstream's fake API server does not have (handler_test.go GetNamespaceByName). */
const ABSENT = ['pod-nons', 'svc-nons', 'nsnoexist']

/** What these objects are to the plugin. */
export function viewOf(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  pods: readonly Pod[] = [],
  synced = true,
): ClusterView {
  const at = (ip: string) => canonicalAddress(ip)
  return {
    services: (name, namespace) =>
      services.filter(({ metadata }) => metadata?.name === name && metadata.namespace === namespace),
    servicesByIP: (ip) => services.filter(({ spec }) => spec?.clusterIPs?.some((own) => at(own) === at(ip))),
    slices: (service, namespace) =>
      slices.filter((slice) => serviceOf(slice) === service && slice.metadata?.namespace === namespace),
    slicesByIP: (ip) =>
      slices.filter((slice) => addressesOf(slice).some((address) => at(address.ip) === at(ip))),
    podsByIP: (ip) => pods.filter(({ status }) => status?.podIP === ip),
    namespaceExists: (name) => !ABSENT.includes(name),
    synced,
    modified: 1_499_347_823,
  }
}
