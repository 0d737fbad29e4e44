import { Environment } from '@marcbachmann/cel-js'
import { parseTime } from '../time.ts'
import { equalValues } from './equal-values.ts'

/** A type of CEL values that JSON values become, once it is known to an environment. */
export interface CelType {
  /** As declarations of variables and functions say it, e.g. `list<string>`. */
  readonly name: string
  /** The JSON value as an expression sees it. */
  value(json: unknown): unknown
}

const scalar = (name: string, value: (json: unknown) => unknown = (json) => json): CelType => ({
  name,
  value,
})

export const stringType = scalar('string')
export const boolType = scalar('bool')
export const intType = scalar('int', (json) => (typeof json === 'number' ? BigInt(Math.trunc(json)) : json))
export const doubleType = scalar('double')

/** What no schema tells of: integers are ints, everything else is as it is. */
export const dynType = scalar('dyn', dynamic)

function dynamic(json: unknown): unknown {
  if (typeof json === 'number') return Number.isInteger(json) ? BigInt(json) : json
  if (Array.isArray(json)) return json.map(dynamic)
  if (typeof json !== 'object' || json === null) return json
  return new Map(Object.entries(json).map(([key, value]) => [key, dynamic(value)]))
}

export const listType = (of: CelType): CelType => ({
  name: `list<${of.name}>`,
  value: (json) => (Array.isArray(json) ? json.map((item) => of.value(item)) : json),
})

export const mapType = (of: CelType): CelType => ({
  name: `map<string, ${of.name}>`,
  value: (json) =>
    isObject(json) ? new Map(Object.entries(json).map(([key, value]) => [key, of.value(value)])) : json,
})

/** A moment or a span of time, of a text; what is none stays what it is, and expressions fail on it. */
export const timestampType = scalar('google.protobuf.Timestamp', (json) => {
  const ms = typeof json === 'string' ? parseTime(json.length === 10 ? `${json}T00:00:00Z` : json) : undefined
  return ms === undefined ? json : new Date(ms)
})

/** Made by the language itself, whose class of durations is its own. */
const makeDuration = new Environment().registerVariable('text', 'string').parse('duration(text)')

export const durationType = scalar('google.protobuf.Duration', (json) => {
  try {
    return typeof json === 'string' ? makeDuration({ text: json }) : json
  } catch {
    return json
  }
})

/** An object with declared fields, in an environment that will know it by that name; null fields are absent. */
export function objectType(
  environment: Environment,
  name: string,
  fields: Readonly<Record<string, CelType>>,
): CelType {
  const known = Object.entries(fields).flatMap(([key, type]): [string, string, CelType][] => {
    const escaped = escapeField(key)
    return escaped === undefined ? [] : [[key, escaped, type]]
  })
  class Instance {}
  environment.registerType(name, {
    ctor: Instance,
    fields: Object.fromEntries(known.map(([, escaped, type]) => [escaped, type.name])),
  })
  environment.registerOperator(`${name} == ${name}`, (a: unknown, b: unknown) => equalValues(a, b))
  return {
    name,
    value: (json) => {
      if (!isObject(json)) return json
      const instance: Record<string, unknown> = new Instance() as Record<string, unknown>
      for (const [key, escaped, type] of known)
        if (Object.hasOwn(json, key) && json[key] !== null && json[key] !== undefined)
          instance[escaped] = type.value(json[key])
      return instance
    },
  }
}

const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
)

const replacements: readonly (readonly [string, string])[] = [
  ['__', '__underscores__'],
  ['.', '__dot__'],
  ['-', '__dash__'],
  ['/', '__slash__'],
]

/** A field's name as expressions spell it; undefined where they cannot (apiserver: pkg/cel/escaping.go). */
export function escapeField(name: string): string | undefined {
  if (!/^[a-zA-Z_.\-/][a-zA-Z0-9_.\-/]*$/.test(name)) return undefined
  if (reserved.has(name)) return `__${name}__`
  return replacements.reduce((text, [from, to]) => text.replaceAll(from, to), name)
}
