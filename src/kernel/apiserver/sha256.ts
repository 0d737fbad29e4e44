import { encodeBase64 } from '../api/base64.ts'
import { utf8Bytes } from '../api/utf8.ts'

// FIPS 180-4. The constants are the fractional parts of the cube roots of the first 64 primes and the square roots of
// the first 8: integer roots give them without a table.

const primes = firstPrimes(64)
const rounds = primes.map((prime) => fraction(prime, 3n))
const initial = primes.slice(0, 8).map((prime) => fraction(prime, 2n))

/** The digest of the UTF-8 bytes of a text. */
export function sha256(text: string): number[] {
  const bytes = padded(utf8Bytes(text))
  const hash = [...initial]
  for (let at = 0; at < bytes.length; at += 64) compress(hash, bytes, at)
  return hash.flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255])
}

/** In upper case, as upstream prints its hashes. */
export const hexHash = (text: string): string =>
  sha256(text)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()

/** Standard base64 of the first bytes of the digest. */
export const shortHash = (text: string, bytes: number): string => encodeBase64(sha256(text).slice(0, bytes))

function compress(hash: number[], bytes: readonly number[], at: number): void {
  const words: number[] = []
  for (let i = 0; i < 64; i++) words.push(i < 16 ? wordAt(bytes, at + i * 4) : nextWord(words, i))
  let [a, b, c, d, e, f, g, h] = hash as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i++) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const t1 = (h + sum1 + ((e & f) ^ (~e & g)) + rounds[i]! + words[i]!) | 0
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const t2 = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0]
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) hash[i] = (hash[i]! + word) | 0
}

function nextWord(words: readonly number[], i: number): number {
  const [w2, w7, w15, w16] = [words[i - 2]!, words[i - 7]!, words[i - 15]!, words[i - 16]!]
  const small1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10)
  const small0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3)
  return (small1 + w7 + small0 + w16) | 0
}

const rotate = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

const wordAt = (bytes: readonly number[], at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!

function padded(bytes: number[]): number[] {
  const bits = bytes.length * 8
  const result = [...bytes, 0x80]
  while (result.length % 64 !== 56) result.push(0)
  const high = Math.floor(bits / 4294967296)
  for (const half of [high, bits >>> 0])
    result.push(half >>> 24, (half >>> 16) & 255, (half >>> 8) & 255, half & 255)
  return result
}

/** The first 32 bits behind the point of a root. */
function fraction(value: number, degree: bigint): number {
  const scaled = BigInt(value) << (32n * degree)
  let low = 0n
  let high = 1n << 40n
  while (high - low > 1n) {
    const middle = (low + high) >> 1n
    if (middle ** degree <= scaled) low = middle
    else high = middle
  }
  return Number(low & 0xffffffffn) | 0
}

function firstPrimes(count: number): number[] {
  const found: number[] = []
  for (let candidate = 2; found.length < count; candidate++)
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate)
  return found
}
