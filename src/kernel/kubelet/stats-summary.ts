import { formatTime } from '../api/time.ts'
import type { Os } from '../host/program.ts'
import type { ContainerStats } from '../runtime/cri.ts'
import { CONTAINER_NAME, POD_NAME, POD_NAMESPACE, POD_UID } from './types.ts'

/** What the node and its pods use (kubernetes: staging/src/k8s.io/kubelet/pkg/apis/stats/v1alpha1). */
export function statsSummary(
  { clock, kernel }: Os,
  nodeName: string,
  stats: readonly ContainerStats[],
): object {
  const time = formatTime(clock)
  const memory = (bytes: number) => ({ time, usageBytes: bytes, workingSetBytes: bytes, rssBytes: bytes })
  const cpu = (nanos: number) => ({ time, usageNanoCores: 0, usageCoreNanoSeconds: nanos })
  const byPod = new Map<string, ContainerStats[]>()
  for (const one of stats) {
    const uid = one.labels[POD_UID] ?? ''
    byPod.set(uid, [...(byPod.get(uid) ?? []), one])
  }
  return {
    node: {
      nodeName,
      startTime: formatTime(kernel.bootedAt),
      cpu: cpu(0),
      memory: { ...memory(kernel.memoryUsed), availableBytes: kernel.memory - kernel.memoryUsed },
    },
    pods: [...byPod].map(([uid, containers]) => ({
      podRef: { name: containers[0].labels[POD_NAME], namespace: containers[0].labels[POD_NAMESPACE], uid },
      memory: memory(sum(containers.map(({ memoryBytes }) => memoryBytes))),
      cpu: cpu(sum(containers.map(({ cpuUsageNanos }) => cpuUsageNanos))),
      containers: containers.map((one) => ({
        name: one.labels[CONTAINER_NAME],
        cpu: cpu(one.cpuUsageNanos),
        memory: memory(one.memoryBytes),
      })),
    })),
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
