import { parseDurationMs } from '../api/duration.ts'
import { goQuote } from '../api/go-quote.ts'
import { UserError } from '../api/user-error.ts'
import { flagDefaults, flagTypes, type FlagType } from './flag-table.ts'

/** The flags of kube-apiserver as they were given; a flag given twice holds its last value, lists hold all. */
export class Flags {
  readonly #values = new Map<string, string>()
  readonly #durations = new Map<string, number>()

  constructor(args: readonly string[]) {
    for (const [name, value] of parseArgs(args)) {
      const before = this.#values.get(name)
      const isList = flagTypes.get(name) === 'strings' || flagTypes.get(name) === 'map'
      this.#values.set(name, isList && before !== undefined ? `${before},${value}` : value)
    }
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  text(name: string): string {
    return this.#values.get(name) ?? flagDefaults[name] ?? ''
  }

  list(name: string): string[] {
    return this.text(name).split(',').filter(Boolean)
  }

  number(name: string): number {
    return Number(this.text(name))
  }

  bool(name: string): boolean {
    return trueWords.includes(this.text(name))
  }

  milliseconds(name: string): number {
    let known = this.#durations.get(name)
    if (known === undefined) this.#durations.set(name, (known = parseDurationMs(this.text(name))))
    return known
  }
}

const trueWords = ['1', 't', 'T', 'true', 'TRUE', 'True']
const falseWords = ['0', 'f', 'F', 'false', 'FALSE', 'False']

/** `--name value`, `--name=value`, `--switch`; throws UserError in pflag's words (spf13/pflag: flag.go parseLongArg). */
function* parseArgs(args: readonly string[]): Generator<[string, string]> {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') return
    if (!arg.startsWith('-') || arg === '-')
      throw new UserError(`unknown command ${goQuote(arg)} for "kube-apiserver"`)
    if (arg === '-v' || arg === '-h') {
      yield [arg === '-v' ? 'v' : 'help', arg === '-v' ? (args[++i] ?? '') : 'true']
      continue
    }
    if (!arg.startsWith('--')) throw new UserError(`unknown shorthand flag: '${arg[1]}' in ${arg}`)
    const equals = arg.indexOf('=')
    // Names are normalised: underscores are dashes (component-base: cli/flag WordSepNormalizeFunc).
    const name = arg.slice(2, equals < 0 ? undefined : equals).replaceAll('_', '-')
    const type = flagTypes.get(name)
    if (!type) throw new UserError(`unknown flag: --${name}`)
    let value = equals < 0 ? undefined : arg.slice(equals + 1)
    if (value === undefined && (type === 'bool' || name === 'version')) value = 'true'
    value ??= args[++i]
    if (value === undefined) throw new UserError(`flag needs an argument: --${name}`)
    check(name, type, value)
    yield [name, value]
  }
}

function check(name: string, type: FlagType, value: string): void {
  const why = problem(type, value)
  if (why) throw new UserError(`invalid argument ${goQuote(value)} for "--${name}" flag: ${why}`)
}

function problem(type: FlagType, value: string): string | undefined {
  if (type === 'bool' && ![...trueWords, ...falseWords].includes(value))
    return `strconv.ParseBool: parsing ${goQuote(value)}: invalid syntax`
  if (type === 'int' && !/^[+-]?\d+$/.test(value))
    return `strconv.ParseInt: parsing ${goQuote(value)}: invalid syntax`
  if (type === 'duration') return durationProblem(value)
  if (type === 'ip' && !/^[\d.]+$|:/.test(value)) return `failed to parse IP: ${goQuote(value)}`
  if (type === 'ports' && !/^\d+([-+]\d+)?$/.test(value)) return `not a valid port range: ${value}`
  return undefined
}

function durationProblem(value: string): string | undefined {
  try {
    parseDurationMs(value)
    return undefined
  } catch (error) {
    return error instanceof UserError ? error.message : String(error)
  }
}
