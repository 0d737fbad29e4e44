import { absolute } from '../filesystem.ts'
import { strftime } from '../shell/printf.ts'
import { write } from '../sys.ts'
import { parseDate } from './dates.ts'
import { command, complain } from './options.ts'

/** date [-u] [-d STRING] [-r FILE] [-I[FMT]] [-R] [+FORMAT] */
export const date = command(
  {
    short: 'ud:r:Rs:I::',
    long: {
      utc: 'u',
      universal: 'u',
      date: 'd:',
      reference: 'r:',
      'rfc-email': 'R',
      'iso-8601': 'I::',
      'rfc-3339': 'rfc:',
      set: 's:',
    },
  },
  function* (os, options) {
    let at: number | undefined = os.clock
    const text = options.value('d')
    if (text !== undefined) at = parseDate(text, os.clock)
    const file = options.value('r')
    if (file !== undefined) at = os.fs.stat(absolute(os.cwd, file)).mtime
    if (at === undefined) {
      complain(os, `invalid date '${text}'`)
      return 1
    }
    if (options.has('s')) {
      complain(os, 'cannot set date: Operation not permitted')
      return 1
    }
    const format = options.rest.find((arg) => arg.startsWith('+'))?.slice(1)
    const extra = options.rest.find((arg) => !arg.startsWith('+'))
    if (extra !== undefined) {
      complain(os, `invalid date '${extra}'`)
      return 1
    }
    const iso = options.value('I') ?? options.value('rfc')
    const chosen =
      format ??
      (options.has('R')
        ? '%a, %d %b %Y %H:%M:%S +0000'
        : iso === undefined
          ? '%a %b %e %H:%M:%S UTC %Y'
          : /^s/.test(iso)
            ? options.has('rfc')
              ? '%F %T+00:00'
              : '%FT%T+00:00'
            : /^m/.test(iso)
              ? '%FT%H:%M+00:00'
              : '%F')
    yield* write(1, `${strftime(chosen, at)}\n`)
    return 0
  },
)
