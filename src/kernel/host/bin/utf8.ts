/** How many bytes a text is in UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) bytes++
    else if (unit < 0x800) bytes += 2
    else if (unit >= 0xd800 && unit < 0xdc00) {
      bytes += 4
      i++
    } else bytes += 3
  }
  return bytes
}

/** A text as bytes. */
export function encodeUtf8(text: string): number[] {
  const bytes: number[] = []
  for (const char of text) {
    const code = char.codePointAt(0) as number
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63))
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    else
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      )
  }
  return bytes
}

/** Bytes as a text; bytes that are no UTF-8 become the characters of their own numbers. */
export function decodeUtf8(bytes: readonly number[]): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) {
    const first = bytes[i]
    const more = first < 0x80 ? 0 : first >> 5 === 6 ? 1 : first >> 4 === 14 ? 2 : first >> 3 === 30 ? 3 : -1
    const rest = bytes.slice(i + 1, i + 1 + more)
    if (more <= 0 || rest.length < more || rest.some((byte) => byte >> 6 !== 2)) {
      text += String.fromCharCode(first)
      continue
    }
    const code = rest.reduce((sum, byte) => sum * 64 + (byte & 63), first & (0x3f >> more))
    text += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'
    i += more
  }
  return text
}
