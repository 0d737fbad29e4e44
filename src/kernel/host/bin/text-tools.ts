import { read, readAll, write } from '../sys.ts'
import { eachInput, eachLine, linesOf } from './inputs.ts'
import { command, complain, missingOperand } from './options.ts'

/** rev [FILE]... */
export const rev = command({ short: '' }, (os, { rest }) =>
  eachInput(os, rest, (fd) =>
    eachLine(fd, function* (line) {
      yield* write(1, `${[...line].reverse().join('')}\n`)
      return undefined
    }),
  ),
)

/** tac [FILE]... */
export const tac = command({ short: '' }, (os, { rest }) =>
  eachInput(os, rest, function* (fd) {
    const text = yield* readAll(fd)
    yield* write(1, (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).reverse().join(''))
  }),
)

/** nl [-b a|t] [-w N] [-s S] [-v N] [FILE]... */
export const nl = command(
  { short: 'b:w:s:v:n:i:', long: { 'body-numbering': 'b:', 'number-width': 'w:', 'number-separator': 's:' } },
  function* (os, options) {
    let number = Number(options.value('v') ?? 1)
    const width = Number(options.value('w') ?? 6)
    const separator = options.value('s') ?? '\t'
    const format = options.value('n') ?? 'rn'
    const shown = (value: number) =>
      format === 'ln'
        ? String(value).padEnd(width)
        : String(value).padStart(width, format === 'rz' ? '0' : ' ')
    return yield* eachInput(os, options.rest, (fd) =>
      eachLine(fd, function* (line) {
        if (options.value('b') === 'a' || (line !== '' && options.value('b') !== 'n'))
          yield* write(1, `${shown(number++)}${separator}${line}\n`)
        else yield* write(1, `${' '.repeat(width + separator.length)}${line}\n`)
        return undefined
      }),
    )
  },
)

/** paste [-s] [-d LIST] [FILE]... */
export const paste = command(
  { short: 'sd:', long: { serial: 's', delimiters: 'd:' } },
  function* (os, options) {
    const delimiters = [
      ...(options.value('d') ?? '\t').replace(
        /\\([nt0\\])/g,
        (_, char: string) => ({ n: '\n', t: '\t', 0: '', '\\': '\\' })[char] ?? char,
      ),
    ]
    const files: string[][] = []
    const paths = options.rest.length ? options.rest : ['-']
    const status = yield* eachInput(os, paths, function* (fd) {
      const lines: string[] = []
      yield* eachLine(fd, function* (line) {
        lines.push(line)
        return undefined
      })
      files.push(lines)
    })
    const join = (cells: readonly string[]) =>
      cells
        .map((cell, i) => (i ? (delimiters[(i - 1) % (delimiters.length || 1)] ?? '') : '') + cell)
        .join('')
    // The same standard input named twice gives its lines in turn.
    const inputs = paths.filter((path) => path === '-').length
    if (inputs > 1) {
      const lines = files[paths.indexOf('-')]
      paths.forEach((path, i) => {
        if (path === '-')
          files[i] = lines.filter(
            (_, at) => at % inputs === paths.slice(0, i).filter((each) => each === '-').length,
          )
      })
    }
    if (options.has('s')) for (const lines of files) yield* write(1, `${join(lines)}\n`)
    else
      for (let i = 0; i < Math.max(0, ...files.map((lines) => lines.length)); i++)
        yield* write(1, `${join(files.map((lines) => lines[i] ?? ''))}\n`)
    return status
  },
)

/** column -t [-s SEP] [-o SEP] [FILE]... */
export const column = command(
  { short: 'ts:o:c:xN:', long: { table: 't', separator: 's:', 'output-separator': 'o:' } },
  function* (os, options) {
    const lines: string[] = []
    const status = yield* linesOf(os, options.rest, lines)
    const separator = options.value('s')
    if (!options.has('t')) {
      const width = Math.max(8, ...lines.map((line) => (Math.floor(line.length / 8) + 1) * 8))
      const count = Math.max(1, Math.floor(80 / width))
      const rows = Math.ceil(lines.length / count)
      for (let row = 0; row < rows; row++) {
        const cells = lines.filter((_, i) => i % rows === row)
        yield* write(
          1,
          `${cells.map((cell, i) => (i === cells.length - 1 ? cell : cell + '\t'.repeat(Math.ceil((width - cell.length) / 8)))).join('')}\n`,
        )
      }
      return status
    }
    const rows = lines
      .filter((line) => line.trim() !== '')
      .map((line) =>
        separator === undefined
          ? line.trim().split(/\s+/)
          : line.split(new RegExp(`[${separator.replace(/[\]\\^-]/g, '\\$&')}]`)),
      )
    const widths: number[] = []
    for (const row of rows)
      for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
    const gap = options.value('o') ?? '  '
    for (const row of rows)
      yield* write(
        1,
        `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]))).join(gap)}\n`,
      )
    return status
  },
)

/** comm [-123] FILE1 FILE2 */
export const comm = command({ short: '123' }, function* (os, options) {
  if (options.rest.length < 2)
    return missingOperand(os, options.rest.length ? `operand after '${options.rest[0]}'` : undefined)
  const [left, right]: [string[], string[]] = [[], []]
  if ((yield* linesOf(os, [options.rest[0]], left)) || (yield* linesOf(os, [options.rest[1]], right)))
    return 1
  const show = function* (which: 1 | 2 | 3, line: string) {
    if (options.has(String(which))) return
    const tabs = (which > 1 && !options.has('1') ? 1 : 0) + (which > 2 && !options.has('2') ? 1 : 0)
    yield* write(1, `${'\t'.repeat(tabs)}${line}\n`)
  }
  for (let i = 0, j = 0; i < left.length || j < right.length; ) {
    if (j >= right.length || (i < left.length && left[i] < right[j])) yield* show(1, left[i++])
    else if (i >= left.length || right[j] < left[i]) yield* show(2, right[j++])
    else {
      yield* show(3, left[i++])
      j++
    }
  }
  return 0
})

/** fold [-w N] [-s] [FILE]... */
export const fold = command({ short: 'w:sb', long: { width: 'w:', spaces: 's' } }, function* (os, options) {
  const width = Number(options.value('w') ?? 80)
  return yield* eachInput(os, options.rest, (fd) =>
    eachLine(fd, function* (line) {
      let rest = line
      while (rest.length > width) {
        const blank = options.has('s') ? rest.lastIndexOf(' ', width - 1) + 1 : 0
        yield* write(1, `${rest.slice(0, blank || width)}\n`)
        rest = rest.slice(blank || width)
      }
      yield* write(1, `${rest}\n`)
      return undefined
    }),
  )
})

/** shuf: in an order that the machine's seed decides. */
export const shuf = command(
  { short: 'n:ei:r', long: { 'head-count': 'n:', echo: 'e', 'input-range': 'i:' } },
  function* (os, options) {
    const lines: string[] = options.has('e') ? [...options.rest] : []
    const range = /^(\d+)-(\d+)$/.exec(options.value('i') ?? '')
    if (range)
      for (let i = Number(range[1]); i <= Number(range[2]) && lines.length < 100_000; i++)
        lines.push(String(i))
    else if (!options.has('e')) yield* linesOf(os, options.rest, lines)
    for (let i = lines.length - 1; i > 0; i--) {
      const j = Math.floor(os.random() * (i + 1))
      ;[lines[i], lines[j]] = [lines[j], lines[i]]
    }
    yield* write(
      1,
      lines
        .slice(0, Number(options.value('n') ?? lines.length))
        .map((line) => `${line}\n`)
        .join(''),
    )
    return 0
  },
)

/** cmp [-s] FILE1 FILE2 */
export const cmp = command({ short: 's', trouble: 2 }, function* (os, options) {
  const texts: string[] = []
  const status = yield* eachInput(os, options.rest.slice(0, 2), function* (fd) {
    texts.push(yield* readAll(fd))
  })
  if (status || texts.length < 2) {
    if (!status) complain(os, "missing operand after 'cmp'")
    return 2
  }
  const [a, b] = texts
  if (a === b) return 0
  let at = 0
  while (at < a.length && at < b.length && a[at] === b[at]) at++
  if (options.has('s')) return 1
  const line = a.slice(0, at).split('\n').length
  if (at === a.length || at === b.length)
    os.stderr(
      `cmp: EOF on ${options.rest[at === a.length ? 0 : 1]} after byte ${at}, ${a[at - 1] === '\n' ? `line ${line - 1}` : `in line ${line}`}\n`,
    )
  else yield* write(1, `${options.rest[0]} ${options.rest[1]} differ: byte ${at + 1}, line ${line}\n`)
  return 1
})

/** split is not needed; dd copies standard input: dd [if=FILE] [of=FILE] [bs=N] [count=N] */
export const dd = command({ short: '' }, function* (os, { rest }) {
  const settings = Object.fromEntries(rest.map((arg) => arg.split('=') as [string, string]))
  const size = (text: string | undefined, otherwise: number) => {
    const match = /^(\d+)([kKMG]?)B?$/.exec(text ?? '')
    return match
      ? Number(match[1]) * { '': 1, k: 1024, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[match[2] as 'k']
      : otherwise
  }
  const block = size(settings['bs'], 512)
  const limit = settings['count'] === undefined ? Number.POSITIVE_INFINITY : Number(settings['count']) * block
  const input = settings['if'] ? os.open(settings['if'], { read: true }) : 0
  const output = settings['of'] ? os.open(settings['of'], { write: true, create: true, truncate: true }) : 1
  let copied = 0
  for (let data = yield* read(input); data !== null && copied < limit; data = yield* read(input)) {
    const part = data.slice(0, limit - copied)
    yield* write(output, part)
    copied += part.length
    if (copied >= limit) break
  }
  const records = `${Math.floor(copied / block)}+${copied % block ? 1 : 0}`
  os.stderr(`${records} records in\n${records} records out\n${copied} bytes copied, 0.001 s\n`)
  return 0
})
