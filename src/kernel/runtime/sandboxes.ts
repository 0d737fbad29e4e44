import { Errno } from '../host/errno.ts'
import type { Os } from '../host/program.ts'
import { sleep, type Sys } from '../host/sys.ts'
import { ensureBridge, gatewayOf, HostLocal, readPodNetwork } from './cni.ts'
import { sandboxFilesOf, writeSandboxFiles } from './container-spec.ts'
import { CriError, type PodSandbox, type PodSandboxConfig, type PodSandboxStatus } from './cri.ts'
import type { ImageStore } from './image-store.ts'
import { removeBundle, ShimClient, spawnShim, type ShimHandler } from './shim-client.ts'
import type { ContainerSpec, SandboxSpec, TaskExit } from './shim-messages.ts'
import { newId, type SandboxRecord, type State } from './state.ts'

/** containerd's default sandbox_image. */
const PAUSE = 'registry.k8s.io/pause:3.10'
/** What a namespace, a veth pair and a shim take. */
const SANDBOX_MS = 120

/** What the sandboxes tell the rest of containerd. */
export interface SandboxEvents {
  exited(container: string, exit: TaskExit): void
  /** The sandbox is not ready any more. */
  stopped(sandbox: SandboxRecord): void
}

/** The pods of a machine as containerd knows them: a network, a pause process, and a shim each. */
export class Sandboxes {
  readonly #os: Os
  readonly #state: State
  readonly #images: ImageStore
  readonly #events: SandboxEvents
  #shims = new Map<string, ShimClient>()
  #reserved = new Set<string>()

  constructor(os: Os, state: State, images: ImageStore, events: SandboxEvents) {
    this.#os = os
    this.#state = state
    this.#images = images
    this.#events = events
  }

  /** The shim of a sandbox that runs. */
  shimOf(id: string): ShimClient | undefined {
    return this.#shims.get(id)
  }

  /** After a restart of containerd: shims that live on are asked what they hold, the others are gone with what they held. */
  *restore(): Sys<void> {
    for (const sandbox of this.#state.sandboxes.all) {
      if (sandbox.state !== 'SANDBOX_READY') continue
      const shim = this.#connect(sandbox.id)
      if (!shim) {
        this.#lost(sandbox.id)
        continue
      }
      for (const { id, running, exit } of yield* shim.states())
        if (!running && exit) this.#exited(sandbox.id, id, exit)
    }
  }

  *run(config: PodSandboxConfig): Sys<string> {
    const name = nameOf(config)
    this.#reserve(name)
    try {
      const image = this.#images.find(PAUSE) ?? this.#images.find(yield* this.#images.pull(PAUSE))
      if (!image) throw new CriError('Unknown', `failed to get sandbox image "${PAUSE}"`)
      const id = newId(this.#os)
      const network = this.#networkFor(id, config)
      const address = network?.address ?? ''
      writeSandboxFiles(this.#os, id, config, address.split('/')[0])
      this.#os.kernel.cgroup(config.linux.cgroupParent || '/k8s.io', config.linux.memoryLimitInBytes)
      const { hostPID, sharePID } = config.linux
      spawnShim(this.#os, {
        id,
        hostname: config.hostname || this.#os.kernel.root.uts.hostname,
        network,
        pidNamespace: hostPID ? 'host' : sharePID ? 'pod' : 'container',
        ports: network ? (config.portMappings ?? []) : [],
      })
      yield* sleep(SANDBOX_MS)
      const shim = this.#connect(id)
      if (!shim) throw new CriError('Unknown', 'failed to start shim: ttrpc: closed')
      yield* shim.start(pauseSpec(id, config, image.snapshot))
      this.#state.sandboxes.put({ id, config, createdAt: this.#os.clock, state: 'SANDBOX_READY', address })
      return id
    } finally {
      this.#reserved.delete(name)
    }
  }

  /** Take its network away and end what runs in it. */
  stop(id: string): void {
    const sandbox = this.#state.sandboxes.find(id)
    if (!sandbox) return
    const shim = this.#shims.get(sandbox.id)
    shim?.kill(sandbox.id, 'SIGKILL')
    shim?.shutdown()
    this.#release(sandbox)
  }

  remove(id: string): void {
    const sandbox = this.#state.sandboxes.find(id)
    if (!sandbox) return
    if (sandbox.state === 'SANDBOX_READY') this.stop(sandbox.id)
    removeBundle(this.#os, sandbox.id)
    const files = sandboxFilesOf(sandbox.id)
    if (this.#os.fs.exists(files)) this.#os.fs.remove(files, { recursive: true })
    this.#state.sandboxes.remove(sandbox.id)
  }

  #reserve(name: string): void {
    const taken = this.#state.sandboxes.all.find((sandbox) => nameOf(sandbox.config) === name)
    if (taken || this.#reserved.has(name)) {
      throw new CriError(
        'Unknown',
        `failed to reserve sandbox name "${name}": name "${name}" is reserved for "${taken?.id ?? ''}"`,
      )
    }
    this.#reserved.add(name)
  }

  #networkFor(id: string, config: PodSandboxConfig): SandboxSpec['network'] {
    if (config.linux.hostNetwork) return undefined
    try {
      const network = readPodNetwork(this.#os)
      if (!network) throw new Error('cni plugin not initialized')
      ensureBridge(this.#os, network)
      const address = new HostLocal(this.#os, network.name).allocate(network.subnet, id)
      return { name: `cni-${id.slice(0, 8)}`, address, gateway: gatewayOf(network) }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new CriError('Unknown', `failed to setup network for sandbox "${id}": ${why}`)
    }
  }

  #connect(id: string): ShimClient | undefined {
    const handler: ShimHandler = {
      exited: (container, exit) => this.#exited(id, container, exit),
      lost: () => this.#lost(id),
    }
    try {
      const shim = new ShimClient(this.#os, id, handler)
      this.#shims.set(id, shim)
      return shim
    } catch (error) {
      if (error instanceof Errno) return undefined
      throw error
    }
  }

  #exited(id: string, container: string, exit: TaskExit): void {
    if (container !== id) return this.#events.exited(container, exit)
    const sandbox = this.#state.sandboxes.find(id)
    if (sandbox) this.#release(sandbox)
  }

  /** The shim is gone: its containers ended nobody knows how (containerd: unknownExitCode). */
  #lost(id: string): void {
    this.#shims.delete(id)
    for (const container of this.#state.containersOf(id)) {
      if (container.startedAt && !container.finishedAt) {
        this.#state.containers.update(container.id, { reason: 'Unknown' })
        this.#events.exited(container.id, { status: 255, at: this.#os.clock, oomKilled: false })
      }
    }
    const sandbox = this.#state.sandboxes.find(id)
    if (sandbox) this.#release(sandbox)
  }

  #release(sandbox: SandboxRecord): void {
    if (sandbox.state !== 'SANDBOX_READY') return
    const stopped = this.#state.sandboxes.update(sandbox.id, { state: 'SANDBOX_NOTREADY' })
    if (sandbox.address) new HostLocal(this.#os, this.#networkName()).release(sandbox.address.split('/')[0])
    if (stopped) this.#events.stopped(stopped)
  }

  #networkName(): string {
    try {
      return readPodNetwork(this.#os)?.name ?? 'cbr0'
    } catch {
      return 'cbr0'
    }
  }
}

export const criSandbox = ({ id, config, state, createdAt }: SandboxRecord): PodSandbox => ({
  id,
  metadata: config.metadata,
  state,
  createdAt,
  labels: config.labels,
  annotations: config.annotations,
})

export const criSandboxStatus = (sandbox: SandboxRecord): PodSandboxStatus => ({
  ...criSandbox(sandbox),
  network: { ip: sandbox.address.split('/')[0] },
  linux: { hostNetwork: sandbox.config.linux.hostNetwork },
})

/** containerd: pkg/cri/server/helpers.go makeSandboxName. */
const nameOf = ({ metadata: { name, namespace, uid, attempt } }: PodSandboxConfig): string =>
  `${name}_${namespace}_${uid}_${attempt}`

const pauseSpec = (id: string, config: PodSandboxConfig, snapshot: string): ContainerSpec => ({
  id,
  args: ['/pause'],
  env: {},
  cwd: '/',
  user: { name: '65535', uid: 65535, gid: 65535 },
  terminal: false,
  stdin: false,
  stdinOnce: false,
  root: { path: snapshot, readonly: true },
  mounts: [],
  cgroupsPath: `${config.linux.cgroupParent || '/k8s.io'}/${id}`,
  memoryLimit: undefined,
  logPath: '',
})
