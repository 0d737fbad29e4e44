/** Text of UTF-8 bytes; what is no UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: ArrayLike<number>): string {
  let text = ''
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i] as number
    const size = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0
    let code = size === 1 ? first : first & (0x7f >> size)
    let good = size > 0 && i + size <= bytes.length
    for (let k = 1; good && k < size; k++) {
      const next = bytes[i + k] as number
      good = (next & 0xc0) === 0x80
      code = (code << 6) | (next & 0x3f)
    }
    text += good && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
    i += good ? size : 1
  }
  return text
}
