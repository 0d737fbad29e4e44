import { parseDurationNs, printDurationNs } from '../api/duration.ts'
import { goQuote } from '../api/go-quote.ts'
import { UserError } from '../api/user-error.ts'
import type { FlagSpec } from './flag-spec.ts'

/** Values of the flags of one call (pflag: FlagSet). */
export class Flags {
  readonly specs: readonly FlagSpec[]
  readonly #values = new Map<string, string[]>()

  constructor(specs: readonly FlagSpec[]) {
    this.specs = specs
  }

  /** Whether the caller gave it. */
  changed(name: string): boolean {
    return this.#values.has(name)
  }

  string(name: string): string {
    return this.#values.get(name)?.at(-1) ?? this.find(name)?.initial ?? ''
  }

  bool(name: string): boolean {
    return this.string(name) === 'true'
  }

  int(name: string): number {
    return Number(this.string(name))
  }

  /** Milliseconds of a duration flag. */
  ms(name: string): number {
    return Number(parseDurationNs(this.string(name))) / 1e6
  }

  list(name: string): string[] {
    const values = this.#values.get(name) ?? []
    const initial = this.find(name)?.initial
    if (!this.#values.has(name) && initial) return initial.split(',')
    return this.find(name)?.type === 'stringArray' ? values : values.flatMap(splitCsv)
  }

  set(name: string, value: string): void {
    const spec = this.find(name)
    const multiple = spec && /^(strings|stringArray|stringToString)$/.test(spec.type)
    this.#values.set(name, multiple ? [...(this.#values.get(name) ?? []), value] : [value])
  }

  find(name: string): FlagSpec | undefined {
    return this.specs.find((spec) => spec.name === name)
  }

  /** Flags that were given, in the order of their names (pflag: Visit). */
  given(): { readonly name: string; readonly values: readonly string[] }[] {
    return [...this.#values]
      .map(([name, values]) => ({ name, values }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }
}

/** Arguments without their flags, and where `--` stood among them (-1: nowhere). */
export interface Parsed {
  readonly args: string[]
  readonly dash: number
  readonly deprecated: readonly FlagSpec[]
}

/** Take the flags out of the arguments (pflag: parseArgs); throws UserError in pflag's words. */
export function parseFlags(flags: Flags, argv: readonly string[], interspersed = true): Parsed {
  const args: string[] = []
  const deprecated: FlagSpec[] = []
  let index = 0
  const next = () => (index < argv.length ? argv[index++] : undefined)
  const assign = (spec: FlagSpec, value: string, shown: string) => {
    flags.set(spec.name, checked(spec, value, shown))
    if (spec.deprecated && !deprecated.includes(spec)) deprecated.push(spec)
  }
  while (index < argv.length) {
    const argument = argv[index++] as string
    if (argument === '--') return { dash: args.length, args: [...args, ...argv.slice(index)], deprecated }
    if (argument === '-' || !argument.startsWith('-')) {
      args.push(argument)
      if (!interspersed) return { args: [...args, ...argv.slice(index)], dash: -1, deprecated }
    } else if (argument.startsWith('--')) long(flags, argument, next, assign)
    else shorts(flags, argument, next, assign)
  }
  return { args, dash: -1, deprecated }
}

type Assign = (spec: FlagSpec, value: string, shown: string) => void

function long(flags: Flags, argument: string, next: () => string | undefined, assign: Assign): void {
  const body = argument.slice(2)
  if (body === '' || body.startsWith('-') || body.startsWith('='))
    throw new UserError(`bad flag syntax: ${argument}`)
  const equals = body.indexOf('=')
  // kubectl: WordSepNormalizeFunc
  const name = (equals < 0 ? body : body.slice(0, equals)).replaceAll('_', '-')
  const spec = flags.find(name)
  if (!spec) {
    if (name === 'help') throw new HelpWanted()
    throw new UserError(`unknown flag: --${name}`)
  }
  const shown = spec.short ? `-${spec.short}, --${name}` : `--${name}`
  if (equals >= 0) return assign(spec, body.slice(equals + 1), shown)
  const bare = bareValue(spec)
  if (bare !== undefined) return assign(spec, bare, shown)
  const value = next()
  if (value === undefined) throw new UserError(`flag needs an argument: --${name}`)
  assign(spec, value, shown)
}

function shorts(flags: Flags, argument: string, next: () => string | undefined, assign: Assign): void {
  let rest = argument.slice(1)
  while (rest !== '') {
    const letter = rest[0] as string
    const group = rest
    rest = rest.slice(1)
    const spec = flags.specs.find(({ short }) => short === letter)
    if (!spec) {
      if (letter === 'h') throw new HelpWanted()
      throw new UserError(`unknown shorthand flag: ${goRune(letter)} in -${group}`)
    }
    const shown = `-${spec.short}, --${spec.name}`
    const bare = bareValue(spec)
    if (rest.startsWith('=')) return assign(spec, rest.slice(1), shown)
    if (bare !== undefined) assign(spec, bare, shown)
    else if (rest !== '') return assign(spec, rest, shown)
    else {
      const value = next()
      if (value === undefined) throw new UserError(`flag needs an argument: ${goRune(letter)} in -${group}`)
      return assign(spec, value, shown)
    }
  }
}

/** Somebody asked for help. */
export class HelpWanted extends UserError {}

/** The value of a flag that stands alone; undefined when it needs one. */
export const bareValue = (spec: FlagSpec): string | undefined =>
  spec.bare ?? (spec.type === 'bool' ? 'true' : undefined)

const goRune = (letter: string): string => `'${letter}'`

/** Check a value and bring it into one form; throws in pflag's words. */
function checked(spec: FlagSpec, value: string, shown: string): string {
  const wrong = (why: string) =>
    new UserError(`invalid argument ${goQuote(value)} for ${goQuote(shown)} flag: ${why}`)
  switch (spec.type) {
    case 'bool':
    case 'tristate': {
      if (/^(1|t|T|TRUE|true|True)$/.test(value)) return 'true'
      if (/^(0|f|F|FALSE|false|False)$/.test(value)) return 'false'
      throw wrong(`strconv.ParseBool: parsing ${goQuote(value)}: invalid syntax`)
    }
    case 'int':
    case 'int32':
    case 'int64': {
      if (!/^[+-]?[0-9]+$/.test(value))
        throw wrong(
          `strconv.${spec.type === 'int32' ? 'ParseInt' : 'ParseInt'}: parsing ${goQuote(value)}: invalid syntax`,
        )
      const limit = spec.type === 'int32' ? 2147483647n : 9223372036854775807n
      const number = BigInt(value)
      if (number > limit || number < -limit - 1n)
        throw wrong(`strconv.ParseInt: parsing ${goQuote(value)}: value out of range`)
      return String(number)
    }
    case 'duration':
      try {
        return printDurationNs(parseDurationNs(value))
      } catch (error) {
        throw wrong((error as Error).message)
      }
    case 'stringToString':
      if (!value.includes('=')) throw wrong(`${value} must be formatted as key=value`)
      return value
    default:
      return value
  }
}

/** One line of CSV (Go: encoding/csv, as pflag's stringSlice reads it). */
export function splitCsv(line: string): string[] {
  if (line === '') return []
  const fields: string[] = []
  let field = ''
  let quoted = false
  for (let index = 0; index < line.length; index++) {
    const character = line[index] as string
    if (quoted) {
      if (character !== '"') field += character
      else if (line[index + 1] === '"') field += line[++index]
      else quoted = false
    } else if (character === '"' && field === '') quoted = true
    else if (character === ',') {
      fields.push(field)
      field = ''
    } else field += character
  }
  return [...fields, field]
}
