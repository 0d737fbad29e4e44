import type { Container } from 'kubernetes-types/core/v1'
import { fnv1a } from '../api/hash.ts'
import { utf8Bytes } from '../api/utf8.ts'
import type { ContainerStatus } from '../runtime/cri.ts'
import { shouldRestart } from './container-status.ts'
import {
  CONTAINER_HASH,
  isRunning,
  isSidecar,
  newest,
  sandboxOf,
  type KubeletPod,
  type PodRuntime,
} from './types.ts'

/** A container to end, and what its event says. */
export interface Kill {
  readonly container: ContainerStatus
  readonly spec: Container
  readonly message: string
}

/** What must be done for the runtime to look as the pod says. */
export interface PodActions {
  /** Everything that runs must end: the pod is over, or its sandbox is not what it should be. */
  readonly killPod: boolean
  readonly createSandbox: boolean
  /** Number of the new sandbox. */
  readonly attempt: number
  readonly kill: readonly Kill[]
  /** Containers to start now, in order. */
  readonly start: readonly Container[]
}

/** Results of probes that end a container. */
export interface ProbeVerdicts {
  failedLiveness(container: ContainerStatus): boolean
  failedStartup(container: ContainerStatus): boolean
  started(container: ContainerStatus, spec: Container): boolean
}

/** A container is restarted when this changes (kubernetes 1.32: only name and image). */
export const hashOf = ({ name, image }: Container): string =>
  fnv1a(utf8Bytes(JSON.stringify({ name, image }))).toString(16)

/** kubernetes: pkg/kubelet/kuberuntime/kuberuntime_manager.go computePodActions. */
export function podActions(pod: KubeletPod, runtime: PodRuntime, probes: ProbeVerdicts): PodActions {
  const sandbox = sandboxOf(runtime)
  const { spec } = pod
  const usable =
    sandbox?.state === 'SANDBOX_READY' && sandbox.linux.hostNetwork === (spec.hostNetwork ?? false)
  if (!sandbox || !usable) return withNewSandbox(pod, runtime)
  const here: PodRuntime = {
    ...runtime,
    containers: runtime.containers.filter(({ podSandboxId }) => podSandboxId === sandbox.id),
  }
  const kill: Kill[] = []
  const mainBegan = spec.containers.some(({ name }) => newest(here, name))
  const init = initActions(pod, here, mainBegan, probes, kill)
  const nothing: PodActions = { killPod: false, createSandbox: false, attempt: 0, kill, start: init.start }
  if (init.failed) return { ...nothing, killPod: true, start: [] }
  if (!init.done) return nothing
  const start = [...init.start]
  let keep = 0
  for (const container of spec.containers) {
    const current = newest(runtime, container.name)
    if (!current || !isRunning(current)) {
      if (shouldRestart(pod, container, current)) start.push(container)
      continue
    }
    const message = whyKill(container, current, probes)
    if (message) {
      kill.push({ container: current, spec: container, message })
      if (spec.restartPolicy !== 'Never') start.push(container)
    } else keep++
  }
  return { ...nothing, kill, start, killPod: keep === 0 && start.length === 0 }
}

function withNewSandbox(pod: KubeletPod, runtime: PodRuntime): PodActions {
  const { initContainers = [], containers, restartPolicy } = pod.spec
  const sandbox = sandboxOf(runtime)
  const attempt = sandbox ? sandbox.metadata.attempt + 1 : 0
  const over = { killPod: true, createSandbox: false, attempt, kill: [], start: [] }
  const left = containers.filter((container) =>
    shouldRestart(pod, container, newest(runtime, container.name)),
  )
  // A pod that is never restarted, or whose containers all succeeded, needs no other sandbox.
  if (attempt > 0 && (left.length === 0 || (restartPolicy === 'Never' && runtime.containers.length > 0)))
    return over
  const first = initContainers[0]
  return {
    killPod: sandbox !== undefined,
    createSandbox: true,
    attempt,
    kill: [],
    start: first ? [first] : left,
  }
}

/** kubernetes: kuberuntime_container.go computeInitContainerActions. */
function initActions(
  pod: KubeletPod,
  runtime: PodRuntime,
  mainBegan: boolean,
  probes: ProbeVerdicts,
  kill: Kill[],
): { done: boolean; failed: boolean; start: Container[] } {
  const start: Container[] = []
  for (const container of pod.spec.initContainers ?? []) {
    const current = newest(runtime, container.name)
    if (isSidecar(container)) {
      const message = current && isRunning(current) ? whyKill(container, current, probes) : undefined
      if (current && message) kill.push({ container: current, spec: container, message })
      if (!current || !isRunning(current) || message) start.push(container)
      if (mainBegan) continue
      if (start.length || !current || !probes.started(current, container))
        return { done: false, failed: false, start }
    } else if (mainBegan) continue
    else if (!current || current.state === 'CONTAINER_CREATED' || current.state === 'CONTAINER_UNKNOWN')
      return { done: false, failed: false, start: [container] }
    else if (isRunning(current)) {
      const message = whyKill(container, current, probes)
      if (message) kill.push({ container: current, spec: container, message })
      return { done: false, failed: false, start }
    } else if (current.exitCode !== 0) {
      if (pod.spec.restartPolicy === 'Never') return { done: false, failed: true, start }
      return { done: false, failed: false, start: [...start, container] }
    }
  }
  return { done: true, failed: false, start }
}

function whyKill(spec: Container, current: ContainerStatus, probes: ProbeVerdicts): string | undefined {
  const { name } = spec
  if (current.annotations[CONTAINER_HASH] !== hashOf(spec))
    return `Container ${name} definition changed, will be restarted`
  if (probes.failedLiveness(current)) return `Container ${name} failed liveness probe, will be restarted`
  if (probes.failedStartup(current)) return `Container ${name} failed startup probe, will be restarted`
  return undefined
}
