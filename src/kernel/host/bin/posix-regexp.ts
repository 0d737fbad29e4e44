/** Regular expressions of POSIX (basic and extended, with GNU's additions) as JavaScript's. Throws the words of regcomp. */

import { posixClasses } from '../posix-classes.ts'
export function posixRegExp(
  source: string,
  { extended = false, flags = '' }: { extended?: boolean; flags?: string } = {},
): RegExp {
  let out = ''
  let depth = 0
  let start = true
  for (let i = 0; i < source.length; i++) {
    const char = source[i]
    if (char === '[') {
      const bracket = bracketOf(source, i)
      if (!bracket) throw new SyntaxError('unterminated address regex: Unmatched [, [^, [:, [., or [=')
      out += bracket.text
      i = bracket.end
      start = false
      continue
    }
    const escaped = char === '\\'
    const token = escaped ? source[++i] : char
    if (token === undefined) throw new SyntaxError('Trailing backslash')
    const special = '(){}|+?'.includes(token)
      ? escaped !== extended
      : escaped
        ? "<>bBwWsS`'123456789nt".includes(token)
        : '.*^$'.includes(token)
    if (special && token === '(') depth++
    if (special && token === ')' && depth-- === 0) {
      if (!extended) throw new SyntaxError('Unmatched ) or \\)')
      out += '\\)'
      depth = 0
      continue
    }
    out += special ? (SPECIAL[token] ?? meaning(token, escaped, source, i, start, extended)) : quoted(token)
    start = special && (token === '(' || token === '|' || (token === '^' && !escaped))
  }
  if (depth > 0) throw new SyntaxError('Unmatched ( or \\(')
  return new RegExp(out, flags)
}

const SPECIAL: Readonly<Record<string, string>> = {
  '<': '\\b(?=\\w)',
  '>': '\\b(?<=\\w)',
  '`': '^',
  "'": '$',
  '|': '|',
}

function meaning(
  token: string,
  escaped: boolean,
  source: string,
  at: number,
  start: boolean,
  extended: boolean,
): string {
  if (/[1-9]/.test(token)) return `\\${token}(?:)`
  if (escaped && /[a-zA-Z]/.test(token)) return `\\${token}`
  if ('*+?'.includes(token) && start) return token === '*' || !extended ? `\\${token}` : ''
  if (token === '{')
    return /^\{\d*(,\d*)?\\?\}/.test(source.slice(at)) ? `{${source[at + 1] === ',' ? '0' : ''}` : '\\{'
  if (token === '}') return /\{\d*(,\d*)?\\?$/.test(source.slice(0, at)) ? '}' : '\\}'
  if (token === '^' && !start && !extended) return '\\^'
  if (token === '$' && !extended && at < source.length - 1 && !/^\\[)|]/.test(source.slice(at + 1)))
    return '\\$'
  return token
}

const quoted = (token: string): string => (/[\\^$.*+?()[\]{}|/]/.test(token) ? `\\${token}` : token)

/** A bracket expression; a backslash in it is only a backslash (but GNU's tools know \n and \t). */
function bracketOf(source: string, start: number): { text: string; end: number } | undefined {
  let i = start + 1
  let text = '['
  if (source[i] === '^') {
    text += '^'
    i++
  }
  for (let first = true; i < source.length; i++, first = false) {
    const char = source[i]
    if (char === ']' && !first) return { text: `${text}]`, end: i }
    const named = /^\[:(\w+):\]/.exec(source.slice(i, i + 12))
    if (named && char === '[') {
      text += posixClasses[named[1]] ?? ''
      i += named[0].length - 1
    } else if (char === '\\' && /[nt\]\\/]/.test(source[i + 1] ?? ''))
      text += source[i + 1] === ']' ? '\\\\' : `\\${source[++i]}`
    else text += /[\\\][^]/.test(char) ? `\\${char}` : char
  }
  return undefined
}

/** Text that matches itself. */
export const fixedRegExp = (text: string, flags = ''): RegExp =>
  new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), flags)
