import type { Container, Pod, PodSpec, PodStatus } from 'kubernetes-types/core/v1'
import type { ContainerStatus, PodSandboxStatus } from '../runtime/cri.ts'

/** A pod as a kubelet holds it, from the API server or from a file. */
export type KubeletPod = Pod & {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: NonNullable<Pod['metadata']> & {
    readonly name: string
    readonly namespace: string
    readonly uid: string
  }
  readonly spec: PodSpec
  readonly status?: PodStatus
}

/** What the runtime says of a pod: sandboxes and containers, newest first. */
export interface PodRuntime {
  readonly sandboxes: readonly PodSandboxStatus[]
  readonly containers: readonly ContainerStatus[]
}

export const emptyRuntime: PodRuntime = { sandboxes: [], containers: [] }

// kubernetes: pkg/kubelet/types/labels.go, pkg/kubelet/kuberuntime/labels.go, pkg/kubelet/types/pod_update.go
export const POD_NAME = 'io.kubernetes.pod.name'
export const POD_NAMESPACE = 'io.kubernetes.pod.namespace'
export const POD_UID = 'io.kubernetes.pod.uid'
export const CONTAINER_NAME = 'io.kubernetes.container.name'
export const CONTAINER_HASH = 'io.kubernetes.container.hash'
export const RESTART_COUNT = 'io.kubernetes.container.restartCount'
export const TERMINATION_PATH = 'io.kubernetes.container.terminationMessagePath'
export const TERMINATION_POLICY = 'io.kubernetes.container.terminationMessagePolicy'
export const CONFIG_SOURCE = 'kubernetes.io/config.source'
export const CONFIG_HASH = 'kubernetes.io/config.hash'
export const CONFIG_SEEN = 'kubernetes.io/config.seen'
export const CONFIG_MIRROR = 'kubernetes.io/config.mirror'

/** The newest container of a name. */
export const newest = ({ containers }: PodRuntime, name: string): ContainerStatus | undefined =>
  containers.find((container) => container.metadata.name === name)

/** The sandbox that counts. */
export const sandboxOf = ({ sandboxes }: PodRuntime): PodSandboxStatus | undefined => sandboxes[0]

export const isRunning = (container: ContainerStatus | undefined): boolean =>
  container?.state === 'CONTAINER_RUNNING'

/** An init container that runs beside the others (KEP-753). */
export const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always'

export const restartCountOf = (container: ContainerStatus): number =>
  Number(container.annotations[RESTART_COUNT] ?? 0)

export const isStatic = ({ metadata }: Pod): boolean => {
  const source = metadata?.annotations?.[CONFIG_SOURCE]
  return source !== undefined && source !== 'api'
}

export const isMirror = ({ metadata }: Pod): boolean => metadata?.annotations?.[CONFIG_MIRROR] !== undefined

/** `name_namespace(uid)`, as kubelets print a pod (kubernetes: pkg/kubelet/util/format). */
export const formatPod = ({ metadata: { name, namespace, uid } }: KubeletPod): string =>
  `${name}_${namespace}(${uid})`

/** All containers in the order they start, ephemeral ones left out. */
export const allContainers = ({ initContainers = [], containers = [] }: PodSpec): Container[] => [
  ...initContainers,
  ...containers,
]
