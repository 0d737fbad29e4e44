import type { Container, PodStatus, ResourceFieldSelector } from 'kubernetes-types/core/v1'
import { goQuote } from '../api/go-quote.ts'
import { parseQuantity, scaledValue } from '../api/quantity.ts'
import { allContainers, type KubeletPod } from './types.ts'

/** What a node can give, for limits that a container does not set. */
export interface Allocatable {
  readonly cpuMilli: number
  readonly memoryBytes: number
  readonly storageBytes: number
}

/** The value at a field path of a pod, undefined when it is none (kubernetes: pkg/fieldpath, kubelet_pods.go podFieldSelectorRuntimeValue). */
export function fieldValue(pod: KubeletPod, status: PodStatus, path: string): string | undefined {
  const { metadata, spec } = pod
  const [, map, key] = /^metadata\.(labels|annotations)\['([^']*)'\]$/.exec(path) ?? []
  if (map) return metadata[map as 'labels' | 'annotations']?.[key] ?? ''
  switch (path) {
    case 'metadata.name':
      return metadata.name
    case 'metadata.namespace':
      return metadata.namespace
    case 'metadata.uid':
      return metadata.uid
    case 'metadata.labels':
      return formatMap(metadata.labels)
    case 'metadata.annotations':
      return formatMap(metadata.annotations)
    case 'spec.nodeName':
      return spec.nodeName ?? ''
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? ''
    case 'status.hostIP':
    case 'status.hostIPs':
      return status.hostIP ?? ''
    case 'status.podIP':
    case 'status.podIPs':
      return status.podIP ?? ''
    default:
      return undefined
  }
}

/** `key="value"` lines, sorted (pkg/fieldpath FormatMap). */
const formatMap = (map: Readonly<Record<string, string>> = {}): string =>
  Object.keys(map)
    .sort()
    .map((key) => `${key}=${goQuote(map[key])}`)
    .join('\n')

/** A request or limit of a container, in units of the divisor, rounded up (kubernetes: pkg/api/v1/resource/helpers.go). */
export function resourceValue(
  pod: KubeletPod,
  container: Container | undefined,
  { resource, divisor, containerName }: ResourceFieldSelector,
  allocatable: Allocatable,
): string | undefined {
  const from = containerName ? allContainers(pod.spec).find(({ name }) => name === containerName) : container
  const [, kind, name] =
    /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/.exec(resource) ?? []
  if (!from || !name) return undefined
  const own = from.resources?.[kind as 'limits' | 'requests']?.[name]
  const capacity = {
    cpu: `${allocatable.cpuMilli}m`,
    memory: `${allocatable.memoryBytes}`,
    'ephemeral-storage': `${allocatable.storageBytes}`,
  }
  const text = own ?? (kind === 'limits' ? (capacity[name as keyof typeof capacity] ?? '0') : '0')
  const value = scaledValue(parseQuantity(`${text}`), -9)
  const unit = divisor && `${divisor}` !== '0' ? scaledValue(parseQuantity(`${divisor}`), -9) : 1_000_000_000n
  return `${(value + unit - 1n) / unit}`
}
