import { Errno } from '../errno.ts'
import { absolute } from '../filesystem.ts'
import type { Os } from '../program.ts'
import { LineReader, write, type Sys } from '../sys.ts'
import { withInput } from './inputs.ts'
import { command, complain, type Options } from './options.ts'
import { fixedRegExp, posixRegExp } from './posix-regexp.ts'
import { matches as globMatches } from '../shell/pattern.ts'

/** grep, egrep, fgrep */
export const grep = command(
  {
    short: 'EFGPivnclLoqwxrRshHA:B:C:m:e:f:azb0123456789',
    long: {
      'extended-regexp': 'E',
      'fixed-strings': 'F',
      'ignore-case': 'i',
      'invert-match': 'v',
      'line-number': 'n',
      count: 'c',
      recursive: 'r',
      'files-with-matches': 'l',
      'files-without-match': 'L',
      'only-matching': 'o',
      quiet: 'q',
      silent: 'q',
      'word-regexp': 'w',
      'line-regexp': 'x',
      'after-context': 'A:',
      'before-context': 'B:',
      context: 'C:',
      'max-count': 'm:',
      regexp: 'e:',
      file: 'f:',
      'no-filename': 'h',
      'with-filename': 'H',
      color: 'color::',
      colour: 'color::',
      'no-messages': 's',
      include: 'include:',
      exclude: 'exclude:',
      text: 'a',
      'line-buffered': 'b',
    },
    trouble: 2,
  },
  function* (os, options) {
    const operands = [...options.rest]
    const patterns = options.all('e').flatMap((text) => text.split('\n'))
    for (const file of options.all('f'))
      patterns.push(...os.fs.read(absolute(os.cwd, file)).replace(/\n$/, '').split('\n'))
    if (!options.has('e') && !options.has('f')) {
      const pattern = operands.shift()
      if (pattern === undefined) {
        os.stderr("Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n")
        return 2
      }
      patterns.push(...pattern.split('\n'))
    }
    let expressions: RegExp[]
    try {
      expressions = patterns.map((pattern) => expressionOf(os, pattern, options))
    } catch (error) {
      complain(os, (error as Error).message)
      return 2
    }
    return yield* searchFiles(os, operands, expressions, options)
  },
)

function expressionOf(os: Os, pattern: string, options: Options): RegExp {
  const flags = options.has('i') ? 'gi' : 'g'
  const name = os.argv[0]
  if (options.has('P')) return framed(new RegExp(pattern, flags), options)
  if (options.has('F') || name.endsWith('fgrep')) return framed(fixedRegExp(pattern, flags), options)
  return framed(
    posixRegExp(pattern, { extended: options.has('E') || name.endsWith('egrep'), flags }),
    options,
  )
}

function framed(expression: RegExp, options: Options): RegExp {
  if (options.has('x')) return new RegExp(`^(?:${expression.source})$`, expression.flags)
  if (options.has('w')) return new RegExp(`(?<!\\w)(?:${expression.source})(?!\\w)`, expression.flags)
  return expression
}

function* searchFiles(
  os: Os,
  operands: string[],
  expressions: readonly RegExp[],
  options: Options,
): Sys<number> {
  const recursive = options.has('r') || options.has('R')
  const paths = recursive
    ? walk(os, operands.length ? operands : ['.'], operands.length === 0, options)
    : operands.length
      ? operands
      : ['-']
  const titled =
    !options.has('h') &&
    (options.has('H') ||
      paths.length > 1 ||
      (recursive && !(operands.length === 1 && paths[0] === operands[0])))
  let found = false
  let failed = false
  for (const path of paths) {
    try {
      yield* withInput(os, path, function* (fd) {
        if (
          path !== '-' &&
          os.fs.exists(absolute(os.cwd, path)) &&
          os.fs.stat(absolute(os.cwd, path)).kind === 'directory'
        ) {
          return complain(os, `${path}: Is a directory`)
        }
        if (
          yield* new Search(
            os,
            fd,
            path === '-' ? '(standard input)' : path,
            expressions,
            options,
            titled,
          ).run()
        )
          found = true
      })
    } catch (error) {
      if (!(error instanceof Errno) || error.code === 'EPIPE') throw error
      if (!options.has('s')) complain(os, `${path}: ${error.message}`)
      failed = true
    }
    if (found && options.has('q')) return 0
  }
  return failed && !(found && options.has('q')) ? 2 : found ? 0 : 1
}

/** All files below some paths. */
function walk(os: Os, roots: readonly string[], implicit: boolean, options: Options): string[] {
  const files: string[] = []
  const stack = [...roots].reverse()
  const wanted = (name: string) =>
    (!options.has('include') || options.all('include').some((pattern) => globMatches(pattern, name))) &&
    !options.all('exclude').some((pattern) => globMatches(pattern, name))
  for (let path = stack.pop(); path !== undefined; path = stack.pop()) {
    const full = absolute(os.cwd, path)
    if (os.fs.exists(full) && os.fs.stat(full, false).kind === 'directory') {
      for (const name of os.fs.list(full).reverse())
        stack.push(implicit && path === '.' ? name : `${path.replace(/\/$/, '')}/${name}`)
    } else if (
      wanted(path.slice(path.lastIndexOf('/') + 1)) &&
      (roots.includes(path) || os.fs.stat(full, false).kind === 'file')
    )
      files.push(path)
  }
  return files
}

/** The search of one file. */
class Search {
  readonly #options: Options
  readonly #fd: number
  readonly #path: string
  readonly #expressions: readonly RegExp[]
  readonly #titled: boolean
  readonly #colour: boolean
  readonly #before: number
  readonly #after: number
  #held: [number, string][] = []
  #pending = 0
  #lastPrinted = 0

  constructor(
    os: Os,
    fd: number,
    path: string,
    expressions: readonly RegExp[],
    options: Options,
    titled: boolean,
  ) {
    this.#options = options
    this.#fd = fd
    this.#path = path
    this.#expressions = expressions
    this.#titled = titled
    const colour = options.value('color')
    this.#colour =
      colour === 'always' ||
      (colour !== undefined && colour !== 'never' && os.descriptors.get(1)?.tty !== undefined)
    const digits = options.given
      .filter(([name]) => /^\d$/.test(name))
      .map(([name]) => name)
      .join('')
    const context = Number(options.value('C') ?? (digits || 0))
    this.#before = Number(options.value('B') ?? context)
    this.#after = Number(options.value('A') ?? context)
  }

  *run(): Sys<boolean> {
    const reader = new LineReader(this.#fd)
    const limit = Number(this.#options.value('m') ?? Number.POSITIVE_INFINITY)
    const silent = ['q', 'l', 'L', 'c'].some((option) => this.#options.has(option))
    let count = 0
    let number = 0
    for (let line = yield* reader.next(); line !== null; line = yield* reader.next()) {
      number++
      const hit = this.#matches(line) !== this.#options.has('v')
      if (hit) count++
      if (hit && (this.#options.has('q') || this.#options.has('l') || this.#options.has('L'))) break
      if (!silent) {
        const out = hit ? this.#hit(line, number) : this.#miss(line, number)
        if (out) yield* write(1, out)
      }
      if (count >= limit && this.#pending === 0) break
    }
    if (this.#options.has('l') && count) yield* write(1, `${this.#path}\n`)
    else if (this.#options.has('L') && !count) yield* write(1, `${this.#path}\n`)
    else if (this.#options.has('c') && !this.#options.has('q'))
      yield* write(1, `${this.#titled ? `${this.#path}:` : ''}${count}\n`)
    return count > 0
  }

  #matches(line: string): boolean {
    return this.#expressions.some((expression) => {
      expression.lastIndex = 0
      return expression.test(line)
    })
  }

  #hit(line: string, number: number): string {
    let out = ''
    const first = this.#held.length ? this.#held[0][0] : number
    if (this.#before + this.#after > 0 && this.#lastPrinted && first > this.#lastPrinted + 1) out += '--\n'
    for (const [at, text] of this.#held) out += this.#line(text, at, '-')
    this.#held = []
    this.#pending = this.#after
    this.#lastPrinted = number
    return (
      out +
      (this.#options.has('o') ? this.#parts(line, number) : this.#line(this.#coloured(line), number, ':'))
    )
  }

  #miss(line: string, number: number): string {
    if (this.#pending > 0) {
      this.#pending--
      this.#lastPrinted = number
      return this.#line(line, number, '-')
    }
    if (this.#before) {
      this.#held.push([number, line])
      if (this.#held.length > this.#before) this.#held.shift()
    }
    return ''
  }

  #parts(line: string, number: number): string {
    if (this.#options.has('v')) return ''
    return this.#found(line)
      .map((text) => this.#line(this.#colour ? `\x1b[01;31m\x1b[K${text}\x1b[m\x1b[K` : text, number, ':'))
      .join('')
  }

  #found(line: string): string[] {
    return this.#expressions.flatMap((expression) => line.match(expression) ?? []).filter(Boolean)
  }

  #coloured(line: string): string {
    if (!this.#colour || this.#options.has('v')) return line
    return this.#expressions
      .slice(0, 1)
      .reduce(
        (text, expression) =>
          text.replace(expression, (match) => (match ? `\x1b[01;31m\x1b[K${match}\x1b[m\x1b[K` : '')),
        line,
      )
  }

  #line(text: string, number: number, separator: string): string {
    return `${this.#titled ? this.#path + separator : ''}${this.#options.has('n') ? number + separator : ''}${text}\n`
  }
}
