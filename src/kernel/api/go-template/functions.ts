import { goQuote } from '../go-quote.ts'
import { UserError } from '../user-error.ts'
import { printf } from './printf.ts'
import { isArray, isMap, isTrue, printValue, typeName, type Value } from './values.ts'

export type TemplateFunction = (...args: Value[]) => Value

/** What every template may call (Go: text/template/funcs.go). `and` and `or` are the executor's, which stops early. */
export const builtins: Readonly<Record<string, TemplateFunction>> = {
  not: (value) => !isTrue(value),
  len: (value) => {
    if (typeof value === 'string') return BigInt(new TextLength(value).bytes)
    if (isArray(value)) return BigInt(value.length)
    if (isMap(value)) return BigInt(Object.keys(value).length)
    if (value === undefined || value === null) throw new UserError('len of nil pointer')
    throw new UserError(`len of type ${typeName(value)}`)
  },
  index: (value, ...keys) => keys.reduce(indexInto, value),
  slice: (value, ...bounds) => {
    if (typeof value !== 'string' && !isArray(value))
      throw new UserError(`can't slice item of type ${typeName(value)}`)
    const [from = 0, to = value.length, most = value.length] = bounds.map(Number)
    if (bounds.length > 2 && typeof value === 'string') throw new UserError('cannot 3-index slice a string')
    for (const at of [from, to, most])
      if (at < 0 || at > value.length) throw new UserError(`index out of range: ${at}`)
    if (to > most) throw new UserError(`invalid slice index: ${to} > ${most}`)
    if (from > to) throw new UserError(`invalid slice index: ${from} > ${to}`)
    return value.slice(from, to)
  },
  print: (...args) => sprint(args),
  println: (...args) => `${args.map((arg) => printValue(arg, false)).join(' ')}\n`,
  printf: (format, ...args) => {
    if (typeof format === 'string') return printf(format, args)
    throw new UserError(`wrong type for value; expected string; got ${typeName(format)}`)
  },
  html: (...args) => printable(args).replace(/[&<>"'\0]/g, (c) => htmlEscapes[c] ?? c),
  js: (...args) => printable(args).replace(/[\\'"<>&=\n\r\t]/g, (c) => jsEscapes[c] ?? c),
  urlquery: (...args) => encodeURIComponent(printable(args)).replaceAll('%20', '+'),
  eq: (first, ...others) => {
    if (!others.length) throw new UserError('missing argument for comparison')
    return others.some((other) => equal(first, other))
  },
  ne: (a, b) => !equal(a, b),
  lt: (a, b) => less(a, b),
  le: (a, b) => less(a, b) || equal(a, b),
  gt: (a, b) => !less(a, b) && !equal(a, b),
  ge: (a, b) => !less(a, b),
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
  '\0': '\uFFFD',
}
const jsEscapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
  '\n': '\\u000A',
  '\r': '\\u000D',
  '\t': '\\u0009',
}

/** UTF-8 length without an encoder. */
class TextLength {
  readonly bytes: number
  constructor(text: string) {
    let bytes = 0
    for (const character of text) {
      const code = character.codePointAt(0) ?? 0
      bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
    }
    this.bytes = bytes
  }
}

/** As `{{.}}` would print them (Go: template evalArgs). */
const printable = (args: readonly Value[]): string =>
  sprint(args.map((arg) => (arg === null || arg === undefined ? printValue(arg) : arg)))

/** Operands as fmt.Sprint joins them: a space between two that are no strings. */
function sprint(args: readonly Value[]): string {
  return args
    .map(
      (arg, i) =>
        (i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string' ? ' ' : '') +
        printValue(arg, false),
    )
    .join('')
}

/** Part of a map or list by its key; what a map has not is undefined. */
export function indexInto(value: Value, key: Value): Value {
  if (value === undefined || value === null) throw new UserError('index of untyped nil')
  if (isArray(value) || typeof value === 'string') {
    if (typeof key !== 'bigint' && typeof key !== 'number')
      throw new UserError(`cannot index slice/array with type ${typeName(key)}`)
    const at = Number(key)
    if (at < 0 || at >= value.length) throw new UserError(`index out of range: ${at}`)
    return typeof value === 'string' ? BigInt(value.charCodeAt(at)) : value[at]
  }
  if (!isMap(value)) throw new UserError(`can't index item of type ${typeName(value)}`)
  if (typeof key !== 'string') throw new UserError(`value has type ${typeName(key)}; should be string`)
  return Object.hasOwn(value, key) ? value[key] : undefined
}

type Basic = 'bool' | 'int' | 'float64' | 'string'

function basic(value: Value): Basic {
  const name = typeName(value)
  if (name === 'bool' || name === 'int' || name === 'float64' || name === 'string') return name
  throw new UserError('invalid type for comparison')
}

function equal(a: Value, b: Value): boolean {
  if (a === undefined || a === null || b === undefined || b === null) return (a ?? null) === (b ?? null)
  if (typeof a === 'object' || typeof b === 'object')
    throw new UserError(`non-comparable type ${printValue(a)}: ${typeName(a)}`)
  if (basic(a) !== basic(b)) throw new UserError('incompatible types for comparison')
  return a === b
}

function less(a: Value, b: Value): boolean {
  const kind = basic(a)
  if (kind !== basic(b)) throw new UserError('incompatible types for comparison')
  if (kind === 'bool') throw new UserError('invalid type for comparison')
  return (a as number) < (b as number)
}

export const unknownFunction = (name: string): string => `function ${goQuote(name)} not defined`
