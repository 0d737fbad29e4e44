/** IPv4 addresses as unsigned 32-bit numbers. */

const DOT = 46
const ZERO = 48

/** `10.0.0.1` -> number; NaN when it is not four decimal parts. */
export function parseIP(text: string): number {
  let value = 0
  let part = 0
  let digits = 0
  let dots = 0
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : DOT
    if (code === DOT) {
      if (digits === 0 || digits > 3 || part > 255 || dots === 4) return Number.NaN
      value = value * 256 + part
      dots++
      part = 0
      digits = 0
    } else if (code >= ZERO && code <= ZERO + 9) {
      part = part * 10 + code - ZERO
      digits++
    } else return Number.NaN
  }
  return dots === 4 ? value : Number.NaN
}

export const formatIP = (value: number): string =>
  [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.')

/** A prefix such as `10.244.1.0/24`. */
export interface Cidr {
  readonly network: number
  readonly bits: number
}

/** `10.244.1.7/24` -> network 10.244.1.0 with 24 bits; a bare address has 32. Undefined when malformed. */
export function parseCidr(text: string): Cidr | undefined {
  const [address, bits = '32'] = text.split('/')
  const value = parseIP(address)
  const length = Number(bits)
  if (Number.isNaN(value) || !/^\d+$/.test(bits) || length > 32) return undefined
  return { network: (value & maskOf(length)) >>> 0, bits: length }
}

export const maskOf = (bits: number): number => (bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0)

export const contains = ({ network, bits }: Cidr, address: number): boolean =>
  (address & maskOf(bits)) >>> 0 === network
