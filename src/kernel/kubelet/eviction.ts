import { wholeValueOf } from '../api/quantity.ts'
import type { Os } from '../host/program.ts'
import type { KubeletConfig } from './config.ts'
import { cgroupOf } from './container-config.ts'
import type { PodWorker } from './pod-worker.ts'
import { isStatic, newest, type KubeletPod } from './types.ts'

/** kubelet: evictionPressureTransitionPeriod. */
const TRANSITION_MS = 300_000
/** kubernetes: pkg/apis/scheduling SystemCriticalPriority. */
const CRITICAL = 2_000_000_000

export interface EvictionListener {
  workers(): Iterable<PodWorker>
  /** The node runs out of memory: the one event about it. */
  thresholdMet(): void
  evicted(pod: KubeletPod, message: string): void
}

/** Ends pods before the node has no memory left (kubernetes: pkg/kubelet/eviction/eviction_manager.go). */
export class Eviction {
  readonly #os: Os
  readonly #threshold: string
  readonly #listener: EvictionListener
  #pressureAt = Number.NEGATIVE_INFINITY

  constructor(os: Os, config: KubeletConfig, listener: EvictionListener) {
    this.#os = os
    this.#threshold = config.evictionHard['memory.available'] ?? '0'
    this.#listener = listener
  }

  /** Whether the node has, or had a short while ago, too little memory. */
  get memoryPressure(): boolean {
    return this.#os.now - this.#pressureAt < TRANSITION_MS
  }

  /** Look at the memory; end the pod that takes most beyond what it asked for when too little is left. */
  check(): void {
    const { kernel } = this.#os
    const available = kernel.memory - kernel.memoryUsed
    const threshold = this.#threshold.endsWith('%')
      ? (kernel.memory * Number.parseFloat(this.#threshold)) / 100
      : wholeValueOf(this.#threshold)
    if (available >= threshold) return
    this.#pressureAt = this.#os.now
    this.#listener.thresholdMet()
    const victim = this.#ranked()[0]
    if (!victim) return
    const left = `Threshold quantity: ${this.#threshold}, available: ${Math.floor(available / 1024)}Ki. `
    const message = `The node was low on resource: memory. ${left}${this.#blame(victim)}`
    this.#listener.evicted(victim.pod, message)
    victim.end(0, { reason: 'Evicted', message, disruption: 'TerminationByKubelet' })
  }

  /** First those that use more than they asked for, then by priority, then by how much more (eviction/helpers.go rankMemoryPressure). */
  #ranked(): PodWorker[] {
    const excess = ({ pod, requests }: PodWorker) =>
      this.#os.kernel.cgroup(cgroupOf(pod)).memoryUsed - requests.memory
    const candidates = [...this.#listener.workers()].filter(
      ({ pod, ending, ended }) => !ending && !ended && !isStatic(pod) && (pod.spec.priority ?? 0) < CRITICAL,
    )
    return candidates.sort(
      (a, b) =>
        Number(excess(b) > 0) - Number(excess(a) > 0) ||
        (a.pod.spec.priority ?? 0) - (b.pod.spec.priority ?? 0) ||
        excess(b) - excess(a),
    )
  }

  #blame({ pod, runtime }: PodWorker): string {
    return pod.spec.containers
      .map((container) => {
        const current = newest(runtime, container.name)
        const used = current ? this.#os.kernel.cgroup(`${cgroupOf(pod)}/${current.id}`).memoryUsed : 0
        const request = container.resources?.requests?.['memory'] ?? '0'
        if (used <= wholeValueOf(request)) return ''
        return `Container ${container.name} was using ${Math.floor(used / 1024)}Ki, request is ${request}, has larger consumption of memory. `
      })
      .join('')
  }
}
