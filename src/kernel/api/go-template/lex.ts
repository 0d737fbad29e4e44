// Go: text/template/parse/lex.go

export type TokenKind =
  | 'text'
  | 'left'
  | 'right'
  | 'space'
  | 'field'
  | 'variable'
  | 'identifier'
  | 'keyword'
  | 'bool'
  | 'nil'
  | 'dot'
  | 'number'
  | 'string'
  | 'char'
  | 'assign'
  | 'declare'
  | 'pipe'
  | '('
  | ')'
  | 'other'
  | 'error'
  | 'end'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly at: number
  readonly line: number
}

const keywords = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
])
const isSpace = (c: string | undefined) => c === ' ' || c === '\t' || c === '\r' || c === '\n'
const isWord = (c: string | undefined) => c !== undefined && /[\p{L}\p{N}_]/u.test(c)

/** Cut a template into tokens; the last is `end`, or `error` with what is wrong. */
export function lex(source: string): Token[] {
  return new Lexer(source).run()
}

class Lexer {
  readonly #source: string
  readonly #tokens: Token[] = []
  #at = 0
  #start = 0
  #line = 1
  #parens = 0

  constructor(source: string) {
    this.#source = source
  }

  run(): Token[] {
    while (this.#text()) if (!this.#delimiter() || !this.#action()) break
    return this.#tokens
  }

  /** Text up to an action; false at the end. */
  #text(): boolean {
    const open = this.#source.indexOf('{{', this.#at)
    const end = open < 0 ? this.#source.length : open
    let text = this.#source.slice(this.#at, end)
    if (open >= 0 && this.#trimsLeft(open + 2)) text = text.replace(/[ \t\r\n]+$/, '')
    if (text) {
      this.#at += text.length
      this.#emit('text')
    }
    this.#skipTo(end)
    if (open >= 0) return true
    this.#emit('end')
    return false
  }

  #trimsLeft(at: number): boolean {
    return this.#source[at] === '-' && isSpace(this.#source[at + 1])
  }

  /** `{{`, and comments, which leave nothing. False when something is wrong. */
  #delimiter(): boolean {
    const trim = this.#trimsLeft(this.#at + 2) ? 2 : 0
    if (this.#source.startsWith('/*', this.#at + 2 + trim)) return this.#comment(this.#at + 2 + trim)
    this.#at += 2
    this.#emit('left')
    this.#skipTo(this.#at + trim)
    this.#parens = 0
    return true
  }

  #comment(at: number): boolean {
    this.#skipTo(at)
    const close = this.#source.indexOf('*/', at + 2)
    if (close < 0) return this.#wrong('unclosed comment')
    const trim = /^[ \t\r\n]-\}\}/.test(this.#source.slice(close + 2, close + 6)) ? 2 : 0
    if (!this.#source.startsWith('}}', close + 2 + trim))
      return this.#wrong('comment ends before closing delimiter')
    this.#afterAction(close + 4 + trim, trim > 0)
    return this.#text() && this.#delimiter()
  }

  /** Go on after `}}`; with a trim marker after the space that follows. */
  #afterAction(at: number, trim: boolean): void {
    let next = at
    while (trim && isSpace(this.#source[next])) next++
    this.#skipTo(next)
  }

  /** Tokens up to `}}`; false when something is wrong. */
  #action(): boolean {
    for (;;) {
      const trim = /^[ \t\r\n]-\}\}/.test(this.#source.slice(this.#at, this.#at + 4))
      if (trim || this.#source.startsWith('}}', this.#at)) {
        if (this.#parens > 0) return this.#wrong('unclosed left paren')
        if (trim) this.#skipTo(this.#at + 2)
        this.#at += 2
        this.#emit('right')
        this.#afterAction(this.#at, trim)
        return true
      }
      if (!this.#token()) return false
    }
  }

  #token(): boolean {
    const c = this.#source[this.#at]
    const next = this.#source[this.#at + 1]
    if (c === undefined) return this.#wrong('unclosed action')
    if (isSpace(c)) return this.#space()
    if (c === '"') return this.#quoted(/"(?:[^"\\\n]|\\[^\n])*"/y, 'string', 'unterminated quoted string')
    if (c === '`') return this.#quoted(/`[^`]*`/y, 'string', 'unterminated raw quoted string')
    if (c === "'") return this.#quoted(/'(?:[^'\\\n]|\\[^\n])*'/y, 'char', 'unterminated character constant')
    if (c === '$') return this.#named('variable')
    if (c === '.' && !/[0-9]/.test(next ?? '')) return this.#named('field')
    if (/[-+.0-9]/.test(c)) return this.#number()
    if (isWord(this.#character())) return this.#word()
    return this.#sign(c, next)
  }

  #character(): string | undefined {
    const code = this.#source.codePointAt(this.#at)
    return code === undefined ? undefined : String.fromCodePoint(code)
  }

  #sign(c: string, next: string | undefined): boolean {
    const kind = { '=': 'assign', '|': 'pipe', '(': '(', ')': ')' }[c] as TokenKind | undefined
    if (c === '(') this.#parens++
    if (c === ')' && --this.#parens < 0) return this.#wrong('unexpected right paren')
    if (c === ':') {
      if (next !== '=') return this.#wrong('expected :=')
      this.#at += 2
      return this.#emit('declare')
    }
    if (!kind && !/[ -~]/.test(c))
      return this.#wrong(`unrecognized character in action: ${codePoint(this.#character() ?? '')}`)
    this.#at++
    return this.#emit(kind ?? 'other')
  }

  #space(): boolean {
    while (isSpace(this.#source[this.#at])) {
      // The last one may belong to the delimiter.
      if (this.#at > this.#start && this.#source.startsWith('-}}', this.#at + 1)) break
      this.#at++
    }
    return this.#emit('space')
  }

  #quoted(pattern: RegExp, kind: TokenKind, otherwise: string): boolean {
    const length = this.#length(pattern)
    if (!length) return this.#wrong(otherwise)
    this.#at += length
    return this.#emit(kind)
  }

  #named(kind: 'variable' | 'field'): boolean {
    this.#at += 1 + this.#length(/[\p{L}\p{N}_]*/uy, 1)
    const alone = this.#at === this.#start + 1
    if (!this.#terminated()) return this.#badCharacter()
    return this.#emit(alone && kind === 'field' ? 'dot' : kind)
  }

  #word(): boolean {
    this.#at += this.#length(/[\p{L}\p{N}_]+/uy)
    if (!this.#terminated()) return this.#badCharacter()
    const word = this.#source.slice(this.#start, this.#at)
    if (keywords.has(word)) return this.#emit('keyword')
    if (word === 'nil') return this.#emit('nil')
    return this.#emit(word === 'true' || word === 'false' ? 'bool' : 'identifier')
  }

  #number(): boolean {
    this.#at += this.#length(
      /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*|0[bB][01_]*|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)/y,
    )
    if (isWord(this.#character())) {
      this.#at++
      return this.#wrong(`bad number syntax: ${JSON.stringify(this.#source.slice(this.#start, this.#at))}`)
    }
    return this.#emit('number')
  }

  #length(pattern: RegExp, offset = 0): number {
    pattern.lastIndex = this.#at + offset
    return pattern.exec(this.#source)?.[0].length ?? 0
  }

  /** Whether a name may end here. */
  #terminated(): boolean {
    const c = this.#source[this.#at]
    return c === undefined || isSpace(c) || '.,|:)('.includes(c) || this.#source.startsWith('}}', this.#at)
  }

  #badCharacter(): boolean {
    return this.#wrong(`bad character ${codePoint(this.#character() ?? '')}`)
  }

  #emit(kind: TokenKind): true {
    this.#put(kind, this.#source.slice(this.#start, this.#at))
    this.#skipTo(this.#at)
    return true
  }

  #wrong(what: string): false {
    this.#put('error', what)
    return false
  }

  #put(kind: TokenKind, text: string): void {
    const line =
      kind === 'error' ? this.#line + newlines(this.#source.slice(this.#start, this.#at)) : this.#line
    this.#tokens.push({ kind, text, at: this.#start, line })
  }

  #skipTo(at: number): void {
    this.#line += newlines(this.#source.slice(this.#start, at))
    this.#at = at
    this.#start = at
  }
}

const newlines = (text: string): number => text.split('\n').length - 1

/** Go: %#U */
const codePoint = (c: string): string =>
  `U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${c}'`
