import { absolute } from '../filesystem.ts'
import { write } from '../sys.ts'
import { linesOf } from './inputs.ts'
import { command, complain, type Options } from './options.ts'

interface Key {
  /** Field and character it begins and ends at, from 1; 0 means the whole field. */
  readonly from: readonly [number, number]
  readonly to: readonly [number, number] | undefined
  readonly flags: string
}

type Compare = (a: string, b: string) => number

/** sort [-nrukthVbfMzcos] [FILE]... */
export const sort = command(
  {
    short: 'nrubfhVMgcCsdizk:t:o:S:T:',
    long: {
      'numeric-sort': 'n',
      reverse: 'r',
      unique: 'u',
      key: 'k:',
      'field-separator': 't:',
      'human-numeric-sort': 'h',
      'version-sort': 'V',
      'ignore-case': 'f',
      'month-sort': 'M',
      'general-numeric-sort': 'g',
      check: 'c',
      stable: 's',
      output: 'o:',
      'ignore-leading-blanks': 'b',
    },
    trouble: 2,
  },
  function* (os, options) {
    const lines: string[] = []
    const status = yield* linesOf(os, options.rest, lines)
    if (status) return 2
    const separator = options.value('t')?.replace('\\t', '\t')
    if (separator !== undefined && separator.length !== 1) {
      complain(os, `multi-character tab '${separator}'`)
      return 2
    }
    const keys = options.all('k').map(parseKey)
    if (keys.some((key) => !key)) {
      complain(os, `invalid number at field start: invalid count at start of '${options.value('k')}'`)
      return 2
    }
    const compare = comparator(keys as Key[], options, separator)
    if (options.has('c') || options.has('C')) {
      const at = lines.findIndex(
        (line, i) => i > 0 && (compare.keys(lines[i - 1], line) || compare.last(lines[i - 1], line)) > 0,
      )
      if (at < 0) return 0
      if (options.has('c')) complain(os, `${options.rest[0] ?? '-'}:${at + 1}: disorder: ${lines[at]}`)
      return 1
    }
    lines.sort(
      (a, b) => compare.keys(a, b) || (options.has('u') || options.has('s') ? 0 : compare.last(a, b)),
    )
    const result = options.has('u')
      ? lines.filter((line, i) => i === 0 || compare.keys(lines[i - 1], line) !== 0)
      : lines
    const text = result.map((line) => `${line}\n`).join('')
    const output = options.value('o')
    if (output === undefined) yield* write(1, text)
    else os.fs.write(absolute(os.cwd, output), text)
    return 0
  },
)

/** `2,3n`, `1.2,1.4r` */
function parseKey(text: string): Key | undefined {
  const match = /^(\d+)(?:\.(\d+))?([a-zA-Z]*)(?:,(\d+)(?:\.(\d+))?([a-zA-Z]*))?$/.exec(text)
  if (!match || match[1] === '0') return undefined
  return {
    from: [Number(match[1]), Number(match[2] ?? 1)],
    to: match[4] ? [Number(match[4]), Number(match[5] ?? 0)] : undefined,
    flags: match[3] + (match[6] ?? ''),
  }
}

function comparator(
  keys: readonly Key[],
  options: Options,
  separator: string | undefined,
): { keys: Compare; last: Compare } {
  const global = 'nrbfhVMgd'
    .split('')
    .filter((letter) => options.has(letter))
    .join('')
  const reverse = global.includes('r') ? -1 : 1
  const last: Compare = (a, b) => plain(a, b) * reverse
  if (!keys.length) return { keys: (a, b) => by(global)(a, b) * reverse, last }
  const compares = keys.map((key) => {
    const flags = key.flags || global
    const compare = by(flags)
    const sign = flags.includes('r') ? -1 : 1
    return (a: string, b: string) =>
      compare(fieldOf(a, key, separator, flags), fieldOf(b, key, separator, flags)) * sign
  })
  return { keys: (a, b) => compares.reduce((result, compare) => result || compare(a, b), 0), last }
}

function fieldOf(line: string, { from, to }: Key, separator: string | undefined, flags: string): string {
  const fields = separator === undefined ? (line.match(/\s*\S+/g) ?? []) : line.split(separator)
  const starts: number[] = []
  let at = 0
  for (const field of fields) {
    starts.push(at)
    at += field.length + (separator === undefined ? 0 : 1)
  }
  const blanks = (start: number) =>
    flags.includes('b') ? (/^\s*/.exec(line.slice(start))?.[0].length ?? 0) : 0
  const begin = starts[from[0] - 1] ?? line.length
  const start = Math.min(line.length, begin + blanks(begin) + from[1] - 1)
  if (!to) return line.slice(start)
  const field = starts[to[0] - 1]
  if (field === undefined) return line.slice(start)
  const end = to[1] === 0 ? field + fields[to[0] - 1].length : field + blanks(field) + to[1]
  return line.slice(start, Math.max(start, end))
}

const plain: Compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0)

function by(flags: string): Compare {
  if (/[ng]/.test(flags)) return (a, b) => number(a, flags.includes('g')) - number(b, flags.includes('g'))
  if (flags.includes('h')) return (a, b) => human(a) - human(b)
  if (flags.includes('M')) return (a, b) => month(a) - month(b)
  if (flags.includes('V')) return version
  const clean = (text: string) => {
    const trimmed = flags.includes('b') ? text.trimStart() : text
    return flags.includes('f') ? trimmed.toUpperCase() : trimmed
  }
  return (a, b) => plain(clean(a), clean(b))
}

const number = (text: string, general: boolean): number =>
  Number.parseFloat((general ? /^\s*[-+]?[\d.]+(?:e[-+]?\d+)?/i : /^\s*-?\d*\.?\d*/).exec(text)?.[0] ?? '') ||
  0

function human(text: string): number {
  const match = /^\s*(-?\d*\.?\d+)\s*([KMGTPE]?)/i.exec(text)
  if (!match) return 0
  return Number(match[1]) * 1024 ** (match[2] ? ' KMGTPE'.indexOf(match[2].toUpperCase()) : 0)
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const month = (text: string): number => MONTHS.indexOf(text.trim().slice(0, 3).toUpperCase())

/** Digits as numbers, the rest as text. */
const version: Compare = (a, b) => {
  const [left, right] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []]
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    if (left[i] === undefined || right[i] === undefined) return left.length - right.length
    const both = /^\d/.test(left[i]) && /^\d/.test(right[i])
    const result = both ? Number(left[i]) - Number(right[i]) : plain(left[i], right[i])
    if (result) return result
  }
  return 0
}
