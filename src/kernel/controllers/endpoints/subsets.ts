import type {
  EndpointAddress,
  EndpointPort,
  EndpointSubset,
  Pod,
  Service,
  ServicePort,
} from 'kubernetes-types/core/v1'
import { isReady } from '../pods.ts'
import { hasHostnameIn, isHeadless, podAddresses, shouldBeInEndpoints, targetPortOf } from './selection.ts'

/** kubernetes: pkg/controller/endpoint maxCapacity */
const MAX_ADDRESSES = 1000

interface Entry {
  readonly address: EndpointAddress
  readonly ports: readonly EndpointPort[]
  readonly ready: boolean
}

/** What stands behind a service, grouped by ports (endpoints_controller.go syncService, pkg/api/v1/endpoints RepackSubsets). */
export function subsetsOf(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const entries = pods
    .filter((pod) => shouldBeInEndpoints(pod, service.spec?.publishNotReadyAddresses ?? false))
    .map((pod) => entryOf(service, pod))
    .filter((entry) => entry !== undefined)
  return group(entries)
}

function entryOf(service: Service, pod: Pod): Entry | undefined {
  const [ip] = podAddresses(pod, isIPv6(service))
  if (!ip) return undefined
  const { metadata, spec } = pod
  const address: EndpointAddress = {
    ip,
    nodeName: spec?.nodeName ?? '',
    targetRef: { kind: 'Pod', namespace: metadata?.namespace, name: metadata?.name, uid: metadata?.uid },
    ...(hasHostnameIn(pod, service) ? { hostname: spec?.hostname } : {}),
  }
  const ready = service.spec?.publishNotReadyAddresses || isReady(pod)
  const ports = (service.spec?.ports ?? [])
    .map((port) => endpointPort(pod, port))
    .filter((port) => port !== undefined)
  // A headless service may have no ports; one whose ports the pod lacks has no endpoint there.
  if (!ports.length && !(isHeadless(service) && !service.spec?.ports?.length)) return undefined
  return { address, ports, ready }
}

function endpointPort(pod: Pod, servicePort: ServicePort): EndpointPort | undefined {
  const port = targetPortOf(pod, servicePort)
  if (port === undefined) return undefined
  const { name, protocol = 'TCP', appProtocol } = servicePort
  return { ...(name ? { name } : {}), port, protocol, ...(appProtocol ? { appProtocol } : {}) }
}

/** The first family decides; a service from before there were several goes by its address. */
export function isIPv6({ spec }: Service): boolean {
  const family = spec?.ipFamilies?.[0]
  return family ? family === 'IPv6' : (spec?.clusterIP ?? '').includes(':')
}

/** Addresses with the same set of ports are one subset. */
function group(entries: readonly Entry[]): EndpointSubset[] {
  const byPort = new Map<string, { port: EndpointPort | undefined; addresses: Map<string, Entry> }>()
  for (const entry of entries) {
    for (const port of entry.ports.length ? entry.ports : [undefined]) {
      const key = JSON.stringify(port ?? null)
      const known = byPort.get(key) ?? { port, addresses: new Map() }
      byPort.set(key, known)
      known.addresses.set(`${entry.address.ip} ${entry.address.targetRef?.uid}`, entry)
    }
  }
  const bySet = new Map<string, { ports: EndpointPort[]; entries: Entry[] }>()
  for (const { port, addresses } of byPort.values()) {
    const key = [...addresses]
      .map(([id, { ready }]) => `${id} ${ready}`)
      .sort()
      .join()
    const known = bySet.get(key) ?? { ports: [], entries: [...addresses.values()] }
    bySet.set(key, known)
    if (port) known.ports.push(port)
  }
  return [...bySet.values()].map(subset).sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b)))
}

function subset({ ports, entries }: { ports: EndpointPort[]; entries: Entry[] }): EndpointSubset {
  const sorted = [...entries].sort((a, b) => compareAddresses(a.address, b.address))
  const addresses = sorted.filter(({ ready }) => ready).map(({ address }) => address)
  const notReadyAddresses = sorted.filter(({ ready }) => !ready).map(({ address }) => address)
  return {
    ...(addresses.length ? { addresses } : {}),
    ...(notReadyAddresses.length ? { notReadyAddresses } : {}),
    ...(ports.length ? { ports } : {}),
  }
}

/** By the bytes of the address, then by the pod (LessEndpointAddress). */
function compareAddresses(a: EndpointAddress, b: EndpointAddress): number {
  const padded = ({ ip }: EndpointAddress) =>
    ip.includes(':')
      ? ip
      : ip
          .split('.')
          .map((part) => part.padStart(3, '0'))
          .join('.')
  return compare(padded(a), padded(b)) || compare(a.targetRef?.uid ?? '', b.targetRef?.uid ?? '')
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** At most a thousand addresses, ready ones first, shared out in proportion (truncateEndpoints). */
export function truncate(subsets: readonly EndpointSubset[]): {
  subsets: EndpointSubset[]
  truncated: boolean
} {
  const ready = subsets.reduce((sum, { addresses }) => sum + (addresses?.length ?? 0), 0)
  const notReady = subsets.reduce((sum, { notReadyAddresses }) => sum + (notReadyAddresses?.length ?? 0), 0)
  if (ready + notReady <= MAX_ADDRESSES) return { subsets: [...subsets], truncated: false }
  const readyRoom = Math.min(ready, MAX_ADDRESSES)
  const notReadyRoom = MAX_ADDRESSES - readyRoom
  let readyLeft = readyRoom
  let notReadyLeft = notReadyRoom
  const cut = subsets.map((subset, i) => {
    const { addresses = [], notReadyAddresses = [] } = subset
    const last = i === subsets.length - 1
    const share = last ? readyLeft : Math.min(readyLeft, proportion(readyRoom, addresses.length, ready))
    const otherShare = last
      ? notReadyLeft
      : Math.min(notReadyLeft, proportion(notReadyRoom, notReadyAddresses.length, notReady))
    readyLeft -= share
    notReadyLeft -= otherShare
    return {
      ...subset,
      addresses: addresses.slice(0, share),
      notReadyAddresses: notReadyAddresses.slice(0, otherShare),
    }
  })
  return { subsets: cut, truncated: true }
}

const proportion = (room: number, count: number, total: number): number =>
  total ? Math.ceil((room * count) / total) : 0
