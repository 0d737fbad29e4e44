import type { Pod, Service } from 'kubernetes-types/core/v1'
import type { EndpointSlice } from 'kubernetes-types/discovery/v1'

/** What the plugin kubernetes knows of the cluster. Names are in lower case. */
export interface ClusterView {
  services(name: string, namespace: string): readonly Service[]
  servicesByIP(ip: string): readonly Service[]
  slices(service: string, namespace: string): readonly EndpointSlice[]
  slicesByIP(ip: string): readonly EndpointSlice[]
  /** Only with `pods verified`. */
  podsByIP(ip: string): readonly Pod[]
  namespaceExists(name: string): boolean
  readonly synced: boolean
  /** Seconds since the Unix epoch when something last changed. */
  readonly modified: number
}

/** An endpoint as its records are made from it. */
export interface Address {
  readonly ip: string
  readonly hostname: string
  readonly podName: string
  readonly zones: readonly string[]
}

/** Those of a slice that are ready (CoreDNS: plugin/kubernetes/object/endpoint.go EndpointSliceToEndpoints). */
export const addressesOf = ({ endpoints }: EndpointSlice): Address[] =>
  (endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses, hostname = '', targetRef, zone }) =>
      addresses.map((ip) => ({
        ip,
        hostname,
        podName: targetRef?.name ?? '',
        zones: zone ? [zone] : [],
      })),
    )

/** A slice without ports has one that stands for none. */
export const portsOf = ({ ports }: EndpointSlice): { name: string; port: number; protocol: string }[] =>
  ports?.length
    ? ports.map(({ name = '', port = 0, protocol = 'TCP' }) => ({ name, port, protocol }))
    : [{ name: '', port: -1, protocol: '' }]

/** The service that a slice belongs to. */
export const serviceOf = ({ metadata }: EndpointSlice): string =>
  metadata?.labels?.['kubernetes.io/service-name'] ?? ''
