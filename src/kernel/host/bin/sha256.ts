/** SHA-256 (FIPS 180-4) of bytes, as hexadecimal digits. */
export function sha256(bytes: readonly number[]): string {
  const state = [...INITIAL]
  const words = new Int32Array(64)
  const padded = pad(bytes)
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) {
      const p = at + i * 4
      words[i] = (padded[p] << 24) | (padded[p + 1] << 16) | (padded[p + 2] << 8) | padded[p + 3]
    }
    for (let i = 16; i < 64; i++) {
      const [x, y] = [words[i - 15], words[i - 2]]
      words[i] =
        (words[i - 16] +
          (rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)) +
          words[i - 7] +
          (rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10))) |
        0
    }
    compress(state, words)
  }
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

function compress(state: number[], words: Int32Array): void {
  let [a, b, c, d, e, f, g, h] = state
  for (let i = 0; i < 64; i++) {
    const t1 =
      (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[i] + words[i]) | 0
    const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0]
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i] = (state[i] + word) | 0
}

const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n))

/** Message, a 1 bit, zeros, and its length in bits in 8 bytes, most significant first. */
function pad(bytes: readonly number[]): number[] {
  const padded = [...bytes, 0x80]
  while (padded.length % 64 !== 56) padded.push(0)
  const bits = bytes.length * 8
  for (let shift = 7; shift >= 0; shift--) padded.push(Math.floor(bits / 256 ** shift) & 255)
  return padded
}

/** The constants are fractions of roots of the first primes: computed, so that no table is carried. */
const PRIMES = ((): number[] => {
  const primes: number[] = []
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n)
  return primes
})()

/** The first 32 bits of the fraction of the k-th root of n, by integer search: floating roots differ between engines. */
function fraction(n: number, k: 2 | 3): number {
  const target = BigInt(n) << BigInt(32 * k)
  let [low, high] = [0n, BigInt(n) << 32n]
  while (low < high) {
    const middle = (low + high + 1n) >> 1n
    if ((k === 2 ? middle * middle : middle * middle * middle) <= target) low = middle
    else high = middle - 1n
  }
  return Number(low & 0xffffffffn) | 0
}

const INITIAL = PRIMES.slice(0, 8).map((prime) => fraction(prime, 2))
const ROUNDS = PRIMES.map((prime) => fraction(prime, 3))
