import type { Filter } from './tree.ts'

/** One word of a jq program. */
export interface Token {
  readonly kind: 'number' | 'string' | 'name' | 'field' | 'variable' | 'format' | 'operator' | 'end'
  readonly text: string
  readonly parts?: readonly (string | Filter)[]
}

const OPERATORS = [
  '?//=',
  '?//',
  '|=',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '//=',
  '==',
  '!=',
  '<=',
  '>=',
  '//',
  '..',
  '?',
  '|',
  ',',
  '.',
  '[',
  ']',
  '(',
  ')',
  '{',
  '}',
  ':',
  ';',
  '=',
  '<',
  '>',
  '+',
  '-',
  '*',
  '/',
  '%',
]
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '"': '"',
  '\\': '\\',
  '/': '/',
}
type Parse = (text: string, depth: number) => Filter

/** Cut a program into tokens; `parse` makes filters of what strings interpolate. */
export function scan(text: string, depth: number, parse: Parse): Token[] {
  if (depth > 20) throw new SyntaxError('interpolation nested too deeply')
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const rest = text.slice(at)
    const blank = /^(?:\s+|#[^\n]*)/.exec(rest)
    if (blank) {
      at += blank[0].length
      continue
    }
    if (rest[0] === '"') {
      const { parts, length } = scanString(rest, depth, parse)
      tokens.push({ kind: 'string', text: '', parts })
      at += length
      continue
    }
    const word =
      /^(?:(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)|(\.[A-Za-z_]\w*)|(\$(?:__loc__|[A-Za-z_]\w*))|(@\w+)|([A-Za-z_]\w*(?:::\w+)*))/.exec(
        rest,
      )
    if (word) {
      const kind = word[1] ? 'number' : word[2] ? 'field' : word[3] ? 'variable' : word[4] ? 'format' : 'name'
      tokens.push({
        kind,
        text:
          kind === 'field' || kind === 'variable' || kind === 'format'
            ? word[0].slice(kind === 'format' ? 0 : 1)
            : word[0],
      })
      at += word[0].length
      continue
    }
    const operator = OPERATORS.find((each) => rest.startsWith(each))
    if (!operator) throw new SyntaxError('syntax error, unexpected INVALID_CHARACTER')
    tokens.push({ kind: 'operator', text: operator })
    at += operator.length
  }
  return [...tokens, { kind: 'end', text: '' }]
}

/** A string with its escapes and `\(...)`. */
function scanString(
  text: string,
  depth: number,
  parse: Parse,
): { parts: (string | Filter)[]; length: number } {
  const parts: (string | Filter)[] = []
  let plain = ''
  for (let i = 1; i < text.length; i++) {
    const char = text[i]
    if (char === '"') return { parts: plain || !parts.length ? [...parts, plain] : parts, length: i + 1 }
    if (char !== '\\') {
      plain += char
      continue
    }
    const next = text[++i]
    if (next === 'u') {
      plain += String.fromCharCode(Number.parseInt(text.slice(i + 1, i + 5), 16))
      i += 4
    } else if (next === '(') {
      const end = closing(text, i)
      if (plain) parts.push(plain)
      plain = ''
      parts.push(parse(text.slice(i + 1, end), depth + 1))
      i = end
    } else plain += ESCAPES[next] ?? next
  }
  throw new SyntaxError('syntax error, unexpected QQSTRING_START, expecting end of file')
}

function closing(text: string, open: number): number {
  let depth = 0
  for (let i = open; i < text.length; i++) {
    if (text[i] === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) {
        if (text[i] !== '\\') continue
        i++
        if (text[i] === '(') i = closing(text, i)
      }
    } else if (text[i] === '(') depth++
    else if (text[i] === ')' && --depth === 0) return i
  }
  throw new SyntaxError('syntax error, unexpected end of file')
}
