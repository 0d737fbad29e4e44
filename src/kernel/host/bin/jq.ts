import { absolute } from '../filesystem.ts'
import type { Os, Program } from '../program.ts'
import { read, write, type Sys } from '../sys.ts'
import { eachInput } from './inputs.ts'
import { parseJq } from './jq/parse.ts'
import type { Filter } from './jq/tree.ts'
import { Jq } from './jq/interpreter.ts'
import { JqError } from './jq/values.ts'
import { JsonStream } from './json-stream.ts'
import { complain, Options } from './options.ts'

const LONG: Readonly<Record<string, string>> = {
  'raw-output': 'r',
  'compact-output': 'c',
  'null-input': 'n',
  slurp: 's',
  'raw-input': 'R',
  'exit-status': 'e',
  'sort-keys': 'S',
  tab: 'tab',
  'join-output': 'j',
  'ascii-output': 'a',
  'color-output': 'C',
  'monochrome-output': 'M',
  'from-file': 'f',
  unbuffered: 'u',
  version: 'version',
}

/** jq [-rcnsReSjM] [--arg NAME VALUE] [--argjson NAME JSON] [--tab] [--indent N] FILTER [FILE]... */
export const jq: Program = function* (os) {
  const { options, variables, problem } = argumentsOf(os)
  if (problem) {
    complain(os, problem)
    os.stderr(
      'Use jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://stedolan.github.io/jq\n',
    )
    return 2
  }
  if (options.has('version')) {
    yield* write(1, 'jq-1.6\n')
    return 0
  }
  const files = [...options.rest]
  const source = files.shift()
  if (source === undefined) {
    os.stderr('Usage:\tjq [OPTIONS] FILTER [FILES...]\n')
    return 2
  }
  let filter: Filter
  try {
    filter = parseJq(options.has('f') ? os.fs.read(absolute(os.cwd, source)) : source)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return compileError(os, error, source)
  }
  return yield* new Session(os, options, filter, variables).run(files)
}

function compileError(os: Os, error: Error, source: string): number {
  os.stderr(`jq: error: ${error.message} at <top-level>, line 1:\n${source}\njq: 1 compile error\n`)
  return 3
}

interface Arguments {
  readonly options: Options
  readonly variables: Map<string, unknown>
  readonly problem?: string
}

function argumentsOf(os: Os): Arguments {
  const options = new Options()
  const variables = new Map<string, unknown>()
  const named: Record<string, unknown> = {}
  const queue = os.argv.slice(1)
  let positional: unknown[] | undefined
  for (let arg = queue.shift(); arg !== undefined; arg = queue.shift()) {
    if (arg === '--arg' || arg === '--argjson' || arg === '--slurpfile' || arg === '--rawfile') {
      const [name, value] = [queue.shift(), queue.shift()]
      if (name === undefined || value === undefined)
        return { options, variables, problem: `${arg} takes two parameters (e.g. ${arg} varname value)` }
      try {
        named[name] =
          arg === '--arg'
            ? value
            : arg === '--argjson'
              ? JSON.parse(value)
              : arg === '--rawfile'
                ? os.fs.read(absolute(os.cwd, value))
                : [JSON.parse(os.fs.read(absolute(os.cwd, value)))]
      } catch {
        return { options, variables, problem: `Invalid JSON text passed to ${arg}` }
      }
    } else if (arg === '--indent') options.given.push(['indent', queue.shift() ?? '2'])
    else if (arg === '--args' || arg === '--jsonargs') positional = []
    else if (arg === '--') options.rest.push(...queue.splice(0))
    else if (arg.startsWith('--')) {
      const letter = LONG[arg.slice(2)]
      if (!letter) return { options, variables, problem: `Unknown arguments` }
      options.given.push([letter, ''])
    } else if (/^-./.test(arg)) {
      for (const letter of arg.slice(1)) {
        if (!'rcnsReSjaCMfuh'.includes(letter)) return { options, variables, problem: 'Unknown arguments' }
        options.given.push([letter, ''])
      }
    } else if (positional && options.rest.length) positional.push(arg)
    else options.rest.push(arg)
  }
  for (const [name, value] of Object.entries(named)) variables.set(name, value)
  variables.set('__prog_args', positional ?? [])
  variables.set('ARGS', { positional: positional ?? [], named })
  return { options, variables }
}

/** One run over all inputs. */
class Session {
  readonly #os: Os
  readonly #options: Options
  readonly #filter: Filter
  readonly #jq: Jq
  #queue: unknown[] = []
  #status = 0
  #last: unknown
  #printed = false
  /** Newlines read, and the piece read last, for messages. */
  #line = 0
  #seen = ''

  constructor(os: Os, options: Options, filter: Filter, variables: ReadonlyMap<string, unknown>) {
    this.#os = os
    this.#options = options
    this.#filter = filter
    this.#jq = new Jq(
      os.env,
      () => os.clock / 1000,
      () => (this.#queue.length ? { value: this.#queue.shift() } : undefined),
      variables,
    )
  }

  *run(files: readonly string[]): Sys<number> {
    const options = this.#options
    // `input` needs all inputs at hand; without it values are handled as they come.
    const gathers =
      options.has('s') || options.has('n') || JSON.stringify(this.#filter).includes('"name":"input')
    const stream = new JsonStream()
    let raw = ''
    const self = this
    const take = function* (texts: readonly string[]): Sys<void> {
      for (const text of texts) {
        if (self.#status === 4) return
        const value = self.#parse(text)
        if (!value) return
        if (gathers) self.#queue.push(value.value)
        else yield* self.#apply(value.value)
      }
    }
    const failed =
      files.length || !options.has('n')
        ? yield* eachInput(
            this.#os,
            files,
            function* (fd) {
              for (let data = yield* read(fd); data !== null; data = yield* read(fd)) {
                self.#seen = data
                self.#line += data.split('\n').length - 1
                if (options.has('R')) raw += data
                else yield* take(stream.push(data))
              }
            },
            (path) => `error: Could not open file ${path}:`,
          )
        : yield* this.#readForNull(stream, take)
    if (!options.has('R')) yield* take(stream.end())
    else if (options.has('s')) this.#queue = [raw]
    else if (raw !== '')
      for (const line of raw.replace(/\n$/, '').split('\n')) {
        if (gathers) this.#queue.push(line)
        else yield* this.#apply(line)
      }
    if (options.has('n')) yield* this.#apply(null)
    else if (options.has('s'))
      yield* this.#apply(options.has('R') ? this.#queue.shift() : this.#queue.splice(0))
    else while (this.#queue.length) yield* this.#apply(this.#queue.shift())
    if (failed) return 2
    if (this.#status || !options.has('e')) return this.#status
    return !this.#printed ? 4 : this.#last === null || this.#last === false ? 1 : 0
  }

  /** With `-n`, standard input is only read for a filter that asks for it. */
  *#readForNull(stream: JsonStream, take: (texts: readonly string[]) => Sys<void>): Sys<number> {
    if (!JSON.stringify(this.#filter).includes('"name":"input')) return 0
    for (let data = yield* read(0); data !== null; data = yield* read(0)) yield* take(stream.push(data))
    return 0
  }

  #parse(text: string): { value: unknown } | undefined {
    try {
      return { value: JSON.parse(text) }
    } catch {
      const literal = /^[^"[{]/.test(text)
      const column = this.#seen.length - this.#seen.lastIndexOf('\n') - 1
      this.#os.stderr(
        `parse error: ${literal ? 'Invalid numeric literal' : 'Unfinished JSON term'} at ${literal ? '' : 'EOF at '}line ${this.#line + 1}, column ${column}\n`,
      )
      this.#status = 4
      return undefined
    }
  }

  *#apply(input: unknown): Sys<void> {
    try {
      for (const value of this.#jq.run(this.#filter, input)) {
        this.#last = value
        this.#printed = true
        yield* write(1, this.#format(value))
      }
    } catch (error) {
      if (error instanceof JqError) {
        this.#os.stderr(`jq: error (at <stdin>:${this.#line}): ${error.message}\n`)
        this.#status = 5
      } else if (error instanceof TypeError || error instanceof RangeError) {
        this.#os.stderr(`jq: error (at <stdin>:${this.#line}): ${error.message}\n`)
        this.#status = 5
      } else if (error instanceof SyntaxError)
        this.#status = compileError(this.#os, error, this.#os.argv.at(-1) ?? '')
      else throw error
    }
  }

  #format(value: unknown): string {
    const options = this.#options
    const end = options.has('j') ? '' : '\n'
    if (typeof value === 'string' && (options.has('r') || options.has('j'))) return value + end
    const indent = options.has('c') ? 0 : options.has('tab') ? '\t' : Number(options.value('indent') ?? 2)
    const text = JSON.stringify(
      options.has('S') ? sorted(value) : value,
      (_, each: unknown) => (each === undefined ? null : each),
      indent,
    )
    return (
      (options.has('a')
        ? text.replace(/[\x7f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
        : text) + end
    )
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  )
}
