import { Errno } from './errno.ts'
import type { OpenFile } from './open-file.ts'
import type { Connection } from './net/connection.ts'
import type { Os, SpawnRequest } from './program.ts'

/**
 * A system call that may have to wait: `start` begins it and later calls `resume` or `fail` once; it returns how to call it off.
 * Programs are generators that yield these, so they can be interrupted at each, stepped, and never hold a promise.
 */
export interface Syscall<T = unknown> {
  readonly name: string
  start(caller: Caller, resume: (value: T) => void, fail: (error: Errno) => void): (() => void) | undefined
}

/** The part of a process that system calls work on. */
export interface Caller {
  readonly pid: number
  descriptor(fd: number): OpenFile
  after(ms: number, fire: () => void): () => void
  /** Call with the exit status of a child that ended; undefined pid means any. Undefined return: no such child. */
  waitChild(pid: number | undefined, ended: (pid: number, status: number) => void): (() => void) | undefined
}

/** A computation that makes system calls and ends with a value; `yield*` it. */
export type Sys<T> = Generator<Syscall, T, unknown>

/** Make one system call. */
export function* call<T>(syscall: Syscall<T>): Sys<T> {
  return (yield syscall as Syscall) as T
}

/** Read what there is from a descriptor; waits for something. `null` at the end of the file. */
export function* read(fd: number): Sys<string | null> {
  return yield* readFrom((caller) => caller.descriptor(fd))
}

/** Read from an open file that may have no descriptor. */
export function* readFrom(fileOf: (caller: Caller) => OpenFile): Sys<string | null> {
  return yield* call<string | null>({
    name: 'read',
    start(caller, resume, fail) {
      let cancel: (() => void) | undefined
      const attempt = () => {
        try {
          const file = fileOf(caller)
          if (!file.read) throw new Errno('EBADF')
          const data = file.read()
          if (data !== undefined) resume(data)
          else cancel = file.ready?.('read', attempt)
        } catch (error) {
          fail(error as Errno)
        }
      }
      attempt()
      return () => cancel?.()
    },
  })
}

/** Write all of `data`; waits while a pipe is full. Throws EPIPE when nobody reads any more. */
export function* write(fd: number, data: string): Sys<void> {
  yield* writeTo((caller) => caller.descriptor(fd), data)
}

/** Write to an open file that may have no descriptor. */
export function* writeTo(fileOf: (caller: Caller) => OpenFile, data: string): Sys<void> {
  if (data === '') return
  yield* call<void>({
    name: 'write',
    start(caller, resume, fail) {
      let cancel: (() => void) | undefined
      const attempt = () => {
        try {
          const file = fileOf(caller)
          if (!file.write) throw new Errno('EBADF')
          if (file.write(data)) resume()
          else cancel = file.ready?.('write', attempt)
        } catch (error) {
          fail(error as Errno)
        }
      }
      attempt()
      return () => cancel?.()
    },
  })
}

/** Let virtual time pass. */
export function* sleep(ms: number): Sys<void> {
  yield* call<void>({ name: 'nanosleep', start: (caller, resume) => caller.after(ms, () => resume()) })
}

/** Become another program; nothing after this runs. Throws ENOENT, EACCES, ENOEXEC. */
export function* exec(os: Os, request: SpawnRequest): Sys<never> {
  return yield* call<never>({
    name: 'execve',
    start(_caller, _resume, fail) {
      try {
        os.exec(request)
      } catch (error) {
        fail(error as Errno)
      }
      return undefined
    },
  })
}

/** Wait for a child (or any, without `pid`) to end; returns its pid and exit status (128 + signal when killed). */
export function* wait(pid?: number): Sys<{ pid: number; status: number }> {
  return yield* call<{ pid: number; status: number }>({
    name: 'wait4',
    start(caller, resume, fail) {
      const cancel = caller.waitChild(pid, (ended, status) => resume({ pid: ended, status }))
      if (!cancel) fail(new Errno('ECHILD'))
      return cancel
    },
  })
}

/** The next message on a connection, or `null` when the other side has closed it. Throws what broke it. */
export function* receive(connection: Connection): Sys<unknown> {
  return yield* call<unknown>({
    name: 'recvmsg',
    start: (_caller, resume, fail) => connection.next(resume, fail),
  })
}

/** Read line by line: gives each line without its newline, then `null`. One reader per descriptor. */
export class LineReader {
  readonly #fd: number
  #buffer = ''
  #ended = false

  constructor(fd: number) {
    this.#fd = fd
  }

  *next(): Sys<string | null> {
    for (;;) {
      const end = this.#buffer.indexOf('\n')
      if (end >= 0) {
        const line = this.#buffer.slice(0, end)
        this.#buffer = this.#buffer.slice(end + 1)
        return line
      }
      if (this.#ended) {
        const rest = this.#buffer
        this.#buffer = ''
        return rest === '' ? null : rest
      }
      const data = yield* read(this.#fd)
      if (data === null) this.#ended = true
      else this.#buffer += data
    }
  }

  /** Everything that no line has taken yet. */
  *rest(): Sys<string> {
    const rest = this.#buffer + (this.#ended ? '' : yield* readAll(this.#fd))
    this.#buffer = ''
    this.#ended = true
    return rest
  }
}

/** Everything up to the end of the file. */
export function* readAll(fd: number): Sys<string> {
  const parts: string[] = []
  for (let data = yield* read(fd); data !== null; data = yield* read(fd)) parts.push(data)
  return parts.join('')
}
