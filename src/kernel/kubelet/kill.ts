import type { Container } from 'kubernetes-types/core/v1'
import type { Sys } from '../host/sys.ts'
import { startTask, until } from '../host/task.ts'
import type { ContainerStatus } from '../runtime/cri.ts'
import { preStopOf, runHook } from './hooks.ts'
import type { WorkerContext } from './worker-context.ts'
import { allContainers, isRunning, isSidecar, type KubeletPod, type PodRuntime } from './types.ts'

/** kubernetes: kuberuntime_container.go minimumGracePeriodInSeconds. */
const MIN_GRACE_SECONDS = 2

export interface Killed {
  readonly container: ContainerStatus
  readonly spec: Container
}

/** The containers of a pod that run, with what the pod says of them. */
export function runningOf({ spec }: KubeletPod, { containers }: PodRuntime): Killed[] {
  const specs = allContainers(spec)
  return containers.filter(isRunning).flatMap((container) => {
    const own = specs.find(({ name }) => name === container.metadata.name)
    return own ? [{ container, spec: own }] : []
  })
}

/** What was killed does not count as running until the runtime's event says the same. */
export function markStopped(runtime: PodRuntime, id: string, now: number): PodRuntime {
  const ended = { state: 'CONTAINER_EXITED', finishedAt: now, exitCode: 137, reason: 'Error' } as const
  const containers = runtime.containers.map((container) =>
    container.id === id && isRunning(container) ? { ...container, ...ended } : container,
  )
  return { ...runtime, containers }
}

/** End containers of a pod side by side; sidecars after the others, the last one first (KEP-753). */
export function* killContainers(
  context: WorkerContext,
  pod: KubeletPod,
  podIP: string,
  killed: readonly Killed[],
  graceSeconds: number,
): Sys<void> {
  const isOne = ({ spec }: Killed) => (pod.spec.initContainers?.includes(spec) ?? false) && isSidecar(spec)
  const deadline = context.os.now + graceSeconds * 1000
  const left = () => Math.max(0, Math.ceil((deadline - context.os.now) / 1000))
  yield* sideBySide(
    context,
    killed.filter((one) => !isOne(one)),
    (one) => killOne(context, pod, podIP, one, left()),
  )
  const order = pod.spec.initContainers ?? []
  const sidecars = killed.filter(isOne).sort((a, b) => order.indexOf(b.spec) - order.indexOf(a.spec))
  for (const one of sidecars) yield* killOne(context, pod, podIP, one, left())
}

/** preStop, then the runtime's SIGTERM and SIGKILL, all within the grace period. */
function* killOne(
  { os, cri, recorder }: WorkerContext,
  pod: KubeletPod,
  podIP: string,
  { container, spec }: Killed,
  graceSeconds: number,
): Sys<void> {
  let left = graceSeconds
  const hook = preStopOf(spec)
  if (hook && left > 0) {
    const began = os.now
    const problem = yield* until<string | undefined>('preStop', (resume) => {
      const cancel = startTask(
        os,
        runHook(os, cri, hook, { pod, container: spec, containerId: container.id, podIP }),
        (outcome) => {
          tooLate()
          resume('value' in outcome ? outcome.value : String(outcome.error))
        },
      )
      const tooLate = os.after(left * 1000, () => {
        cancel()
        resume(undefined)
      })
    })
    if (problem)
      recorder.event(
        pod,
        'Warning',
        'FailedPreStopHook',
        'PreStopHook failed',
        `spec.containers{${spec.name}}`,
      )
    left -= Math.floor((os.now - began) / 1000)
  }
  const timeout = graceSeconds > 0 ? Math.max(MIN_GRACE_SECONDS, left) : 0
  yield* cri.call('StopContainer', { containerId: container.id, timeout })
}

function* sideBySide<T>({ os }: WorkerContext, items: readonly T[], task: (item: T) => Sys<void>): Sys<void> {
  if (items.length <= 1) {
    for (const item of items) yield* task(item)
    return
  }
  yield* until<void>('all', (resume, fail) => {
    let open = items.length
    let problem: unknown
    for (const item of items) {
      startTask(os, task(item), (outcome) => {
        if ('error' in outcome) problem = outcome.error
        if (--open > 0) return
        if (problem) fail(problem)
        else resume()
      })
    }
  })
}
