import { LineReader, read, write, type Sys } from '../sys.ts'
import { eachInput } from './inputs.ts'
import { command, complain } from './options.ts'

/** head [-n [-]N] [-c N] [-q] [-v] [FILE]... */
export const head = command(
  { short: 'n:c:qv0123456789', long: { lines: 'n:', bytes: 'c:', quiet: 'q', verbose: 'v' } },
  function* (os, options) {
    const digits = options.given
      .filter(([name]) => /^\d$/.test(name))
      .map(([name]) => name)
      .join('')
    const text = options.value('c') ?? options.value('n') ?? (digits || '10')
    if (!/^-?\d+$/.test(text)) {
      complain(os, `invalid number of ${options.has('c') ? 'bytes' : 'lines'}: '${text}'`)
      return 1
    }
    const count = Number(text)
    const titled = (options.rest.length > 1 && !options.has('q')) || options.has('v')
    let first = true
    return yield* eachInput(
      os,
      options.rest,
      function* (fd, path) {
        if (titled) yield* write(1, `${first ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==\n`)
        first = false
        yield* options.has('c') ? headBytes(fd, count) : headLines(fd, count)
      },
      (path) => `cannot open '${path}' for reading:`,
    )
  },
)

function* headLines(fd: number, count: number): Sys<void> {
  const reader = new LineReader(fd)
  const held: string[] = []
  for (let taken = 0; count < 0 || taken < count; taken++) {
    const line = yield* reader.next()
    if (line === null) return
    if (count >= 0) yield* write(1, `${line}\n`)
    else {
      held.push(line)
      if (held.length > -count) yield* write(1, `${held.shift()}\n`)
    }
  }
}

function* headBytes(fd: number, count: number): Sys<void> {
  let left = count
  while (left > 0) {
    const data = yield* read(fd)
    if (data === null) return
    yield* write(1, data.slice(0, left))
    left -= data.length
  }
}
