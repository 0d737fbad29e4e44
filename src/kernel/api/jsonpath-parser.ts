import { UserError } from './user-error.ts'

// client-go: util/jsonpath/parser.go

/** A step of a path, or a piece of the template. */
export type JsonPathNode =
  | { readonly kind: 'text'; readonly text: string }
  | JsonPathList
  | { readonly kind: 'field'; readonly value: string }
  | { readonly kind: 'array'; readonly params: readonly [SliceBound, SliceBound, SliceBound] }
  | {
      readonly kind: 'filter'
      readonly left: JsonPathList
      readonly right: JsonPathList
      readonly operator: string
    }
  | { readonly kind: 'union'; readonly nodes: readonly JsonPathList[] }
  | { readonly kind: 'identifier'; readonly name: string }
  | { readonly kind: 'int' | 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'recursive' }

/** What stands between one pair of braces. */
export interface JsonPathList {
  readonly kind: 'list'
  readonly nodes: readonly JsonPathNode[]
}

/** `from`, `to` or `step` of a slice; `derived` when an index stands for the slice of one. */
export interface SliceBound {
  readonly known: boolean
  readonly value: number
  readonly derived?: boolean
}

/** The text and the actions of a template such as `{range .items[*]}{.metadata.name}{"\n"}{end}`; throws UserError. */
export function parseJsonPath(template: string): readonly JsonPathNode[] {
  const scanner = new Scanner(template)
  const nodes: JsonPathNode[] = []
  while (!scanner.atEnd) {
    const text = scanner.until('{')
    if (text) nodes.push({ kind: 'text', text })
    if (scanner.take('{')) nodes.push({ kind: 'list', nodes: parseAction(scanner) })
  }
  return nodes
}

class Scanner {
  readonly #text: string
  #position = 0

  constructor(text: string) {
    this.#text = text
  }

  get atEnd(): boolean {
    return this.#position >= this.#text.length
  }

  /** The next character, empty at the end. */
  get peek(): string {
    const point = this.#text.codePointAt(this.#position)
    return point === undefined ? '' : String.fromCodePoint(point)
  }

  startsWith(text: string): boolean {
    return this.#text.startsWith(text, this.#position)
  }

  take(text: string): boolean {
    if (!this.startsWith(text)) return false
    this.#position += text.length
    return true
  }

  next(): string {
    const character = this.peek
    this.#position += character.length
    return character
  }

  until(text: string): string {
    const found = this.#text.indexOf(text, this.#position)
    return this.#slice(found < 0 ? this.#text.length : found)
  }

  /** What a sticky expression matches here. */
  match(expression: RegExp): string {
    const sticky = new RegExp(expression.source, `${expression.flags}y`)
    sticky.lastIndex = this.#position
    return this.#slice(this.#position + (sticky.exec(this.#text)?.[0].length ?? 0))
  }

  #slice(end: number): string {
    const text = this.#text.slice(this.#position, end)
    this.#position = end
    return text
  }
}

/** The nodes up to the closing brace, which is taken. */
function parseAction(scanner: Scanner): JsonPathNode[] {
  const nodes: JsonPathNode[] = []
  while (!scanner.take('}')) {
    if (scanner.take('[?(')) nodes.push(parseFilter(scanner))
    else if (scanner.startsWith('..')) nodes.push(...parseRecursive(scanner, nodes.at(-1)))
    else nodes.push(...parseStep(scanner))
  }
  return nodes
}

function parseStep(scanner: Scanner): readonly JsonPathNode[] {
  const character = scanner.peek
  if (/^[+\-\p{Nd}]$/u.test(character)) return [parseNumber(scanner)]
  if (/^[_\p{L}]$/u.test(character)) return [parseIdentifier(scanner)]
  scanner.next()
  switch (character) {
    case '':
    case '\r':
    case '\n':
      throw new UserError('unclosed action')
    case ' ':
    case '@':
    case '$':
      return []
    case '[':
      return parseArray(scanner)
    case '"':
    case "'":
      return [parseQuote(scanner, character)]
    case '.':
      return [parseField(scanner)]
    default:
      throw new UserError(`unrecognized character in action: ${describe(character)}`)
  }
}

/** %#U: `U+005C '\'`. */
const describe = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${character}'`

function parseRecursive(scanner: Scanner, before: JsonPathNode | undefined): readonly JsonPathNode[] {
  if (before?.kind === 'recursive') throw new UserError('invalid multiple recursive descent')
  scanner.take('..')
  const recursive: JsonPathNode = { kind: 'recursive' }
  return /^[_\p{L}\p{Nd}]$/u.test(scanner.peek) ? [recursive, parseField(scanner)] : [recursive]
}

/** Up to an unescaped terminator. */
function parseField(scanner: Scanner): JsonPathNode {
  const value = scanner.match(/(?:\\[\s\S]|[^ \t\r\n.,[\]$@{}\\])*/)
  return value === '*' ? { kind: 'wildcard' } : { kind: 'field', value: value.replaceAll('\\', '') }
}

function parseIdentifier(scanner: Scanner): JsonPathNode {
  const name = scanner.match(/[^ \t\r\n.,[\]$@{}]*/)
  return name === 'true' || name === 'false'
    ? { kind: 'bool', value: name === 'true' }
    : { kind: 'identifier', name }
}

function parseNumber(scanner: Scanner): JsonPathNode {
  const text = scanner.match(/[+-]?[.\p{Nd}]*/u)
  if (/^[+-]?[0-9]+$/.test(text)) return { kind: 'int', value: Number(text) }
  if (/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$/.test(text)) return { kind: 'float', value: Number(text) }
  throw new UserError(`cannot parse number ${text}`)
}

function parseQuote(scanner: Scanner, quote: string): JsonPathNode {
  const body = scanner.match(quote === '"' ? /(?:[^"\n]|(?<=\\)")*/ : /(?:[^'\n]|(?<=\\)')*/)
  if (!scanner.take(quote)) throw new UserError('unterminated quoted string')
  const text = unquote(body, quote)
  if (text === undefined) throw new UserError(`unquote string ${quote}${body}${quote} error invalid syntax`)
  return { kind: 'text', text }
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
}

/** Go: strconv.UnquoteChar; undefined for an escape that is none. */
function unquote(body: string, quote: string): string | undefined {
  let text = ''
  const pattern = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|[\s\S])|[^\\]|\\/gu
  for (const [piece] of body.matchAll(pattern)) {
    const kind = piece[1]
    if (!piece.startsWith('\\')) text += piece
    else if (piece.length > 2) {
      const code = Number.parseInt(
        piece.slice(kind && '01234567'.includes(kind) ? 1 : 2),
        kind && '01234567'.includes(kind) ? 8 : 16,
      )
      if (code > 0x10ffff) return undefined
      text += String.fromCodePoint(code)
    } else {
      const plain = kind === quote ? quote : escapes[kind ?? '']
      if (plain === undefined) return undefined
      text += plain
    }
  }
  return text
}

/** An index, a slice, a quoted key, or a union of them. */
function parseArray(scanner: Scanner): readonly JsonPathNode[] {
  const inside = scanner.match(/[^\]\n]*/)
  if (!scanner.take(']')) throw new UserError('unterminated array')
  const text = inside === '*' ? ':' : inside
  const parts = text.split(',')
  if (parts.length > 1)
    return [{ kind: 'union', nodes: parts.map((part) => listOf(`[${part.replace(/^ +| +$/g, '')}]`)) }]
  const key = /^'([^']*)'$/.exec(text)
  if (key) return listOf(`.${key[1]}`).nodes
  const slice = /^(-?[0-9]*)(:-?[0-9]*)?(:-?[0-9]*)?$/.exec(text)
  if (!slice) throw new UserError(`invalid array index ${text}`)
  const from = bound(slice[1] ?? '')
  const to = slice[2] ? bound(slice[2].slice(1)) : { known: true, value: from.value + 1, derived: true }
  return [{ kind: 'array', params: [from, to, slice[3] ? bound(slice[3].slice(1)) : unknown] }]
}

const unknown: SliceBound = { known: false, value: 0 }

function bound(text: string): SliceBound {
  if (text === '') return unknown
  if (text === '-') throw new UserError(`array index ${text} is not a number`)
  return { known: true, value: Number(text) }
}

/** The action `{TEXT}` by itself. */
function listOf(text: string): JsonPathList {
  const [first] = parseJsonPath(`{${text}}`)
  if (first?.kind !== 'list') throw new UserError('unclosed action')
  return first
}

/** `@.a == "b"` and the like, after `[?(`; quotes may hide a parenthesis. */
function parseFilter(scanner: Scanner): JsonPathNode {
  const text = filterText(scanner)
  if (!scanner.take(']')) throw new UserError('unclosed array expect ]')
  const comparison = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text)
  if (!comparison)
    return { kind: 'filter', left: listOf(text), right: { kind: 'list', nodes: [] }, operator: 'exists' }
  const [, left = '', operator = '', right = ''] = comparison
  return { kind: 'filter', left: listOf(left), right: listOf(right), operator }
}

function filterText(scanner: Scanner): string {
  let text = ''
  let quote = ''
  let closed = false
  for (;;) {
    const character = scanner.next()
    if (character === '' || character === '\n') throw new UserError('unterminated filter')
    if (character === ')' && (quote !== '') === closed) return text
    if (character === '"' || character === "'") {
      if (quote === '') quote = character
      else if (!text.endsWith('\\') && character === quote) closed = true
    }
    text += character
  }
}
