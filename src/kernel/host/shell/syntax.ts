import { parse, type ParseError, type ParsedScript, type SyntaxNode } from 'unbash'
import { forEachChild } from 'unbash'

/** What is wrong with a text, in bash's words; `incomplete` when more lines might mend it. */
export interface SyntaxProblem {
  readonly message: string
  readonly incomplete: boolean
  /** The line it is on, from 0. */
  readonly line: number
}

const QUOTES: readonly [RegExp, string][] = [
  [/double quote/, '"'],
  [/single quote/, "'"],
  [/backtick/, '`'],
  [/parameter expansion/, '}'],
  [/./, ')'],
]
const CLOSERS = new Set(['then', 'fi', 'do', 'done', 'esac', 'else', 'elif', '}', ';;'])

/** Longer lines are refused: nobody types them, and parsing time is bounded. */
export const MAX_INPUT = 65536

/** The first problem of a parsed script, or nothing. */
export function problemOf(text: string, script: ParsedScript): SyntaxProblem | undefined {
  const error = script.errors?.[0]
  if (error) return describe(text, error)
  const open = openHereDocument(script)
  return open === undefined ? undefined : { message: '', incomplete: true, line: lineOf(text, open) }
}

/** Would another line complete it? (PS2) */
export function isIncomplete(text: string): boolean {
  if (/(^|[^\\])(\\\\)*\\$/.test(text)) return true
  return problemOf(text, parse(text))?.incomplete ?? false
}

function describe(text: string, { message, pos }: ParseError): SyntaxProblem {
  const end = text.trimEnd().length
  const line = lineOf(text, Math.min(pos, end))
  const eof = (words: string, at = lineOf(text, text.length) + 1) => ({
    message: words,
    incomplete: true,
    line: at,
  })
  const near = (token: string) => ({
    message: `syntax error near unexpected token \`${token}'`,
    incomplete: false,
    line,
  })
  if (message === 'unterminated command substitution')
    return eof("unexpected EOF while looking for matching `)'")
  if (message.startsWith('unterminated')) {
    const quote = QUOTES.find(([pattern]) => pattern.test(message)) as [RegExp, string]
    return eof(`unexpected EOF while looking for matching \`${quote[1]}'`, line)
  }
  const unexpected = /^unexpected token '(.*)'$/s.exec(message)
  if (unexpected) return near(unexpected[1])
  const here = /^\s*(&&|\|\||;;|<<|>>|[()&|;<>]|[^\s()&|;<>]+)?/.exec(text.slice(pos))?.[1]
  if (here) return near(here === '&' && text[pos - 1] === '&' ? '&' : here)
  const last = /(?:^|[\s;&|()])([^\s;&|()]+|;;)\s*$/.exec(text)?.[1] ?? ''
  const reserved =
    CLOSERS.has(last) &&
    !message.includes(`'${last}'`) &&
    !message.includes('command after') &&
    !message.includes('to close')
  if (reserved) return near(last)
  if (/redirect target/.test(message) || /^(for|select|case|function)$/.test(last)) return near('newline')
  return eof('syntax error: unexpected end of file')
}

/** The place of a here-document that has no end. */
function openHereDocument(script: ParsedScript): number | undefined {
  let place: number | undefined
  const stack: SyntaxNode[] = [script]
  for (let node = stack.pop(); node && place === undefined; node = stack.pop()) {
    if (node.type === 'HereDoc' && !node.closing) place = node.pos
    if (node.type !== 'Word') forEachChild(node, (child) => stack.push(child))
  }
  return place
}

const lineOf = (text: string, pos: number): number => text.slice(0, pos).split('\n').length - 1
