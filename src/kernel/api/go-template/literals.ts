/** A Go number's value; whole numbers are bigints. */
export function numberOf(text: string): bigint | number {
  const clean = text.replaceAll('_', '')
  if (/^[+-]?(0x[0-9a-f]+|0o[0-7]+|0b[01]+|\d+)$/i.test(clean)) {
    const negative = clean.startsWith('-')
    const digits = clean.replace(/^[+-]/, '').replace(/^0(?=\d)/, '0o')
    const value = BigInt(digits === '0o' ? '0' : digits)
    return negative ? -value : value
  }
  const hex = /^([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?\d+))?$/i.exec(clean)
  if (!hex) return clean === '' ? Number.NaN : Number(clean)
  const [, sign, whole = '', part = '', power = '0'] = hex
  const value = Number.parseInt(`${whole}${part}` || 'x', 16) * 2 ** (Number(power) - 4 * part.length)
  return sign === '-' ? -value : value
}

const simple: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
}

/** A Go string literal's value (Go: strconv.Unquote). */
export function unquote(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1)
  return text
    .slice(1, -1)
    .replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/gs, (_all, code: string) => {
      if (/^[xuU]/.test(code) && code.length > 1)
        return String.fromCodePoint(Number.parseInt(code.slice(1), 16))
      if (/^[0-7]{3}$/.test(code)) return String.fromCharCode(Number.parseInt(code, 8))
      return simple[code] ?? code
    })
}
