import { invalid, type FieldError } from '../../field-error.ts'

/** The 4 or 16 bytes of an address; leading zeros in IPv4 are tolerated (k8s.io/utils/net ParseIPSloppy). */
export function parseIP(text: string): readonly number[] | undefined {
  return text.includes(':') ? parseIPv6(text) : parseIPv4(text)
}

/** True for an IPv6 address that is no IPv4 address in disguise. */
export function isIPv6(text: string): boolean {
  const bytes = parseIP(text)
  return bytes !== undefined && unmapped(bytes).length === 16
}

/** apimachinery: pkg/util/validation/validation.go IsValidIP. */
export const validIP = (field: string, value: string): FieldError[] =>
  parseIP(value) ? [] : [invalid(field, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]

/** apimachinery: pkg/util/validation/validation.go IsValidCIDR. */
export const validCIDR = (field: string, value: string): FieldError[] =>
  parseCIDR(value) ? [] : [invalid(field, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]

/** Addresses that make no sense as an endpoint (kubernetes: pkg/apis/core/validation ValidateNonSpecialIP). */
export function nonSpecialIP(field: string, value: string): FieldError[] {
  const parsed = parseIP(value)
  if (!parsed) return [invalid(field, value, 'must be a valid IP address')]
  const bytes = unmapped(parsed)
  return special
    .filter(({ holds }) => holds(bytes))
    .map(({ message }) => invalid(field, value, message(value)))
}

/** One address of each family, in either order. */
export const isDualStack = (addresses: readonly string[]): boolean =>
  addresses.some(isIPv6) && addresses.some((address) => parseIP(address) !== undefined && !isIPv6(address))

/** The address part of a CIDR, if it is one. */
export function parseCIDR(text: string): { readonly address: readonly number[]; readonly bits: number } | undefined {
  const [, host, bits] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? []
  const address = host === undefined ? undefined : parseIP(host)
  return address && Number(bits) <= address.length * 8 ? { address, bits: Number(bits) } : undefined
}

interface SpecialRange {
  holds(bytes: readonly number[]): boolean
  message(value: string): string
}

const is4 = (bytes: readonly number[]): boolean => bytes.length === 4

const special: readonly SpecialRange[] = [
  { holds: (bytes) => bytes.every((byte) => byte === 0), message: (value) => `may not be unspecified (${value})` },
  {
    holds: (bytes) => (is4(bytes) ? bytes[0] === 127 : bytes.every((byte, i) => byte === (i === 15 ? 1 : 0))),
    message: () => 'may not be in the loopback range (127.0.0.0/8, ::1/128)',
  },
  {
    holds: (bytes) => (is4(bytes) ? bytes[0] === 169 && bytes[1] === 254 : bytes[0] === 0xfe && (bytes[1]! & 0xc0) === 0x80),
    message: () => 'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
  },
  {
    holds: (bytes) => (is4(bytes) ? bytes[0] === 224 && bytes[1] === 0 && bytes[2] === 0 : bytes[0] === 0xff && (bytes[1]! & 0xf) === 2),
    message: () => 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
  },
]

function parseIPv4(text: string): number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,20}$/.test(part) && Number(part) <= 255)) return undefined
  return parts.map(Number)
}

function parseIPv6(text: string): number[] | undefined {
  const [head = '', tail, ...more] = text.split('::')
  if (more.length) return undefined
  const left = groups(head)
  const right = tail === undefined ? [] : groups(tail)
  if (!left || !right) return undefined
  const missing = 16 - left.length - right.length
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined
  return [...left, ...new Array<number>(missing).fill(0), ...right]
}

/** Bytes of `a:b:c` or `a:b:1.2.3.4`. */
function groups(text: string): number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    const ipv4 = i === parts.length - 1 && part.includes('.') ? parseIPv4(part) : undefined
    if (ipv4) bytes.push(...ipv4)
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) bytes.push(Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255)
    else return undefined
  }
  return bytes
}

/** Go's To4: an IPv4 address in IPv6 clothes. */
const unmapped = (bytes: readonly number[]): readonly number[] =>
  bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
    ? bytes.slice(12)
    : bytes
