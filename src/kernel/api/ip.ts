import { invalid, required, type FieldError } from './field-error.ts'
import { validateDNS1123Label, validateDNS1123Subdomain } from './names.ts'

/** The 4 or 16 bytes of an address; leading zeros pass, as in netutils.ParseIPSloppy. An IPv4 address within IPv6 counts as IPv4. */
export function parseIP(text: string): readonly number[] | undefined {
  if (!text.includes(':')) return parseIPv4(text)
  const bytes = parseIPv6(text)
  const mapped = bytes?.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  return mapped ? bytes?.slice(12) : bytes
}

/** 4, 6, or nothing for what is no address. */
export function ipFamily(text: string): 4 | 6 | undefined {
  const bytes = parseIP(text)
  return bytes && (bytes.length === 4 ? 4 : 6)
}

/** Whether the text is `ADDRESS/LENGTH` (netutils.ParseCIDRSloppy). */
export function isCIDR(text: string): boolean {
  const [address = '', length = '', ...more] = text.split('/')
  if (more.length || !/^[0-9]{1,6}$/.test(length)) return false
  const bits = address.includes(':') ? 128 : 32
  const bytes = address.includes(':') ? parseIPv6(address) : parseIPv4(address)
  return bytes !== undefined && Number(length) <= bits
}

/** `must be a valid IP address` (validation.IsValidIP). */
export const validateIP = (text: string, path: string): FieldError[] =>
  parseIP(text) ? [] : [invalid(path, text, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]

/** `must be a valid CIDR value` (validation.IsValidCIDR). */
export const validateCIDR = (text: string, path: string): FieldError[] =>
  isCIDR(text) ? [] : [invalid(path, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]

/** A host name of at least two labels, a last dot allowed (IsFullyQualifiedDomainName). */
export function validateFullyQualifiedDomainName(name: string, path: string): FieldError[] {
  if (name === '') return [required(path)]
  const plain = name.endsWith('.') ? name.slice(0, -1) : name
  const errors = validateDNS1123Subdomain(plain)
  if (errors.length) return [invalid(path, plain, errors.join(','))]
  const labels = plain.split('.')
  if (labels.length < 2)
    return [invalid(path, plain, 'should be a domain with at least two segments separated by dots')]
  const bad = labels.find((label) => validateDNS1123Label(label).length)
  return bad === undefined ? [] : [invalid(path, bad, validateDNS1123Label(bad).join(','))]
}

/** A host name of at least three labels (IsFullyQualifiedName). */
export function validateFullyQualifiedName(name: string, path: string): FieldError[] {
  if (name === '') return [required(path)]
  const errors = validateDNS1123Subdomain(name)
  if (errors.length) return [invalid(path, name, errors.join(','))]
  if (name.split('.').length >= 3) return []
  return [invalid(path, name, 'should be a domain with at least three segments separated by dots')]
}

function parseIPv4(text: string): number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^[0-9]+$/.test(part) && Number(part) <= 255))
    return undefined
  return parts.map(Number)
}

function parseIPv6(text: string): number[] | undefined {
  const [left = '', right, ...more] = text.split('::')
  if (more.length) return undefined
  const head = groups(left)
  const tail = right === undefined ? [] : groups(right)
  if (!head || !tail) return undefined
  const missing = 16 - head.length - tail.length
  if (right === undefined ? missing !== 0 : missing < 2) return undefined
  return [...head, ...new Array<number>(missing).fill(0), ...tail]
}

/** Bytes of colon-separated groups; the last may be an IPv4 address. */
function groups(text: string): number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    const embedded = part.includes('.') && i === parts.length - 1 ? parseIPv4(part) : undefined
    if (embedded) bytes.push(...embedded)
    else if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined
    else bytes.push(Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255)
  }
  return bytes
}
