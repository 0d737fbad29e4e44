import { ipFamily, isCIDR, parseIP } from '../../ip.ts'
import { invalid, type FieldError } from '../../field-error.ts'

/** Addresses that make no sense as an endpoint (kubernetes: pkg/apis/core/validation ValidateNonSpecialIP). */
export function nonSpecialIP(field: string, value: string): FieldError[] {
  const bytes = parseIP(value)
  if (!bytes) return [invalid(field, value, 'must be a valid IP address')]
  return special
    .filter(({ holds }) => holds(bytes))
    .map(({ message }) => invalid(field, value, message(value)))
}

/** At least one address of each family (k8s.io/utils/net IsDualStackIPStrings). */
export const isDualStack = (addresses: readonly string[]): boolean =>
  addresses.some((address) => ipFamily(address) === 4) && addresses.some((address) => ipFamily(address) === 6)

interface SpecialRange {
  holds(bytes: readonly number[]): boolean
  message(value: string): string
}

const is4 = (bytes: readonly number[]): boolean => bytes.length === 4

const special: readonly SpecialRange[] = [
  {
    holds: (bytes) => bytes.every((byte) => byte === 0),
    message: (value) => `may not be unspecified (${value})`,
  },
  {
    holds: (bytes) => (is4(bytes) ? bytes[0] === 127 : bytes.every((byte, i) => byte === (i === 15 ? 1 : 0))),
    message: () => 'may not be in the loopback range (127.0.0.0/8, ::1/128)',
  },
  {
    holds: (bytes) =>
      is4(bytes) ? bytes[0] === 169 && bytes[1] === 254 : bytes[0] === 0xfe && (bytes[1]! & 0xc0) === 0x80,
    message: () => 'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
  },
  {
    holds: (bytes) =>
      is4(bytes)
        ? bytes[0] === 224 && bytes[1] === 0 && bytes[2] === 0
        : bytes[0] === 0xff && (bytes[1]! & 0xf) === 2,
    message: () => 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
  },
]

/** A network: its address and how many of its bits count. */
export interface CIDR {
  readonly bytes: readonly number[]
  readonly prefix: number
}

export function parseCIDR(text: string): CIDR | undefined {
  const [address = '', prefix = ''] = text.split('/')
  const bytes = isCIDR(text) ? parseIP(address) : undefined
  return bytes && { bytes, prefix: Number(prefix) }
}

/** Whether the address is one of the network's. */
export const cidrContains = ({ bytes, prefix }: CIDR, address: readonly number[]): boolean =>
  bytes.length === address.length &&
  bytes.every((byte, i) => {
    const unused = 8 - Math.min(8, Math.max(0, prefix - 8 * i))
    return byte >> unused === address[i]! >> unused
  })
