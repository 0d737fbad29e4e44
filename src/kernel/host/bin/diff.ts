import { Errno } from '../errno.ts'
import { absolute, baseOf } from '../filesystem.ts'
import { strftime } from '../shell/printf.ts'
import type { Os } from '../program.ts'
import { readAll, write, type Sys } from '../sys.ts'
import { withInput } from './inputs.ts'
import { editScript, type Change } from './line-diff.ts'
import { command, complain, type Options } from './options.ts'

/** diff [-u] [-U N] [-q] [-r] [-N] [-i] [-w] [-b] [-B] FILE1 FILE2 */
export const diff = command(
  {
    short: 'uU:qrNiwbBas',
    trouble: 2,
    long: {
      unified: 'unified::',
      brief: 'q',
      recursive: 'r',
      'new-file': 'N',
      'ignore-case': 'i',
      'ignore-all-space': 'w',
      'ignore-space-change': 'b',
      label: 'L:',
      color: 'color::',
    },
  },
  function* (os, options) {
    const [left, right] = options.rest
    if (right === undefined) {
      complain(os, left === undefined ? "missing operand after 'diff'" : `missing operand after '${left}'`)
      os.stderr("diff: Try 'diff --help' for more information.\n")
      return 2
    }
    return yield* compare(os, left, right, options)
  },
)

function* compare(os: Os, left: string, right: string, options: Options, title = ''): Sys<number> {
  const isDirectory = (path: string) =>
    path !== '-' &&
    os.fs.exists(absolute(os.cwd, path)) &&
    os.fs.stat(absolute(os.cwd, path)).kind === 'directory'
  if (isDirectory(left) && isDirectory(right)) return yield* compareDirectories(os, left, right, options)
  const [a, b] = isDirectory(left)
    ? [`${left}/${baseOf(right)}`, right]
    : isDirectory(right)
      ? [left, `${right}/${baseOf(left)}`]
      : [left, right]
  const texts: string[] = []
  for (const path of [a, b]) {
    try {
      yield* withInput(os, path, function* (fd) {
        texts.push(yield* readAll(fd))
      })
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      if (options.has('N') && error.code === 'ENOENT') texts.push('')
      else complain(os, `${path}: ${error.message}`)
    }
  }
  if (texts.length < 2) return 2
  if (texts[0] === texts[1]) return 0
  const changes = editScript(linesOf(texts[0]), linesOf(texts[1]), keyOf(options))
  if (!changes.length) return 0
  if (options.has('q')) yield* write(1, `Files ${a} and ${b} differ\n`)
  else yield* write(1, title)
  if (options.has('q')) return 1
  if (options.has('u') || options.has('U') || options.has('unified')) {
    const labels = options.all('L')
    const name = (path: string, i: number) =>
      labels[i] ??
      `${path}\t${strftime('%Y-%m-%d %H:%M:%S.%N +0000', path === '-' ? os.clock : os.fs.exists(absolute(os.cwd, path)) ? os.fs.stat(absolute(os.cwd, path)).mtime : 0)}`
    const context = Number(options.value('U') ?? (options.value('unified') || 3))
    yield* write(
      1,
      `--- ${name(a, 0)}\n+++ ${name(b, 1)}\n${unified(linesOf(texts[0]), linesOf(texts[1]), changes, context)}`,
    )
  } else yield* write(1, normal(linesOf(texts[0]), linesOf(texts[1]), changes))
  return 1
}

function* compareDirectories(os: Os, left: string, right: string, options: Options): Sys<number> {
  const [a, b] = [left, right].map((path) => os.fs.list(absolute(os.cwd, path)))
  let status = 0
  for (const name of [...new Set([...a, ...b])].sort()) {
    const [inA, inB] = [a.includes(name), b.includes(name)]
    if (!(inA && inB) && !options.has('N')) {
      yield* write(1, `Only in ${inA ? left : right}: ${name}\n`)
      status = Math.max(status, 1)
      continue
    }
    const paths = [left, right].map((path) => `${path.replace(/\/$/, '')}/${name}`)
    const directory =
      os.fs.exists(absolute(os.cwd, paths[0])) && os.fs.stat(absolute(os.cwd, paths[0])).kind === 'directory'
    if (directory && !options.has('r')) {
      yield* write(1, `Common subdirectories: ${paths[0]} and ${paths[1]}\n`)
      continue
    }
    status = Math.max(
      status,
      yield* compare(
        os,
        paths[0],
        paths[1],
        options,
        `diff ${os.argv
          .slice(1)
          .filter((arg) => arg.startsWith('-'))
          .join(' ')} ${paths[0]} ${paths[1]}\n`,
      ),
    )
  }
  return status
}

/** Lines with their newlines, so that a missing one counts. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

const keyOf =
  (options: Options) =>
  (line: string): string => {
    let key = line
    if (options.has('w')) key = key.replace(/\s/g, '')
    else if (options.has('b')) key = key.replace(/\s+/g, ' ').trimEnd()
    return options.has('i') ? key.toLowerCase() : key
  }

const marked = (mark: string, line: string): string =>
  line.endsWith('\n') ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`

function normal(a: readonly string[], b: readonly string[], changes: readonly Change[]): string {
  const range = (from: number, to: number) =>
    to - from > 1 ? `${from + 1},${to}` : to === from ? `${from}` : `${from + 1}`
  return changes
    .map(({ from, to, start, end }) => {
      const kind = from === to ? 'a' : start === end ? 'd' : 'c'
      const removed = a
        .slice(from, to)
        .map((line) => marked('< ', line))
        .join('')
      const added = b
        .slice(start, end)
        .map((line) => marked('> ', line))
        .join('')
      return `${range(from, to)}${kind}${range(start, end)}\n${removed}${kind === 'c' ? '---\n' : ''}${added}`
    })
    .join('')
}

/** Hunks of changes that are at most twice the context apart. */
export function unified(
  a: readonly string[],
  b: readonly string[],
  changes: readonly Change[],
  context: number,
): string {
  const hunks: Change[][] = []
  for (const change of changes) {
    const last = hunks.at(-1)?.at(-1)
    if (last && change.from - last.to <= context * 2) hunks.at(-1)?.push(change)
    else hunks.push([change])
  }
  return hunks
    .map((hunk) => {
      const [first, last] = [hunk[0], hunk.at(-1) as Change]
      const from = Math.max(0, first.from - context)
      const to = Math.min(a.length, last.to + context)
      const start = Math.max(0, first.start - (first.from - from))
      const end = last.end + (to - last.to)
      const range = (low: number, high: number) =>
        high - low === 1 ? `${low + 1}` : `${high === low ? low : low + 1},${high - low}`
      let out = `@@ -${range(from, to)} +${range(start, end)} @@\n`
      let at = from
      for (const each of hunk) {
        out += a
          .slice(at, each.from)
          .map((line) => marked(' ', line))
          .join('')
        out += a
          .slice(each.from, each.to)
          .map((line) => marked('-', line))
          .join('')
        out += b
          .slice(each.start, each.end)
          .map((line) => marked('+', line))
          .join('')
        at = each.to
      }
      return (
        out +
        a
          .slice(at, to)
          .map((line) => marked(' ', line))
          .join('')
      )
    })
    .join('')
}
