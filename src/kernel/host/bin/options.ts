import { Errno } from '../errno.ts'
import { baseOf } from '../filesystem.ts'
import type { Os, Program } from '../program.ts'
import { write, type Sys } from '../sys.ts'

/** Options and operands of a command line, as getopt_long of GNU finds them: in any order, `--` ends them. */
export class Options {
  readonly rest: string[] = []
  /** All options in order, short names, with their values. */
  readonly given: [string, string][] = []

  has(option: string): boolean {
    return this.given.some(([name]) => name === option)
  }

  /** The last value given. */
  value(option: string): string | undefined {
    return this.given.findLast(([name]) => name === option)?.[1]
  }

  all(option: string): string[] {
    return this.given.filter(([name]) => name === option).map(([, value]) => value)
  }
}

export interface OptionSpec {
  /** Letters; `n:` takes a value, `n::` only one that is attached. A leading `+` ends options at the first operand. */
  readonly short: string
  /** Long names to what they mean: a letter of `short` or a name of their own; a trailing `:` takes a value, `::` only with `=`. */
  readonly long?: Readonly<Record<string, string>>
  /** Exit status for a wrong option; 1 for most, 2 for some. */
  readonly trouble?: number
}

/** A program with options: complains about wrong ones and about system calls that fail as GNU's do. */
export function command(spec: OptionSpec, body: (os: Os, options: Options) => Sys<number>): Program {
  return function* (os) {
    const options = parseOptions(os.argv.slice(1), spec)
    const name = nameOf(os)
    if (typeof options === 'string') {
      yield* write(2, `${name}: ${options}\nTry '${name} --help' for more information.\n`)
      return spec.trouble ?? 1
    }
    try {
      return yield* body(os, options)
    } catch (error) {
      if (!(error instanceof Errno) || error.code === 'EPIPE') throw error
      yield* write(2, `${name}: ${error.path ? `${error.path}: ` : ''}${error.message}\n`)
      return spec.trouble ?? 1
    }
  }
}

export const nameOf = (os: Os): string => baseOf(os.argv[0])

/** Say what is wrong, in the form `ls: ...`. */
export const complain = (os: Os, message: string): void => os.stderr(`${nameOf(os)}: ${message}\n`)

/** Complain about an operand that is missing, as coreutils do. */
export function missingOperand(os: Os, after?: string): number {
  const name = nameOf(os)
  os.stderr(
    `${name}: missing ${after === undefined ? 'operand' : `${after}`}\nTry '${name} --help' for more information.\n`,
  )
  return 1
}

/** The options, or what is wrong with them. */
export function parseOptions(args: readonly string[], { short, long = {} }: OptionSpec): Options | string {
  const options = new Options()
  const queue = [...args]
  for (let arg = queue.shift(); arg !== undefined; arg = queue.shift()) {
    if (arg === '--') {
      options.rest.push(...queue)
      break
    }
    let problem: string | undefined
    if (arg.startsWith('--')) problem = longOption(options, arg.slice(2), long, queue)
    else if (arg.startsWith('-') && arg.length > 1)
      problem = shortOptions(options, arg.slice(1), short, queue)
    else {
      options.rest.push(arg)
      if (short.startsWith('+')) {
        options.rest.push(...queue)
        break
      }
    }
    if (problem) return problem
  }
  return options
}

function shortOptions(options: Options, letters: string, short: string, queue: string[]): string | undefined {
  for (let i = 0; i < letters.length; i++) {
    const letter = letters[i]
    const at = letter === ':' || letter === '+' ? -1 : short.indexOf(letter)
    if (at < 0) return `invalid option -- '${letter}'`
    if (short[at + 1] !== ':') {
      options.given.push([letter, ''])
      continue
    }
    const inline = letters.slice(i + 1)
    const value = inline || (short[at + 2] === ':' ? '' : queue.shift())
    if (value === undefined) return `option requires an argument -- '${letter}'`
    options.given.push([letter, value])
    return undefined
  }
  return undefined
}

function longOption(
  options: Options,
  text: string,
  long: Readonly<Record<string, string>>,
  queue: string[],
): string | undefined {
  const equals = text.indexOf('=')
  const name = equals < 0 ? text : text.slice(0, equals)
  const candidates = Object.keys(long).filter((each) => each.startsWith(name))
  const full = name in long ? name : candidates.length === 1 ? candidates[0] : undefined
  if (full === undefined)
    return candidates.length ? `option '--${name}' is ambiguous` : `unrecognized option '--${name}'`
  const meaning = long[full]
  const target = meaning.replace(/:+$/, '')
  if (!meaning.endsWith(':')) {
    if (equals >= 0) return `option '--${full}' doesn't allow an argument`
    options.given.push([target, ''])
    return undefined
  }
  const value = equals >= 0 ? text.slice(equals + 1) : meaning.endsWith('::') ? '' : queue.shift()
  if (value === undefined) return `option '--${full}' requires an argument`
  options.given.push([target, value])
  return undefined
}
