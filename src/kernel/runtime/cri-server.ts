import type { ChannelFrame } from '../api/remote-command.ts'
import type { Connection } from '../host/net/connection.ts'
import type { Os } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { startTask } from '../host/task.ts'
import {
  CriError,
  type ContainerEvent,
  type CriMessage,
  type CriMethod,
  type CriMethods,
  type CriRequest,
} from './cri.ts'

type Streaming = 'Exec' | 'Attach' | 'GetContainerEvents'

/** Methods that are answered once. */
export type CriHandlers = {
  readonly [M in Exclude<CriMethod, Streaming>]: (
    params: CriMethods[M]['params'],
  ) => Sys<CriMethods[M]['result']>
}

/** The server's end of an Exec or Attach. */
export interface ServerStream {
  input(frame: ChannelFrame): void
  hangUp(): void
}

export interface StreamOutput {
  accepted(): void
  refused(error: Error): void
  frame(frame: ChannelFrame): void
  ended(): void
}

/** What a runtime offers. */
export interface CriService {
  readonly handlers: CriHandlers
  /** Throws CriError when it cannot begin. */
  stream(request: CriRequest<'Exec' | 'Attach'>, out: StreamOutput): ServerStream
  /** Be told of everything that happens to containers. Returns how to stop. */
  watch(watcher: (event: ContainerEvent) => void): () => void
}

/** Answer CRI on a unix socket. */
export function serveCri(os: Os, path: string, service: CriService): void {
  os.listenUnix(path, (connection) => new Client(os, connection, service))
}

class Client {
  readonly #os: Os
  readonly #connection: Connection
  readonly #service: CriService
  #streams = new Map<number, ServerStream>()

  constructor(os: Os, connection: Connection, service: CriService) {
    this.#os = os
    this.#connection = connection
    this.#service = service
    connection.handle({
      message: (message) => this.#message(message as CriRequest | CriMessage),
      closed: () => {
        for (const { hangUp } of this.#streams.values()) hangUp()
      },
    })
  }

  #message(message: CriRequest | CriMessage): void {
    if ('method' in message) return this.#request(message)
    if (!('stream' in message)) return
    const stream = this.#streams.get(message.stream)
    if ('frame' in message) return stream?.input(message.frame as ChannelFrame)
    stream?.hangUp()
    this.#streams.delete(message.stream)
  }

  #request(request: CriRequest): void {
    const { id, method, params } = request
    if (method === 'GetContainerEvents') return this.#watch(id)
    if (method === 'Exec' || method === 'Attach')
      return this.#stream(request as CriRequest<'Exec' | 'Attach'>)
    const handler = this.#service.handlers[method] as ((params: unknown) => Sys<unknown>) | undefined
    if (!handler) {
      const message = `unknown method ${method} for service runtime.v1.RuntimeService`
      return this.#reply({ id, error: { code: 'Unimplemented', message } })
    }
    // What a client asked for is done even when it goes away (a kubelet that is restarted finds its containers).
    startTask(this.#os, handler(params), (outcome) => {
      if ('value' in outcome) this.#reply({ id, result: outcome.value })
      else this.#reply({ id, error: errorOf(outcome.error) })
    })
  }

  #watch(id: number): void {
    const stop = this.#service.watch((event) => this.#reply({ stream: id, frame: event }))
    this.#streams.set(id, { input: () => {}, hangUp: stop })
    this.#reply({ id, result: {} })
  }

  #stream(request: CriRequest<'Exec' | 'Attach'>): void {
    const { id } = request
    const refused = (error: unknown) => this.#reply({ id, error: errorOf(error) })
    try {
      const stream = this.#service.stream(request, {
        accepted: () => this.#reply({ id, result: {} }),
        refused,
        frame: (frame) => this.#reply({ stream: id, frame }),
        ended: () => {
          this.#streams.delete(id)
          this.#reply({ stream: id, end: true })
        },
      })
      this.#streams.set(id, stream)
    } catch (error) {
      refused(error)
    }
  }

  #reply(message: CriMessage): void {
    this.#connection.send(message)
  }
}

function errorOf(error: unknown): { code: CriError['code']; message: string } {
  if (error instanceof CriError) return { code: error.code, message: error.description }
  return { code: 'Unknown', message: error instanceof Error ? error.message : String(error) }
}

/** A method that is answered at once. */
export const atOnce = <P, R>(answer: (params: P) => R) =>
  // biome-ignore lint/correctness/useYield: it waits for nothing
  function* (params: P): Sys<R> {
    return answer(params)
  }

/** What comes of a task, made into an answer. */
export function* mapped<T, R>(task: Sys<T>, map: (value: T) => R): Sys<R> {
  return map(yield* task)
}
