import type { Os } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { hasPodNetwork } from './cni.ts'
import { Containers, criContainer, criContainerStats, criContainerStatus, stateOf } from './containers.ts'
import {
  CriError,
  type ContainerEvent,
  type ContainerEventType,
  type ContainerStats,
  type ContainerStatus,
  type CriMethods,
  type RuntimeCondition,
} from './cri.ts'
import { atOnce, mapped, type CriHandlers } from './cri-server.ts'
import type { ImageStore } from './image-store.ts'
import { criSandbox, criSandboxStatus, Sandboxes } from './sandboxes.ts'
import type { ShimClient } from './shim-client.ts'
import type { ContainerRecord, SandboxRecord, State } from './state.ts'

export const CONTAINERD_VERSION = '1.7.28'

type SandboxMethods =
  | 'RunPodSandbox'
  | 'StopPodSandbox'
  | 'RemovePodSandbox'
  | 'PodSandboxStatus'
  | 'ListPodSandbox'
type GeneralMethods = 'Version' | 'Status' | 'UpdateRuntimeConfig'
type ContainerMethods =
  | 'CreateContainer'
  | 'StartContainer'
  | 'StopContainer'
  | 'RemoveContainer'
  | 'ListContainers'
  | 'ContainerStatus'
  | 'ReopenContainerLog'
  | 'ContainerStats'
  | 'ListContainerStats'

/** CRI's RuntimeService: sandboxes, containers, and what happens to them. */
export class RuntimeService {
  readonly #os: Os
  readonly #state: State
  readonly #images: ImageStore
  readonly #sandboxes: Sandboxes
  readonly #containers: Containers
  #watchers = new Set<(event: ContainerEvent) => void>()

  constructor(os: Os, state: State, images: ImageStore) {
    this.#os = os
    this.#state = state
    this.#images = images
    this.#sandboxes = new Sandboxes(os, state, images, {
      exited: (container, exit) => this.#containers.exited(container, exit),
      stopped: (sandbox) => this.#tell('CONTAINER_STOPPED_EVENT', sandbox.id, sandbox),
    })
    this.#containers = new Containers(os, state, images, this.#sandboxes, (type, container) => {
      const sandbox = state.sandboxes.find(container.podSandboxId)
      if (sandbox) this.#tell(type, container.id, sandbox)
    })
  }

  /** Take up what was there before a restart. */
  restore(): Sys<void> {
    return this.#sandboxes.restore()
  }

  handlers(): Pick<CriHandlers, GeneralMethods | SandboxMethods | ContainerMethods> {
    return { ...this.#general(), ...this.#sandboxHandlers(), ...this.#containerHandlers() }
  }

  watch(watcher: (event: ContainerEvent) => void): () => void {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  shimOf(podSandboxId: string): ShimClient | undefined {
    return this.#sandboxes.shimOf(podSandboxId)
  }

  /** A container that runs; throws CriError. */
  running(id: string): ContainerRecord {
    const container = this.#containers.get(id)
    if (stateOf(container) === 'CONTAINER_RUNNING') return container
    throw new CriError('Unknown', `container is in ${stateOf(container)} state`)
  }

  #general(): Pick<CriHandlers, GeneralMethods> {
    const runtimeVersion = `v${CONTAINERD_VERSION}`
    return {
      Version: atOnce(() => ({
        version: '0.1.0',
        runtimeName: 'containerd',
        runtimeVersion,
        runtimeApiVersion: 'v1',
      })),
      Status: atOnce(() => ({ conditions: [condition('RuntimeReady', true), this.#networkReady()] })),
      UpdateRuntimeConfig: atOnce(() => ({})),
    }
  }

  #sandboxHandlers(): Pick<CriHandlers, SandboxMethods> {
    const { sandboxes } = this.#state
    return {
      RunPodSandbox: ({ config }) =>
        mapped(this.#sandboxes.run(config), (podSandboxId) => ({ podSandboxId })),
      StopPodSandbox: ({ podSandboxId }) => mapped(this.#stopSandbox(podSandboxId), () => ({})),
      RemovePodSandbox: ({ podSandboxId }) => mapped(this.#removeSandbox(podSandboxId), () => ({})),
      PodSandboxStatus: atOnce(({ podSandboxId }) => ({
        status: criSandboxStatus(this.#sandbox(podSandboxId)),
      })),
      ListPodSandbox: atOnce(({ id, labels }) => ({
        items: sandboxes.all
          .filter((one) => (!id || one.id.startsWith(id)) && has(one.config.labels, labels))
          .map(criSandbox),
      })),
    }
  }

  #containerHandlers(): Pick<CriHandlers, ContainerMethods> {
    const containers = this.#containers
    return {
      CreateContainer: ({ podSandboxId, config }) =>
        mapped(containers.create(podSandboxId, config), (containerId) => ({ containerId })),
      StartContainer: ({ containerId }) => mapped(containers.start(containerId), () => ({})),
      StopContainer: ({ containerId, timeout }) => mapped(containers.stop(containerId, timeout), () => ({})),
      RemoveContainer: atOnce(({ containerId }) => {
        containers.remove(containerId)
        return {}
      }),
      ListContainers: atOnce((filter) => ({ containers: this.#select(filter).map(criContainer) })),
      ContainerStatus: atOnce(({ containerId }) => ({ status: this.#statusOf(containers.get(containerId)) })),
      ReopenContainerLog: atOnce(({ containerId }) => {
        this.running(containerId)
        return {}
      }),
      ContainerStats: atOnce(({ containerId }) => ({ stats: this.#stats(containers.get(containerId)) })),
      ListContainerStats: atOnce((filter) => ({
        stats: this.#select(filter)
          .filter((one) => stateOf(one) === 'CONTAINER_RUNNING')
          .map((one) => this.#stats(one)),
      })),
    }
  }

  #networkReady(): RuntimeCondition {
    if (hasPodNetwork(this.#os)) return condition('NetworkReady', true)
    const message = 'Network plugin returns error: cni plugin not initialized'
    return { type: 'NetworkReady', status: false, reason: 'NetworkPluginNotReady', message }
  }

  *#stopSandbox(id: string): Sys<void> {
    const sandbox = this.#state.sandboxes.find(id)
    if (!sandbox) return
    for (const container of this.#state.containersOf(sandbox.id))
      yield* this.#containers.stop(container.id, 0)
    this.#sandboxes.stop(sandbox.id)
  }

  *#removeSandbox(id: string): Sys<void> {
    const sandbox = this.#state.sandboxes.find(id)
    if (!sandbox) return
    yield* this.#stopSandbox(sandbox.id)
    for (const container of this.#state.containersOf(sandbox.id)) this.#containers.remove(container.id)
    this.#sandboxes.remove(sandbox.id)
  }

  #sandbox(id: string): SandboxRecord {
    const sandbox = this.#state.sandboxes.find(id)
    if (!sandbox) throw new CriError('NotFound', `an error occurred when try to find sandbox: not found`)
    return sandbox
  }

  #select({ id, podSandboxId, labels }: CriMethods['ListContainers']['params']): ContainerRecord[] {
    return this.#state.containers.all.filter(
      (one) =>
        (!id || one.id.startsWith(id)) &&
        (!podSandboxId || one.podSandboxId.startsWith(podSandboxId)) &&
        has(one.config.labels, labels),
    )
  }

  #stats(container: ContainerRecord): ContainerStats {
    const parent = this.#state.sandboxes.find(container.podSandboxId)?.config.linux.cgroupParent ?? ''
    return criContainerStats(this.#os, container, parent)
  }

  #statusOf(container: ContainerRecord): ContainerStatus {
    const directory = this.#state.sandboxes.find(container.podSandboxId)?.config.logDirectory ?? ''
    const image = this.#images.find(container.imageRef)
    return criContainerStatus(container, directory, image?.repoDigests[0] ?? container.imageRef)
  }

  #tell(containerEventType: ContainerEventType, containerId: string, sandbox: SandboxRecord): void {
    if (!this.#watchers.size) return
    const containersStatuses = this.#state
      .containersOf(sandbox.id)
      .map((container) => this.#statusOf(container))
      .reverse()
    const event: ContainerEvent = {
      containerId,
      containerEventType,
      createdAt: this.#os.clock,
      podSandboxStatus: criSandboxStatus(sandbox),
      containersStatuses,
    }
    for (const watcher of this.#watchers) watcher(event)
  }
}

const condition = (type: RuntimeCondition['type'], status: boolean): RuntimeCondition => ({
  type,
  status,
  reason: '',
  message: '',
})

const has = (
  labels: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>> | undefined,
): boolean => !wanted || Object.entries(wanted).every(([key, value]) => labels[key] === value)
