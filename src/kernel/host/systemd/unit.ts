import { absolute } from '../filesystem.ts'
import type { FileSystem } from '../filesystem.ts'

/** A unit file: sections of keys, each with its values in order (systemd.syntax(7)). */
export type Ini = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

/** Parse a unit, network or similar file. An empty assignment clears the list before it. */
export function parseIni(text: string): Ini {
  const sections: Record<string, Record<string, string[]>> = {}
  let section: Record<string, string[]> = {}
  for (const raw of text.replace(/\\\n\s*/g, ' ').split('\n')) {
    const line = raw.trim()
    if (!line || line.startsWith('#') || line.startsWith(';')) continue
    const header = /^\[(.+)\]$/.exec(line)
    if (header) {
      section = sections[header[1]] ??= {}
      continue
    }
    const equals = line.indexOf('=')
    if (equals < 0) continue
    const key = line.slice(0, equals).trim()
    const value = line.slice(equals + 1).trim()
    if (value === '') section[key] = []
    else (section[key] ??= []).push(value)
  }
  return sections
}

/** A service as its unit file describes it (systemd.service(5)). */
export interface ServiceUnit {
  readonly name: string
  readonly path: string
  readonly description: string
  readonly after: readonly string[]
  readonly requires: readonly string[]
  readonly wantedBy: readonly string[]
  readonly type: string
  readonly execStartPre: readonly string[]
  readonly execStart: readonly string[]
  readonly environment: readonly string[]
  readonly environmentFiles: readonly string[]
  readonly restart: string
  readonly restartMs: number
  readonly stopTimeoutMs: number
  readonly user: string
  readonly workingDirectory: string
  readonly startLimitBurst: number
  readonly startLimitIntervalMs: number
}

/** Where unit files are, most important first. */
export const UNIT_DIRECTORIES = ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system']

export function loadUnit(fs: FileSystem, name: string): ServiceUnit | undefined {
  const path = UNIT_DIRECTORIES.map((directory) => `${directory}/${name}`).find((candidate) =>
    fs.exists(candidate),
  )
  if (!path) return undefined
  const { Unit = {}, Service = {}, Install = {} } = withDropIns(fs, name, parseIni(fs.read(path)))
  const one = (section: Readonly<Record<string, readonly string[]>>, key: string, fallback: string) =>
    section[key]?.at(-1) ?? fallback
  const words = (values: readonly string[] = []) => values.flatMap((value) => value.split(/\s+/))
  return {
    name,
    path,
    description: one(Unit, 'Description', name),
    after: words(Unit['After']),
    requires: words(Unit['Requires']),
    wantedBy: words(Install['WantedBy']),
    type: one(Service, 'Type', 'simple'),
    execStartPre: Service['ExecStartPre'] ?? [],
    execStart: Service['ExecStart'] ?? [],
    environment: Service['Environment'] ?? [],
    environmentFiles: Service['EnvironmentFile'] ?? [],
    restart: one(Service, 'Restart', 'no'),
    restartMs: parseSpan(one(Service, 'RestartSec', '100ms')),
    stopTimeoutMs: parseSpan(one(Service, 'TimeoutStopSec', '90s')),
    user: one(Service, 'User', 'root'),
    workingDirectory: one(Service, 'WorkingDirectory', '/'),
    startLimitBurst: Number(one(Unit, 'StartLimitBurst', '5')),
    startLimitIntervalMs: parseSpan(
      one(Unit, 'StartLimitIntervalSec', one(Unit, 'StartLimitInterval', '10s')),
    ),
  }
}

/** Settings in `NAME.d/*.conf` add to, or replace, those of the unit file. */
function withDropIns(fs: FileSystem, name: string, unit: Ini): Ini {
  const merged: Record<string, Record<string, readonly string[]>> = structuredCopy(unit)
  for (const directory of UNIT_DIRECTORIES.map((base) => `${base}/${name}.d`).reverse()) {
    if (!fs.exists(directory)) continue
    for (const file of fs.list(directory).filter((candidate) => candidate.endsWith('.conf'))) {
      for (const [section, keys] of Object.entries(parseIni(fs.read(`${directory}/${file}`)))) {
        for (const [key, values] of Object.entries(keys)) {
          const old = merged[section]?.[key] ?? []
          merged[section] = {
            ...merged[section],
            [key]: values.length ? [...(key === 'ExecStart' ? [] : old), ...values] : [],
          }
        }
      }
    }
  }
  return merged
}

const structuredCopy = (unit: Ini): Record<string, Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(unit).map(([section, keys]) => [section, { ...keys }]))

const SPAN_MS: Record<string, number> = {
  ms: 1,
  msec: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  '': 1000,
}

/** `5s`, `100ms`, `1min 30s`, `infinity`, or a bare number of seconds, in milliseconds (systemd.time(7)). */
export function parseSpan(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY
  let sum = 0
  for (const [, value, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)/g))
    sum += Number(value) * (SPAN_MS[unit] ?? 1000)
  return sum
}

/** Environment of a service: `Environment=` lines, then files; a file that begins with `-` may be missing. */
export function environmentOf(fs: FileSystem, unit: ServiceUnit): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const line of unit.environment) {
    for (const word of splitWords(line)) assign(environment, word)
  }
  for (const entry of unit.environmentFiles) {
    const optional = entry.startsWith('-')
    const path = absolute('/', optional ? entry.slice(1) : entry)
    if (optional && !fs.exists(path)) continue
    for (const line of fs.read(path).split('\n'))
      if (!/^\s*(#|;|$)/.test(line)) assign(environment, unquote(line.trim()))
  }
  return environment
}

/** Words of a command line, with quotes as systemd takes them, and `$VAR` and `${VAR}` replaced. */
export function commandOf(line: string, environment: Readonly<Record<string, string>>): string[] {
  const words: string[] = []
  for (const word of splitWords(line)) {
    const whole = /^\$([A-Za-z_]\w*)$/.exec(word)
    if (whole) words.push(...splitWords(environment[whole[1]] ?? ''))
    else words.push(word.replace(/\$\{(\w+)\}/g, (_, name: string) => environment[name] ?? ''))
  }
  return words
}

function splitWords(text: string): string[] {
  const words: string[] = []
  for (const [, double, single, bare] of text.matchAll(
    /"((?:[^"\\]|\\.)*)"|'([^']*)'|((?:[^\s"']|"[^"]*"|'[^']*')+)/g,
  )) {
    words.push(double?.replace(/\\(.)/g, '$1') ?? single ?? bare.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'))
  }
  return words
}

function assign(environment: Record<string, string>, word: string): void {
  const equals = word.indexOf('=')
  if (equals > 0) environment[word.slice(0, equals)] = unquote(word.slice(equals + 1))
}

const unquote = (text: string): string =>
  text.replace(/^(["'])(.*)\1$/, '$2').replace(/^([A-Za-z_]\w*=)(["'])(.*)\2$/, '$1$3')
