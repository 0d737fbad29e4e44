import type { Container, Probe } from 'kubernetes-types/core/v1'
import type { Os } from '../host/program.ts'
import { startTask } from '../host/task.ts'
import type { ContainerStatus } from '../runtime/cri.ts'
import type { CriClient } from '../runtime/cri-client.ts'
import type { ProbeVerdicts } from './pod-actions.ts'
import { runProbe, type ProbeResult } from './probe.ts'
import { allContainers, isRunning, isSidecar, type KubeletPod, type PodRuntime } from './types.ts'

type ProbeType = 'startup' | 'liveness' | 'readiness'

const FIELDS = { startup: 'startupProbe', liveness: 'livenessProbe', readiness: 'readinessProbe' } as const
const WORDS = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' } as const

/** What a pod's probes tell. */
export interface ProbeListener {
  /** A result changed: the pod must be looked at again. */
  changed(): void
  unhealthy(container: Container, message: string): void
  podIP(): string
}

/** The probes of one pod: each looks at its container in its own rhythm (kubernetes: pkg/kubelet/prober). */
export class Probes implements ProbeVerdicts {
  readonly #os: Os
  readonly #cri: CriClient
  readonly #listener: ProbeListener
  #watched = new Map<string, Watched>()

  constructor(os: Os, cri: CriClient, listener: ProbeListener) {
    this.#os = os
    this.#cri = cri
    this.#listener = listener
  }

  /** Look at what runs now, and at nothing else. */
  update(pod: KubeletPod, runtime: PodRuntime): void {
    for (const container of allContainers(pod.spec)) {
      if (pod.spec.initContainers?.includes(container) && !isSidecar(container)) continue
      const current = runtime.containers.find(({ metadata }) => metadata.name === container.name)
      for (const type of ['startup', 'liveness', 'readiness'] as const) {
        const probe = container[FIELDS[type]]
        if (probe) this.#follow(pod, container, type, probe, isRunning(current) ? current : undefined)
      }
    }
  }

  stop(): void {
    for (const watched of this.#watched.values()) watched.stop()
    this.#watched.clear()
  }

  /** Only what keeps a pod that ends from getting traffic goes on: nothing. */
  ready(container: ContainerStatus, spec: Container): boolean {
    if (!this.started(container, spec)) return false
    return spec.readinessProbe ? this.#resultOf('readiness', container) === 'success' : true
  }

  started(container: ContainerStatus, spec: Container): boolean {
    if (!isRunning(container)) return false
    return spec.startupProbe ? this.#resultOf('startup', container) === 'success' : true
  }

  failedLiveness(container: ContainerStatus): boolean {
    return this.#resultOf('liveness', container) === 'failure'
  }

  failedStartup(container: ContainerStatus): boolean {
    return this.#resultOf('startup', container) === 'failure'
  }

  #resultOf(type: ProbeType, { id, metadata }: ContainerStatus): Watched['result'] {
    const watched = this.#watched.get(`${type} ${metadata.name}`)
    return watched?.containerId === id ? watched.result : 'unknown'
  }

  #follow(
    pod: KubeletPod,
    container: Container,
    type: ProbeType,
    probe: Probe,
    current: ContainerStatus | undefined,
  ): void {
    const key = `${type} ${container.name}`
    const known = this.#watched.get(key)
    if (known && known.containerId === current?.id) return
    known?.stop()
    this.#watched.delete(key)
    if (!current) return
    const watched = new Watched(current.id)
    this.#watched.set(key, watched)
    const target = () => ({ pod, container, containerId: current.id, podIP: this.#listener.podIP() })
    const look = () => {
      watched.next = this.#os.after((probe.periodSeconds ?? 10) * 1000, look)
      // Until the container has started, only the startup probe looks; afterwards, only the others.
      if (this.started(current, container) !== (type !== 'startup')) return
      startTask(this.#os, runProbe(this.#os, this.#cri, probe, target()), (outcome) => {
        const errored = (error: unknown) => ({ ok: false, output: String(error), errored: true }) as const
        if (!watched.over)
          this.#took(
            watched,
            container,
            type,
            probe,
            'value' in outcome ? outcome.value : errored(outcome.error),
          )
      })
    }
    const sinceStart = this.#os.clock - current.startedAt
    watched.next = this.#os.after(Math.max(0, (probe.initialDelaySeconds ?? 0) * 1000 - sinceStart), look)
  }

  /** kubernetes: pkg/kubelet/prober/worker.go doProbe. */
  #took(watched: Watched, container: Container, type: ProbeType, probe: Probe, result: ProbeResult): void {
    if (!result.ok) {
      const how = result.errored ? 'errored and resulted in unknown state' : 'failed'
      this.#listener.unhealthy(container, `${WORDS[type]} probe ${how}: ${result.output}`)
      if (result.errored) return
    }
    watched.count = watched.last === result.ok ? watched.count + 1 : 1
    watched.last = result.ok
    const threshold = result.ok ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3)
    const settled = result.ok ? 'success' : 'failure'
    if (watched.count < threshold || watched.result === settled) return
    watched.result = settled
    // A container that will be killed is not asked again (onHold).
    if (!result.ok && type !== 'readiness') watched.stop()
    this.#listener.changed()
  }
}

/** One probe of one container. */
class Watched {
  readonly containerId: string
  result: 'success' | 'failure' | 'unknown' = 'unknown'
  over = false
  /** How often the last result came in a row. */
  count = 0
  last: boolean | undefined
  next = () => {}

  constructor(containerId: string) {
    this.containerId = containerId
  }

  stop(): void {
    this.over = true
    this.next()
  }
}
