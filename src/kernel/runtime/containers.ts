import type { Os } from '../host/program.ts'
import { sleep, type Sys } from '../host/sys.ts'
import { until } from '../host/task.ts'
import { argsOf, containerSpec, userOf } from './container-spec.ts'
import {
  CriError,
  type Container,
  type ContainerConfig,
  type ContainerEventType,
  type ContainerStats,
  type ContainerStatus,
} from './cri.ts'
import type { ImageStore } from './image-store.ts'
import type { Sandboxes } from './sandboxes.ts'
import type { TaskExit } from './shim-messages.ts'
import { newId, type ContainerRecord, type State } from './state.ts'

const CREATE_MS = 40
const START_MS = 60
/** How long after SIGKILL a process may take to be gone. */
const KILL_MS = 2000

/** The containers of a machine as containerd knows them. */
export class Containers {
  readonly #os: Os
  readonly #state: State
  readonly #images: ImageStore
  readonly #sandboxes: Sandboxes
  readonly #happened: (type: ContainerEventType, container: ContainerRecord) => void
  #waiting = new Map<string, (() => void)[]>()

  constructor(
    os: Os,
    state: State,
    images: ImageStore,
    sandboxes: Sandboxes,
    happened: (type: ContainerEventType, container: ContainerRecord) => void,
  ) {
    this.#os = os
    this.#state = state
    this.#images = images
    this.#sandboxes = sandboxes
    this.#happened = happened
  }

  /** By id; throws CriError. */
  get(id: string): ContainerRecord {
    const container = this.#state.containers.find(id)
    if (!container)
      throw new CriError('NotFound', `an error occurred when try to find container "${id}": not found`)
    return container
  }

  *create(podSandboxId: string, config: ContainerConfig): Sys<string> {
    const sandbox = this.#state.sandboxes.find(podSandboxId)
    if (!sandbox) throw new CriError('NotFound', `failed to find sandbox id "${podSandboxId}": not found`)
    const image = this.#images.find(config.image.image)
    if (!image) throw new CriError('NotFound', `failed to resolve image "${config.image.image}": not found`)
    const id = newId(this.#os)
    const snapshot = this.#images.newSnapshot(image)
    yield* sleep(CREATE_MS)
    const container: ContainerRecord = {
      id,
      podSandboxId: sandbox.id,
      config,
      imageRef: image.id,
      imageName: image.repoTags[0] ?? image.repoDigests[0] ?? image.id,
      snapshot,
      stopSignal: image.config.stopSignal ?? 'SIGTERM',
      createdAt: this.#os.clock,
      startedAt: 0,
      finishedAt: 0,
      exitCode: 0,
      reason: '',
      message: '',
      pid: 0,
      uid: 0,
      gid: 0,
    }
    try {
      argsOf(config, image.config)
      const { uid, gid } = userOf(this.#os, snapshot, config, image.config)
      this.#state.containers.put({ ...container, uid, gid })
    } catch (error) {
      this.#images.removeSnapshot(snapshot)
      throw new CriError(
        'Unknown',
        `failed to create containerd container: ${(error as CriError).description ?? String(error)}`,
      )
    }
    this.#happened('CONTAINER_CREATED_EVENT', container)
    return id
  }

  *start(id: string): Sys<void> {
    const container = this.get(id)
    if (container.startedAt || container.finishedAt) {
      throw new CriError(
        'Unknown',
        `failed to set starting state for container "${id}": container is in ${stateOf(container)} state`,
      )
    }
    yield* sleep(START_MS)
    const sandbox = this.#state.sandboxes.find(container.podSandboxId)
    const shim = this.#sandboxes.shimOf(container.podSandboxId)
    const image = this.#images.find(container.imageRef)
    try {
      if (!sandbox || !shim) throw new Error(`sandbox container "${container.podSandboxId}" is not running`)
      if (!image) throw new Error(`image "${container.imageRef}": not found`)
      const pid = yield* shim.start(containerSpec(this.#os, container, sandbox, image.config))
      // A process that ended at once has been told of already: its end is kept.
      const now = this.#state.containers.find(container.id)
      this.#state.containers.update(
        container.id,
        now?.finishedAt ? { pid, startedAt: now.finishedAt } : { pid, startedAt: this.#os.clock },
      )
    } catch (error) {
      throw this.#startFailed(container, error)
    }
    this.#happened('CONTAINER_STARTED_EVENT', container)
  }

  /** Ask it to end, and end it after `timeout` seconds. */
  *stop(id: string, timeout: number): Sys<void> {
    const container = this.get(id)
    if (stateOf(container) !== 'CONTAINER_RUNNING') return
    const shim = this.#sandboxes.shimOf(container.podSandboxId)
    if (timeout > 0) {
      shim?.kill(container.id, container.stopSignal)
      if (yield* this.#ended(container.id, timeout * 1000)) return
    }
    shim?.kill(container.id, 'SIGKILL')
    if (!(yield* this.#ended(container.id, KILL_MS))) {
      throw new CriError(
        'DeadlineExceeded',
        `an error occurs during waiting for container "${container.id}" to be killed: wait container "${container.id}": context deadline exceeded`,
      )
    }
  }

  remove(id: string): void {
    const container = this.#state.containers.find(id)
    if (!container) return
    const shim = this.#sandboxes.shimOf(container.podSandboxId)
    if (stateOf(container) === 'CONTAINER_RUNNING') shim?.kill(container.id, 'SIGKILL')
    shim?.delete(container.id)
    this.#images.removeSnapshot(container.snapshot)
    this.#state.containers.remove(container.id)
    this.#happened('CONTAINER_DELETED_EVENT', container)
  }

  /** A container's process ended. */
  exited(id: string, { status, at, oomKilled }: TaskExit): void {
    const known = this.#state.containers.find(id)
    if (!known || known.finishedAt) return
    const container = this.#state.containers.update(id, {
      finishedAt: at,
      exitCode: status,
      pid: 0,
      ...(oomKilled && status !== 0 ? { reason: 'OOMKilled' } : {}),
    })
    const waiting = this.#waiting.get(id) ?? []
    this.#waiting.delete(id)
    for (const ended of waiting) ended()
    if (container) this.#happened('CONTAINER_STOPPED_EVENT', container)
  }

  #startFailed(container: ContainerRecord, error: unknown): CriError {
    const why =
      error instanceof CriError ? error.description : error instanceof Error ? error.message : String(error)
    const message = `failed to create containerd task: failed to create shim task: ${why}`
    const failed = this.#state.containers.update(container.id, {
      startedAt: this.#os.clock,
      finishedAt: this.#os.clock,
      exitCode: 128,
      reason: 'StartError',
      message,
    })
    if (failed) this.#happened('CONTAINER_STOPPED_EVENT', failed)
    return new CriError('Unknown', message)
  }

  /** Wait for its end; false when it took too long. */
  *#ended(id: string, timeoutMs: number): Sys<boolean> {
    return yield* until<boolean>('wait', (resume) => {
      if (stateOf(this.get(id)) !== 'CONTAINER_RUNNING') return void resume(true)
      const cancel = this.#os.after(timeoutMs, () => resume(false))
      const ended = () => {
        cancel()
        resume(true)
      }
      this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), ended])
      return cancel
    })
  }
}

export function stateOf({ startedAt, finishedAt }: ContainerRecord): Container['state'] {
  if (finishedAt) return 'CONTAINER_EXITED'
  return startedAt ? 'CONTAINER_RUNNING' : 'CONTAINER_CREATED'
}

export const criContainer = (container: ContainerRecord): Container => ({
  id: container.id,
  podSandboxId: container.podSandboxId,
  metadata: container.config.metadata,
  image: { ...container.config.image },
  imageRef: container.imageRef,
  state: stateOf(container),
  createdAt: container.createdAt,
  labels: container.config.labels,
  annotations: container.config.annotations,
})

export function criContainerStatus(
  container: ContainerRecord,
  logDirectory: string,
  digest: string,
): ContainerStatus {
  const { startedAt, finishedAt, exitCode, reason, message, config, pid, uid, gid } = container
  const ended = finishedAt ? reason || (exitCode === 0 ? 'Completed' : 'Error') : ''
  return {
    ...criContainer(container),
    imageRef: digest,
    startedAt,
    finishedAt,
    exitCode,
    reason: ended,
    message,
    image: { image: container.imageName, userSpecifiedImage: config.image.userSpecifiedImage },
    mounts: config.mounts,
    logPath: `${logDirectory}/${config.logPath}`,
    resources: config.linux.resources,
    user: { uid, gid },
    pid,
  }
}

export function criContainerStats(
  os: Os,
  { id, podSandboxId, config }: ContainerRecord,
  cgroupParent: string,
): ContainerStats {
  return {
    id,
    podSandboxId,
    metadata: config.metadata,
    labels: config.labels,
    timestamp: os.clock,
    memoryBytes: os.kernel.cgroup(`${cgroupParent || '/k8s.io'}/${id}`).memoryUsed,
    cpuUsageNanos: 0,
    writableLayerBytes: 0,
  }
}
