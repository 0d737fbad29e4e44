import { parseDurationMs } from '../../api/duration.ts'
import { badArgs } from './exit.ts'

/** Flags that every command has, with their defaults; `ETCDCTL_*` variables stand in for them. */
const globals: Readonly<Record<string, string>> = {
  endpoints: '127.0.0.1:2379',
  'write-out': 'simple',
  hex: 'false',
  debug: 'false',
  'dial-timeout': '2s',
  'command-timeout': '5s',
  'keepalive-time': '2s',
  'keepalive-timeout': '6s',
  cacert: '',
  cert: '',
  key: '',
  user: '',
  password: '',
  'insecure-transport': 'true',
  'insecure-skip-tls-verify': 'false',
  'insecure-discovery': 'true',
  'discovery-srv': '',
}

const shorthands: Readonly<Record<string, string>> = { w: 'write-out', i: 'interactive', h: 'help' }

/** What a command line says: words, flags, and what follows `--`. */
export class Flags {
  readonly words: readonly string[]
  /** Words after `--`, which are words all the same. */
  readonly rest: readonly string[] | undefined
  readonly #values: ReadonlyMap<string, string>

  constructor(
    words: readonly string[],
    rest: readonly string[] | undefined,
    values: ReadonlyMap<string, string>,
  ) {
    this.words = words
    this.rest = rest
    this.#values = values
  }

  text(flag: string): string {
    return this.#values.get(flag) ?? ''
  }

  has(flag: string): boolean {
    return this.#values.get(flag) === 'true'
  }

  number(flag: string): number {
    const value = this.text(flag)
    if (!/^-?\d*$/.test(value)) {
      throw badArgs(
        `invalid argument "${value}" for "--${flag}" flag: strconv.ParseInt: parsing "${value}": invalid syntax`,
      )
    }
    return Number(value)
  }

  milliseconds(flag: string): number {
    return parseDurationMs(this.text(flag))
  }

  list(flag: string): string[] {
    return this.text(flag)
      .split(',')
      .filter((item) => item !== '')
  }
}

/** Reads words and flags in any order. `own` are the command's flags with their defaults. */
export const parseFlags = (
  args: readonly string[],
  own: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Flags => {
  const values = new Map(Object.entries({ ...globals, ...own }))
  for (const flag of Object.keys(globals)) {
    const value = env[`ETCDCTL_${flag.replaceAll('-', '_').toUpperCase()}`]
    if (value !== undefined) values.set(flag, value)
  }
  const words: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') {
      const rest = args.slice(i + 1)
      return new Flags(words, rest, values)
    }
    if (!arg.startsWith('-') || arg === '-') {
      words.push(arg)
      continue
    }
    const { flag, value } = splitFlag(arg)
    if (flag === 'help') values.set('help', 'true')
    else if (!values.has(flag))
      throw badArgs(
        arg.startsWith('--') ? `unknown flag: --${flag}` : `unknown shorthand flag: '${arg[1]}' in ${arg}`,
      )
    else values.set(flag, value ?? (isSwitch(flag, own) ? 'true' : needed(flag, args[++i])))
  }
  return new Flags(words, undefined, values)
}

const splitFlag = (arg: string): { readonly flag: string; readonly value: string | undefined } => {
  if (arg.startsWith('--')) {
    const equals = arg.indexOf('=')
    return equals < 0
      ? { flag: arg.slice(2), value: undefined }
      : { flag: arg.slice(2, equals), value: arg.slice(equals + 1) }
  }
  const value = arg.length > 2 ? arg.slice(2).replace(/^=/, '') : undefined
  return { flag: shorthands[arg[1]!] ?? arg[1]!, value }
}

const isSwitch = (flag: string, own: Readonly<Record<string, string>>): boolean => {
  const initial = own[flag] ?? globals[flag]
  return initial === 'true' || initial === 'false'
}

const needed = (flag: string, value: string | undefined): string => {
  if (value === undefined) throw badArgs(`flag needs an argument: --${flag}`)
  return value
}
