import { YamlError, type Mark } from './yaml-error.ts'

const isBreakCode = (code: number): boolean =>
  code === 10 || code === 13 || code === 0x85 || code === 0x2028 || code === 0x2029

/** Walks through a text once, and knows where it is. At the end every character is ''. */
export class Cursor {
  readonly text: string
  index = 0
  line = 0
  column = 0

  constructor(text: string) {
    this.text = text
  }

  get mark(): Mark {
    return { index: this.index, line: this.line, column: this.column }
  }

  get ended(): boolean {
    return this.index >= this.text.length
  }

  char(ahead = 0): string {
    return this.text.charAt(this.index + ahead)
  }

  /** Space or tab. */
  isBlank(ahead = 0): boolean {
    const code = this.text.charCodeAt(this.index + ahead)
    return code === 32 || code === 9
  }

  isBreak(ahead = 0): boolean {
    return isBreakCode(this.text.charCodeAt(this.index + ahead))
  }

  isBreakOrEnd(ahead = 0): boolean {
    return this.index + ahead >= this.text.length || this.isBreak(ahead)
  }

  isBlankOrEnd(ahead = 0): boolean {
    const code = this.text.charCodeAt(this.index + ahead)
    // At the end there is no code. Control characters never get here.
    return !(code > 32) || code === 0x85 || code === 0x2028 || code === 0x2029
  }

  /** `---` or `...` alone at the beginning of a line. */
  isDocumentMark(sign?: string): boolean {
    if (this.column !== 0 || !this.isBlankOrEnd(3)) return false
    const three = this.text.substr(this.index, 3)
    return sign === undefined ? three === '---' || three === '...' : three === sign
  }

  skip(count = 1): void {
    this.index += count
    this.column += count
  }

  /** Take characters as long as they are not `stop`'s. */
  take(goesOn: (char: string) => boolean): string {
    const from = this.index
    while (!this.ended && goesOn(this.char())) this.skip()
    return this.text.slice(from, this.index)
  }

  skipBlanks(): void {
    while (this.isBlank()) this.skip()
  }

  skipComment(): void {
    if (this.char() === '#') this.skipLine()
  }

  /** Up to the line's end. */
  skipLine(): void {
    const { text } = this
    let at = this.index
    while (at < text.length && !isBreakCode(text.charCodeAt(at))) at++
    this.skip(at - this.index)
  }

  /** Up to a blank, the line's end, or a character of these. */
  skipWord(stops: string): void {
    const { text } = this
    let at = this.index
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (
        code <= 32 ||
        code === 0x85 ||
        code === 0x2028 ||
        code === 0x2029 ||
        (code < 127 && stops.includes(text[at] as string))
      )
        break
    }
    this.skip(at - this.index)
  }

  /** Go over a line's end; gives it as it is kept in a scalar. */
  takeBreak(): string {
    const char = this.char()
    this.index += char === '\r' && this.char(1) === '\n' ? 2 : 1
    this.line++
    this.column = 0
    return char === '\u2028' || char === '\u2029' ? char : '\n'
  }

  /** The end counts as a line end, so that nothing before it can still be a key. */
  finish(): void {
    if (this.column) this.line++
    this.column = 0
  }

  /** go-yaml: decode.go fail, for what its scanner says. */
  fail(problem: string): YamlError {
    return new YamlError(this.line ? `line ${this.line + 1}: ${problem}` : problem)
  }
}
