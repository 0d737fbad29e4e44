import { absolute } from '../filesystem.ts'
import type { Os } from '../program.ts'
import { call, read, readAll, write, type Sys } from '../sys.ts'
import { eachInput } from './inputs.ts'
import { command, complain } from './options.ts'

/** tail [-n [+]N] [-c [+]N] [-f] [-F] [-q] [FILE]... */
export const tail = command(
  {
    short: 'n:c:fFqvs:0123456789',
    long: { lines: 'n:', bytes: 'c:', follow: 'f::', quiet: 'q', verbose: 'v', retry: 'retry', pid: 'pid:' },
  },
  function* (os, options) {
    const paths = options.rest.filter((arg) => !/^\+\d+$/.test(arg))
    const old = options.rest.find((arg) => /^\+\d+$/.test(arg))
    const digits = options.given
      .filter(([name]) => /^\d$/.test(name))
      .map(([name]) => name)
      .join('')
    const text = options.value('c') ?? options.value('n') ?? old ?? (digits || '10')
    if (!/^[-+]?\d+$/.test(text)) {
      complain(os, `invalid number of ${options.has('c') ? 'bytes' : 'lines'}: '${text}'`)
      return 1
    }
    const titled = (paths.length > 1 && !options.has('q')) || options.has('v')
    let first = true
    const status = yield* eachInput(
      os,
      paths,
      function* (fd, path) {
        if (titled) yield* write(1, `${first ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==\n`)
        first = false
        yield* tailOf(fd, text, options.has('c'))
      },
      (path) => `cannot open '${path}' for reading:`,
    )
    if ((options.has('f') || options.has('F')) && paths.length) yield* follow(os, paths, titled)
    return status
  },
)

function* tailOf(fd: number, count: string, bytes: boolean): Sys<void> {
  const from = count.startsWith('+') ? Number(count) - 1 : undefined
  const number = Math.abs(Number(count))
  if (from !== undefined) {
    let skip = Math.max(0, from)
    for (let data = yield* read(fd); data !== null; data = yield* read(fd)) {
      let at = 0
      if (bytes) at = Math.min(skip, data.length)
      else
        for (let left = skip; left > 0 && at < data.length; left--)
          at = data.indexOf('\n', at) + 1 || data.length
      skip = Math.max(0, skip - (bytes ? at : data.slice(0, at).split('\n').length - 1))
      yield* write(1, data.slice(at))
    }
    return
  }
  const text = yield* readAll(fd)
  if (bytes) return yield* write(1, number ? text.slice(-number) : '')
  let at = text.endsWith('\n') ? text.length - 1 : text.length
  for (let left = number; left > 0 && at >= 0; left--) at = at === 0 ? -1 : text.lastIndexOf('\n', at - 1)
  yield* write(1, number ? text.slice(at + 1) : '')
}

const POLL_MS = 1000

/** Print what is appended; a file that shrinks is read again from its beginning. */
function* follow(os: Os, paths: readonly string[], titled: boolean): Sys<void> {
  const full = paths.map((path) => absolute(os.cwd, path))
  const sizes = full.map((path) => (os.fs.exists(path) ? os.fs.read(path).length : 0))
  let last = paths.length - 1
  for (;;) {
    let quiet = true
    for (let i = 0; i < full.length; i++) {
      if (!os.fs.exists(full[i])) continue
      const text = os.fs.read(full[i])
      if (text.length < sizes[i]) {
        complain(os, `${paths[i]}: file truncated`)
        sizes[i] = 0
      }
      if (text.length === sizes[i]) continue
      if (titled && last !== i) yield* write(1, `\n==> ${paths[i]} <==\n`)
      last = i
      quiet = false
      const from = sizes[i]
      sizes[i] = text.length
      yield* write(1, text.slice(from))
    }
    if (quiet) yield* changed(os, full)
  }
}

/** Wait until one of the files changes; those that are changed elsewhere (in a container) are looked at every second. */
const changed = (os: Os, paths: readonly string[]): Sys<void> =>
  call<void>({
    name: 'inotify',
    start(caller, resume) {
      const stops = paths.map((path) => os.fs.watch(path, () => done()))
      const timer = caller.after(POLL_MS, () => done())
      const clean = () => {
        for (const stop of stops) stop()
        timer()
      }
      const done = () => {
        clean()
        resume()
      }
      return clean
    },
  })
