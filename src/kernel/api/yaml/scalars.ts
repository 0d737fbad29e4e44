import type { Cursor } from './cursor.ts'

/** What stands between words: spaces within a line, or line ends that fold to a space or fewer line ends. */
class Gap {
  #spaces = ''
  #first = ''
  #more = ''
  broken = false

  space(char: string): void {
    if (!this.broken) this.#spaces += char
  }

  lineEnd(text: string): void {
    if (this.broken) this.#more += text
    else this.#first = text
    this.broken = true
    this.#spaces = ''
  }

  take(): string {
    const folded = this.#first === '\n' ? this.#more || ' ' : this.#first + this.#more
    const text = this.broken ? folded : this.#spaces
    this.#spaces = this.#first = this.#more = ''
    this.broken = false
    return text
  }

  /** A line end that a backslash took away: those after it count. */
  continued(): void {
    this.broken = true
    this.#first = ''
  }
}

const FLOW_STOPS = ':,?[]{}'

/** A scalar without quotes. `indent` is the column it must not leave; tells whether it ended with a line end. */
export function plainScalar(
  cursor: Cursor,
  indent: number,
  inFlow: boolean,
): { value: string; broken: boolean } {
  const parts: string[] = []
  const gap = new Gap()
  while (!cursor.ended && !cursor.isDocumentMark() && cursor.char() !== '#') {
    const from = cursor.index
    let stopped = false
    for (;;) {
      cursor.skipWord(inFlow ? FLOW_STOPS : ':')
      if (cursor.isBlankOrEnd()) break
      stopped = cursor.char() !== ':' || cursor.isBlankOrEnd(1)
      if (stopped) break
      cursor.skip()
    }
    if (cursor.index > from) parts.push(gap.take(), cursor.text.slice(from, cursor.index))
    if (stopped || cursor.ended) break
    skipGap(cursor, gap, indent)
    if (!inFlow && cursor.column < indent) break
  }
  return { value: parts.join(''), broken: gap.broken }
}

function skipGap(cursor: Cursor, gap: Gap, indent: number): void {
  while (cursor.isBlank() || cursor.isBreak()) {
    if (cursor.isBreak()) {
      gap.lineEnd(cursor.takeBreak())
      continue
    }
    if (gap.broken && cursor.column < indent && cursor.char() === '\t')
      throw cursor.fail('found a tab character that violates indentation')
    gap.space(cursor.char())
    cursor.skip()
  }
}

/** A scalar in single or double quotes, from its first quote on. */
export function quotedScalar(cursor: Cursor): string {
  const quote = cursor.char()
  cursor.skip()
  const parts: string[] = []
  const gap = new Gap()
  for (;;) {
    if (cursor.isDocumentMark()) throw cursor.fail('found unexpected document indicator')
    if (cursor.ended) throw cursor.fail('found unexpected end of stream')
    parts.push(quotedWords(cursor, quote, gap))
    if (cursor.char() === quote) {
      cursor.skip()
      return parts.join('')
    }
    while (cursor.isBlank() || cursor.isBreak()) {
      if (cursor.isBreak()) gap.lineEnd(cursor.takeBreak())
      else {
        gap.space(cursor.char())
        cursor.skip()
      }
    }
    parts.push(gap.take())
  }
}

/** Up to the next blank, line end or closing quote. */
function quotedWords(cursor: Cursor, quote: string, gap: Gap): string {
  let text = ''
  while (!cursor.isBlankOrEnd()) {
    const char = cursor.char()
    if (char === quote && quote === "'" && cursor.char(1) === "'") {
      text += "'"
      cursor.skip(2)
    } else if (char === quote) return text
    else if (char === '\\' && quote === '"') {
      if (cursor.isBreak(1)) {
        cursor.skip()
        cursor.takeBreak()
        gap.continued()
        return text
      }
      text += escaped(cursor)
    } else {
      const from = cursor.index
      cursor.skip()
      cursor.skipWord(`${quote}\\`)
      text += cursor.text.slice(from, cursor.index)
    }
  }
  return text
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
}
const DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

function escaped(cursor: Cursor): string {
  const char = cursor.char(1)
  const digits = DIGITS[char]
  if (digits === undefined) {
    const value = ESCAPES[char]
    if (value === undefined) throw cursor.fail('found unknown escape character')
    cursor.skip(2)
    return value
  }
  cursor.skip(2)
  const hex = cursor.text.substr(cursor.index, digits)
  if (hex.length < digits || !/^[0-9a-fA-F]+$/.test(hex))
    throw cursor.fail('did not find expected hexdecimal number')
  const code = Number.parseInt(hex, 16)
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    throw cursor.fail('found invalid Unicode character escape code')
  cursor.skip(digits)
  return String.fromCodePoint(code)
}

/** A literal (`|`) or folded (`>`) scalar, from its sign on. `parentIndent` is the column of what holds it. */
export function blockScalar(cursor: Cursor, parentIndent: number): string {
  const literal = cursor.char() === '|'
  cursor.skip()
  const { chomping, increment } = blockHeader(cursor)
  const block = new BlockLines(cursor, increment ? Math.max(parentIndent, 0) + increment : 0, parentIndent)
  let text = ''
  let lineEnd = ''
  let wasBlank = false
  let empty = block.emptyLines()
  while (cursor.column === block.indent && !cursor.ended) {
    const isBlank = cursor.isBlank()
    if (!literal && lineEnd === '\n' && !wasBlank && !isBlank) text += empty === '' ? ' ' : ''
    else text += lineEnd
    text += empty
    wasBlank = isBlank
    const from = cursor.index
    cursor.skipLine()
    text += cursor.text.slice(from, cursor.index)
    lineEnd = cursor.isBreak() ? cursor.takeBreak() : ''
    empty = block.emptyLines()
  }
  if (chomping !== '-') text += lineEnd
  return chomping === '+' ? text + empty : text
}

function blockHeader(cursor: Cursor): { chomping: string; increment: number } {
  let chomping = ''
  let increment = 0
  const sign = () => {
    if (chomping || !'+-'.includes(cursor.char() || 'x')) return
    chomping = cursor.char()
    cursor.skip()
  }
  sign()
  if (cursor.char() === '0') throw cursor.fail('found an indentation indicator equal to 0')
  if (/[1-9]/.test(cursor.char())) {
    increment = Number(cursor.char())
    cursor.skip()
    sign()
  }
  cursor.skipBlanks()
  cursor.skipComment()
  if (!cursor.isBreakOrEnd()) throw cursor.fail('did not find expected comment or line break')
  if (cursor.isBreak()) cursor.takeBreak()
  return { chomping, increment }
}

/** Finds the column of a block scalar, and eats its empty lines. */
class BlockLines {
  readonly #cursor: Cursor
  readonly #parentIndent: number
  indent: number

  constructor(cursor: Cursor, indent: number, parentIndent: number) {
    this.#cursor = cursor
    this.indent = indent
    this.#parentIndent = parentIndent
  }

  emptyLines(): string {
    const cursor = this.#cursor
    let text = ''
    let widest = 0
    for (;;) {
      while ((!this.indent || cursor.column < this.indent) && cursor.char() === ' ') cursor.skip()
      widest = Math.max(widest, cursor.column)
      if ((!this.indent || cursor.column < this.indent) && cursor.char() === '\t')
        throw cursor.fail('found a tab character where an indentation space is expected')
      if (!cursor.isBreak()) break
      text += cursor.takeBreak()
    }
    if (!this.indent) this.indent = Math.max(widest, this.#parentIndent + 1, 1)
    return text
  }
}
