import { decodeBase64 } from '../base64.ts'
import { YamlError } from './yaml-error.ts'

export type Scalar = string | number | boolean | null

const WORDS: Readonly<Record<string, Scalar>> = Object.fromEntries([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true]),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [
    word,
    false,
  ]),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null]),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN]),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY]),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY]),
])
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/
const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]*|[1-9][0-9]*)$/
const DATE = /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)?)?$/

/** What a plain word means; YAML 1.1 as go-yaml has it, where 12:30 and dates are text and 0777 is octal (goyaml.v2/resolve.go). */
export function resolvePlain(word: string): Scalar {
  if (Object.hasOwn(WORDS, word)) return WORDS[word] as Scalar
  const first = word.charAt(0)
  if (!/[-+.0-9]/.test(first) || DATE.test(word)) return word
  const plain = word.replaceAll('_', '')
  const integer = first === '.' ? undefined : integerOf(plain)
  if (integer !== undefined) return integer
  if (!FLOAT.test(plain)) return word
  const value = Number(plain)
  return Number.isFinite(value) ? value : word
}

function integerOf(text: string): number | undefined {
  const [, sign, digits = ''] = INTEGER.exec(text) ?? []
  if (!digits || /^0[oOxXbB]$/.test(digits)) return undefined
  if (digits.length > 80) throw new YamlError(`cannot represent ${text.slice(0, 20)}... exactly`)
  const octal = /^0[0-7]+$/.test(digits)
  const exact = BigInt(octal ? `0o${digits.slice(1)}` : digits)
  const value = Number(exact)
  // Every number is a double here; a silent loss of digits would be worse than a refusal.
  if (!Number.isSafeInteger(value)) throw new YamlError(`cannot represent ${text} exactly`)
  return sign === '-' && value !== 0 ? -value : value
}

/** The value of a scalar with a tag, such as `!!str 5`. */
export function resolveTagged(tag: string, text: string): Scalar {
  if (tag === '!!str' || !tag.startsWith('!!')) return text
  if (tag === '!!binary') return fromBinary(text)
  if (!['!!bool', '!!int', '!!float', '!!null', '!!timestamp'].includes(tag)) return text
  const value = tag === '!!timestamp' && DATE.test(text) ? text : resolvePlain(text)
  const found = tag === '!!timestamp' && DATE.test(text) ? tag : tagOf(value)
  if (found === tag || (tag === '!!float' && found === '!!int')) return value
  throw new YamlError(`cannot decode ${found} \`${text}\` as a ${tag}`)
}

function tagOf(value: Scalar): string {
  if (value === null) return '!!null'
  if (typeof value === 'boolean') return '!!bool'
  if (typeof value === 'string') return '!!str'
  return Number.isInteger(value) ? '!!int' : '!!float'
}

function fromBinary(text: string): string {
  const decoded = decodeBase64(text)
  if ('wrongAt' in decoded) throw new YamlError('!!binary value contains invalid base64 data')
  const escaped = Array.from(decoded.bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  try {
    return decodeURIComponent(escaped)
  } catch {
    return '\ufffd'
  }
}
