import type { Node, NodeCondition, NodeStatus } from 'kubernetes-types/core/v1'
import { formatTime } from '../api/time.ts'
import { wholeValueOf } from '../api/quantity.ts'
import type { Os } from '../host/program.ts'
import { KUBELET_VERSION } from './version.ts'
import type { KubeletConfig } from './config.ts'
import type { Allocatable } from './field-ref.ts'
import type { Image } from '../runtime/cri.ts'

/** What the kubelet knows of its runtime. */
export interface RuntimeHealth {
  readonly version: string
  /** Why it does not work, if it does not. */
  readonly runtimeProblem: string | undefined
  readonly networkProblem: string | undefined
  readonly images: readonly Image[]
  readonly memoryPressure: boolean
}

/** kubelet: nodeStatusMaxImages. */
const MAX_IMAGES = 50

/** Size of the disk that the machines of this cluster have. */
const DISK_BYTES = 41_152_736 * 1024

interface Amounts {
  readonly capacity: Record<string, string>
  readonly allocatable: Record<string, string>
}

/** What there is on this machine, and what pods may have of it (kubernetes: pkg/kubelet/cm/node_container_manager_linux.go). */
export function amounts({ kernel }: Os, config: KubeletConfig): Amounts {
  const reserved = (resource: 'memory' | 'cpu' | 'ephemeral-storage') =>
    [config.systemReserved, config.kubeReserved].reduce((sum, own) => sum + wholeValueOf(own[resource]), 0)
  const threshold = config.evictionHard['memory.available'] ?? '0'
  const kept = threshold.endsWith('%')
    ? Math.floor((kernel.memory * Number.parseFloat(threshold)) / 100)
    : wholeValueOf(threshold)
  const common = { 'hugepages-1Gi': '0', 'hugepages-2Mi': '0', pods: `${config.maxPods}` }
  const cpu = (reservedCpu: number) => `${kernel.cpus - reservedCpu}`
  const ki = (bytes: number) => `${Math.max(0, Math.floor(bytes / 1024))}Ki`
  return {
    capacity: { cpu: cpu(0), 'ephemeral-storage': ki(DISK_BYTES), ...common, memory: ki(kernel.memory) },
    allocatable: {
      cpu: cpu(reserved('cpu')),
      'ephemeral-storage': `${Math.floor(DISK_BYTES * 0.9)}`,
      ...common,
      memory: ki(kernel.memory - kept - reserved('memory')),
    },
  }
}

export function allocatableOf(os: Os, config: KubeletConfig): Allocatable {
  const { allocatable } = amounts(os, config)
  return {
    cpuMilli: Number(allocatable['cpu']) * 1000,
    memoryBytes: wholeValueOf(allocatable['memory']),
    storageBytes: Number(allocatable['ephemeral-storage']),
  }
}

/** The node as a kubelet registers it (kubernetes: pkg/kubelet/kubelet_node_status.go initialNode). */
export function initialNode(
  os: Os,
  config: KubeletConfig,
): Node & { apiVersion: string; kind: string; metadata: { name: string } } {
  const { nodeName } = config
  const base = {
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': nodeName,
    'kubernetes.io/os': 'linux',
  }
  const taints = config.flags['register-with-taints'].map(parseTaint)
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: nodeName,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        ...base,
        ...config.flags['node-labels'],
      },
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    } as { name: string },
    spec: {
      ...(config.providerID ? { providerID: config.providerID } : {}),
      // Until its status says otherwise, nothing is scheduled to it.
      taints: [...taints],
    },
    status: amounts(os, config),
  }
}

function parseTaint(text: string): { key: string; value?: string; effect: string } {
  const [, key = '', value, effect = ''] = /^([^=:]+)(?:=([^:]*))?:(.+)$/.exec(text) ?? []
  return { key, ...(value ? { value } : {}), effect }
}

/** The status of the node now; times of conditions that did not change are kept. */
export function nodeStatus(
  os: Os,
  config: KubeletConfig,
  old: NodeStatus,
  health: RuntimeHealth,
): NodeStatus {
  const now = formatTime(os.clock)
  return {
    ...amounts(os, config),
    addresses: [
      { type: 'InternalIP', address: config.nodeIP },
      { type: 'Hostname', address: config.nodeName },
    ],
    conditions: nodeConditions(old, health, now),
    daemonEndpoints: { kubeletEndpoint: { Port: config.port } },
    images: [...health.images]
      .sort((a, b) => b.size - a.size)
      .slice(0, MAX_IMAGES)
      .map(({ repoTags, repoDigests, size }) => ({
        names: [...repoDigests, ...repoTags].slice(0, 5),
        sizeBytes: size,
      })),
    nodeInfo: {
      architecture: 'amd64',
      bootID: uuidFrom(`boot ${os.machine} ${os.kernel.bootedAt}`),
      containerRuntimeVersion: `containerd://${health.version}`,
      kernelVersion: os.kernel.version,
      kubeProxyVersion: KUBELET_VERSION,
      kubeletVersion: KUBELET_VERSION,
      machineID: uuidFrom(`machine ${os.machine}`).replaceAll('-', ''),
      operatingSystem: 'linux',
      osImage: osImage(os),
      systemUUID: uuidFrom(`system ${os.machine}`),
    },
  }
}

function nodeConditions(old: NodeStatus, health: RuntimeHealth, now: string): NodeCondition[] {
  const problems = [
    health.runtimeProblem,
    health.networkProblem && `container runtime network not ready: ${health.networkProblem}`,
  ].filter(Boolean)
  const rows: [string, string, string, string][] = [
    health.memoryPressure
      ? [
          'MemoryPressure',
          'True',
          'KubeletHasInsufficientMemory',
          'kubelet has insufficient memory available',
        ]
      : ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
    problems.length
      ? [
          'Ready',
          'False',
          'KubeletNotReady',
          problems.length > 1 ? `[${problems.join(', ')}]` : `${problems[0]}`,
        ]
      : ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
  ]
  const own = new Set(rows.map(([type]) => type))
  const others = (old.conditions ?? []).filter(({ type }) => !own.has(type))
  return [
    ...others,
    ...rows.map(([type, status, reason, message]) => {
      const before = old.conditions?.find((condition) => condition.type === type)
      const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now
      return { type, status, lastHeartbeatTime: now, lastTransitionTime, reason, message }
    }),
  ]
}

/** Equal but for the heartbeat (kubelet_node_status.go nodeStatusHasChanged). */
export const withoutHeartbeats = (status: NodeStatus): NodeStatus => ({
  ...status,
  conditions: status.conditions?.map(({ lastHeartbeatTime: _, ...condition }) => condition),
})

function osImage({ fs }: Os): string {
  const text = fs.exists('/etc/os-release') ? fs.read('/etc/os-release') : ''
  return /^PRETTY_NAME="(.*)"$/m.exec(text)?.[1] ?? 'Linux'
}

function uuidFrom(text: string): string {
  let digits = ''
  for (let round = 1; round <= 4; round++) {
    let state = Math.imul(0x811c9dc5, round * 2 + 1)
    for (let i = 0; i < text.length; i++)
      state = Math.imul(state ^ text.charCodeAt(i), 0x01000193) ^ (state >>> 15)
    digits += (state >>> 0).toString(16).padStart(8, '0')
  }
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`
}
