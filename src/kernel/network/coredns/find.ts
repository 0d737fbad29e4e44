import type { Service } from 'kubernetes-types/core/v1'
import type { EndpointSlice } from 'kubernetes-types/discovery/v1'
import { canonicalAddress } from '../../host/net/dns/message.ts'
import { addressesOf, portsOf, serviceOf, type Address, type ClusterView } from './cluster-view.ts'
import type { KubernetesOptions } from './kubernetes-options.ts'
import type { RecordRequest } from './request.ts'

/** Something that a name stands for; records of several types are made from it (CoreDNS: plugin/etcd/msg.Service). */
export interface Found {
  /** An address, or a name. */
  readonly host: string
  readonly port: number
  readonly ttl: number
  /** The name of its own, in labels before the zone: `172-0-0-2.web.default.svc`. */
  readonly own: string
}

/** What a request asks for; undefined: there is no such name; empty: there is, but nothing of this sort. */
export function find(
  request: RecordRequest,
  view: ClusterView,
  options: KubernetesOptions,
): readonly Found[] | undefined {
  const { kind, namespace, service } = request
  if (kind === '') return []
  if (!isValid(namespace, view, options)) return undefined
  if (kind === 'pod') return options.pods === 'disabled' ? undefined : findPods(request, view, options)
  if (service === '') return []
  const services = view.services(service, namespace)
  const found = services.map((each) => recordsOf(each, request, view, options))
  const known = found.filter((list) => list !== undefined)
  return known.length ? known.flat() : undefined
}

/** Whether names of a namespace are answered (plugin/kubernetes/namespace.go). */
export const isExposed = (
  namespace: string,
  { namespaces }: Pick<KubernetesOptions, 'namespaces'>,
): boolean => !namespaces.length || namespaces.includes(namespace)

/** And whether there is such a namespace. */
export const isValid = (
  namespace: string,
  view: ClusterView,
  options: Pick<KubernetesOptions, 'namespaces'>,
): boolean => namespace === '' || (isExposed(namespace, options) && view.namespaceExists(namespace))

function findPods(
  { namespace, service }: RecordRequest,
  view: ClusterView,
  { pods, ttl }: KubernetesOptions,
): Found[] | undefined {
  if (service === '') return []
  const dashes = service.split('-').length - 1
  const host = service.replaceAll('-', dashes === 3 && !service.includes('--') ? '.' : ':')
  const found = [{ host, port: 0, ttl, own: `${service}.${namespace}.pod` }]
  if (pods === 'insecure') return isAddress(host) ? found : undefined
  return view
    .podsByIP(host)
    .some(({ metadata, status }) => metadata?.namespace === namespace && status?.podIP === host)
    ? found
    : undefined
}

function recordsOf(
  service: Service,
  request: RecordRequest,
  view: ClusterView,
  options: KubernetesOptions,
): readonly Found[] | undefined {
  const { metadata, spec = {} } = service
  const own = `${metadata?.name}.${metadata?.namespace}.svc`
  const { ttl } = options
  const slices = () => view.slices(request.service, request.namespace)
  const headless = spec.clusterIP === 'None'
  if (spec.type === 'ExternalName') {
    const host = spec.externalName ?? ''
    const plain = !request.endpoint && !request.port && !request.protocol && !request.zone
    return plain && host && !isAddress(host) ? [{ host, port: 0, ttl, own }] : undefined
  }
  if (request.zone && !headless) return undefined
  if (headless || request.endpoint) return endpointRecords(slices(), own, request, options)
  if (options.ignoreEmptyService && !slices().some((slice) => addressesOf(slice).length)) return undefined
  const addresses = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : [])
  const ports = (spec.ports ?? []).filter(({ name = '', protocol = 'TCP' }) => fits(request, name, protocol))
  if (!ports.length) return undefined
  return ports.flatMap(({ port }) => addresses.map((host) => ({ host, port, ttl, own })))
}

function endpointRecords(
  slices: readonly EndpointSlice[],
  own: string,
  request: RecordRequest,
  { ttl, endpointPodNames }: KubernetesOptions,
): readonly Found[] | undefined {
  const all: (Found & { readonly zones: readonly string[] })[] = []
  for (const slice of slices) {
    const ports = portsOf(slice).filter(({ name, protocol }) => fits(request, name, protocol))
    for (const address of addressesOf(slice)) {
      const label = hostnameOf(address, endpointPodNames)
      if (request.endpoint && !same(request.endpoint, label)) continue
      for (const { port } of ports)
        all.push({ host: address.ip, port, ttl, own: `${label}.${own}`, zones: address.zones })
    }
  }
  if (!all.length) return undefined
  if (!request.zone) return all
  const near = all.filter(({ zones }) => zones.some((zone) => same(zone, request.zone)))
  return request.zoneMode === 'prefer' && !near.length ? all : near
}

/** The label of an endpoint's own name (plugin/kubernetes/kubernetes.go endpointHostname). */
export function hostnameOf({ ip, hostname, podName }: Omit<Address, 'zones'>, podNames: boolean): string {
  if (hostname) return hostname
  if (podNames && podName) return podName
  const dashed = ip.replace(/[.:]/g, '-')
  return ip.includes(':') && dashed.endsWith('-') ? `${dashed}0` : dashed
}

/** Names of an address: a service's, or those of endpoints that were given a hostname (plugin/kubernetes/reverse.go). */
export function findReverse(address: string, view: ClusterView, options: KubernetesOptions): Found[] {
  const { ttl, namespaces } = options
  const shown = (namespace: string | undefined) =>
    !namespaces.length || isValid(namespace ?? '', view, options)
  const zone = options.zones.find((name) => !name.endsWith('.arpa.')) ?? ''
  const entry = (host: string): Found => ({ host: `${host}.svc.${zone}`, port: 0, ttl, own: '' })
  for (const { metadata } of view.servicesByIP(address))
    if (shown(metadata?.namespace)) return [entry(`${metadata?.name}.${metadata?.namespace}`)]
  return view
    .slicesByIP(address)
    .filter(({ metadata }) => shown(metadata?.namespace))
    .flatMap((slice) =>
      addressesOf(slice)
        .filter(({ ip, hostname }) => hostname && canonicalAddress(ip) === canonicalAddress(address))
        .map(({ hostname }) => entry(`${hostname}.${serviceOf(slice)}.${slice.metadata?.namespace}`)),
    )
}

const fits = ({ port, protocol }: RecordRequest, name: string, itsProtocol: string): boolean =>
  (!port || same(port, name)) && (!protocol || same(protocol, itsProtocol))

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

export const isAddress = (text: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(text)
    ? text.split('.').every((part) => Number(part) < 256)
    : /^[0-9a-f:]+$/i.test(text) && text.split(':').length > 2 && text.split(':').length < 9
