import { goQuote } from '../go-quote.ts'
import { UserError } from '../user-error.ts'
import { lex, type Token, type TokenKind } from './lex.ts'

/** The tokens of a template, with a look ahead and back. */
export class Tokens {
  readonly #name: string
  readonly #tokens: readonly Token[]
  #index = 0
  /** Where the present action began. */
  #actionLine = 0

  constructor(name: string, source: string) {
    this.#name = name
    this.#tokens = lex(source)
  }

  next(): Token {
    return this.#tokens[Math.min(this.#index++, this.#tokens.length - 1)] as Token
  }

  peek(): Token {
    return this.#tokens[Math.min(this.#index, this.#tokens.length - 1)] as Token
  }

  nextNonSpace(): Token {
    this.peekNonSpace()
    return this.next()
  }

  peekNonSpace(): Token {
    while (this.peek().kind === 'space') this.#index++
    return this.peek()
  }

  backUp(): void {
    this.#index--
  }

  mark(): number {
    return this.#index
  }

  reset(mark: number): void {
    this.#index = mark
  }

  /** Whether `{{define` comes next; it is taken then. */
  startsDefinition(): boolean {
    const mark = this.mark()
    if (this.next().kind === 'left') {
      const { kind, text } = this.nextNonSpace()
      if (kind === 'keyword' && text === 'define') return true
    }
    this.reset(mark)
    return false
  }

  expect(kind: TokenKind, context: string): Token {
    const token = this.nextNonSpace()
    if (token.kind !== kind) throw this.unexpected(token, context)
    return token
  }

  inAction<T>(line: number, parse: () => T): T {
    this.#actionLine = line
    const node = parse()
    this.#actionLine = 0
    return node
  }

  unexpected(token: Token, context: string): UserError {
    if (token.kind !== 'error') return this.error(`unexpected ${shown(token)} in ${context}`, token.line)
    const started = ` started at ${this.#name}:${this.#actionLine}`
    const elsewhere = this.#actionLine !== 0 && this.#actionLine !== token.line
    const extra = elsewhere ? (token.text.endsWith(' action') ? started : ` in action${started}`) : ''
    return this.error(token.text + extra, token.line)
  }

  /** `template: NAME:LINE: WHAT`. */
  error(what: string, line?: number): UserError {
    const last = this.#tokens[Math.min(Math.max(this.#index - 1, 0), this.#tokens.length - 1)]
    return new UserError(`template: ${this.#name}:${line ?? last?.line ?? 1}: ${what}`)
  }
}

function shown({ kind, text }: Token): string {
  if (kind === 'end') return 'EOF'
  if (kind === 'keyword' || kind === 'nil' || kind === 'dot') return `<${text}>`
  return text.length > 10 ? `${goQuote(text.slice(0, 10))}...` : goQuote(text)
}
