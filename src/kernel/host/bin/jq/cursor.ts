import type { Token } from './scan.ts'

/** The tokens of a program, one after another. */
export class Cursor {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  /** The token so many places on; the last one again beyond the end. */
  ahead(places: number): Token {
    return this.#tokens[Math.min(this.#at + places, this.#tokens.length - 1)]
  }

  skip(): void {
    this.#at++
  }

  back(): void {
    this.#at--
  }

  peek(): Token {
    return this.ahead(0)
  }

  next(): Token {
    const token = this.peek()
    this.#at++
    return token
  }

  is(text: string): boolean {
    return this.peek().kind === 'operator' && this.peek().text === text
  }

  isName(text: string): boolean {
    return this.peek().kind === 'name' && this.peek().text === text
  }

  /** Step over an operator, if it is the next. */
  accept(text: string): boolean {
    if (!this.is(text)) return false
    this.#at++
    return true
  }

  acceptName(text: string): boolean {
    if (!this.isName(text)) return false
    this.#at++
    return true
  }

  take(kind: Token['kind']): string {
    if (this.peek().kind !== kind) this.fail()
    return this.next().text
  }

  expect(text: string): void {
    if (!this.accept(text)) this.fail()
  }

  expectName(text: string): void {
    if (!this.acceptName(text)) this.fail()
  }

  fail(): never {
    const { kind, text } = this.peek()
    const what =
      kind === 'end'
        ? '$end'
        : kind === 'name'
          ? 'IDENT'
          : kind === 'field'
            ? 'FIELD'
            : kind === 'number'
              ? 'LITERAL'
              : `'${text}'`
    throw new SyntaxError(`syntax error, unexpected ${what} (Unix shell quoting issues?)`)
  }
}
