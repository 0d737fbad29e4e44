/** Break lines at spaces so that they are at most `limit` wide; longer words stay whole (mitchellh/go-wordwrap). */
export function wordWrap(text: string, limit: number): string {
  let out = ''
  let current = 0
  let word = ''
  let space = ''
  const flush = () => {
    current += space.length + word.length
    out += space + word
    space = ''
    word = ''
  }
  for (const c of text) {
    if (c === '\n') {
      if (word) flush()
      else if (current + space.length <= limit) out += space
      out += c
      current = 0
      space = ''
    } else if (/\s/.test(c) && c !== '\u00a0') {
      if (!space || word) flush()
      space += c
    } else {
      word += c
      if (current + word.length + space.length > limit && word.length < limit) {
        out += '\n'
        current = 0
        space = ''
      }
    }
  }
  return word || current + space.length <= limit ? out + space + word : out
}

/** Spaces before every line. */
export const indentLines = (text: string, by: number): string =>
  ' '.repeat(by) + text.replaceAll('\n', `\n${' '.repeat(by)}`)
