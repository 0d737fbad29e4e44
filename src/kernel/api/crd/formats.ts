import { base64Canonical } from '../base64.ts'
import { parseTime } from '../time.ts'

// kube-openapi: pkg/validation/strfmt/default.go

const hex = '[0-9a-fA-F]'
const uuid = (version: string, variant: string) =>
  new RegExp(`^${hex}{8}-?${hex}{4}-?${version}${hex}{3}-?${variant}${hex}{3}-?${hex}{12}$`)
const byPattern = (pattern: RegExp) => (text: string) => pattern.test(text)
const octet = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)'
const ipv4 = new RegExp(`^${octet}(\\.${octet}){3}$`)

/** Formats of strings that are checked; all others are only words. */
const checks: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) => isDateTime(text),
  datetime: (text) => isDateTime(text),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && parseTime(`${text}T00:00:00Z`) !== undefined,
  duration: byPattern(/^(\d+(\.\d+)?\s*(ns|us|µs|μs|ms|s|m|h|d|w|[a-z]{3,12})\s*)+$/i),
  uri: byPattern(/^[a-zA-Z][a-zA-Z0-9+.-]*:\S+$|^\/\S*$/),
  email: byPattern(/^(?:"[^"]{1,62}"|[^\s@<>()[\],;:"]{1,64})@[A-Za-z0-9.-]{1,253}$/),
  hostname: byPattern(
    /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\.?$/,
  ),
  ipv4: byPattern(ipv4),
  ipv6: (text) => isIPv6(text),
  cidr: (text) => isCidr(text),
  mac: byPattern(/^([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}$|^([0-9a-fA-F]{4}\.){2}[0-9a-fA-F]{4}$/),
  uuid: byPattern(uuid(hex, hex)),
  uuid3: byPattern(uuid('3', hex)),
  uuid4: byPattern(uuid('4', '[89abAB]')),
  uuid5: byPattern(uuid('5', '[89abAB]')),
  byte: (text) => 'text' in base64Canonical(text),
  hexcolor: byPattern(/^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: byPattern(/^rgb\(\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\s*\)$/),
  ssn: byPattern(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  bsonobjectid: byPattern(/^[0-9a-fA-F]{24}$/),
  isbn: byPattern(/^(\d[- ]?){9}[\dX]$|^(97[89][- ]?)(\d[- ]?){9}\d$/),
  isbn10: byPattern(/^(\d[- ]?){9}[\dX]$/),
  isbn13: byPattern(/^(97[89][- ]?)(\d[- ]?){9}\d$/),
  creditcard: byPattern(/^(\d[ -]?){13,16}$/),
}

/** Whether a text is of a format; of one that nobody checks, every text is. */
export const isOfFormat = (format: string, text: string): boolean =>
  Object.hasOwn(checks, format) ? checks[format]!(text) : true

function isDateTime(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/
  return time.test(text) && parseTime(text.toUpperCase()) !== undefined
}

function isIPv6(text: string): boolean {
  if (!text.includes(':') || /[^0-9a-fA-F:.]/.test(text) || text.split('::').length > 2) return false
  const [head = '', tail] = text.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const all = [...groups(head), ...groups(tail ?? '')]
  const last = all.at(-1)
  const embedded = last?.includes('.') ? 1 : 0
  if (embedded && !ipv4.test(last!)) return false
  const plain = embedded ? all.slice(0, -1) : all
  if (!plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false
  const length = plain.length + 2 * embedded
  return tail === undefined ? length === 8 : length < 8
}

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/')
  if (more.length || !/^\d{1,3}$/.test(bits)) return false
  return ipv4.test(address) ? Number(bits) <= 32 : isIPv6(address) && Number(bits) <= 128
}
