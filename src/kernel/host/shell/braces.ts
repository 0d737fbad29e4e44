import { ShellError } from './control.ts'

/** Brace expansion of the text of a word: `a{b,c}` -> `ab`, `ac`; `{1..3}` -> `1`, `2`, `3`. What is quoted or `${` stays. */
export function expandBraces(text: string): string[] {
  const done: string[] = []
  const stack = [text]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const expanded = expandFirst(next)
    if (done.length + stack.length + (expanded?.length ?? 0) > MAX_WORDS)
      throw new ShellError(`brace expansion: more than ${MAX_WORDS} words (a limit of this simulator)`)
    if (expanded) for (const each of expanded.reverse()) stack.push(each)
    else done.push(next)
  }
  return done
}

const MAX_WORDS = 100_000

/** Expand the first pair of braces that is one. */
function expandFirst(text: string): string[] | undefined {
  for (let i = 0; i < text.length; i++) {
    i = skipQuoted(text, i)
    if (text[i] !== '{' || text[i - 1] === '$') continue
    const body = partsOf(text, i)
    const parts = body && (body.parts.length > 1 ? body.parts : sequence(body.parts[0]))
    if (parts) return parts.map((part) => text.slice(0, i) + part + text.slice(body.end + 1))
  }
  return undefined
}

/** The parts between a brace and the one that closes it. */
function partsOf(text: string, open: number): { parts: string[]; end: number } | undefined {
  const parts: string[] = []
  let depth = 0
  let start = open + 1
  for (let i = open; i < text.length; i++) {
    const skipped = skipQuoted(text, i)
    if (skipped !== i) {
      i = skipped - 1
      continue
    }
    if (text[i] === '{') depth++
    else if (text[i] === '}' && --depth === 0) return { parts: [...parts, text.slice(start, i)], end: i }
    else if (text[i] === ',' && depth === 1) {
      parts.push(text.slice(start, i))
      start = i + 1
    }
  }
  return undefined
}

/** The place after whatever is quoted or an expansion at a place. */
function skipQuoted(text: string, at: number): number {
  let i = at
  for (;;) {
    const char = text[i]
    if (char === '\\') i += 2
    else if (char === "'" || char === '"' || char === '`') {
      for (i++; i < text.length && text[i] !== char; i++) if (text[i] === '\\' && char !== "'") i++
      i++
    } else if (char === '$' && (text[i + 1] === '{' || text[i + 1] === '(')) {
      let depth = 0
      for (i++; i < text.length; i++) {
        if (text[i] === '{' || text[i] === '(') depth++
        else if ((text[i] === '}' || text[i] === ')') && --depth === 0) break
      }
      i++
    } else return i
  }
}

/** `1..10..3`, `a..e` */
function sequence(body: string): string[] | undefined {
  const numbers = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(body)
  const letters = numbers ? null : /^([a-zA-Z])\.\.([a-zA-Z])(?:\.\.(-?\d+))?$/.exec(body)
  const match = numbers ?? letters
  if (!match) return undefined
  const [from, to] = numbers
    ? [Number(match[1]), Number(match[2])]
    : [match[1].charCodeAt(0), match[2].charCodeAt(0)]
  const step = (Math.abs(Number(match[3] ?? 1)) || 1) * (from <= to ? 1 : -1)
  const padded =
    (numbers && /^-?0\d/.test(match[1] + (/^-?0\d/.test(match[2]) ? '' : ' '))) ||
    (numbers && /^-?0\d/.test(match[2]))
  const width = padded ? Math.max(match[1].length, match[2].length) : 0
  const words: string[] = []
  for (let n = from; step > 0 ? n <= to : n >= to; n += step) {
    if (words.length > MAX_WORDS) break
    words.push(letters ? String.fromCharCode(n) : pad(n, width))
  }
  return words
}

const pad = (n: number, width: number): string =>
  n < 0 ? `-${String(-n).padStart(width - 1, '0')}` : String(n).padStart(width, '0')
