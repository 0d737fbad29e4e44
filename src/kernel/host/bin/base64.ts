import { readAll, write } from '../sys.ts'
import { withInput } from './inputs.ts'
import { command, complain } from './options.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Bytes as base64 with padding. */
export function toBase64(bytes: readonly number[]): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    for (let j = 0; j < 4; j++) text += j > bytes.length - i ? '=' : DIGITS[(bits >> (18 - 6 * j)) & 63]
  }
  return text
}

/** The bytes of base64 text up to the first character that is none; `valid` tells whether there was one. */
export function fromBase64(text: string): { bytes: number[]; valid: boolean } {
  const bytes: number[] = []
  const digits = text.replace(/=+$/, '')
  let [bits, count] = [0, 0]
  for (const char of digits) {
    const value = DIGITS.indexOf(char)
    if (value < 0) return { bytes, valid: false }
    bits = ((bits << 6) | value) & 0xffffff
    count += 6
    if (count >= 8) bytes.push((bits >> (count -= 8)) & 255)
  }
  return { bytes, valid: text.length % 4 === 0 && text.length - digits.length < 3 }
}

/** base64 [-d] [-i] [-w N] [FILE] */
export const base64 = command(
  { short: 'dDiw:', long: { decode: 'd', 'ignore-garbage': 'i', wrap: 'w:' } },
  function* (os, options) {
    let status = 0
    yield* withInput(os, options.rest[0] ?? '-', function* (fd) {
      const text = yield* readAll(fd)
      if (!options.has('d') && !options.has('D')) {
        const encoded = toBase64(encodeUtf8(text))
        const width = Number(options.value('w') ?? 76)
        return yield* write(1, width ? encoded.replace(new RegExp(`.{1,${width}}`, 'g'), '$&\n') : encoded)
      }
      const clean = text.replace(options.has('i') ? /[^A-Za-z0-9+/=]/g : /\n/g, '')
      const { bytes, valid } = fromBase64(clean)
      yield* write(1, decodeUtf8(bytes))
      if (valid) return
      complain(os, 'invalid input')
      status = 1
    })
    return status
  },
)
