import type { ChannelFrame } from '../api/remote-command.ts'
import type { Connection } from '../host/net/connection.ts'
import type { Os } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { until } from '../host/task.ts'
import { CriError } from './cri.ts'
import {
  bundleOf,
  shimSocketOf,
  type ContainerSpec,
  type ExecSpec,
  type SandboxSpec,
  type ShimMessage,
  type ShimRequest,
  type TaskExit,
  type TaskState,
} from './shim-messages.ts'

export interface ShimHandler {
  exited(container: string, exit: TaskExit): void
  /** The shim is gone, and all that it held. */
  lost(): void
}

export interface ExecHandler {
  frame(frame: ChannelFrame): void
  ended(status: number): void
}

export interface ExecStream {
  send(frame: ChannelFrame): void
  hangUp(): void
  kill(): void
}

type Ask = ShimRequest extends infer R ? (R extends { id: number } ? Omit<R, 'id'> : never) : never

/** containerd's end of the socket to one pod's shim. */
export class ShimClient {
  readonly #connection: Connection
  #nextId = 1
  #waiting = new Map<number, { resume(value: unknown): void; fail(error: Error): void }>()
  #streams = new Map<number, ExecHandler>()

  /** Connect to the shim of a sandbox; throws ENOENT when there is none. */
  constructor(os: Os, sandboxId: string, handler: ShimHandler) {
    this.#connection = os.connectUnix(shimSocketOf(sandboxId))
    this.#connection.handle({
      message: (message) => this.#message(message as ShimMessage, handler),
      closed: () => {
        for (const { fail } of [...this.#waiting.values()]) fail(new CriError('Unavailable', 'ttrpc: closed'))
        for (const { ended } of [...this.#streams.values()]) ended(137)
        handler.lost()
      },
    })
  }

  *states(): Sys<TaskState[]> {
    return (yield* this.#ask({ op: 'states' })) as TaskState[]
  }

  /** Gives the pid. */
  *start(spec: ContainerSpec): Sys<number> {
    return (yield* this.#ask({ op: 'start', spec })) as number
  }

  kill(container: string, signal: string): void {
    this.#send({ op: 'kill', container, signal })
  }

  delete(container: string): void {
    this.#send({ op: 'delete', container })
  }

  shutdown(): void {
    this.#send({ op: 'shutdown' })
  }

  exec(
    container: string,
    exec: ExecSpec,
    on: ExecHandler & { refused(error: Error): void; accepted(): void },
  ): ExecStream {
    return this.#stream({ op: 'exec', container, exec }, on)
  }

  attach(
    container: string,
    stdin: boolean,
    on: ExecHandler & { refused(error: Error): void; accepted(): void },
  ): ExecStream {
    return this.#stream({ op: 'attach', container, stdin }, on)
  }

  #stream(ask: Ask, on: ExecHandler & { refused(error: Error): void; accepted(): void }): ExecStream {
    const id = this.#send(ask, {
      resume: () => on.accepted(),
      fail: (error) => {
        this.#streams.delete(id)
        on.refused(error)
      },
    })
    this.#streams.set(id, on)
    return {
      send: (frame) => this.#connection.send({ stream: id, frame } satisfies ShimRequest),
      hangUp: () => this.#connection.send({ stream: id, end: true } satisfies ShimRequest),
      kill: () => this.#connection.send({ stream: id, kill: true } satisfies ShimRequest),
    }
  }

  *#ask(ask: Ask): Sys<unknown> {
    return yield* until<unknown>(ask.op, (resume, fail) => void this.#send(ask, { resume, fail }))
  }

  #send(ask: Ask, waiting?: { resume(value: unknown): void; fail(error: Error): void }): number {
    const id = this.#nextId++
    if (waiting) this.#waiting.set(id, waiting)
    this.#connection.send({ ...ask, id } as ShimRequest)
    return id
  }

  #message(message: ShimMessage, handler: ShimHandler): void {
    if ('exited' in message) return handler.exited(message.exited, message.exit)
    if ('stream' in message) {
      const stream = this.#streams.get(message.stream)
      if ('frame' in message) return stream?.frame(message.frame)
      this.#streams.delete(message.stream)
      return stream?.ended(message.end)
    }
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if ('error' in message) waiting?.fail(new Error(message.error))
    else waiting?.resume(message.value)
  }
}

/** Start a shim; it listens by the next moment. */
export function spawnShim(os: Os, spec: SandboxSpec): void {
  os.fs.mkdir(bundleOf(spec.id), { recursive: true })
  os.fs.mkdir('/run/containerd/s', { recursive: true })
  os.fs.write(`${bundleOf(spec.id)}/config.json`, JSON.stringify(spec))
  os.spawn({
    argv: [
      '/usr/bin/containerd-shim-runc-v2',
      '-namespace',
      'k8s.io',
      '-id',
      spec.id,
      '-address',
      '/run/containerd/containerd.sock',
    ],
    group: true,
    cgroup: os.kernel.rootCgroup,
  })
}

export function removeBundle(os: Os, id: string): void {
  if (os.fs.exists(bundleOf(id))) os.fs.remove(bundleOf(id), { recursive: true })
}
