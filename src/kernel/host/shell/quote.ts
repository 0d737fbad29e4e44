/** Text as a word of a shell that means exactly it. */
export function quote(text: string): string {
  if (text !== '' && /^[\w@%+=:,./-]+$/.test(text)) return text
  if (/[\x00-\x1f\x7f]/.test(text))
    return `$'${[...text].map((char) => ESCAPES[char] ?? (char < ' ' ? `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}` : char)).join('')}'`
  return `'${text.replaceAll("'", "'\\''")}'`
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  "'": "\\'",
  '\\': '\\\\',
  '\x1b': '\\E',
}
