import type { ContainerPort, Pod, Service, ServicePort } from 'kubernetes-types/core/v1'
import { keyOf, type KubeObject } from '../../api/objects.ts'
import type { Change, View } from '../../client/informer.ts'
import { isReady, isTerminal, type PodLike } from '../pods.ts'
import { semanticEqual } from '../semantic-equal.ts'

// Which pods stand behind a service, and on which ports (kubernetes: staging/src/k8s.io/endpointslice/util/controller_utils.go).

type Labels = Readonly<Record<string, string>>

/** A selector of a service: a plain set of labels; none selects nothing. */
export const selects = (selector: Labels | undefined, labels: Labels | undefined): boolean =>
  selector !== undefined && Object.keys(selector).every((key) => labels?.[key] === selector[key])

/** Keys of the services whose endpoints a change of a pod touches (GetServicesToUpdateOnPodChange). */
export function servicesOfPod(pod: KubeObject, view: View, change: Change): string[] {
  if (change.old && !endpointsChanged(change.old as Pod, change.object as Pod)) return []
  return view
    .list('Service', pod.metadata.namespace)
    .filter(({ spec }) => selects(spec?.selector, pod.metadata.labels))
    .map(keyOf)
}

/** podEndpointsChanged. */
export function endpointsChanged(old: PodLike, pod: PodLike): boolean {
  return (
    !!old.metadata?.deletionTimestamp !== !!pod.metadata?.deletionTimestamp ||
    isReady(old) !== isReady(pod) ||
    old.status?.podIP !== pod.status?.podIP ||
    old.status?.podIPs?.length !== pod.status?.podIPs?.length ||
    old.spec?.nodeName !== pod.spec?.nodeName ||
    old.spec?.hostname !== pod.spec?.hostname ||
    old.spec?.subdomain !== pod.spec?.subdomain ||
    shouldBeInEndpoints(old, true) !== shouldBeInEndpoints(pod, true) ||
    !semanticEqual(old.metadata?.labels, pod.metadata?.labels)
  )
}

/** Pods that have ended, or have no address yet, are behind no service (ShouldPodBeInEndpoints). */
export function shouldBeInEndpoints(pod: PodLike, includeTerminating: boolean): boolean {
  const { metadata, status } = pod
  if (isTerminal(pod) || (!status?.podIP && !status?.podIPs?.length)) return false
  return includeTerminating || !metadata?.deletionTimestamp
}

/** The number behind a service's target port in this pod (pkg/api/v1/pod FindPort). */
export function targetPortOf(
  pod: PodLike,
  { targetPort, port, protocol = 'TCP' }: ServicePort,
): number | undefined {
  if (typeof targetPort !== 'string') return targetPort ?? port
  const sidecars = (pod.spec?.initContainers ?? []).filter(
    (container) => (container as { restartPolicy?: string }).restartPolicy === 'Always',
  )
  const isIt = (candidate: ContainerPort) =>
    candidate.name === targetPort && (candidate.protocol ?? 'TCP') === protocol
  for (const { ports } of [...(pod.spec?.containers ?? []), ...sidecars]) {
    const found = ports?.find(isIt)
    if (found) return found.containerPort
  }
  return undefined
}

/** The pod has a name of its own under the service's (ShouldSetHostname). */
export const hasHostnameIn = ({ metadata, spec }: PodLike, service: Pick<Service, 'metadata'>): boolean =>
  !!spec?.hostname &&
  spec.subdomain === service.metadata?.name &&
  metadata?.namespace === service.metadata?.namespace

export const isHeadless = ({ spec }: Pick<Service, 'spec'>): boolean => spec?.clusterIP === 'None'

/** Addresses of a family, IPv6 or not. */
export const podAddresses = ({ status }: PodLike, v6: boolean): string[] => {
  const all = status?.podIPs?.length ? status.podIPs.map(({ ip }) => ip ?? '') : [status?.podIP ?? '']
  return all.filter((ip) => ip !== '' && ip.includes(':') === v6)
}
