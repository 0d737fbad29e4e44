import { Errno } from './errno.ts'

/** Something a file descriptor points to. Reads and writes never block: they say so, and call back. */
export interface OpenFile {
  /** As /proc/PID/fd shows it: `pipe`, `/dev/pts/0`, `socket`, a path. */
  readonly name: string
  readonly tty?: Terminal
  /** Some data, `null` at the end, `undefined` when there is none yet. */
  read?(): string | null | undefined
  /** False when the other side must first read. Throws EPIPE when nobody ever will. */
  write?(data: string): boolean
  /** Call once, when a read or write that could not be done may be tried again. Returns how to call it off. */
  ready?(what: 'read' | 'write', call: () => void): () => void
  /** Put back what was read and not wanted. */
  unread?(data: string): void
  /** One more descriptor points here. */
  share?(): void
  close?(): void
}

/** What programs may ask of a terminal they are attached to. */
export interface Terminal {
  readonly columns: number
  readonly rows: number
  /** In raw mode every key is delivered at once and nothing is echoed; in cooked mode the line discipline edits lines. */
  raw: boolean
  /** The process group that Ctrl-C and Ctrl-Z go to. */
  foreground: number
}

const PIPE_BYTES = 65536

/** A pipe: what is written at one end is read at the other, 64 KiB at most in between. */
export class Pipe {
  #buffer: string[] = []
  #bytes = 0
  #writers = 0
  #readers = 0
  #waiting: { what: 'read' | 'write'; call: () => void }[] = []

  /** The end to read from, held by one descriptor. */
  reader(): OpenFile {
    this.#readers++
    return {
      name: 'pipe',
      read: () => this.#read(),
      unread: (data) => {
        this.#buffer.unshift(data)
        this.#bytes += data.length
      },
      ready: (what, call) => this.#wait(what, call),
      share: () => void this.#readers++,
      close: () => {
        this.#readers--
        this.#wake('write')
      },
    }
  }

  /** The end to write to, held by one descriptor. */
  writer(): OpenFile {
    this.#writers++
    return {
      name: 'pipe',
      write: (data) => this.#write(data),
      ready: (what, call) => this.#wait(what, call),
      share: () => void this.#writers++,
      close: () => {
        this.#writers--
        if (this.#writers === 0) this.#wake('read')
      },
    }
  }

  #read(): string | null | undefined {
    if (this.#bytes) {
      const data = this.#buffer.join('')
      this.#buffer = []
      this.#bytes = 0
      this.#wake('write')
      return data
    }
    return this.#writers ? undefined : null
  }

  #write(data: string): boolean {
    if (this.#readers === 0) throw new Errno('EPIPE')
    if (this.#bytes >= PIPE_BYTES) return false
    this.#buffer.push(data)
    this.#bytes += data.length
    this.#wake('read')
    return true
  }

  #wait(what: 'read' | 'write', call: () => void): () => void {
    const waiter = { what, call }
    this.#waiting.push(waiter)
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== waiter)
    }
  }

  #wake(what: 'read' | 'write'): void {
    const due = this.#waiting.filter((waiter) => waiter.what === what)
    this.#waiting = this.#waiting.filter((waiter) => waiter.what !== what)
    for (const { call } of due) call()
  }
}

/** /dev/null: swallows everything, holds nothing. */
export const devNull = (): OpenFile => ({ name: '/dev/null', read: () => null, write: () => true })

/** A file of the given text that nobody else sees: a here-document. */
export function textFile(text: string): OpenFile {
  let rest = text
  return {
    name: 'pipe',
    read: () => {
      const data = rest
      rest = ''
      return data === '' ? null : data
    },
    unread: (data) => {
      rest = data + rest
    },
  }
}

/** Hands everything written to a function; what journald and a container's log are. */
export const sink = (name: string, write: (data: string) => void): OpenFile => ({
  name,
  write: (data) => {
    write(data)
    return true
  },
})

/** Collects what is written, for tests and tools. */
export const collector = (): { file: OpenFile; text(): string } => {
  const parts: string[] = []
  return { file: sink('collector', (data) => void parts.push(data)), text: () => parts.join('') }
}
