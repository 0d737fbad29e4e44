import type { Container, PodStatus } from 'kubernetes-types/core/v1'
import type { EventRecorder } from '../client/event-recorder.ts'
import { printDurationMs } from '../api/duration.ts'
import { equalJson } from '../api/json.ts'
import type { Json } from '../api/objects.ts'
import { parseTime } from '../api/time.ts'
import type { Os } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { startTask, until } from '../host/task.ts'
import { CriError, type ContainerStatus } from '../runtime/cri.ts'
import type { CriClient } from '../runtime/cri-client.ts'
import { requestsOf, type Requests } from './admission.ts'
import { KeyedBackoff } from './backoff.ts'
import type { KubeletConfig } from './config.ts'
import { sandboxConfig } from './container-config.ts'
import type { StartFailure } from './container-status.ts'
import { killContainers } from './kill.ts'
import { StartError, type ImagePuller } from './image-puller.ts'
import { podActions, hashOf, type Kill } from './pod-actions.ts'
import { podStatus } from './pod-status.ts'
import { Probes } from './probes.ts'
import { startContainer } from './start.ts'
import { lastWords } from './termination-message.ts'
import { emptyRuntime, isRunning, newest, sandboxOf, type KubeletPod, type PodRuntime } from './types.ts'
import { setUpVolume, VolumeError, type VolumeSources } from './volumes.ts'

/** What a pod's worker needs of its kubelet. */
export interface WorkerContext {
  readonly os: Os
  readonly config: KubeletConfig
  readonly cri: CriClient
  readonly images: ImagePuller
  readonly recorder: EventRecorder
  /** Where a pod's volumes and environment come from, by its uid. */
  sources(podUid: string): VolumeSources
  /** Why the network is not ready, if it is not. */
  networkProblem(): string | undefined
  /** The pod has a new status; `ended` once nothing of it runs and nothing will. */
  status(pod: KubeletPod, status: PodStatus, ended: boolean): void
}

const CRASH_BACKOFF_MS = 10_000
const MAX_CRASH_BACKOFF_MS = 300_000
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
  /** What it asks of the node; that does not change while it runs. */
  readonly requests: Requests
  readonly #context: WorkerContext
  readonly #crashes: KeyedBackoff
  readonly #failures = new Map<string, StartFailure>()
  #verdict: { readonly reason: string; readonly message: string } | undefined
  #ending: { graceSeconds: number } | undefined
  #ended = false
  #busy = false
  #again = false
  #timer: (() => void) | undefined
  #interrupt: (() => void) | undefined
  #volumeFailures = 0
  #volumesReady = false
  #deadline: (() => void) | undefined
  #tokens: (() => void) | undefined
  #lastWords = new Map<string, string>()

  constructor(context: WorkerContext, pod: KubeletPod, runtime: PodRuntime = emptyRuntime) {
    this.#context = context
    this.pod = pod
    this.runtime = runtime
    this.status = pod.status ?? {}
    this.requests = requestsOf(pod)
    this.#crashes = new KeyedBackoff(context.os, CRASH_BACKOFF_MS, MAX_CRASH_BACKOFF_MS)
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
    if (deletionTimestamp) this.end(deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30)
    else if (differ(before, pod)) this.refreshVolumes()
  }

  /** The runtime says something new. */
  observed(runtime: PodRuntime): void {
    this.runtime = runtime
    this.wake()
  }

  /** End it, within a time; a shorter one replaces a longer one. */
  end(graceSeconds: number, verdict?: { readonly reason: string; readonly message: string }): void {
    if (verdict) this.#verdict ??= verdict
    if (this.#ending && this.#ending.graceSeconds <= graceSeconds) return this.wake()
    this.#ending = { graceSeconds }
    this.#interrupt?.()
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

  /** What its volumes are made from has changed: bring them up to date. */
  refreshVolumes(): void {
    this.#volumesReady = false
    this.wake()
  }

  /** Let go of timers and probes. */
  stop(): void {
    this.probes.stop()
    this.#timer?.()
    this.#deadline?.()
    this.#tokens?.()
    this.#ended = true
  }

  #run(): void {
    const { os } = this.#context
    this.#again = false
    startTask(os, this.#ending ? this.#terminate(this.#ending) : this.#sync(), (outcome) => {
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
    this.#retry(Math.round(RETRY_MS * (1 + 0.5 * os.random())))
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
    const { config } = this.#context
    this.probes.update(this.pod, this.runtime)
    this.#tellStatus(false)
    this.#watchDeadline()
    if (this.status.phase === 'Failed' || this.status.phase === 'Succeeded')
      return this.end(this.pod.spec.terminationGracePeriodSeconds ?? 30)
    const network = this.#context.networkProblem()
    if (network && !this.pod.spec.hostNetwork) {
      this.#event('Warning', 'NetworkNotReady', `network is not ready: ${network}`)
      return this.#retry(NETWORK_RETRY_MS)
    }
    if (!this.#volumesReady && !(yield* this.#setUpVolumes(config.flags['root-dir']))) return
    const actions = podActions(this.pod, this.runtime, this.probes)
    if (actions.killPod) {
      if (actions.createSandbox)
        this.#event('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
      yield* this.#killPod(this.pod.spec.terminationGracePeriodSeconds ?? 30)
      if (!actions.createSandbox) return
    }
    yield* this.#kill(actions.kill)
    if (actions.createSandbox) {
      if (!(yield* this.#createSandbox(actions.attempt))) return
      // Upstream's relist finds the new sandbox within a second and looks at the pod again.
      this.#retry(RELIST_MS)
    }
    for (const container of actions.start) {
      if (this.#ending) return
      yield* this.#start(container)
    }
    yield* this.#collectGarbage()
  }

  /** One container that ended is kept of each name, and no sandbox without containers (kuberuntime_gc.go). */
  *#collectGarbage(): Sys<void> {
    const { os, cri } = this.#context
    const kept = new Map<string, number>()
    const old = this.runtime.containers.filter((container) => {
      const { name } = container.metadata
      kept.set(name, (kept.get(name) ?? 0) + 1)
      return (kept.get(name) ?? 0) > 2 && !isRunning(container)
    })
    for (const { id, logPath } of old) {
      yield* cri.call('RemoveContainer', { containerId: id })
      if (os.fs.exists(logPath)) os.fs.remove(logPath)
      this.#lastWords.delete(id)
    }
    const containers = this.runtime.containers.filter((container) => !old.includes(container))
    const empty = this.runtime.sandboxes
      .slice(1)
      .filter(
        ({ id, state }) =>
          state !== 'SANDBOX_READY' && !containers.some(({ podSandboxId }) => podSandboxId === id),
      )
    for (const { id } of empty) yield* cri.call('RemovePodSandbox', { podSandboxId: id })
    if (old.length || empty.length)
      this.runtime = {
        containers,
        sandboxes: this.runtime.sandboxes.filter((sandbox) => !empty.includes(sandbox)),
      }
  }

  *#setUpVolumes(root: string): Sys<boolean> {
    const { os, sources } = this.#context
    for (const volume of this.pod.spec.volumes ?? []) {
      if (this.#ending) return false
      try {
        yield* setUpVolume(os, root, this.pod, this.status, volume, sources(this.pod.metadata.uid))
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        this.#event('Warning', 'FailedMount', `MountVolume.SetUp failed for volume "${volume.name}" : ${why}`)
        if (!(error instanceof VolumeError)) os.stderr(`E MountVolume.SetUp: ${why}\n`)
        // kubernetes: goroutinemap/exponentialbackoff: 500 ms, doubling up to 2 min 2 s.
        this.#retry(Math.min(122_000, 500 * 2 ** Math.min(this.#volumeFailures++, 8)))
        return false
      }
    }
    this.#volumeFailures = 0
    this.#volumesReady = true
    this.#renewTokens()
    return true
  }

  /** Mounted tokens are replaced when four fifths of their time are over (pkg/kubelet/token). */
  #renewTokens(): void {
    const sources = (this.pod.spec.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? [])
    const lives = sources.flatMap(({ serviceAccountToken }) => serviceAccountToken?.expirationSeconds ?? [])
    this.#tokens?.()
    if (!lives.length) return
    this.#tokens = this.#context.os.after(Math.min(...lives) * 800, () => this.refreshVolumes())
  }

  *#createSandbox(attempt: number): Sys<boolean> {
    const { os, config, cri } = this.#context
    try {
      const { podSandboxId } = yield* cri.call('RunPodSandbox', {
        config: sandboxConfig(os, config, this.pod, attempt),
      })
      const { status } = yield* cri.call('PodSandboxStatus', { podSandboxId })
      this.runtime = {
        ...this.runtime,
        sandboxes: [status, ...this.runtime.sandboxes.filter(({ id }) => id !== status.id)],
      }
      this.status = this.#makeStatus(false)
      return true
    } catch (error) {
      if (!(error instanceof CriError)) throw error
      this.#event('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${error.message}`)
      throw error
    }
  }

  *#start(container: Container): Sys<void> {
    const { os } = this.#context
    const current = newest(this.runtime, container.name)
    const key = `${container.name}_${hashOf(container)}`
    const crashed = current?.state === 'CONTAINER_EXITED' ? current : undefined
    if (crashed) {
      const wait = this.#crashes.remaining(key, crashed.finishedAt)
      if (wait > 0) return this.#crashLoop(container, key)
      this.#crashes.next(key, crashed.finishedAt)
    }
    try {
      yield* startContainer(this.#context, this, container, current, (type, reason, message) =>
        this.#event(type, reason, message, container),
      )
      this.#failures.delete(container.name)
    } catch (error) {
      if (!(error instanceof StartError)) throw error
      // The status shows it when the pod is looked at next, as upstream's does (reason_cache.go).
      this.#failures.set(container.name, { reason: error.reason, message: error.message })
      this.#retry(jittered(os, RETRY_MS))
    }
  }

  #crashLoop(container: Container, key: string): void {
    const { os } = this.#context
    const name = `${this.pod.metadata.name}_${this.pod.metadata.namespace}(${this.pod.metadata.uid})`
    this.#event(
      'Warning',
      'BackOff',
      `Back-off restarting failed container ${container.name} in pod ${name}`,
      container,
    )
    const message = `back-off ${printDurationMs(this.#crashes.waitOf(key))} restarting failed container=${container.name} pod=${name}`
    this.#failures.set(container.name, { reason: 'CrashLoopBackOff', message })
    this.#retry(jittered(os, RETRY_MS))
  }

  *#kill(kills: readonly Kill[]): Sys<void> {
    for (const { container, spec, message } of kills) {
      this.#event('Normal', 'Killing', message, spec)
      const grace =
        spec.livenessProbe?.terminationGracePeriodSeconds ?? this.pod.spec.terminationGracePeriodSeconds ?? 30
      yield* killContainers(this.#context, this.pod, this.podIP, [{ container, spec }], grace)
      this.#markStopped(container)
    }
  }

  /** What was killed does not count as running until the runtime's event says the same. */
  #markStopped(killed: ContainerStatus): void {
    const { os } = this.#context
    const containers = this.runtime.containers.map((container) =>
      container.id === killed.id && isRunning(container)
        ? {
            ...container,
            state: 'CONTAINER_EXITED' as const,
            finishedAt: os.clock,
            exitCode: 137,
            reason: 'Error',
          }
        : container,
    )
    this.runtime = { ...this.runtime, containers }
  }

  /** End all containers, and the sandbox. */
  *#killPod(graceSeconds: number): Sys<void> {
    const { cri } = this.#context
    const specs = [...(this.pod.spec.initContainers ?? []), ...this.pod.spec.containers]
    const running = this.runtime.containers.filter(isRunning).flatMap((container) => {
      const spec = specs.find(({ name }) => name === container.metadata.name)
      return spec ? [{ container, spec }] : []
    })
    for (const { spec } of running) this.#event('Normal', 'Killing', `Stopping container ${spec.name}`, spec)
    yield* killContainers(this.#context, this.pod, this.podIP, running, graceSeconds)
    for (const { id, state } of this.runtime.sandboxes) {
      if (state === 'SANDBOX_READY') yield* cri.call('StopPodSandbox', { podSandboxId: id })
    }
    this.runtime = {
      ...this.runtime,
      sandboxes: this.runtime.sandboxes.map((sandbox) => ({
        ...sandbox,
        state: 'SANDBOX_NOTREADY' as const,
      })),
    }
  }

  /** kubernetes: SyncTerminatingPod and SyncTerminatedPod. */
  *#terminate(ending: { graceSeconds: number }): Sys<void> {
    this.probes.stop()
    this.#deadline?.()
    this.#tellStatus(false)
    yield* this.#killPod(ending.graceSeconds)
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
      this.end(this.pod.spec.terminationGracePeriodSeconds ?? 30, { reason: 'DeadlineExceeded', message })
    })
  }

  #makeStatus(terminal: boolean): PodStatus {
    const { os, config } = this.#context
    return podStatus(this.pod, { ...this.pod.status, ...this.status }, this.runtime, {
      now: os.clock,
      nodeIP: config.nodeIP,
      verdict: this.#verdict,
      terminal,
      failures: this.#failures,
      ready: (container, spec) => this.probes.ready(container, spec),
      started: (container, spec) => this.probes.started(container, spec),
      terminationMessage: (container) => this.#lastWordsOf(container),
    })
  }

  #tellStatus(ended: boolean): void {
    this.status = this.#makeStatus(ended)
    this.#context.status(this.pod, this.status, ended)
  }

  #lastWordsOf(container: ContainerStatus): string {
    let words = this.#lastWords.get(container.id)
    if (words === undefined) {
      words = lastWords(this.#context.os, this.#context.config, this.pod, container)
      this.#lastWords.set(container.id, words)
    }
    return words
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

  get sandboxId(): string {
    return sandboxOf(this.runtime)?.id ?? ''
  }
}

const jittered = (os: Os, ms: number): number => Math.round(ms * (1 + 0.5 * os.random()))

function differ(a: KubeletPod, b: KubeletPod): boolean {
  const gates = b.spec.readinessGates?.length ? (pod: KubeletPod) => pod.status?.conditions : () => undefined
  const parts = (pod: KubeletPod) => [pod.spec, pod.metadata.labels, pod.metadata.annotations, gates(pod)] as unknown as Json
  return !equalJson(parts(a), parts(b))
}
