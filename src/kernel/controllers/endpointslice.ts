import type { Endpoint, EndpointPort, EndpointSlice } from 'kubernetes-types/discovery/v1'
import type { Node, Pod, Service } from 'kubernetes-types/core/v1'
import { controllerOf, type KubeObject, type Stored } from '../api/objects.ts'
import { controller, type Controller } from '../client/controller.ts'
import type { View } from '../client/informer.ts'
import { attempt, create, event, remove, update, WriteError, type Writes } from '../client/writes.ts'
import { pack, type Packing } from './endpoints/packing.ts'
import { selects, servicesOfPod, shouldBeInEndpoints } from './endpoints/selection.ts'
import {
  addressTypesOf,
  endpointOf,
  MANAGED_BY,
  newSlice,
  portsKey,
  portsOf,
  SERVICE_NAME,
  sliceLabels,
  withTriggerTime,
  type AddressType,
} from './endpoints/slices.ts'
import { TriggerTimes } from './endpoints/trigger-times.ts'
import { pace, podsOf } from './endpoints.ts'
import type { ControllerFlags } from './flags.ts'
import { isNamespaceTerminating } from './replicaset.ts'
import { semanticEqual } from './semantic-equal.ts'

export const MANAGER = 'endpointslice-controller.k8s.io'
/** kube-controller-manager: --max-endpoints-per-slice. */
const MAX_ENDPOINTS = 100

type StoredSlice = Stored<EndpointSlice>
export type Slice = EndpointSlice & KubeObject

/** kubernetes: pkg/controller/endpointslice, staging/src/k8s.io/endpointslice */
export function endpointSliceController(): Controller<ControllerFlags> {
  const times = new TriggerTimes()
  return controller<'Service', ControllerFlags>({
    name: 'endpoint-slice-controller',
    reconciles: 'Service',
    reads: ['Node'],
    indexes: { EndpointSlice: { service: slicesByService } },
    watches: {
      Pod: servicesOfPod,
      EndpointSlice: (slice) =>
        slice.metadata.labels?.[MANAGED_BY] === MANAGER ? slicesByService(slice) : [],
      Node: (node, view, { type }) => (type === 'added' ? servicesOn(node, view) : []),
    },
    workers: (flags) => flags['concurrent-service-endpoint-syncs'],
    paceMs: (service, view) => pace(service, view),
    *reconcile(service, view) {
      if (!service.spec?.selector || service.spec.type === 'ExternalName') return
      const key = `${service.metadata.namespace}/${service.metadata.name}`
      const pods = podsOf(service, view)
      const slices = view
        .byIndex('EndpointSlice', 'service', key)
        .filter(({ metadata }) => metadata.labels?.[MANAGED_BY] === MANAGER && !metadata.deletionTimestamp)
      const error = yield* reconcileSlices(service, pods, slices, view, times.next(key, service, pods))
      if (!error) return
      const { namespace, name } = service.metadata
      const message = `Error updating Endpoint Slices for Service ${namespace}/${name}: ${error.message}`
      yield event(service, 'Warning', 'FailedToUpdateEndpointSlices', message)
      throw error
    },
    // biome-ignore lint/correctness/useYield: nothing is written, the garbage collector deletes the slices
    *gone(key) {
      times.forget(key)
    },
  })
}

function slicesByService({ metadata }: KubeObject): string[] {
  const service = metadata.labels?.[SERVICE_NAME]
  return service ? [`${metadata.namespace}/${service}`] : []
}

/** A node that appears may be the one whose absence kept pods out. */
const servicesOn = (node: KubeObject, view: View): string[] =>
  view
    .list('Pod')
    .filter(({ spec }) => spec?.nodeName === node.metadata.name)
    .flatMap(({ metadata }) =>
      view
        .list('Service', metadata.namespace)
        .filter(({ spec }) => selects(spec?.selector, metadata.labels))
        .map((service) => `${service.metadata.namespace}/${service.metadata.name}`),
    )

function* reconcileSlices(
  service: Stored<Service>,
  pods: readonly Stored<Pod>[],
  slices: readonly StoredSlice[],
  view: View,
  triggerTime: string | undefined,
): Writes<WriteError | undefined> {
  const types = addressTypesOf(service)
  const errors: string[] = []
  for (const type of types) {
    const ofType = slices.filter(({ addressType }) => addressType === type)
    const { plan, missing } = planSlices(service, pods, ofType, type, (name) => view.get('Node', name))
    errors.push(...missing)
    const error = yield* carryOut(service, plan, triggerTime)
    if (error) errors.push(error)
  }
  for (const slice of slices.filter(({ addressType }) => !types.includes(addressType as AddressType))) {
    const { error } = yield* attempt(remove(slice))
    if (error && error.code !== 404) errors.push(error.message)
  }
  if (!errors.length) return undefined
  return new WriteError(errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`, 0, '')
}

interface Group {
  readonly ports: readonly EndpointPort[]
  readonly endpoints: Endpoint[]
}

/** What to do so that the slices hold the endpoints of these pods (reconcileByAddressType). */
export function planSlices(
  service: Service & KubeObject,
  pods: readonly Pod[],
  slices: readonly Slice[],
  type: AddressType,
  nodeOf: (name: string) => Node | undefined,
  maxEndpoints = MAX_ENDPOINTS,
): { plan: Packing<Slice>; missing: string[] } {
  const { groups, missing } = groupByPorts(service, pods, type, nodeOf)
  const own = slices.filter((slice) => controllerOf(slice)?.uid === service.metadata.uid)
  const plan: Packing<Slice> = {
    create: [],
    update: [],
    remove: slices.filter((slice) => !own.includes(slice)),
  }
  for (const [key, { ports, endpoints }] of groups) {
    const packed = pack(
      own.filter((slice) => portsKey(slice.ports) === key),
      endpoints,
      {
        maxEndpoints,
        empty: () => newSlice(service, type, ports, MANAGER),
        labelsOf: (slice) => sliceLabels(slice, service, MANAGER),
      },
    )
    plan.create.push(...packed.create)
    plan.update.push(...packed.update)
    plan.remove.push(...packed.remove)
  }
  plan.remove.push(...own.filter((slice) => !groups.has(portsKey(slice.ports))))
  return {
    plan: reuse(withPlaceholder(plan, slices, newSlice(service, type, [], MANAGER)), service),
    missing,
  }
}

function groupByPorts(
  service: Service & KubeObject,
  pods: readonly Pod[],
  type: AddressType,
  nodeOf: (name: string) => Node | undefined,
): { groups: Map<string, Group>; missing: string[] } {
  const groups = new Map<string, Group>()
  const missing: string[] = []
  for (const pod of pods) {
    if (!shouldBeInEndpoints(pod, true)) continue
    const ports = portsOf(service, pod)
    const key = portsKey(ports)
    const group = groups.get(key) ?? { ports, endpoints: [] }
    groups.set(key, group)
    const nodeName = pod.spec?.nodeName ?? ''
    const node = nodeOf(nodeName)
    if (!node && !service.spec?.publishNotReadyAddresses) {
      const { namespace, name } = service.metadata
      missing.push(
        `skipping Pod ${pod.metadata?.name} for Service ${namespace}/${name}: Node ${nodeName} Not Found`,
      )
      continue
    }
    const endpoint = endpointOf(pod, node, service, type)
    if (endpoint.addresses.length) group.endpoints.push(withHints(endpoint, service))
  }
  return { groups, missing }
}

/** trafficDistribution: PreferClose keeps traffic in the endpoint's own zone (endpointslice/trafficdist). */
function withHints(endpoint: Endpoint, { spec }: Service): Endpoint {
  const { trafficDistribution } = (spec ?? {}) as { trafficDistribution?: string }
  if (trafficDistribution !== 'PreferClose' || !endpoint.conditions?.ready || !endpoint.zone) return endpoint
  return { ...endpoint, hints: { forZones: [{ name: endpoint.zone }] } }
}

/** There is always one slice, if only to show that nothing is behind the service. */
function withPlaceholder(plan: Packing<Slice>, slices: readonly Slice[], placeholder: Slice): Packing<Slice> {
  if (plan.create.length || slices.length !== plan.remove.length) return plan
  const [only] = plan.remove
  const isPlaceholder =
    plan.remove.length === 1 &&
    !only.endpoints?.length &&
    !only.ports?.length &&
    semanticEqual(only.metadata.labels, placeholder.metadata.labels) &&
    semanticEqual(only.metadata.ownerReferences, placeholder.metadata.ownerReferences)
  return isPlaceholder ? { ...plan, remove: [] } : { ...plan, create: [placeholder] }
}

/** A slice that would be deleted is changed instead of making a new one (finalize). */
export function reuse({ create, update, remove }: Packing<Slice>, service: KubeObject): Packing<Slice> {
  const made = [...create]
  const changed = [...update]
  const removed = remove.filter((slice) => {
    const next = made.at(-1)
    const fits =
      next && slice.addressType === next.addressType && controllerOf(slice)?.uid === service.metadata.uid
    if (!fits) return true
    made.pop()
    const { name, resourceVersion, uid, generateName } = slice.metadata
    changed.push({ ...next, metadata: { ...next.metadata, name, resourceVersion, uid, generateName } })
    return false
  })
  return { create: made, update: changed, remove: removed }
}

export function* carryOut(
  service: KubeObject,
  plan: Packing<Slice>,
  triggerTime: string | undefined,
): Writes<string | undefined> {
  const where = `for Service ${service.metadata.namespace}/${service.metadata.name}`
  for (const slice of service.metadata.deletionTimestamp ? [] : plan.create) {
    const { error } = yield* attempt(create(withTriggerTime(slice, triggerTime)))
    if (error)
      return isNamespaceTerminating(error)
        ? undefined
        : `failed to create EndpointSlice ${where}: ${error.message}`
  }
  for (const slice of plan.update) {
    const { error } = yield* attempt(update(withTriggerTime(slice, triggerTime)))
    if (error) return `failed to update ${slice.metadata.name} EndpointSlice ${where}: ${error.message}`
  }
  for (const slice of plan.remove) {
    const { error } = yield* attempt(remove(slice))
    if (error && error.code !== 404)
      return `failed to delete ${slice.metadata.name} EndpointSlice ${where}: ${error.message}`
  }
  return undefined
}
