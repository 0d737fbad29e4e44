/** A string as Go prints it with %q (Go: strconv.Quote). */
export function goQuote(text: string): string {
  if (!/["\\]|[^ -~]/.test(text)) return `"${text}"`
  let quoted = ''
  for (const character of text)
    quoted += escapes[character] ?? (isPrint(character) ? character : escaped(character))
  return `"${quoted}"`
}

/** The items as Go prints a []string with %#v. */
export const goStrings = (items: readonly string[]): string => `[]string{${items.map(goQuote).join(', ')}}`

/** The map as Go prints a map[string]string with %#v: keys sorted. */
export function goStringMap(map: Readonly<Record<string, string>>): string {
  const keys = Object.keys(map).sort()
  return `map[string]string{${keys.map((key) => `${goQuote(key)}:${goQuote(map[key] ?? '')}`).join(', ')}}`
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}

// Go: unicode.IsPrint is letters, marks, numbers, punctuation, symbols and the ASCII space.
const isPrint = (character: string) => /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character)

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`
  return code < 0x10000
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`
}
