import type { Token } from './scan.ts'

/** The tokens of a program, one after another. */
export class Cursor {
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get token(): Token {
    return this.ahead(0)
  }

  get atEnd(): boolean {
    return this.token.kind === 'newline' || this.token.kind === 'end' || this.is(';') || this.is('}')
  }

  is(text: string): boolean {
    const { kind } = this.token
    return this.token.text === text && (kind === 'operator' || kind === 'word')
  }

  next(): Token {
    const token = this.token
    this.#at++
    return token
  }

  expect(text: string): void {
    if (!this.is(text)) this.fail()
    this.#at++
  }

  end(): void {
    if (!this.atEnd && !this.is(')')) this.fail()
    if (this.is(';') || this.token.kind === 'newline') this.#at++
  }

  newlines(): void {
    while (this.token.kind === 'newline') this.#at++
  }

  terminators(): void {
    while (this.token.kind === 'newline' || this.is(';')) this.#at++
  }

  fail(): never {
    const { kind, text } = this.token
    throw new SyntaxError(
      `syntax error at or near ${kind === 'end' || kind === 'newline' ? 'end of file' : text}`,
    )
  }

  /** The token so many places on; the last one again beyond the end. */
  ahead(places: number): Token {
    return this.#tokens[Math.min(this.#at + places, this.#tokens.length - 1)]
  }

  /** Go on, or back to, a place that `place` told. */
  get place(): number {
    return this.#at
  }

  set place(at: number) {
    this.#at = at
  }
}
