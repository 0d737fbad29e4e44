import type { ChannelFrame } from '../api/remote-command.ts'
import { goWords } from '../host/errno.ts'
import type { Connection } from '../host/net/connection.ts'
import type { Os } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { until } from '../host/task.ts'
import {
  CriError,
  type ContainerEvent,
  type CriMessage,
  type CriMethod,
  type CriMethods,
  type CriRequest,
} from './cri.ts'

interface Waiting {
  result(result: unknown): void
  error(error: CriError): void
}

/** What comes on the stream of an Exec, Attach or GetContainerEvents. */
export interface CriStreamHandler {
  frame(frame: ChannelFrame | ContainerEvent): void
  ended(): void
}

/** The client's end of such a stream. */
export interface CriStream {
  send(frame: ChannelFrame): void
  cancel(): void
}

/** Talks CRI to the runtime behind a unix socket; connects when it first has something to ask, and again when that broke. */
export class CriClient {
  readonly #os: Os
  readonly #path: string
  #connection: Connection | undefined
  #nextId = 1
  #waiting = new Map<number, Waiting>()
  #streams = new Map<number, CriStreamHandler>()

  /** `endpoint` is a path or `unix:///path`. */
  constructor(os: Os, endpoint: string) {
    this.#os = os
    this.#path = endpoint.replace(/^unix:\/\//, '')
  }

  /** Ask, and wait for the answer; throws CriError. */
  *call<M extends CriMethod>(method: M, params: CriMethods[M]['params']): Sys<CriMethods[M]['result']> {
    return yield* until<CriMethods[M]['result']>(method, (resume, fail) => {
      const id = this.#request(method, params, {
        result: (result) => resume(result as CriMethods[M]['result']),
        error: fail,
      })
      return () => void this.#waiting.delete(id)
    })
  }

  /** Ask for something that streams. `accepted` comes first, or `refused` alone. */
  stream<M extends 'Exec' | 'Attach' | 'GetContainerEvents'>(
    method: M,
    params: CriMethods[M]['params'],
    on: CriStreamHandler & { accepted?(): void; refused(error: CriError): void },
  ): CriStream {
    const id = this.#request(method, params, {
      result: () => {
        this.#streams.set(id, on)
        on.accepted?.()
      },
      error: (error) => on.refused(error),
    })
    return {
      send: (frame) => this.#connection?.send({ stream: id, frame } satisfies CriMessage),
      cancel: () => {
        this.#waiting.delete(id)
        if (this.#streams.delete(id)) this.#connection?.send({ stream: id, end: true } satisfies CriMessage)
      },
    }
  }

  #request<M extends CriMethod>(method: M, params: CriMethods[M]['params'], waiting: Waiting): number {
    const id = this.#nextId++
    try {
      this.#connected().send({ id, method, params } satisfies CriRequest<M>)
      this.#waiting.set(id, waiting)
    } catch (error) {
      const why = `connection error: desc = "transport: Error while dialing: dial unix ${this.#path}: connect: ${goWords(error)}"`
      this.#os.after(0, () => waiting.error(new CriError('Unavailable', why)))
    }
    return id
  }

  #connected(): Connection {
    if (this.#connection?.open) return this.#connection
    const connection = this.#os.connectUnix(this.#path)
    this.#connection = connection
    connection.handle({
      message: (message) => this.#message(message as CriMessage),
      closed: () => this.#broken(connection),
    })
    return connection
  }

  #message(message: CriMessage): void {
    if ('stream' in message) {
      const handler = this.#streams.get(message.stream)
      if ('frame' in message) return handler?.frame(message.frame)
      this.#streams.delete(message.stream)
      return handler?.ended()
    }
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if ('error' in message) waiting?.error(new CriError(message.error.code, message.error.message))
    else waiting?.result(message.result)
  }

  #broken(connection: Connection): void {
    if (connection !== this.#connection) return
    this.#connection = undefined
    const waiting = [...this.#waiting.values()]
    const streams = [...this.#streams.values()]
    this.#waiting.clear()
    this.#streams.clear()
    for (const { error } of waiting) error(new CriError('Unavailable', 'error reading from server: EOF'))
    for (const stream of streams) stream.ended()
  }
}
