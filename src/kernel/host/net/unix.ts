import { Errno } from '../errno.ts'
import { Connection } from './connection.ts'

/** The unix sockets of a machine, by path. They lose nothing and take no time but their turn in the queue. */
export class UnixSockets {
  readonly #after: (ms: number, fire: () => void) => () => void
  #listeners = new Map<string, (connection: Connection) => void>()

  constructor(after: (ms: number, fire: () => void) => () => void) {
    this.#after = after
  }

  /** Listen on a path. Throws EADDRINUSE. Returns how to stop. */
  listen(path: string, accepted: (connection: Connection) => void): () => void {
    if (this.#listeners.has(path)) throw new Errno('EADDRINUSE', path)
    this.#listeners.set(path, accepted)
    return () => void this.#listeners.delete(path)
  }

  /** Connect, or throw ENOENT when nothing listens there. */
  connect(path: string): Connection {
    const accepted = this.#listeners.get(path)
    if (!accepted) throw new Errno('ENOENT', path)
    const ends: Connection[] = []
    for (const side of [0, 1]) {
      const other = () => ends[1 - side]
      ends.push(
        new Connection(
          { address: path, port: 0 },
          { address: path, port: 0 },
          {
            send: (message) => void this.#after(0, () => other().delivered(message)),
            close: () => void this.#after(0, () => other().ended()),
            abort: () => void this.#after(0, () => other().ended(new Errno('ECONNRESET'))),
          },
        ),
      )
    }
    this.#after(0, () => accepted(ends[1]))
    return ends[0]
  }
}
