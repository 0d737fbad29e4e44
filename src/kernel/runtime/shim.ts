import type { ChannelFrame } from '../api/remote-command.ts'
import { Errno } from '../host/errno.ts'
import type { Connection } from '../host/net/connection.ts'
import type { Network } from '../host/net/network.ts'
import type { Os, Program } from '../host/program.ts'
import { parseSignal } from '../host/signals.ts'
import {
  bundleOf,
  shimSocketOf,
  type ContainerSpec,
  type SandboxSpec,
  type ShimMessage,
  type ShimRequest,
} from './shim-messages.ts'
import { forwardPorts, plugIn } from './pod-network.ts'
import { Task, type TaskSession } from './task-process.ts'

/**
 * containerd-shim-runc-v2: the parent of one pod's processes. It holds the pod's namespaces, keeps what the containers print, and
 * tells how they ended; so containers live on while containerd is restarted (containerd: runtime/v2/README.md).
 */
export const containerdShim: Program = (os) => {
  const id = os.argv[os.argv.indexOf('-id') + 1]
  const spec = JSON.parse(os.fs.read(`${bundleOf(id)}/config.json`)) as SandboxSpec
  new Shim(os, spec).serve()
}

class Shim {
  readonly #os: Os
  readonly #spec: SandboxSpec
  readonly #net: Network
  readonly #uts: { hostname: string }
  #tasks = new Map<string, Task>()
  #clients = new Set<Connection>()

  constructor(os: Os, spec: SandboxSpec) {
    this.#os = os
    this.#spec = spec
    this.#uts = { hostname: spec.hostname }
    this.#net = spec.network ? plugIn(os, spec.network) : os.kernel.root.net
  }

  serve(): void {
    const { network } = this.#spec
    if (network) {
      this.#os.atExit(() => {
        this.#os.kernel.router.detach(network.address.split('/')[0])
        this.#net.destroy()
      })
    }
    this.#os.onSignal('SIGTERM', () => {})
    if (network) forwardPorts(this.#os, network.address.split('/')[0], this.#spec.ports)
    this.#os.listenUnix(shimSocketOf(this.#spec.id), (connection) => {
      const sessions = new Map<number, TaskSession>()
      this.#clients.add(connection)
      connection.handle({
        message: (message) => this.#request(connection, sessions, message as ShimRequest),
        closed: () => {
          this.#clients.delete(connection)
          for (const session of sessions.values()) session.hangUp()
        },
      })
    })
  }

  #request(connection: Connection, sessions: Map<number, TaskSession>, request: ShimRequest): void {
    if ('stream' in request) {
      const session = sessions.get(request.stream)
      if (request.frame) session?.input(request.frame)
      else if (request.kill) session?.kill?.()
      else session?.hangUp()
      return
    }
    const reply = (message: ShimMessage) => connection.send(message)
    try {
      reply({ id: request.id, value: this.#perform(connection, sessions, request) ?? null })
    } catch (error) {
      reply({ id: request.id, error: error instanceof Error ? error.message : String(error) })
    }
  }

  #perform(
    connection: Connection,
    sessions: Map<number, TaskSession>,
    request: Exclude<ShimRequest, { stream: number }>,
  ): unknown {
    switch (request.op) {
      case 'states':
        return [...this.#tasks.values()].map((task) => task.state)
      case 'start':
        return this.#start(request.spec)
      case 'kill':
        return this.#task(request.container).kill(parseSignal(request.signal) ?? 'SIGTERM')
      case 'delete':
        this.#tasks.delete(request.container)
        return undefined
      case 'shutdown':
        for (const task of this.#tasks.values()) task.kill('SIGKILL')
        return void this.#os.after(0, () => this.#os.exit(0))
      case 'exec':
      case 'attach': {
        const out = {
          frame: (frame: ChannelFrame) =>
            connection.send({ stream: request.id, frame } satisfies ShimMessage),
          ended: (status: number) => {
            sessions.delete(request.id)
            connection.send({ stream: request.id, end: status } satisfies ShimMessage)
          },
        }
        const task = this.#task(request.container)
        const session = request.op === 'exec' ? task.exec(request.exec, out) : task.attach(request.stdin, out)
        sessions.set(request.id, session)
        return undefined
      }
    }
  }

  #start(spec: ContainerSpec): number {
    const pid =
      this.#spec.pidNamespace === 'host' ? '' : this.#spec.pidNamespace === 'pod' ? this.#spec.id : spec.id
    const task = new Task(this.#os, spec, { net: this.#net, uts: this.#uts, pid }, (exit) => {
      for (const client of this.#clients) client.send({ exited: spec.id, exit } satisfies ShimMessage)
    })
    this.#tasks.set(spec.id, task)
    return task.state.pid
  }

  #task(id: string): Task {
    const task = this.#tasks.get(id)
    if (!task) throw new Errno('ESRCH')
    return task
  }
}
