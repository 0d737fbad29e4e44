import { decodeBase64 } from '../api/base64.ts'

/** The text that base64 holds, read as UTF-8; bytes that are none become U+FFFD. */
export function decodeBase64Text(encoded: string): string {
  const decoded = decodeBase64(encoded)
  if (!('bytes' in decoded)) return ''
  const { bytes } = decoded
  const parts: string[] = []
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes[i])
    let point = length === 1 ? bytes[i] : bytes[i] & (0xff >> (length + 1))
    let whole = length > 0 && i + length <= bytes.length
    for (let j = 1; whole && j < length; j++) {
      whole = (bytes[i + j] & 0xc0) === 0x80
      point = (point << 6) | (bytes[i + j] & 0x3f)
    }
    parts.push(whole ? String.fromCodePoint(point) : '\uFFFD')
    i += whole ? length : 1
  }
  return parts.join('')
}

function sequenceLength(byte: number): number {
  if (byte < 0x80) return 1
  if (byte >= 0xc2 && byte < 0xe0) return 2
  if (byte >= 0xe0 && byte < 0xf0) return 3
  return byte >= 0xf0 && byte < 0xf5 ? 4 : 0
}
