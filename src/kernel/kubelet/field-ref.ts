import type { Container, PodStatus, ResourceFieldSelector } from 'kubernetes-types/core/v1'
import { fieldPathValue } from '../api/field-path.ts'
import { parseQuantity, scaledValue } from '../api/quantity.ts'
import { UserError } from '../api/user-error.ts'
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
  if (path.startsWith('metadata.')) return metadataValue(metadata, path)
  switch (path) {
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

function metadataValue(metadata: KubeletPod['metadata'], path: string): string | undefined {
  try {
    return fieldPathValue(metadata, path)
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

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
