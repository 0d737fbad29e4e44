import { goQuote } from '../go-quote.ts'
import { printFloat, printValue, typeName, type Value } from './values.ts'

/** Go's fmt.Sprintf over template values: flags, width, precision and the verbs people use. */
export function printf(format: string, args: readonly Value[]): string {
  let next = 0
  const out = format.replace(
    /%([-+# 0]*)(\d+|\*)?(?:\.(\d+|\*)?)?([a-zA-Z%]|$)/g,
    (match, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%'
      if (verb === '') return '%!(NOVERB)'
      const size = width === '*' ? Number(args[next++]) : width === undefined ? undefined : Number(width)
      const digits = match.includes('.')
        ? precision === '*'
          ? Number(args[next++])
          : Number(precision ?? 0)
        : undefined
      if (next >= args.length) return `%!${verb}(MISSING)`
      return pad(formatOne(verb, flags, digits, args[next++]), flags, size, verb)
    },
  )
  const extra = args.slice(next).map((arg) => `${typeName(arg)}=${printValue(arg, false)}`)
  return extra.length ? `${out}%!(EXTRA ${extra.join(', ')})` : out
}

function formatOne(verb: string, flags: string, precision: number | undefined, value: Value): string {
  const wrong = () => `%!${verb}(${typeName(value)}=${printValue(value, false)})`
  const sign = (text: string) =>
    flags.includes('+') && !text.startsWith('-')
      ? `+${text}`
      : flags.includes(' ') && !text.startsWith('-')
        ? ` ${text}`
        : text
  switch (verb) {
    case 'v':
      if (flags.includes('#') && typeof value === 'string') return goQuote(value)
      return printValue(value, false)
    case 's':
      if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return wrong()
      return truncated(printValue(value, false), precision)
    case 'q':
      return typeof value === 'string'
        ? goQuote(truncated(value, precision))
        : typeof value === 'bigint'
          ? `'${String.fromCodePoint(Number(value))}'`
          : wrong()
    case 'T':
      return typeName(value)
    case 't':
      return typeof value === 'boolean' ? String(value) : wrong()
    case 'd':
    case 'b':
    case 'o':
    case 'c':
    case 'U':
      return typeof value === 'bigint' ? whole(verb, value, sign) : wrong()
    case 'x':
    case 'X':
      return hexadecimal(verb, flags, value) ?? wrong()
    case 'f':
    case 'F':
    case 'e':
    case 'E':
    case 'g':
    case 'G':
      return typeof value === 'number' ? sign(floating(verb, precision, value)) : wrong()
  }
  return wrong()
}

function whole(verb: string, value: bigint, sign: (text: string) => string): string {
  if (verb === 'c') return String.fromCodePoint(Number(value))
  if (verb === 'U') return `U+${value.toString(16).toUpperCase().padStart(4, '0')}`
  return sign(value.toString(verb === 'b' ? 2 : verb === 'o' ? 8 : 10))
}

const truncated = (text: string, precision: number | undefined) =>
  precision === undefined ? text : [...text].slice(0, precision).join('')

function hexadecimal(verb: string, flags: string, value: Value): string | undefined {
  const lower =
    typeof value === 'bigint'
      ? value.toString(16)
      : typeof value === 'string'
        ? [...value].map((c) => (c.codePointAt(0) ?? 0).toString(16).padStart(2, '0')).join('')
        : undefined
  if (lower === undefined) return undefined
  const prefixed = flags.includes('#') ? `0x${lower}` : lower
  return verb === 'X' ? prefixed.toUpperCase() : prefixed
}

function floating(verb: string, precision: number | undefined, value: number): string {
  if (verb === 'f' || verb === 'F') return value.toFixed(precision ?? 6)
  const exponent = (text: string) => text.replace(/e([+-])(\d)$/, 'e$10$2')
  if (verb === 'e' || verb === 'E') return exponent(value.toExponential(precision ?? 6))
  return precision === undefined
    ? printFloat(value)
    : exponent(String(Number(value.toPrecision(precision || 1))))
}

function pad(text: string, flags: string, width: number | undefined, verb: string): string {
  if (width === undefined) return text
  const missing = Math.max(0, width - [...text].length)
  if (flags.includes('-')) return text + ' '.repeat(missing)
  if (!flags.includes('0') || /[sqvT]/.test(verb))
    return (flags.includes('0') && verb !== 'q' ? '0' : ' ').repeat(missing) + text
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/s.exec(text) ?? []
  return sign + '0'.repeat(missing) + digits
}
