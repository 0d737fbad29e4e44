import { Errno } from '../errno.ts'
import { absolute } from '../filesystem.ts'
import { textFile } from '../open-file.ts'
import { readAll, wait, write, type Sys } from '../sys.ts'
import { command, complain, type Options } from './options.ts'
import type { Os } from '../program.ts'

/** xargs [-n N] [-L N] [-I R] [-d D] [-0] [-r] [-t] [-p N] [-a FILE] [COMMAND [ARG]...] */
export const xargs = command(
  {
    short: '+n:I:d:0rtL:P:a:i',
    trouble: 1,
    long: {
      'max-args': 'n:',
      replace: 'I:',
      delimiter: 'd:',
      null: '0',
      'no-run-if-empty': 'r',
      verbose: 't',
      'max-lines': 'L:',
      'max-procs': 'P:',
      'arg-file': 'a:',
    },
  },
  function* (os, options) {
    const file = options.value('a')
    const text = file === undefined ? yield* readAll(0) : os.fs.read(absolute(os.cwd, file))
    const base = options.rest.length ? options.rest : ['echo']
    const items = itemsOf(text, options)
    if (typeof items === 'string') {
      complain(os, items)
      return 1
    }
    const placeholder = options.value('I') ?? (options.has('i') ? '{}' : undefined)
    let status = 0
    const run = function* (argv: string[]): Sys<boolean> {
      const code = yield* runOne(os, argv, options)
      if (code === 255 || code === 126 || code === 127) {
        status = code === 255 ? 124 : code
        if (code === 255) complain(os, `${argv[0]}: exited with status 255; aborting`)
        return false
      }
      if (code) status = code > 128 ? 125 : 123
      return true
    }
    if (placeholder !== undefined) {
      for (const item of items.flat())
        if (!(yield* run(base.map((arg) => arg.replaceAll(placeholder, item))))) break
      return status
    }
    const size = Number(options.value('n') ?? Number.POSITIVE_INFINITY)
    const groups = options.has('L')
      ? chunks(items, Number(options.value('L'))).map((lines) => lines.flat())
      : chunks(items.flat(), size)
    if (!groups.length && !options.has('r')) groups.push([])
    for (const group of groups) if (!(yield* run([...base, ...group]))) break
    return status
  },
)

function* runOne(os: Os, argv: readonly string[], options: Options): Sys<number> {
  if (options.has('t')) yield* write(2, `${argv.join(' ')}\n`)
  try {
    return (yield* wait(os.spawn({ argv, stdin: textFile('') }))).status
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    complain(os, `${argv[0]}: ${error.message}`)
    return error.code === 'ENOENT' ? 127 : 126
  }
}

/** Lines of items; quotes and backslashes protect blanks. What is wrong, if something is. */
function itemsOf(text: string, options: Options): string[][] | string {
  const delimiter = options.has('0') ? '\0' : options.value('d')?.replace('\\n', '\n').replace('\\t', '\t')
  if (delimiter !== undefined) {
    const items = text.split(delimiter)
    if (items.at(-1) === '') items.pop()
    return items.map((item) => [item])
  }
  const whole = options.has('I') || options.has('i')
  const lines: string[][] = []
  for (const line of text.split('\n')) {
    const items: string[] = []
    const words = whole ? [line.trimStart()] : (line.match(/(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+|["']/g) ?? [])
    for (const word of words) {
      if (!whole && /^["']$/.test(word))
        return `unmatched ${word === '"' ? 'double' : 'single'} quote; by default quotes are special to xargs unless you use the -0 option`
      if (word !== '')
        items.push(
          word.replace(
            /"([^"]*)"|'([^']*)'|\\(.)/g,
            (_, double?: string, single?: string, char?: string) => double ?? single ?? char ?? '',
          ),
        )
    }
    if (items.length) lines.push(items)
  }
  return lines
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const groups: T[][] = []
  for (let i = 0; i < items.length; i += size)
    groups.push(items.slice(i, Number.isFinite(size) ? i + size : undefined))
  return groups
}
