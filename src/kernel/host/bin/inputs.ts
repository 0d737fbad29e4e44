import { Errno } from '../errno.ts'
import type { Os } from '../program.ts'
import { LineReader, type Sys } from '../sys.ts'
import { complain } from './options.ts'

/** Open each of the files (`-` and none at all: standard input) and go through it; those that fail are told. Returns 1 if one did. */
export function* eachInput(
  os: Os,
  paths: readonly string[],
  body: (fd: number, path: string) => Sys<void>,
  words = (path: string) => `${path}:`,
): Sys<number> {
  let status = 0
  for (const path of paths.length ? paths : ['-']) {
    try {
      yield* withInput(os, path, body)
    } catch (error) {
      if (!(error instanceof Errno) || error.code === 'EPIPE') throw error
      complain(os, `${error.code === 'EISDIR' ? `${path}:` : words(path)} ${error.message}`)
      status = 1
    }
  }
  return status
}

/** Open one file, and close it again. */
export function* withInput(os: Os, path: string, body: (fd: number, path: string) => Sys<void>): Sys<void> {
  const fd = path === '-' ? 0 : os.open(path, { read: true })
  try {
    yield* body(fd, path)
  } finally {
    if (fd) os.close(fd)
  }
}

/** Do something with each line; `true` stops. */
export function* eachLine(fd: number, body: (line: string) => Sys<boolean | undefined>): Sys<void> {
  const reader = new LineReader(fd)
  for (let line = yield* reader.next(); line !== null; line = yield* reader.next())
    if (yield* body(line)) return
}

/** All lines of some files, one after the other. Returns 1 if a file failed. */
export function* linesOf(os: Os, paths: readonly string[], lines: string[]): Sys<number> {
  return yield* eachInput(os, paths, (fd) =>
    eachLine(fd, function* (line) {
      lines.push(line)
      return undefined
    }),
  )
}
