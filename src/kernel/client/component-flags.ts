import { parseDurationMs } from '../api/duration.ts'
import { goQuote } from '../api/go-quote.ts'
import { UserError } from '../api/user-error.ts'

/** What a flag takes; `list` is repeated or separated by commas, `map` is a list of `key=value`. */
type FlagKind = 'text' | 'bool' | 'number' | 'duration' | 'list' | 'map'

/** A flag of a component: its kind, what it is without being given, and what it is for. Durations are milliseconds. */
export interface Flag<T> {
  readonly kind: FlagKind
  readonly initial: T
  readonly help: string
}

export type FlagTable = Readonly<Record<string, Flag<unknown>>>
export type FlagValues<F extends FlagTable> = {
  readonly [N in keyof F]: F[N] extends Flag<infer T> ? T : never
}

export const text = (initial: string, help: string): Flag<string> => ({ kind: 'text', initial, help })
export const bool = (initial: boolean, help: string): Flag<boolean> => ({ kind: 'bool', initial, help })
export const number = (initial: number, help: string): Flag<number> => ({ kind: 'number', initial, help })
/** In milliseconds; written `50s` or `5m0s`. */
export const duration = (initial: number, help: string): Flag<number> => ({ kind: 'duration', initial, help })
export const list = (initial: readonly string[], help: string): Flag<readonly string[]> => ({
  kind: 'list',
  initial,
  help,
})
export const map = (
  initial: Readonly<Record<string, string>>,
  help: string,
): Flag<Readonly<Record<string, string>>> => ({ kind: 'map', initial, help })

/** Read `--name=value`, `--name value` and `--switch`; throws UserError in pflag's words. */
export function parseFlags<F extends FlagTable>(args: readonly string[], table: F): FlagValues<F> {
  const values: Record<string, unknown> = {}
  const given = new Set<string>()
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    if (!arg.startsWith('--') && arg !== '-v') throw new UserError(`unknown command ${goQuote(arg)}`)
    const equals = arg.indexOf('=')
    // Names are normalised: underscores are dashes (component-base: cli/flag WordSepNormalizeFunc).
    const name = arg.slice(arg === '-v' ? 1 : 2, equals < 0 ? undefined : equals).replaceAll('_', '-')
    const flag = table[name]
    if (!flag) throw new UserError(`unknown flag: --${name}`)
    const value = equals >= 0 ? arg.slice(equals + 1) : flag.kind === 'bool' ? 'true' : args[++i]
    if (value === undefined) throw new UserError(`flag needs an argument: --${name}`)
    const parsed = parseValue(name, flag.kind, value)
    values[name] = given.has(name) ? combine(flag.kind, values[name], parsed) : parsed
    given.add(name)
  }
  const initial = Object.entries(table).map(([name, flag]) => [name, flag.initial])
  return { ...Object.fromEntries(initial), ...values } as FlagValues<F>
}

function parseValue(name: string, kind: FlagKind, value: string): unknown {
  const fail = (why: string) =>
    new UserError(`invalid argument ${goQuote(value)} for "--${name}" flag: ${why}`)
  if (kind === 'text') return value
  if (kind === 'list') return value.split(',').filter((item) => item !== '')
  if (kind === 'map') return parseMap(value, fail)
  if (kind === 'bool') {
    if (TRUE.includes(value)) return true
    if (FALSE.includes(value)) return false
    throw fail(`strconv.ParseBool: parsing ${goQuote(value)}: invalid syntax`)
  }
  if (kind === 'number') {
    if (/^[+-]?\d+(\.\d+)?$/.test(value)) return Number(value)
    throw fail(`strconv.ParseInt: parsing ${goQuote(value)}: invalid syntax`)
  }
  try {
    return parseDurationMs(value)
  } catch (error) {
    throw fail((error as Error).message)
  }
}

function parseMap(value: string, fail: (why: string) => UserError): Record<string, string> {
  const pairs: Record<string, string> = {}
  for (const pair of value.split(',')) {
    if (pair === '') continue
    const mark = /[=:<]/.exec(pair)?.index
    if (mark === undefined) throw fail(`malformed pair, expect string=string`)
    pairs[pair.slice(0, mark).trim()] = pair.slice(pair[mark] === '<' ? mark : mark + 1).trim()
  }
  return pairs
}

function combine(kind: FlagKind, before: unknown, value: unknown): unknown {
  if (kind === 'list') return [...(before as string[]), ...(value as string[])]
  if (kind === 'map') return { ...(before as object), ...(value as object) }
  return value
}

const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True']
const FALSE = ['0', 'f', 'F', 'false', 'FALSE', 'False']
