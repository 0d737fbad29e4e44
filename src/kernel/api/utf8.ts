/** How many bytes the text takes in UTF-8: what Go's len() counts. */
export function byteLength(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    // A pair of surrogates is four bytes: two more than its two units.
    if (unit >= 0x800) bytes += isHigh(unit) && isLow(text.charCodeAt(i + 1)) ? 0 : 2
    else if (unit >= 0x80) bytes += 1
  }
  return bytes
}

/** The UTF-8 bytes of a text; a lone surrogate becomes U+FFFD, as Go writes it. */
export function utf8Bytes(text: string): number[] {
  const bytes: number[] = []
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(code, 0))
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), tail(code, 6), tail(code, 0))
    else bytes.push(0xf0 | (code >> 18), tail(code, 12), tail(code, 6), tail(code, 0))
  }
  return bytes
}

const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff

const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff

const tail = (code: number, shift: number) => 0x80 | ((code >> shift) & 0x3f)
