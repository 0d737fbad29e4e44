import { write } from '../sys.ts'
import { eachInput, eachLine } from './inputs.ts'
import { command } from './options.ts'

/** cut -f|-c|-b LIST [-d C] [-s] [--output-delimiter=S] [--complement] [FILE]... */
export const cut = command(
  {
    short: 'f:c:b:d:sn',
    long: {
      fields: 'f:',
      characters: 'c:',
      bytes: 'b:',
      delimiter: 'd:',
      'only-delimited': 's',
      'output-delimiter': 'output:',
      complement: 'complement',
    },
  },
  function* (os, options) {
    const list = options.value('f') ?? options.value('c') ?? options.value('b')
    if (list === undefined) {
      os.stderr(
        "cut: you must specify a list of bytes, characters, or fields\nTry 'cut --help' for more information.\n",
      )
      return 1
    }
    const ranges = parseList(list)
    const delimiter = options.value('d') ?? '\t'
    if (typeof ranges === 'string' || delimiter.length > 1) {
      os.stderr(
        `cut: ${typeof ranges === 'string' ? ranges : 'the delimiter must be a single character'}\nTry 'cut --help' for more information.\n`,
      )
      return 1
    }
    const wanted = (position: number) =>
      ranges.some(([from, to]) => position >= from && position <= to) !== options.has('complement')
    const output = options.value('output') ?? (options.has('f') ? delimiter : '')
    return yield* eachInput(os, options.rest, (fd) =>
      eachLine(fd, function* (line) {
        if (!options.has('f')) yield* write(1, `${[...line].filter((_, i) => wanted(i + 1)).join(output)}\n`)
        else if (line.includes(delimiter))
          yield* write(
            1,
            `${line
              .split(delimiter)
              .filter((_, i) => wanted(i + 1))
              .join(output)}\n`,
          )
        else if (!options.has('s')) yield* write(1, `${line}\n`)
        return undefined
      }),
    )
  },
)

/** `1,3-5,7-` */
function parseList(list: string): [number, number][] | string {
  const ranges: [number, number][] = []
  for (const part of list.split(/[, ]/)) {
    const match = /^(\d*)(-?)(\d*)$/.exec(part)
    if (!match || (!match[1] && !match[3])) return `invalid field value '${part}'`
    if (match[1] === '0' || match[3] === '0') return 'fields are numbered from 1'
    const from = Number(match[1] || 1)
    const to = match[2] ? Number(match[3] || Number.POSITIVE_INFINITY) : from
    if (to < from) return 'invalid decreasing range'
    ranges.push([from, to])
  }
  return ranges
}
