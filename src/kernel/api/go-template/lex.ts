import { UserError } from '../user-error.ts'

// Go: text/template/parse/lex.go, written anew as one regular expression over the inside of an action.

export interface Token {
  readonly kind:
    | 'field'
    | 'variable'
    | 'identifier'
    | 'number'
    | 'string'
    | 'char'
    | 'operator'
    | 'space'
    | 'dot'
  readonly text: string
  readonly at: number
}

/** Plain text, or the tokens between `{{` and `}}`. */
export type Part =
  | { readonly text: string }
  | { readonly tokens: readonly Token[]; readonly at: number; readonly source: string }

const token =
  /(?<space>\s+)|(?<comment>\/\*[\s\S]*?\*\/)|(?<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)|(?<char>'(?:[^'\\\n]|\\.)*')|(?<number>[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)i?)|(?<field>\.[\p{L}_][\p{L}\p{N}_]*)|(?<variable>\$[\p{L}\p{N}_]*)|(?<identifier>[\p{L}_][\p{L}\p{N}_]*)|(?<operator>:=|[|(),=])|(?<dot>\.)/uy

/** Cut a template into text and actions; trim markers are applied. */
export function lex(name: string, source: string): Part[] {
  const parts: Part[] = []
  let at = 0
  let trimNext = false
  while (at < source.length) {
    const open = source.indexOf('{{', at)
    let text = open < 0 ? source.slice(at) : source.slice(at, open)
    if (trimNext) text = text.replace(/^[ \t\r\n]+/, '')
    if (open < 0) {
      if (text) parts.push({ text })
      break
    }
    let inside = open + 2
    if (/^-[ \t\r\n]/.test(source.slice(inside, inside + 2))) {
      text = text.replace(/[ \t\r\n]+$/, '')
      inside += 1
    }
    if (text) parts.push({ text })
    const action = lexAction(name, source, inside)
    if (action.tokens.some(({ kind }) => kind !== 'space'))
      parts.push({ tokens: action.tokens, at: inside, source })
    else if (!action.comment) throw failure(name, source, inside, 'missing value for command')
    trimNext = action.trim
    at = action.end
  }
  return parts
}

interface Action {
  readonly tokens: Token[]
  readonly end: number
  readonly trim: boolean
  readonly comment: boolean
}

function lexAction(name: string, source: string, start: number): Action {
  const tokens: Token[] = []
  let at = start
  let comment = false
  for (;;) {
    if (source.startsWith('}}', at)) return { tokens, end: at + 2, trim: false, comment }
    const trimmed =
      /^[ \t\r\n]+-\}\}/.exec(source.slice(at, at + 64)) ??
      (at === start ? /^-\}\}/.exec(source.slice(at)) : null)
    if (trimmed) return { tokens, end: at + trimmed[0].length, trim: true, comment }
    token.lastIndex = at
    const match = token.exec(source)
    if (!match) throw failure(name, source, at, wrongAt(source, at))
    if (match.groups?.['comment'] !== undefined) comment = true
    else tokens.push({ kind: kindOf(match), text: match[0], at })
    at += match[0].length
  }
}

const kindOf = ({ groups = {} }: RegExpExecArray): Token['kind'] =>
  Object.keys(groups).find((key) => groups[key] !== undefined) as Token['kind']

function wrongAt(source: string, at: number): string {
  if (at >= source.length) return 'unclosed action'
  if (source[at] === '"') return 'unterminated quoted string'
  return `unexpected ${JSON.stringify(source[at])} in command`
}

/** `template: NAME:LINE: WHAT`. */
export const failure = (name: string, source: string, at: number, what: string): UserError =>
  new UserError(`template: ${name}:${source.slice(0, at).split('\n').length}: ${what}`)
