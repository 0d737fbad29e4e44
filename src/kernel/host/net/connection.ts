import type { Errno } from '../errno.ts'

export interface Endpoint {
  readonly address: string
  readonly port: number
}

/** What a daemon wants to hear from a connection. */
export interface ConnectionHandler {
  message(message: unknown): void
  /** The other side closed it, or it broke. Called once. */
  closed?(error?: Errno): void
}

/** How a connection gets its messages out; the network's part. */
export interface Wire {
  send(message: unknown): void
  close(): void
  abort(): void
}

/**
 * One end of an established connection, TCP or unix. It carries whole messages, in order, each once.
 * Daemons `handle` it; generators `receive` from it (sys.ts). Messages are shared, never changed.
 */
export class Connection {
  readonly local: Endpoint
  readonly remote: Endpoint
  open = true
  /** Runs what its holder does with a message, so that a mistake there is the holder's own. */
  guard: (run: () => void) => void = (run) => run()
  readonly #wire: Wire
  #handler: ConnectionHandler | undefined
  #inbox: unknown[] = []
  #ended = false
  #error: Errno | undefined
  #reader: { resume(value: unknown): void; fail(error: Errno): void } | undefined
  #told = false
  #released: (() => void) | undefined

  constructor(local: Endpoint, remote: Endpoint, wire: Wire) {
    this.local = local
    this.remote = remote
    this.#wire = wire
  }

  /** Send one message; silently nothing once closed (its end is told to the handler). */
  send(message: unknown): void {
    if (this.open) this.#wire.send(message)
  }

  /** No more from here; what was sent still arrives. */
  close(): void {
    if (!this.open) return
    this.open = false
    this.#wire.close()
  }

  /** Break it off at once (RST). */
  abort(): void {
    if (!this.open) return
    this.open = false
    this.#wire.abort()
  }

  /** Take messages as they come, beginning with what has come already. */
  handle(handler: ConnectionHandler): void {
    this.#handler = handler
    for (const message of this.#inbox.splice(0)) handler.message(message)
    this.#tellEnd()
  }

  /** The next message for one waiting reader; `null` at the end. Returns how to stop waiting. */
  next(resume: (value: unknown) => void, fail: (error: Errno) => void): (() => void) | undefined {
    if (this.#inbox.length) resume(this.#inbox.shift())
    else if (this.#error) fail(this.#error)
    else if (this.#ended) resume(null)
    else {
      this.#reader = { resume, fail }
      return () => {
        this.#reader = undefined
      }
    }
    return undefined
  }

  /** Call when both sides have closed it. */
  onReleased(released: () => void): void {
    this.#released = released
  }

  /** The process that held it is gone: close it, and tell nobody any more. */
  drop(): void {
    this.#handler = { message: () => {} }
    this.#reader = undefined
    this.#told = true
    this.close()
  }

  /** For the network: a message came. */
  delivered(message: unknown): void {
    const handler = this.#handler
    if (handler) return this.guard(() => handler.message(message))
    const reader = this.#reader
    this.#reader = undefined
    if (reader) reader.resume(message)
    else this.#inbox.push(message)
  }

  /** For the network: no more will come. */
  ended(error?: Errno): void {
    if (this.#ended) return
    this.#ended = true
    this.#error = error
    this.#released?.()
    if (error) this.open = false
    const reader = this.#reader
    this.#reader = undefined
    if (reader && error) reader.fail(error)
    else reader?.resume(null)
    this.guard(() => this.#tellEnd())
  }

  #tellEnd(): void {
    if (!this.#ended || this.#told || !this.#handler) return
    this.#told = true
    this.#handler.closed?.(this.#error)
    this.close()
  }
}
