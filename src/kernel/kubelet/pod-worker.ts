import type { Container, PodStatus } from 'kubernetes-types/core/v1'
import { parseTime } from '../api/time.ts'
import type { Sys } from '../host/sys.ts'
import type { WorkerContext } from './worker-context.ts'
import { startTask, until } from '../host/task.ts'
import { CriError } from '../runtime/cri.ts'
import { requestsOf, type Requests } from './admission.ts'
import { killContainers, markStopped, runningOf } from './kill.ts'
import { StartError } from './image-puller.ts'
import { podActions, type Kill } from './pod-actions.ts'
import { collectGarbage, without } from './pod-garbage.ts'
import { podsDiffer } from './pod-changes.ts'
import { createSandbox } from './pod-sandbox.ts'
import { podStatus, type Verdict } from './pod-status.ts'
import { PodVolumes } from './pod-volumes.ts'
import { Probes } from './probes.ts'
import { ContainerStarts } from './container-starts.ts'
import { LastWords } from './termination-message.ts'
import { emptyRuntime, type KubeletPod, type PodRuntime } from './types.ts'

/** kubernetes: pkg/kubelet/kubelet.go backOffPeriod, with wait.Jitter 0.5. */
const RETRY_MS = 10_000
const NETWORK_RETRY_MS = 1000
const RELIST_MS = 1000

/** Looks after one pod, one thing at a time, from its arrival until nothing of it runs (kubernetes: pkg/kubelet/pod_workers.go). */
export class PodWorker {
  pod: KubeletPod
  runtime: PodRuntime = emptyRuntime
  status: PodStatus
  readonly probes: Probes
  readonly volumes: PodVolumes
  /** What it asks of the node; that does not change while it runs. */
  readonly requests: Requests
  readonly #context: WorkerContext
  readonly #starts: ContainerStarts
  #verdict: Verdict | undefined
  #ending: { graceSeconds: number } | undefined
  #ended = false
  #busy = false
  #again = false
  #timer: (() => void) | undefined
  #interrupt: (() => void) | undefined
  /** The task under way may be given up when the pod ends, or ends sooner. */
  #mayAbandon = false
  #abandon: (() => void) | undefined
  #deadline: (() => void) | undefined
  readonly #lastWords: LastWords

  constructor(context: WorkerContext, pod: KubeletPod, runtime: PodRuntime = emptyRuntime) {
    this.#context = context
    this.pod = pod
    this.runtime = runtime
    this.status = pod.status ?? {}
    this.requests = requestsOf(pod)
    this.#starts = new ContainerStarts(context)
    this.#lastWords = new LastWords(context)
    this.volumes = new PodVolumes(context, () => this.wake())
    this.probes = new Probes(context.os, context.cri, {
      changed: () => this.wake(),
      unhealthy: (container, message) => this.#event('Warning', 'Unhealthy', message, container),
      podIP: () => this.podIP,
    })
    // A pod that ended before this kubelet began does not begin again.
    if (this.status.phase === 'Failed' || this.status.phase === 'Succeeded')
      this.#ending = { graceSeconds: 0 }
    this.wake()
  }

  get podIP(): string {
    const { config } = this.#context
    return this.pod.spec.hostNetwork
      ? config.nodeIP
      : (this.runtime.sandboxes.find(({ state }) => state === 'SANDBOX_READY')?.network.ip ?? '')
  }

  get #grace(): number {
    return this.pod.spec.terminationGracePeriodSeconds ?? 30
  }

  /** Nothing of it runs, and nothing will. */
  get ended(): boolean {
    return this.#ended
  }

  get ending(): boolean {
    return this.#ending !== undefined
  }

  /** The pod became another. Only its status being another is no reason to look at it (config.go podsDifferSemantically). */
  update(pod: KubeletPod): void {
    const before = this.pod
    this.pod = pod
    const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
    if (deletionTimestamp)
      this.end(deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30)
    else if (podsDiffer(before, pod)) this.volumes.refresh()
  }

  /** The runtime says something new. */
  observed(runtime: PodRuntime): void {
    this.runtime = runtime
    this.wake()
  }

  /** End it, within a time; a shorter one replaces a longer one. */
  end(graceSeconds: number, verdict?: Verdict): void {
    if (verdict) this.#verdict ??= verdict
    if (this.#ending && this.#ending.graceSeconds <= graceSeconds) return this.wake()
    this.#ending = { graceSeconds }
    this.#interrupt?.()
    if (this.#busy && this.#mayAbandon) {
      this.#abandon?.()
      this.#busy = false
    }
    this.wake()
  }

  /** Look at it soon. */
  wake(): void {
    if (this.#ended) return
    this.#timer?.()
    this.#timer = undefined
    if (this.#busy) {
      this.#again = true
      return
    }
    this.#busy = true
    this.#context.os.after(0, () => this.#run())
  }

  /** Let go of timers and probes. */
  stop(): void {
    this.probes.stop()
    this.#timer?.()
    this.#deadline?.()
    this.volumes.stop()
    this.#ended = true
  }

  #run(): void {
    const { os } = this.#context
    this.#again = false
    this.#mayAbandon = false
    this.#abandon = startTask(os, this.#ending ? this.#terminate(this.#ending) : this.#sync(), (outcome) => {
      this.#busy = false
      if ('error' in outcome) this.#failed(outcome.error)
      if (this.#again) this.wake()
    })
  }

  #failed(error: unknown): void {
    const { os } = this.#context
    if (!(error instanceof CriError) && !(error instanceof StartError)) {
      os.stderr(
        `E ${this.pod.metadata.namespace}/${this.pod.metadata.name}: ${error instanceof Error ? error.message : String(error)}\n`,
      )
    }
    this.#retry(this.#jittered(RETRY_MS))
  }

  /** apimachinery: wait.Jitter with 0.5. */
  #jittered(ms: number): number {
    return Math.round(ms * (1 + 0.5 * this.#context.os.random()))
  }

  #retry(afterMs: number): void {
    if (this.#timer) return
    this.#timer = this.#context.os.after(afterMs, () => {
      this.#timer = undefined
      this.wake()
    })
  }

  /** Bring the runtime to where the pod says (kubernetes: pkg/kubelet/kubelet.go SyncPod). */
  *#sync(): Sys<void> {
    this.probes.update(this.pod, this.runtime)
    this.#tellStatus(false)
    this.#watchDeadline()
    if (this.status.phase === 'Failed' || this.status.phase === 'Succeeded') return this.end(this.#grace)
    const network = this.#context.networkProblem()
    if (network && !this.pod.spec.hostNetwork) {
      this.#event('Warning', 'NetworkNotReady', `network is not ready: ${network}`)
      return this.#retry(NETWORK_RETRY_MS)
    }
    if (!(yield* this.#setUpVolumes())) return
    const actions = podActions(this.pod, this.runtime, this.probes)
    if (actions.killPod) {
      if (actions.createSandbox)
        this.#event('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
      yield* this.#abandonable(this.#killPod(this.#grace))
      if (!actions.createSandbox) return
    }
    yield* this.#abandonable(this.#kill(actions.kill))
    if (actions.createSandbox) {
      const failed = (message: string) => this.#event('Warning', 'FailedCreatePodSandBox', message)
      const sandbox = yield* createSandbox(this.#context, this.pod, actions.attempt, failed)
      this.runtime = {
        ...this.runtime,
        sandboxes: [sandbox, ...this.runtime.sandboxes.filter(({ id }) => id !== sandbox.id)],
      }
      this.status = this.#makeStatus(false)
      // Upstream's relist finds the new sandbox within a second and looks at the pod again.
      this.#retry(RELIST_MS)
    }
    for (const container of actions.start) {
      if (this.#ending) return
      const again = yield* this.#starts.start(this, container, (type, reason, message) =>
        this.#event(type, reason, message, container),
      )
      if (again) this.#retry(this.#jittered(RETRY_MS))
    }
    // While that took its time the runtime may have told of something new, such as the end of what was just started.
    const gone = yield* collectGarbage(this.#context, this.runtime)
    if (gone.size) this.runtime = without(this.runtime, gone)
  }

  *#setUpVolumes(): Sys<boolean> {
    const failed = (message: string) => this.#event('Warning', 'FailedMount', message)
    const retryMs = yield* this.#abandonable(this.volumes.setUp(this.pod, this.status, failed))
    if (retryMs !== undefined) this.#retry(retryMs)
    return retryMs === undefined
  }

  /** What may be given up half-way when the pod ends. */
  *#abandonable<T>(task: Sys<T>): Sys<T> {
    this.#mayAbandon = true
    const value = yield* task
    this.#mayAbandon = false
    return value
  }

  *#kill(kills: readonly Kill[]): Sys<void> {
    for (const { container, spec, message } of kills) {
      this.#event('Normal', 'Killing', message, spec)
      const { terminationGracePeriodSeconds: own } = spec.livenessProbe ?? {}
      yield* killContainers(this.#context, this.pod, this.podIP, [{ container, spec }], own ?? this.#grace)
      this.runtime = markStopped(this.runtime, container.id, this.#context.os.clock)
    }
  }

  /** End all containers, and the sandbox. */
  *#killPod(graceSeconds: number): Sys<void> {
    const running = runningOf(this.pod, this.runtime)
    for (const { spec } of running) this.#event('Normal', 'Killing', `Stopping container ${spec.name}`, spec)
    yield* killContainers(this.#context, this.pod, this.podIP, running, graceSeconds)
    for (const { id, state } of this.runtime.sandboxes) {
      if (state === 'SANDBOX_READY') yield* this.#context.cri.call('StopPodSandbox', { podSandboxId: id })
    }
    const sandboxes = this.runtime.sandboxes.map((sandbox) => ({
      ...sandbox,
      state: 'SANDBOX_NOTREADY' as const,
    }))
    this.runtime = { ...this.runtime, sandboxes }
  }

  /** kubernetes: SyncTerminatingPod and SyncTerminatedPod. */
  *#terminate(ending: { graceSeconds: number }): Sys<void> {
    this.probes.stop()
    this.#deadline?.()
    this.#tellStatus(false)
    yield* this.#abandonable(this.#killPod(ending.graceSeconds))
    // The statuses of what ended come with the runtime's events, just after the answers.
    yield* until<void>('events', (resume) => this.#context.os.after(1, () => resume()))
    if (this.#ending !== ending) return this.wake()
    this.#ended = true
    this.#tellStatus(true)
  }

  #watchDeadline(): void {
    const { activeDeadlineSeconds } = this.pod.spec
    if (activeDeadlineSeconds === undefined || this.#deadline || !this.status.startTime) return
    const { os } = this.#context
    const left = (parseTime(this.status.startTime) ?? os.clock) + activeDeadlineSeconds * 1000 - os.clock
    this.#deadline = os.after(Math.max(0, left), () => {
      const message = 'Pod was active on the node longer than the specified deadline'
      this.#event('Normal', 'DeadlineExceeded', message)
      this.end(this.#grace, { reason: 'DeadlineExceeded', message })
    })
  }

  #makeStatus(terminal: boolean): PodStatus {
    const { os, config } = this.#context
    // kubernetes: pkg/kubelet/kubelet.go rejectPod
    if (this.#verdict?.rejected) {
      const { reason, message } = this.#verdict
      return {
        conditions: this.pod.status?.conditions,
        qosClass: this.pod.status?.qosClass,
        phase: 'Failed',
        reason,
        message,
      }
    }
    return podStatus(this.pod, { ...this.pod.status, ...this.status }, this.runtime, {
      now: os.clock,
      nodeIP: config.nodeIP,
      verdict: this.#verdict,
      terminal,
      failures: this.#starts.failures,
      ready: (container, spec) => this.probes.ready(container, spec),
      started: (container, spec) => this.probes.started(container, spec),
      terminationMessage: (container) => this.#lastWords.of(this.pod, container),
    })
  }

  #tellStatus(ended: boolean): void {
    this.status = this.#makeStatus(ended)
    this.#context.status(this.pod, this.status, ended)
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string, container?: Container): void {
    const kind =
      container && this.pod.spec.initContainers?.includes(container) ? 'initContainers' : 'containers'
    this.#context.recorder.event(
      this.pod,
      type,
      reason,
      message,
      container && `spec.${kind}{${container.name}}`,
    )
  }

  /** Called by what waits for long (pulls, hooks) to hear that the pod ends. */
  onInterrupt(interrupt: (() => void) | undefined): void {
    this.#interrupt = interrupt
  }
}
