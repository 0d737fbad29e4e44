import { strftime } from '../shell/printf.ts'
import { Pipe } from '../open-file.ts'
import type { Os } from '../program.ts'
import { readFrom, sleep, wait, write, type Sys } from '../sys.ts'
import { command, complain } from './options.ts'

/** watch [-n SECONDS] [-t] [-d] [-g] COMMAND... */
export const watch = command(
  {
    short: '+n:tdgbex',
    long: { interval: 'n:', 'no-title': 't', differences: 'd', chgexit: 'g', exec: 'x' },
  },
  function* (os, options) {
    if (!options.rest.length) {
      os.stderr('Usage:\n watch [options] command\n')
      return 1
    }
    const seconds = Number(options.value('n') ?? 2)
    if (!(seconds >= 0)) {
      complain(os, `failed to parse argument: '${options.value('n')}'`)
      return 1
    }
    const every = Math.max(0.1, seconds)
    const line = options.rest.join(' ')
    const tty = os.descriptors.get(1)?.tty
    let before: string | undefined
    for (;;) {
      const output = yield* outputOf(os, line)
      if (options.has('g') && before !== undefined && before !== output) return 0
      before = output
      const [columns, rows] = [tty?.columns ?? 80, tty?.rows ?? 24]
      const left = `Every ${every.toFixed(1)}s: ${line}`
      const right = `${os.hostname}: ${strftime('%a %b %e %H:%M:%S %Y', os.clock)}`
      const title = options.has('t')
        ? ''
        : `${left.slice(0, Math.max(0, columns - right.length - 1)).padEnd(columns - right.length)}${right}\n\n`
      const body = output
        .split('\n')
        .map((each) => each.slice(0, columns))
        .slice(0, rows - (title ? 2 : 0))
        .join('\n')
      yield* write(1, `\x1b[H\x1b[2J${title}${body}`)
      yield* sleep(every * 1000)
    }
  },
)

/** What a line prints, errors included. */
export function* outputOf(os: Os, line: string): Sys<string> {
  const pipe = new Pipe()
  const [reader, writer] = [pipe.reader(), pipe.writer()]
  const parts: string[] = []
  try {
    const pid = os.spawn({
      argv: ['/bin/sh', '-c', line],
      descriptors: new Map([
        [0, os.descriptor(0)],
        [1, writer],
        [2, writer],
      ]),
    })
    writer.close?.()
    for (let data = yield* readFrom(() => reader); data !== null; data = yield* readFrom(() => reader))
      parts.push(data)
    yield* wait(pid)
  } finally {
    reader.close?.()
  }
  return parts.join('')
}
