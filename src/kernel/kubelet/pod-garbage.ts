import type { Sys } from '../host/sys.ts'
import type { ContainerStatus, PodSandboxStatus } from '../runtime/cri.ts'
import type { WorkerContext } from './worker-context.ts'
import { isRunning, type PodRuntime } from './types.ts'

/** One container that ended is kept of each name (kubelet: maximum-dead-containers-per-container), beside the one that counts. */
const KEPT = 2

/** Removes containers and sandboxes that nobody needs any more (kubernetes: kuberuntime_gc.go). Gives the ids of what is gone. */
export function* collectGarbage({ os, cri }: WorkerContext, runtime: PodRuntime): Sys<ReadonlySet<string>> {
  const old = oldContainers(runtime)
  for (const { id, logPath } of old) {
    yield* cri.call('RemoveContainer', { containerId: id })
    if (os.fs.exists(logPath)) os.fs.remove(logPath)
  }
  const containers = runtime.containers.filter((container) => !old.includes(container))
  const empty = emptySandboxes(runtime.sandboxes, containers)
  for (const { id } of empty) yield* cri.call('RemovePodSandbox', { podSandboxId: id })
  return new Set([...old, ...empty].map(({ id }) => id))
}

/** What the runtime is known to hold, without what is gone. */
export function without({ containers, sandboxes }: PodRuntime, gone: ReadonlySet<string>): PodRuntime {
  return {
    containers: containers.filter(({ id }) => !gone.has(id)),
    sandboxes: sandboxes.filter(({ id }) => !gone.has(id)),
  }
}

function oldContainers({ containers }: PodRuntime): ContainerStatus[] {
  const seen = new Map<string, number>()
  return containers.filter((container) => {
    const count = (seen.get(container.metadata.name) ?? 0) + 1
    seen.set(container.metadata.name, count)
    return count > KEPT && !isRunning(container)
  })
}

const emptySandboxes = (
  sandboxes: readonly PodSandboxStatus[],
  containers: readonly ContainerStatus[],
): PodSandboxStatus[] =>
  sandboxes
    .slice(1)
    .filter(
      ({ id, state }) =>
        state !== 'SANDBOX_READY' && !containers.some(({ podSandboxId }) => podSandboxId === id),
    )
