const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Standard base64 with padding as Go reads it: line breaks are skipped; the canonical text, or the byte that is wrong. */
export function base64Canonical(text: string): { readonly text: string } | { readonly wrongAt: number } {
  const decoded = decodeBase64(text)
  return 'wrongAt' in decoded ? decoded : { text: encodeBase64(decoded.bytes) }
}

/** The bytes of a base64 text, or where it goes wrong (Go: encoding/base64 StdEncoding, CorruptInputError). */
export function decodeBase64(text: string): { readonly bytes: Uint8Array } | { readonly wrongAt: number } {
  const bytes: number[] = []
  let at = 0
  while (true) {
    const quantum = readQuantum(text, at)
    if ('wrongAt' in quantum) return quantum
    const { digits, next, last } = quantum
    if (digits.length > 1) bytes.push((digits[0]! << 2) | (digits[1]! >> 4))
    if (digits.length > 2) bytes.push(((digits[1]! & 15) << 4) | (digits[2]! >> 2))
    if (digits.length > 3) bytes.push(((digits[2]! & 3) << 6) | digits[3]!)
    at = next
    if (last) return { bytes: Uint8Array.from(bytes) }
  }
}

/** Bytes as base64 with padding. */
export function encodeBase64(bytes: ArrayLike<number>): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i]!, bytes[i + 1], bytes[i + 2]]
    text += alphabet[a >> 2]! + alphabet[((a & 3) << 4) | ((b ?? 0) >> 4)]!
    text += b === undefined ? '=' : alphabet[((b & 15) << 2) | ((c ?? 0) >> 6)]!
    text += c === undefined ? '=' : alphabet[c & 63]!
  }
  return text
}

type Quantum =
  | { readonly digits: number[]; readonly next: number; readonly last: boolean }
  | { readonly wrongAt: number }

/** Up to four digits from `start` on. */
function readQuantum(text: string, start: number): Quantum {
  const digits: number[] = []
  let at = start
  while (digits.length < 4) {
    while (text[at] === '\n' || text[at] === '\r') at++
    if (at >= text.length)
      return digits.length === 0 ? { digits, next: at, last: true } : { wrongAt: at - digits.length }
    const digit = alphabet.indexOf(text[at]!)
    if (digit >= 0) digits.push(digit)
    else if (text[at] === '=') return readPadding(text, at, digits)
    else return { wrongAt: at }
    at++
  }
  return { digits, next: at, last: false }
}

/** `=` or `==` and then nothing. */
function readPadding(text: string, start: number, digits: number[]): Quantum {
  if (digits.length < 2) return { wrongAt: start }
  const skip = (from: number) => {
    let at = from
    while (text[at] === '\n' || text[at] === '\r') at++
    return at
  }
  let at = skip(start + 1)
  if (digits.length === 2) {
    if (at >= text.length) return { wrongAt: text.length }
    if (text[at] !== '=') return { wrongAt: at }
    at = skip(at + 1)
  }
  return at < text.length ? { wrongAt: at } : { digits, next: at, last: true }
}
