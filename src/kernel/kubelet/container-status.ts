import type {
  Container,
  ContainerState,
  ContainerStatus as ApiContainerStatus,
} from 'kubernetes-types/core/v1'
import { formatTime } from '../api/time.ts'
import type { ContainerStatus } from '../runtime/cri.ts'
import { isRunning, isSidecar, restartCountOf, type KubeletPod, type PodRuntime } from './types.ts'

/** Why a container does not start, for as long as it does not (kubernetes: pkg/kubelet/reason_cache.go). */
export interface StartFailure {
  readonly reason: string
  readonly message: string
}

/** What the status of a container depends on, beside the pod and the runtime. */
export interface ContainerFacts {
  /** By the container's name. */
  readonly failures: ReadonlyMap<string, StartFailure>
  /** Results of probes by container id; a container without such a probe is what it would be on success. */
  ready(container: ContainerStatus, spec: Container): boolean
  started(container: ContainerStatus, spec: Container): boolean
  /** The file at terminationMessagePath of a container that ended. */
  terminationMessage(container: ContainerStatus): string
}

/** kubernetes: pkg/kubelet/kubelet_pods.go convertToAPIContainerStatuses. */
export function containerStatuses(
  pod: KubeletPod,
  specs: readonly Container[],
  previous: readonly ApiContainerStatus[],
  runtime: PodRuntime,
  facts: ContainerFacts,
  init: boolean,
): ApiContainerStatus[] {
  const waiting = pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating'
  const statuses = specs.map((spec) => {
    const ofName = runtime.containers.filter(({ metadata }) => metadata.name === spec.name)
    const old = previous.find(({ name }) => name === spec.name)
    const status = oneStatus(pod, spec, ofName, old, waiting, facts)
    const failure = facts.failures.get(spec.name)
    if (!failure || !shouldRestart(pod, spec, ofName[0], init)) return status
    return {
      ...status,
      ...(status.state?.terminated ? { lastState: status.state } : {}),
      state: {
        waiting: { reason: failure.reason, ...(failure.message ? { message: failure.message } : {}) },
      },
    }
  })
  // kubernetes: pkg/kubelet/types/types.go SortedContainerStatuses; init containers stay in their order.
  return init ? statuses : statuses.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function oneStatus(
  pod: KubeletPod,
  spec: Container,
  [current, ...dead]: readonly ContainerStatus[],
  old: ApiContainerStatus | undefined,
  waiting: string,
  facts: ContainerFacts,
): ApiContainerStatus {
  const mounts = volumeMounts(spec)
  if (!current) {
    const lost = lostState(pod, old)
    return {
      name: spec.name,
      image: spec.image ?? '',
      imageID: '',
      restartCount: old?.restartCount ?? 0,
      ready: false,
      started: false,
      state: { waiting: { reason: waiting } },
      lastState: lost ?? old?.lastState ?? {},
      ...mounts,
    }
  }
  const running = isRunning(current)
  const initDone =
    current.state === 'CONTAINER_EXITED' && current.exitCode === 0 && isInit(pod, spec) && !isSidecar(spec)
  const ended = dead.find(({ state }) => state === 'CONTAINER_EXITED')
  return {
    name: spec.name,
    state: stateOf(current, waiting, facts),
    lastState: ended ? stateOf(ended, waiting, facts) : {},
    ready: initDone || (running && facts.ready(current, spec) && (!isInit(pod, spec) || isSidecar(spec))),
    restartCount: restartCountOf(current),
    image: current.image.image,
    imageID: current.imageRef,
    containerID: `containerd://${current.id}`,
    started: running && facts.started(current, spec),
    ...mounts,
  }
}

function stateOf(container: ContainerStatus, waiting: string, facts: ContainerFacts): ContainerState {
  switch (container.state) {
    case 'CONTAINER_RUNNING':
      return { running: { startedAt: formatTime(container.startedAt) } }
    case 'CONTAINER_EXITED': {
      const message = container.message || facts.terminationMessage(container)
      return {
        terminated: {
          exitCode: container.exitCode,
          reason: container.reason,
          ...(message ? { message } : {}),
          startedAt: container.startedAt ? formatTime(container.startedAt) : '1970-01-01T00:00:00Z',
          finishedAt: formatTime(container.finishedAt),
          containerID: `containerd://${container.id}`,
        },
      }
    }
    default:
      return { waiting: { reason: waiting } }
  }
}

/** A container that ran once and of which the runtime knows nothing any more. */
function lostState(pod: KubeletPod, old: ApiContainerStatus | undefined): ContainerState | undefined {
  if (!old?.state?.running && !old?.state?.terminated) return undefined
  if (old.state.terminated) return old.state
  return {
    terminated: {
      reason: 'ContainerStatusUnknown',
      exitCode: 137,
      message: pod.metadata.deletionTimestamp
        ? 'The container could not be located when the pod was deleted.  The container used to be Running'
        : 'The container could not be located when the pod was terminated',
    } as NonNullable<ContainerState['terminated']>,
  }
}

/** kubernetes: pkg/kubelet/container/helpers.go ShouldContainerBeRestarted. */
export function shouldRestart(
  pod: KubeletPod,
  spec: Container,
  current: ContainerStatus | undefined,
  init = false,
): boolean {
  if (pod.metadata.deletionTimestamp) return false
  if (!current || current.state === 'CONTAINER_UNKNOWN') return true
  if (isRunning(current)) return false
  if (current.state === 'CONTAINER_CREATED') return true
  if (init && isSidecar(spec)) return true
  if (pod.spec.restartPolicy === 'Never') return false
  if (pod.spec.restartPolicy === 'OnFailure' || init) return current.exitCode !== 0
  return true
}

const isInit = (pod: KubeletPod, spec: Container): boolean => pod.spec.initContainers?.includes(spec) ?? false

/** kubernetes: the RecursiveReadOnlyMounts feature, on by default since 1.31. */
function volumeMounts({ volumeMounts: mounts }: Container): object {
  if (!mounts?.length) return {}
  return {
    volumeMounts: mounts.map(({ mountPath, name, readOnly }) => ({
      mountPath,
      name,
      ...(readOnly ? { readOnly, recursiveReadOnly: 'Disabled' } : {}),
    })),
  }
}
