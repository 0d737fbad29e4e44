import type { Os } from '../host/program.ts'
import { sleep, type Sys } from '../host/sys.ts'
import { startTask } from '../host/task.ts'
import type { ContainerEvent, Image } from '../runtime/cri.ts'
import type { CriClient } from '../runtime/cri-client.ts'
import type { RuntimeHealth } from './node-status.ts'
import { RuntimeCache } from './runtime-cache.ts'

const DOWN = 'container runtime is down'
const RETRY_MS = 1000
const CNI_DIRECTORY = '/etc/cni/net.d'

export interface RuntimeListener {
  /** Something of a pod in the runtime is not what it was. */
  podChanged(uid: string): void
  healthChanged(): void
}

/** The kubelet's connection to its runtime: what it holds, how it is, and what happens to it. */
export class RuntimeLink {
  readonly cache = new RuntimeCache()
  readonly #os: Os
  readonly #cri: CriClient
  readonly #listener: RuntimeListener
  #version = ''
  #runtimeProblem: string | undefined = 'container runtime status check may not have completed yet'
  #networkProblem: string | undefined
  #images: readonly Image[] = []
  #watchers = new Map<string, Set<() => void>>()

  constructor(os: Os, cri: CriClient, listener: RuntimeListener) {
    this.#os = os
    this.#cri = cri
    this.#listener = listener
  }

  get health(): Omit<RuntimeHealth, 'memoryPressure'> {
    return {
      version: this.#version,
      runtimeProblem: this.#runtimeProblem,
      networkProblem: this.#networkProblem,
      images: this.#images,
    }
  }

  /** Wait for the runtime, ask what it holds, and be told what happens to it from then on. */
  *connect(): Sys<void> {
    for (;;) {
      try {
        const { runtimeVersion } = yield* this.#cri.call('Version', {})
        this.#version = runtimeVersion.replace(/^v/, '')
        yield* this.#check()
        this.#follow()
        return yield* this.cache.relist(this.#cri)
      } catch (error) {
        this.#runtimeProblem = DOWN
        this.#os.stderr(
          `E kubelet.go: "Container runtime sanity check failed" err="${(error as Error).message}"\n`,
        )
        this.#listener.healthChanged()
        yield* sleep(RETRY_MS)
      }
    }
  }

  /** The runtime's own view of itself, from time to time and when the network is configured. */
  watchHealth(everyMs: number): void {
    const look = () => startTask(this.#os, this.#check(), () => this.#listener.healthChanged())
    this.#os.fs.watch(CNI_DIRECTORY, () => void this.#os.after(100, look))
    const tick = () => {
      look()
      this.#os.after(everyMs, tick)
    }
    tick()
  }

  /** Be told when something of a pod in the runtime changes. Returns how to stop. */
  onChange(uid: string, changed: () => void): () => void {
    const watchers = this.#watchers.get(uid) ?? new Set()
    watchers.add(changed)
    this.#watchers.set(uid, watchers)
    return () => {
      watchers.delete(changed)
      if (!watchers.size) this.#watchers.delete(uid)
    }
  }

  #tell(uid: string): void {
    this.#listener.podChanged(uid)
    for (const changed of this.#watchers.get(uid) ?? []) changed()
  }

  #follow(): void {
    this.#cri.stream(
      'GetContainerEvents',
      {},
      {
        frame: (event) => this.#tell(this.cache.take(event as ContainerEvent)),
        refused: () => this.#reconnect(),
        ended: () => this.#reconnect(),
      },
    )
  }

  #reconnect(): void {
    this.#runtimeProblem = DOWN
    this.#listener.healthChanged()
    startTask(this.#os, this.connect(), () => {
      this.#listener.healthChanged()
      for (const uid of this.cache.uids) this.#tell(uid)
    })
  }

  *#check(): Sys<void> {
    const { conditions } = yield* this.#cri.call('Status', {})
    const problem = (type: string) =>
      conditions.find((condition) => condition.type === type && !condition.status)
    const network = problem('NetworkReady')
    this.#runtimeProblem = problem('RuntimeReady')?.message
    this.#networkProblem = network && `NetworkReady=false reason:${network.reason} message:${network.message}`
    this.#images = (yield* this.#cri.call('ListImages', {})).images
  }
}
