/** Shell patterns (bash(1), Pattern Matching) as regular expressions. */

import { posixClasses } from '../posix-classes.ts'

export interface PatternOptions {
  /** `*` and `?` stop at slashes, as in file names. */
  readonly path?: boolean
  /** Match as little as possible. */
  readonly lazy?: boolean
}

const SPECIAL = /[\\^$.*+?()[\]{}|/]/g
export const escapeRegExp = (text: string): string => text.replace(SPECIAL, '\\$&')

/** Text as a pattern that matches exactly it. */
export const escapePattern = (text: string): string => text.replace(/[\\*?[\]()|@!+]/g, '\\$&')

/** Does the whole text match? */
export const matches = (pattern: string, text: string): boolean =>
  new RegExp(`^(?:${regExpOf(pattern)})$`, 's').test(text)

/** The source of a regular expression for a pattern; `\` takes the meaning of the next character away. */
export function regExpOf(pattern: string, options: PatternOptions = {}): string {
  const any = options.path ? '[^/]' : '[^]'
  let out = ''
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]
    if ('?*+@!'.includes(char) && pattern[i + 1] === '(') {
      const end = closing(pattern, i + 1)
      if (end > 0) {
        out += group(char, pattern.slice(i + 2, end), options)
        i = end
        continue
      }
    }
    if (char === '\\' && i + 1 < pattern.length) out += escapeRegExp(pattern[++i])
    else if (char === '*') out += `${any}*${options.lazy ? '?' : ''}`
    else if (char === '?') out += any
    else if (char === '[') {
      const bracket = bracketAt(pattern, i)
      out += bracket?.source ?? '\\['
      i = bracket?.end ?? i
    } else out += escapeRegExp(char)
  }
  return out
}

function group(operator: string, body: string, options: PatternOptions): string {
  const source = alternatives(body)
    .map((part) => regExpOf(part, options))
    .join('|')
  if (operator === '@') return `(?:${source})`
  if (operator === '!') return `(?!(?:${source})$)${options.path ? '[^/]' : '[^]'}*`
  return `(?:${source})${operator}`
}

function alternatives(body: string): string[] {
  const parts = ['']
  let depth = 0
  for (let i = 0; i < body.length; i++) {
    if (body[i] === '(') depth++
    else if (body[i] === ')') depth--
    if (body[i] === '|' && depth === 0) parts.push('')
    else parts[parts.length - 1] += body[i] === '\\' ? body[i] + (body[++i] ?? '') : body[i]
  }
  return parts
}

function closing(pattern: string, open: number): number {
  let depth = 0
  for (let i = open; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++
    else if (pattern[i] === '(') depth++
    else if (pattern[i] === ')' && --depth === 0) return i
  }
  return -1
}

/** `[a-z]`, `[!x]`, `[[:digit:]]` at a place; undefined when the bracket is never closed. */
export function bracketAt(pattern: string, start: number): { source: string; end: number } | undefined {
  let i = start + 1
  let source = ''
  const negated = pattern[i] === '!' || pattern[i] === '^'
  if (negated) i++
  for (let first = true; i < pattern.length; i++, first = false) {
    const char = pattern[i]
    if (char === ']' && !first)
      return { source: source ? `[${negated ? '^' : ''}${source}]` : '(?!)', end: i }
    const named = char === '[' ? /^\[:(\w+):\]/.exec(pattern.slice(i)) : null
    if (named) {
      source += posixClasses[named[1]] ?? ''
      i += named[0].length - 1
    } else if (char === '\\' && i + 1 < pattern.length)
      source += `\\${pattern[++i]}`.replace(/^\\(\w)$/, '$1')
    else source += char === '-' ? '-' : /[\\\]^[]/.test(char) ? `\\${char}` : char
  }
  return undefined
}
