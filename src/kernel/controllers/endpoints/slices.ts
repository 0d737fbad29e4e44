import type { Endpoint, EndpointPort, EndpointSlice } from 'kubernetes-types/discovery/v1'
import type { Node, Pod, Service } from 'kubernetes-types/core/v1'
import type { KubeObject } from '../../api/objects.ts'
import { controllerRef, isReady } from '../pods.ts'
import { semanticEqual } from '../semantic-equal.ts'
import { hasHostnameIn, isHeadless, podAddresses, targetPortOf } from './selection.ts'

// kubernetes: staging/src/k8s.io/endpointslice/utils.go

export const SERVICE_NAME = 'kubernetes.io/service-name'
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
export const HEADLESS = 'service.kubernetes.io/headless'
export const ZONE = 'topology.kubernetes.io/zone'
const LAST_TRIGGER = 'endpoints.kubernetes.io/last-change-trigger-time'

export type AddressType = 'IPv4' | 'IPv6'

/** The families a service has endpoints for (getAddressTypesForService). */
export function addressTypesOf({ spec }: Service): AddressType[] {
  if (spec?.ipFamilies?.length) return spec.ipFamilies.map((family) => (family === 'IPv6' ? 'IPv6' : 'IPv4'))
  const ip = spec?.clusterIP ?? ''
  if (ip && ip !== 'None') return [ip.includes(':') ? 'IPv6' : 'IPv4']
  return ['IPv4', 'IPv6']
}

/** A pod as an endpoint (podToEndpoint). */
export function endpointOf(pod: Pod, node: Node | undefined, service: Service, type: AddressType): Endpoint {
  const { metadata, spec } = pod
  const serving = isReady(pod)
  const terminating = !!metadata?.deletionTimestamp
  const zone = node?.metadata?.labels?.[ZONE]
  return {
    addresses: podAddresses(pod, type === 'IPv6'),
    conditions: {
      ready: service.spec?.publishNotReadyAddresses || (serving && !terminating),
      serving,
      terminating,
    },
    targetRef: { kind: 'Pod', namespace: metadata?.namespace, name: metadata?.name, uid: metadata?.uid },
    ...(spec?.nodeName ? { nodeName: spec.nodeName } : {}),
    ...(zone ? { zone } : {}),
    ...(hasHostnameIn(pod, service) ? { hostname: spec?.hostname } : {}),
  }
}

/** The ports a pod serves for a service; those it lacks are left out (getEndpointPorts). */
export function portsOf(service: Service, pod: Pod): EndpointPort[] {
  return (service.spec?.ports ?? []).flatMap((servicePort) => {
    const port = targetPortOf(pod, servicePort)
    const { name = '', protocol = 'TCP', appProtocol } = servicePort
    return port === undefined ? [] : [{ name, port, protocol, ...(appProtocol ? { appProtocol } : {}) }]
  })
}

/** Slices of the same ports belong together, whatever their order (NewPortMapKey). */
export const portsKey = (ports: readonly EndpointPort[] | null | undefined): string =>
  (ports ?? [])
    .map(({ name, port, protocol, appProtocol }) => JSON.stringify([name ?? '', port, protocol, appProtocol]))
    .sort()
    .join()

/** An empty slice of a service (newEndpointSlice). */
export function newSlice(
  service: KubeObject & Service,
  type: AddressType,
  ports: readonly EndpointPort[],
  manager: string,
) {
  const { name, namespace } = service.metadata
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: sliceLabels(undefined, service, manager),
      ownerReferences: [controllerRef(service)],
    },
    addressType: type,
    // Go writes empty lists of this type as null.
    endpoints: null,
    ports: ports.length ? ports : null,
  } as unknown as EndpointSlice & KubeObject
}

/** The service's labels, what an older version put there, and the controller's own (setEndpointSliceLabels). */
export function sliceLabels(
  slice: EndpointSlice | undefined,
  service: Service,
  manager: string,
): Record<string, string> {
  const own = new Set([SERVICE_NAME, MANAGED_BY, HEADLESS])
  const fromService = Object.entries(service.metadata?.labels ?? {}).filter(([key]) => !own.has(key))
  const known = Object.entries(slice?.metadata?.labels ?? {})
  const unchanged = semanticEqual(
    Object.fromEntries(known.filter(([key]) => !own.has(key))),
    Object.fromEntries(fromService),
  )
  return {
    ...Object.fromEntries(unchanged ? known.filter(([key]) => key !== HEADLESS) : fromService),
    ...(isHeadless(service) ? { [HEADLESS]: '' } : {}),
    [SERVICE_NAME]: service.metadata?.name ?? '',
    [MANAGED_BY]: manager,
  }
}

/** With the time of what caused it, or without any. */
export function withTriggerTime<T extends EndpointSlice>(slice: T, time: string | undefined): T {
  const { [LAST_TRIGGER]: _before, ...others } = slice.metadata?.annotations ?? {}
  const annotations = time ? { ...others, [LAST_TRIGGER]: time } : others
  return { ...slice, metadata: { ...slice.metadata, annotations } }
}
