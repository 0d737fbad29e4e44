import type { ChannelFrame } from '../api/remote-command.ts'
import type { Connection } from '../host/net/connection.ts'
import type { Os, Program } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { startTask, until } from '../host/task.ts'
import { hasPodNetwork } from './cni.ts'
import { Containers, criContainer, criContainerStats, criContainerStatus, stateOf } from './containers.ts'
import {
  CONTAINERD_SOCKET,
  CriError,
  type ContainerEvent,
  type ContainerEventType,
  type ContainerStatus,
  type CriMessage,
  type CriMethod,
  type CriMethods,
  type CriRequest,
} from './cri.ts'
import { criImage, ImageStore } from './image-store.ts'
import { criSandbox, criSandboxStatus, Sandboxes } from './sandboxes.ts'
import type { ExecStream } from './shim-client.ts'
import { State, type ContainerRecord, type SandboxRecord } from './state.ts'

export const CONTAINERD_VERSION = '1.7.28'

/** The container runtime: answers CRI on a unix socket (containerd: pkg/cri/server). */
export const containerd: Program = (os) => {
  if (os.argv.includes('--version') || os.argv[1] === '-v') {
    os.stdout(
      `containerd github.com/containerd/containerd v${CONTAINERD_VERSION} b98a3aace656320842a23f4a392a33f46af97866\n`,
    )
    return os.exit(0)
  }
  new Containerd(os).serve()
}

/** Streams of one client by the id of the request that began them. */
type Streams = Map<number, { input(frame: ChannelFrame): void; hangUp(): void }>

type Handlers = {
  readonly [M in Exclude<CriMethod, 'Exec' | 'Attach' | 'GetContainerEvents'>]: (
    params: CriMethods[M]['params'],
  ) => Sys<CriMethods[M]['result']>
}

class Containerd {
  readonly #os: Os
  readonly #state: State
  readonly #images: ImageStore
  readonly #sandboxes: Sandboxes
  readonly #containers: Containers
  #watchers = new Set<(event: ContainerEvent) => void>()
  readonly #handlers: Handlers

  constructor(os: Os) {
    this.#os = os
    this.#state = new State(os)
    this.#images = new ImageStore(os)
    this.#sandboxes = new Sandboxes(os, this.#state, this.#images, {
      exited: (container, exit) => this.#containers.exited(container, exit),
      stopped: (sandbox) => this.#tell('CONTAINER_STOPPED_EVENT', sandbox.id, sandbox),
    })
    this.#containers = new Containers(os, this.#state, this.#images, this.#sandboxes, (type, container) =>
      this.#happened(type, container),
    )
    this.#handlers = { ...this.#runtimeService(), ...this.#imageService() }
  }

  serve(): void {
    this.#os.onSignal('SIGTERM', () => this.#os.exit(0))
    this.#os.fs.mkdir('/run/containerd', { recursive: true })
    startTask(this.#os, this.#sandboxes.restore(), () => {
      this.#os.listenUnix(CONTAINERD_SOCKET, (connection) => this.#accept(connection))
      this.#os.stderr(
        `time="${new Date(this.#os.clock).toISOString()}" level=info msg="containerd successfully booted in 0.021s"\n`,
      )
    })
  }

  #accept(connection: Connection): void {
    const streams: Streams = new Map()
    connection.handle({
      message: (message) => this.#message(connection, streams, message as CriRequest | CriMessage),
      closed: () => {
        for (const { hangUp } of streams.values()) hangUp()
      },
    })
  }

  #message(connection: Connection, streams: Streams, message: CriRequest | CriMessage): void {
    if ('stream' in message) {
      const stream = streams.get(message.stream)
      if ('frame' in message) stream?.input(message.frame as ChannelFrame)
      else {
        stream?.hangUp()
        streams.delete(message.stream)
      }
      return
    }
    if (!('method' in message)) return
    const { id, method, params } = message
    const reply = (answer: CriMessage) => connection.send(answer)
    if (method === 'GetContainerEvents') {
      const watcher = (event: ContainerEvent) => reply({ stream: id, frame: event })
      this.#watchers.add(watcher)
      streams.set(id, { input: () => {}, hangUp: () => void this.#watchers.delete(watcher) })
      return reply({ id, result: {} })
    }
    if (method === 'Exec' || method === 'Attach') return this.#stream(streams, id, message, reply)
    const handler = this.#handlers[method] as ((params: unknown) => Sys<unknown>) | undefined
    if (!handler)
      return reply({
        id,
        error: {
          code: 'Unimplemented',
          message: `unknown method ${method} for service runtime.v1.RuntimeService`,
        },
      })
    // What a client asked for is done even when it goes away (a kubelet that is restarted finds its containers).
    startTask(this.#os, handler(params), (outcome) => {
      if ('value' in outcome) reply({ id, result: outcome.value })
      else reply({ id, error: errorOf(outcome.error) })
    })
  }

  /** Exec and Attach: frames both ways, a status at the end (kubernetes: remotecommand v4). */
  #stream(streams: Streams, id: number, request: CriRequest, reply: (answer: CriMessage) => void): void {
    try {
      const params = request.params as CriMethods['Exec']['params']
      const container = this.#running(params.containerId)
      const shim = this.#sandboxes.shimOf(container.podSandboxId)
      if (!shim) throw new CriError('Unknown', `sandbox "${container.podSandboxId}" is not running`)
      const on = {
        accepted: () => reply({ id, result: {} }),
        refused: (error: Error) => reply({ id, error: errorOf(error) }),
        frame: (frame: ChannelFrame) => reply({ stream: id, frame }),
        ended: (status: number) => {
          streams.delete(id)
          reply({
            stream: id,
            frame: { channel: 3, data: exitStatus(request.method === 'Attach' ? 0 : status) },
          })
          reply({ stream: id, end: true })
        },
      }
      const stream: ExecStream =
        request.method === 'Exec'
          ? shim.exec(container.id, { args: params.cmd, tty: params.tty, stdin: params.stdin }, on)
          : shim.attach(container.id, params.stdin, on)
      streams.set(id, { input: (frame) => stream.send(frame), hangUp: () => stream.hangUp() })
    } catch (error) {
      reply({ id, error: errorOf(error) })
    }
  }

  #runtimeService(): Omit<
    Handlers,
    'PullImage' | 'ImageStatus' | 'ListImages' | 'RemoveImage' | 'ImageFsInfo'
  > {
    const { sandboxes } = this.#state
    return {
      // biome-ignore lint/correctness/useYield: a method that is answered at once waits for nothing
      *Version() {
        return {
          version: '0.1.0',
          runtimeName: 'containerd',
          runtimeVersion: `v${CONTAINERD_VERSION}`,
          runtimeApiVersion: 'v1',
        }
      },
      Status: () => this.#status(),
      // biome-ignore lint/correctness/useYield: a method that is answered at once waits for nothing
      *UpdateRuntimeConfig() {
        return {}
      },
      RunPodSandbox: ({ config }) =>
        mapped(this.#sandboxes.run(config), (podSandboxId) => ({ podSandboxId })),
      StopPodSandbox: ({ podSandboxId }) => this.#stopSandbox(podSandboxId),
      RemovePodSandbox: ({ podSandboxId }) => this.#removeSandbox(podSandboxId),
      PodSandboxStatus: done(({ podSandboxId }) => ({
        status: criSandboxStatus(this.#sandbox(podSandboxId)),
      })),
      ListPodSandbox: done(({ id, labels }) => ({
        items: sandboxes.all
          .filter((sandbox) => (!id || sandbox.id.startsWith(id)) && has(sandbox.config.labels, labels))
          .map(criSandbox),
      })),
      CreateContainer: ({ podSandboxId, config }) =>
        mapped(this.#containers.create(podSandboxId, config), (containerId) => ({ containerId })),
      StartContainer: ({ containerId }) => mapped(this.#containers.start(containerId), () => ({})),
      StopContainer: ({ containerId, timeout }) =>
        mapped(this.#containers.stop(containerId, timeout), () => ({})),
      RemoveContainer: done(({ containerId }) => {
        this.#containers.remove(containerId)
        return {}
      }),
      ListContainers: done((filter) => ({ containers: this.#select(filter).map(criContainer) })),
      ContainerStatus: done(({ containerId }) => ({
        status: this.#statusOf(this.#containers.get(containerId)),
      })),
      ReopenContainerLog: done(({ containerId }) => {
        this.#running(containerId)
        return {}
      }),
      ExecSync: (params) => this.#execSync(params),
      ContainerStats: done(({ containerId }) => ({ stats: this.#stats(this.#containers.get(containerId)) })),
      ListContainerStats: done((filter) => ({
        stats: this.#select(filter)
          .filter((container) => stateOf(container) === 'CONTAINER_RUNNING')
          .map((container) => this.#stats(container)),
      })),
    }
  }

  #imageService(): Pick<
    Handlers,
    'PullImage' | 'ImageStatus' | 'ListImages' | 'RemoveImage' | 'ImageFsInfo'
  > {
    const images = this.#images
    return {
      PullImage: ({ image }) => mapped(images.pull(image.image), (imageRef) => ({ imageRef })),
      ImageStatus: done(({ image }) => {
        const found = images.find(image.image)
        return found ? { image: criImage(found) } : {}
      }),
      ListImages: done(() => ({ images: images.all.map(criImage) })),
      RemoveImage: done(({ image }) => {
        images.remove(image.image)
        return {}
      }),
      ImageFsInfo: done(() => images.usage),
    }
  }

  // biome-ignore lint/correctness/useYield: a method that is answered at once waits for nothing
  *#status(): Sys<CriMethods['Status']['result']> {
    const network = hasPodNetwork(this.#os)
    return {
      conditions: [
        { type: 'RuntimeReady', status: true, reason: '', message: '' },
        network
          ? { type: 'NetworkReady', status: true, reason: '', message: '' }
          : {
              type: 'NetworkReady',
              status: false,
              reason: 'NetworkPluginNotReady',
              message: 'Network plugin returns error: cni plugin not initialized',
            },
      ],
    }
  }

  *#stopSandbox(id: string): Sys<Record<string, never>> {
    const sandbox = this.#state.sandboxes.find(id)
    if (!sandbox) return {}
    for (const container of this.#state.containersOf(sandbox.id))
      yield* this.#containers.stop(container.id, 0)
    this.#sandboxes.stop(sandbox.id)
    return {}
  }

  *#removeSandbox(id: string): Sys<Record<string, never>> {
    const sandbox = this.#state.sandboxes.find(id)
    if (!sandbox) return {}
    yield* this.#stopSandbox(sandbox.id)
    for (const container of this.#state.containersOf(sandbox.id)) this.#containers.remove(container.id)
    this.#sandboxes.remove(sandbox.id)
    return {}
  }

  *#execSync({
    containerId,
    cmd,
    timeout,
  }: CriMethods['ExecSync']['params']): Sys<CriMethods['ExecSync']['result']> {
    const container = this.#running(containerId)
    const shim = this.#sandboxes.shimOf(container.podSandboxId)
    if (!shim) throw new CriError('Unknown', `sandbox "${container.podSandboxId}" is not running`)
    const out = { 1: '', 2: '' }
    const exitCode = yield* until<number>('exec', (resume, fail) => {
      const tooLate =
        timeout > 0
          ? this.#os.after(timeout * 1000, () => {
              stream.kill()
              fail(
                new CriError(
                  'DeadlineExceeded',
                  `failed to exec in container: timeout ${timeout}s exceeded: context deadline exceeded`,
                ),
              )
            })
          : () => {}
      const stream = shim.exec(
        container.id,
        { args: cmd, tty: false, stdin: false },
        {
          accepted: () => {},
          refused: (error) => {
            tooLate()
            fail(
              new CriError('Unknown', `failed to exec in container: failed to start exec: ${error.message}`),
            )
          },
          frame: (frame) => {
            if ('channel' in frame && (frame.channel === 1 || frame.channel === 2))
              out[frame.channel] += frame.data
          },
          ended: (status) => {
            tooLate()
            resume(status)
          },
        },
      )
    })
    return { stdout: out[1], stderr: out[2], exitCode }
  }

  #running(id: string): ContainerRecord {
    const container = this.#containers.get(id)
    if (stateOf(container) !== 'CONTAINER_RUNNING') {
      throw new CriError('Unknown', `container is in ${stateOf(container)} state`)
    }
    return container
  }

  #sandbox(id: string): SandboxRecord {
    const sandbox = this.#state.sandboxes.find(id)
    if (!sandbox) throw new CriError('NotFound', `an error occurred when try to find sandbox: not found`)
    return sandbox
  }

  #select({ id, podSandboxId, labels }: CriMethods['ListContainers']['params']): ContainerRecord[] {
    return this.#state.containers.all.filter(
      (container) =>
        (!id || container.id.startsWith(id)) &&
        (!podSandboxId || container.podSandboxId.startsWith(podSandboxId)) &&
        has(container.config.labels, labels),
    )
  }

  #stats(container: ContainerRecord) {
    const parent = this.#state.sandboxes.find(container.podSandboxId)?.config.linux.cgroupParent ?? ''
    return criContainerStats(this.#os, container, parent)
  }

  #happened(type: ContainerEventType, container: ContainerRecord): void {
    const sandbox = this.#state.sandboxes.find(container.podSandboxId)
    if (sandbox) this.#tell(type, container.id, sandbox)
  }

  #tell(containerEventType: ContainerEventType, containerId: string, sandbox: SandboxRecord): void {
    if (!this.#watchers.size) return
    const containersStatuses = this.#state
      .containersOf(sandbox.id)
      .map((container) => this.#statusOf(container))
    const event: ContainerEvent = {
      containerId,
      containerEventType,
      createdAt: this.#os.clock,
      podSandboxStatus: criSandboxStatus(sandbox),
      containersStatuses: containersStatuses.reverse(),
    }
    for (const watcher of this.#watchers) watcher(event)
  }

  #statusOf(container: ContainerRecord): ContainerStatus {
    const directory = this.#state.sandboxes.find(container.podSandboxId)?.config.logDirectory ?? ''
    const image = this.#images.find(container.imageRef)
    return criContainerStatus(container, directory, image?.repoDigests[0] ?? container.imageRef)
  }
}

/** A method that is answered at once. */
const done = <P, R>(answer: (params: P) => R) =>
  // biome-ignore lint/correctness/useYield: a method that is answered at once waits for nothing
  function* (params: P): Sys<R> {
    return answer(params)
  }

function* mapped<T, R>(task: Sys<T>, map: (value: T) => R): Sys<R> {
  return map(yield* task)
}

const has = (
  labels: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>> | undefined,
): boolean => !wanted || Object.entries(wanted).every(([key, value]) => labels[key] === value)

function errorOf(error: unknown): { code: CriError['code']; message: string } {
  if (error instanceof CriError) return { code: error.code, message: error.description }
  return { code: 'Unknown', message: error instanceof Error ? error.message : String(error) }
}

/** The Status that ends an exec (client-go: tools/remotecommand/v4.go). */
const exitStatus = (status: number): string =>
  JSON.stringify(
    status === 0
      ? { metadata: {}, status: 'Success' }
      : {
          metadata: {},
          status: 'Failure',
          message: `command terminated with non-zero exit code: exit code ${status}`,
          reason: 'NonZeroExitCode',
          details: { causes: [{ reason: 'ExitCode', message: `${status}` }] },
        },
  )
