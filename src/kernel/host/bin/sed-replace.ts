/** `&`, `\1`, `\n` and the case conversions `\U \L \u \l \E`. */
export function replace(replacement: string, found: readonly string[]): string {
  let out = ''
  let mode = ''
  let once = ''
  const add = (text: string) => {
    let next = mode === 'U' ? text.toUpperCase() : mode === 'L' ? text.toLowerCase() : text
    if (once && next) {
      next = (once === 'u' ? next[0].toUpperCase() : next[0].toLowerCase()) + next.slice(1)
      once = ''
    }
    out += next
  }
  for (let i = 0; i < replacement.length; i++) {
    const char = replacement[i]
    if (char === '&') add(found[0])
    else if (char !== '\\') add(char)
    else {
      const next = replacement[++i] ?? ''
      if (/\d/.test(next)) add(found[Number(next)] ?? '')
      else if ('ULE'.includes(next) && next) mode = next === 'E' ? '' : next
      else if ('ul'.includes(next) && next) once = next
      else add(next === 'n' ? '\n' : next === 't' ? '\t' : next)
    }
  }
  return out
}
