/** MD5 (RFC 1321) of bytes, as hexadecimal digits. */
export function md5(bytes: readonly number[]): string {
  const padded = [...bytes, 0x80]
  while (padded.length % 64 !== 56) padded.push(0)
  for (let i = 0; i < 8; i++) padded.push(Math.floor((bytes.length * 8) / 256 ** i) & 255)
  const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476]
  for (let at = 0; at < padded.length; at += 64) {
    const words = Array.from({ length: 16 }, (_, i) => {
      const p = at + i * 4
      return padded[p] | (padded[p + 1] << 8) | (padded[p + 2] << 16) | (padded[p + 3] << 24)
    })
    compress(state, words)
  }
  return state
    .flatMap((word) => [0, 8, 16, 24].map((shift) => ((word >>> shift) & 255).toString(16).padStart(2, '0')))
    .join('')
}

function compress(state: number[], words: readonly number[]): void {
  let [a, b, c, d] = state
  for (let i = 0; i < 64; i++) {
    const round = i >> 4
    const mixed =
      round === 0
        ? (b & c) | (~b & d)
        : round === 1
          ? (d & b) | (~d & c)
          : round === 2
            ? b ^ c ^ d
            : c ^ (b | ~d)
    const index = [i, 5 * i + 1, 3 * i + 5, 7 * i][round] % 16
    const sum = (a + mixed + SINES[i] + words[index]) | 0
    const shift = SHIFTS[round][i % 4]
    ;[a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0]
  }
  for (const [i, word] of [a, b, c, d].entries()) state[i] = (state[i] + word) | 0
}

const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
]

/** floor(2^32 * |sin(i + 1)|), written down because sines differ between engines. */
const SINES = (
  'd76aa478e8c7b756242070dbc1bdceeef57c0faf4787c62aa8304613fd469501698098d88b44f7afffff5bb1895cd7be6b901122fd987193a679438e49b40821' +
  'f61e2562c040b340265e5a51e9b6c7aad62f105d02441453d8a1e681e7d3fbc821e1cde6c33707d6f4d50d87455a14eda9e3e905fcefa3f8676f02d98d2a4c8a' +
  'fffa39428771f6816d9d6122fde5380ca4beea444bdecfa9f6bb4b60bebfbc70289b7ec6eaa127fad4ef308504881d05d9d4d039e6db99e51fa27cf8c4ac5665' +
  'f4292244432aff97ab9423a7fc93a039655b59c38f0ccc92ffeff47d85845dd16fa87e4ffe2ce6e0a30143144e0811a1f7537e82bd3af2352ad7d2bbeb86d391'
)
  .match(/.{8}/g)
  ?.map((hex) => Number.parseInt(hex, 16) | 0) as number[]
