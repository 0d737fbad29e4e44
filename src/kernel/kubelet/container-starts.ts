import type { Container } from 'kubernetes-types/core/v1'
import { printDurationMs } from '../api/duration.ts'
import type { Sys } from '../host/sys.ts'
import { KeyedBackoff } from './backoff.ts'
import type { StartFailure } from './container-status.ts'
import { StartError, type Tell } from './image-puller.ts'
import { hashOf } from './pod-actions.ts'
import type { PodWorker } from './pod-worker.ts'
import type { WorkerContext } from './worker-context.ts'
import { startContainer } from './start.ts'
import { formatPod, newest } from './types.ts'

/** kubernetes: pkg/kubelet/kubelet.go containerBackOffPeriod, MaxContainerBackOff. */
const BACKOFF_MS = 10_000
const MAX_BACKOFF_MS = 300_000

/** Starts a pod's containers, those that ended before only after a wait that doubles (kuberuntime_manager.go doBackOff). */
export class ContainerStarts {
  readonly #context: WorkerContext
  readonly #crashes: KeyedBackoff
  /** Why containers do not start, by name. The status shows it when the pod is looked at next, as upstream's does. */
  readonly failures = new Map<string, StartFailure>()

  constructor(context: WorkerContext) {
    this.#context = context
    this.#crashes = new KeyedBackoff(context.os, BACKOFF_MS, MAX_BACKOFF_MS)
  }

  /** True when it must be tried again later. */
  *start(worker: PodWorker, container: Container, tell: Tell): Sys<boolean> {
    const current = newest(worker.runtime, container.name)
    const key = `${container.name}_${hashOf(container)}`
    if (current?.state === 'CONTAINER_EXITED') {
      if (this.#crashes.remaining(key, current.finishedAt) > 0)
        return this.#crashLoop(worker, container, key, tell)
      this.#crashes.next(key, current.finishedAt)
    }
    try {
      yield* startContainer(this.#context, worker, container, current, tell)
      this.failures.delete(container.name)
      return false
    } catch (error) {
      if (!(error instanceof StartError)) throw error
      this.failures.set(container.name, { reason: error.reason, message: error.message })
      return true
    }
  }

  #crashLoop({ pod }: PodWorker, { name }: Container, key: string, tell: Tell): true {
    tell('Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${formatPod(pod)}`)
    const wait = printDurationMs(this.#crashes.waitOf(key))
    const message = `back-off ${wait} restarting failed container=${name} pod=${formatPod(pod)}`
    this.failures.set(name, { reason: 'CrashLoopBackOff', message })
    return true
  }
}
