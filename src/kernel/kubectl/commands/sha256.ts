import { utf8Bytes } from '../../api/utf8.ts'

/** FIPS 180-4; hexadecimal. */
export function sha256Hex(text: string): string {
  const bytes = utf8Bytes(text)
  const bits = bytes.length * 8
  bytes.push(0x80)
  while (bytes.length % 64 !== 56) bytes.push(0)
  for (let i = 7; i >= 0; i--)
    bytes.push(i > 3 ? Math.floor(bits / 2 ** 32 / 2 ** (8 * (i - 4))) & 255 : (bits >>> (8 * i)) & 255)
  let state = initial.slice()
  for (let at = 0; at < bytes.length; at += 64) state = block(state, bytes.slice(at, at + 64))
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

function block(state: readonly number[], bytes: readonly number[]): number[] {
  const w = Array.from({ length: 64 }, (_, i) =>
    i < 16
      ? (bytes[4 * i]! << 24) | (bytes[4 * i + 1]! << 16) | (bytes[4 * i + 2]! << 8) | bytes[4 * i + 3]!
      : 0,
  )
  for (let i = 16; i < 64; i++) {
    const s0 = rotate(w[i - 15]!, 7) ^ rotate(w[i - 15]!, 18) ^ (w[i - 15]! >>> 3)
    const s1 = rotate(w[i - 2]!, 17) ^ rotate(w[i - 2]!, 19) ^ (w[i - 2]! >>> 10)
    w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0
  }
  let [a, b, c, d, e, f, g, h] = state as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i++) {
    const t1 =
      (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + constants[i]! + w[i]!) | 0
    const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0]
  }
  return [a, b, c, d, e, f, g, h].map((word, i) => (word + state[i]!) | 0)
}

const rotate = (word: number, by: number) => (word >>> by) | (word << (32 - by))

const primes = [...Array(312).keys()].filter(
  (n) => n > 1 && [...Array(n).keys()].every((d) => d < 2 || n % d !== 0),
)
/** The first 32 bits of the fraction of the n-th root of a prime, by whole numbers only. */
function fraction(prime: number, root: 2n | 3n): number {
  const goal = BigInt(prime) << (32n * root)
  let low = 0n
  let high = 1n << 40n
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (middle ** root <= goal) low = middle
    else high = middle
  }
  return Number(low & 0xffffffffn) | 0
}
const initial = primes.slice(0, 8).map((prime) => fraction(prime, 2n))
const constants = primes.slice(0, 64).map((prime) => fraction(prime, 3n))
