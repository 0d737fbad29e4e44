import type { EndpointAddress, Endpoints, EndpointSubset } from 'kubernetes-types/core/v1'
import type { Endpoint, EndpointPort } from 'kubernetes-types/discovery/v1'
import { keyOf, type KubeObject, type Stored } from '../api/objects.ts'
import { controller } from '../client/controller.ts'
import { event, WriteError } from '../client/writes.ts'
import { carryOut, reuse, type Slice } from './endpointslice.ts'
import { pack, type Packing } from './endpoints/packing.ts'
import { MANAGED_BY, portsKey, SERVICE_NAME, type AddressType } from './endpoints/slices.ts'
import { LAST_CHANGE_TRIGGER_TIME } from './endpoints/trigger-times.ts'
import type { ControllerOptions } from './options.ts'
import { controllerRef } from './pods.ts'

const MANAGER = 'endpointslicemirroring-controller.k8s.io'
const SKIP = 'endpointslice.kubernetes.io/skip-mirror'
const LEADER = 'control-plane.alpha.kubernetes.io/leader'
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
/** kube-controller-manager: --mirroring-max-endpoints-per-subset. */
const MAX_ENDPOINTS = 1000

/** Endpoints that somebody writes by hand, for services without a selector, as slices (kubernetes: pkg/controller/endpointslicemirroring). */
export const endpointSliceMirroring = controller<'Endpoints', ControllerOptions>({
  name: 'endpoint-slice-mirroring-controller',
  reconciles: 'Endpoints',
  owns: ['EndpointSlice'],
  watches: { Service: (service) => [keyOf(service)] },
  *reconcile(endpoints, view) {
    const service = view.get('Service', keyOf(endpoints))
    const slices = view
      .owned('EndpointSlice', endpoints)
      .filter(({ metadata }) => metadata.labels?.[MANAGED_BY] === MANAGER)
    const mirrored = service && !service.spec?.selector && shouldMirror(endpoints)
    const plan = mirrored
      ? planMirrors(endpoints, slices as Slice[])
      : { create: [], update: [], remove: slices as Slice[] }
    const why = yield* carryOut(endpoints, plan, endpoints.metadata.annotations?.[LAST_CHANGE_TRIGGER_TIME])
    if (why === undefined) return
    const message = `Error updating mirrored EndpointSlices for Endpoints ${keyOf(endpoints)}: ${why}`
    yield event(endpoints, 'Warning', 'FailedToUpdateEndpointSlices', message)
    throw new WriteError(why, 0, '')
  },
})

const shouldMirror = ({ metadata }: Stored<Endpoints>): boolean =>
  metadata.labels?.[SKIP] !== 'true' && metadata.annotations?.[LEADER] === undefined

/** Slices by family and ports, each subset's addresses together. */
export function planMirrors(endpoints: Stored<Endpoints>, slices: readonly Slice[]): Packing<Slice> {
  const groups = new Map<string, { type: AddressType; ports: EndpointPort[]; endpoints: Endpoint[] }>()
  for (const subset of endpoints.subsets ?? []) {
    for (const [address, ready] of addressesOf(subset)) {
      const type = address.ip.includes(':') ? 'IPv6' : 'IPv4'
      const ports = portsOf(subset)
      const key = `${type} ${portsKey(ports)}`
      const group = groups.get(key) ?? { type, ports, endpoints: [] }
      groups.set(key, group)
      group.endpoints.push(endpointOf(address, ready))
    }
  }
  const keyOfSlice = (slice: Slice) => `${slice.addressType} ${portsKey(slice.ports)}`
  const plan: Packing<Slice> = {
    create: [],
    update: [],
    remove: slices.filter((slice) => !groups.has(keyOfSlice(slice))),
  }
  for (const [key, { type, ports, endpoints: wanted }] of groups) {
    const packed = pack(
      slices.filter((slice) => keyOfSlice(slice) === key),
      wanted,
      {
        maxEndpoints: MAX_ENDPOINTS,
        empty: () => newMirror(endpoints, type, ports),
        labelsOf: () => labelsOf(endpoints),
      },
    )
    plan.create.push(...packed.create)
    plan.update.push(...packed.update)
    plan.remove.push(...packed.remove)
  }
  return reuse(plan, endpoints)
}

const addressesOf = ({
  addresses = [],
  notReadyAddresses = [],
}: EndpointSubset): [EndpointAddress, boolean][] => [
  ...addresses.map((address): [EndpointAddress, boolean] => [address, true]),
  ...notReadyAddresses.map((address): [EndpointAddress, boolean] => [address, false]),
]

const portsOf = ({ ports = [] }: EndpointSubset): EndpointPort[] =>
  ports.map(({ name = '', port, protocol = 'TCP', appProtocol }) => ({
    name,
    port,
    protocol,
    ...(appProtocol ? { appProtocol } : {}),
  }))

const endpointOf = ({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(hostname ? { hostname } : {}),
  ...(nodeName ? { nodeName } : {}),
  ...(targetRef ? { targetRef } : {}),
})

function newMirror(endpoints: Stored<Endpoints>, type: AddressType, ports: readonly EndpointPort[]): Slice {
  const { name, namespace } = endpoints.metadata
  const {
    [LAST_APPLIED]: _applied,
    [LAST_CHANGE_TRIGGER_TIME]: _time,
    ...annotations
  } = endpoints.metadata.annotations ?? {}
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: labelsOf(endpoints),
      annotations,
      ownerReferences: [controllerRef(endpoints as KubeObject)],
    },
    addressType: type,
    endpoints: null,
    ports: ports.length ? ports : null,
  } as unknown as Slice
}

const labelsOf = ({ metadata }: Stored<Endpoints>): Record<string, string> => ({
  ...metadata.labels,
  [SERVICE_NAME]: metadata.name,
  [MANAGED_BY]: MANAGER,
})
