import { Cursor } from './cursor.ts'
import { blockScalar, plainScalar, quotedScalar } from './scalars.ts'
import type { Token, TokenType } from './token.ts'
import type { Mark } from './yaml-error.ts'

/** A key without `?` stands on one line and is no longer than this. */
const MAX_KEY = 1024

/** Something that is a key if a colon follows. */
interface MaybeKey {
  readonly mark: Mark
  /** Which token it is, counted from the first of the text. */
  readonly token: number
  /** Nothing else can stand here. */
  readonly required: boolean
  open: boolean
}

/**
 * Turns a text into tokens, indentation included, in one pass and without recursion. It knows YAML 1.1 as go-yaml does, says what
 * go-yaml says, and looks only as far ahead (sigs.k8s.io/yaml: goyaml.v2/scannerc.go).
 */
export class Scanner {
  readonly #cursor: Cursor
  #tokens: Token[] = []
  #at = 0
  /** Tokens taken by the parser so far. */
  #taken = 0
  #indents: number[] = []
  #indent = -1
  #keyAllowed = true
  /** One a level of flow collections. */
  #keys: (MaybeKey | undefined)[] = [undefined]
  #keyOfToken = new Map<number, MaybeKey>()

  constructor(text: string) {
    this.#cursor = new Cursor(text)
  }

  /** The next token, which stays. */
  peek(): Token {
    while (this.#needsMore()) this.#fetch()
    return this.#tokens[this.#at] as Token
  }

  next(): Token {
    const token = this.peek()
    this.#keyOfToken.delete(this.#taken)
    this.#at++
    this.#taken++
    if (this.#at > 512) {
      this.#tokens = this.#tokens.slice(this.#at)
      this.#at = 0
    }
    return token
  }

  get #inFlow(): boolean {
    return this.#keys.length > 1
  }

  /** The first token is known only once it cannot turn out to be a key. */
  #needsMore(): boolean {
    if (this.#at === this.#tokens.length) return true
    const key = this.#keyOfToken.get(this.#taken)
    return key !== undefined && this.#isValid(key)
  }

  #fetch(): void {
    const cursor = this.#cursor
    this.#skipToToken()
    this.#unroll(cursor.column)
    if (cursor.ended) return this.#end('stream-end', 0)
    if (cursor.column === 0 && cursor.char() === '%') return this.#directive()
    if (cursor.isDocumentMark('---')) return this.#end('document-start', 3)
    if (cursor.isDocumentMark('...')) return this.#end('document-end', 3)
    const char = cursor.char()
    if (char === '[' || char === '{') return this.#openFlow(char)
    if (char === ']' || char === '}') return this.#closeFlow(char)
    if (char === ',') return this.#indicator(',', true)
    if (char === '-' && cursor.isBlankOrEnd(1)) return this.#blockEntry()
    if (char === '?' && (this.#inFlow || cursor.isBlankOrEnd(1))) return this.#key()
    if (char === ':' && (this.#inFlow || cursor.isBlankOrEnd(1))) return this.#value()
    this.#content(char)
  }

  #content(char: string): void {
    const cursor = this.#cursor
    if (char === '*' || char === '&') return this.#name(char === '*' ? 'alias' : 'anchor')
    if (char === '!') return this.#tag()
    if ((char === '|' || char === '>') && !this.#inFlow) return this.#block()
    if (char === "'" || char === '"') {
      this.#mayBeKey()
      return this.#push('scalar', cursor.mark, quotedScalar(cursor))
    }
    const indicator = '-?:,[]{}#&*!|>\'"%@`'.includes(char)
    const plain =
      (char === '-' && !cursor.isBlank(1)) ||
      (!this.#inFlow && (char === '?' || char === ':') && !cursor.isBlankOrEnd(1))
    if ((indicator && !plain) || cursor.isBlankOrEnd())
      throw cursor.fail(
        `found character that cannot start any token${char === '\t' ? ' (a tab: use spaces)' : ''}`,
      )
    this.#mayBeKey()
    const { mark } = cursor
    const { value, broken } = plainScalar(cursor, this.#indent + 1, this.#inFlow)
    if (broken) this.#keyAllowed = true
    this.#tokens.push({ type: 'scalar', mark, value, plain: true })
  }

  #skipToToken(): void {
    const cursor = this.#cursor
    for (;;) {
      if (cursor.column === 0 && cursor.char() === '\ufeff') cursor.skip()
      while (cursor.char() === ' ' || (cursor.char() === '\t' && (this.#inFlow || !this.#keyAllowed)))
        cursor.skip()
      cursor.skipComment()
      if (!cursor.isBreak()) return
      cursor.takeBreak()
      if (!this.#inFlow) this.#keyAllowed = true
    }
  }

  #push(type: TokenType, mark: Mark, value = ''): void {
    this.#tokens.push({ type, mark, value })
  }

  /** What ends all blocks: the end of the text, or of a document. */
  #end(type: TokenType, length: number): void {
    const cursor = this.#cursor
    if (cursor.ended) cursor.finish()
    this.#unroll(-1)
    this.#dropKey()
    this.#keyAllowed = false
    const { mark } = cursor
    cursor.skip(length)
    this.#push(type, mark)
  }

  #directive(): void {
    const cursor = this.#cursor
    this.#unroll(-1)
    this.#dropKey()
    this.#keyAllowed = false
    const { mark } = cursor
    cursor.skip()
    const name = cursor.take((char) => /[\w-]/.test(char))
    if (name === '') throw cursor.fail('could not find expected directive name')
    if (!cursor.isBlankOrEnd()) throw cursor.fail('found unexpected non-alphabetical character')
    if (name !== 'YAML' && name !== 'TAG') throw cursor.fail('found unknown directive name')
    cursor.skipBlanks()
    const words = cursor.take((char) => char !== '#' && !cursor.isBreak()).trimEnd()
    if (name === 'YAML' && !/^\d+\.\d+$/.test(words))
      throw cursor.fail("did not find expected digit or '.' character")
    cursor.skipComment()
    this.#push('directive', mark, `${name} ${words}`)
  }

  #openFlow(char: '[' | '{'): void {
    this.#mayBeKey()
    this.#keys.push(undefined)
    this.#keyAllowed = true
    this.#push(char, this.#cursor.mark)
    this.#cursor.skip()
  }

  #closeFlow(char: ']' | '}'): void {
    this.#dropKey()
    if (this.#inFlow) this.#keys.pop()
    this.#indicator(char, false)
  }

  #indicator(char: ',' | '-' | '?' | ':' | ']' | '}', keyAllowed: boolean): void {
    if (char !== ':' && char !== ']' && char !== '}') this.#dropKey()
    this.#keyAllowed = keyAllowed
    this.#push(char, this.#cursor.mark)
    this.#cursor.skip()
  }

  #blockEntry(): void {
    if (!this.#inFlow) {
      if (!this.#keyAllowed) throw this.#cursor.fail('block sequence entries are not allowed in this context')
      this.#roll(this.#cursor.column, 'block-sequence', this.#cursor.mark)
    }
    this.#indicator('-', true)
  }

  #key(): void {
    if (!this.#inFlow) {
      if (!this.#keyAllowed) throw this.#cursor.fail('mapping keys are not allowed in this context')
      this.#roll(this.#cursor.column, 'block-mapping', this.#cursor.mark)
    }
    this.#indicator('?', !this.#inFlow)
  }

  #value(): void {
    const key = this.#keys.at(-1)
    if (key && this.#isValid(key)) {
      this.#insert(key.token, { type: '?', mark: key.mark, value: '' })
      this.#roll(key.mark.column, 'block-mapping', key.mark, key.token)
      key.open = false
      this.#keyOfToken.delete(key.token)
      return this.#indicator(':', false)
    }
    if (!this.#inFlow) {
      if (!this.#keyAllowed) throw this.#cursor.fail('mapping values are not allowed in this context')
      this.#roll(this.#cursor.column, 'block-mapping', this.#cursor.mark)
    }
    this.#indicator(':', !this.#inFlow)
  }

  #name(type: 'alias' | 'anchor'): void {
    const cursor = this.#cursor
    this.#mayBeKey()
    const { mark } = cursor
    cursor.skip()
    const value = cursor.take((char) => /[\w-]/.test(char))
    if (value === '' || !(cursor.isBlankOrEnd() || '?:,]}%@`'.includes(cursor.char())))
      throw cursor.fail('did not find expected alphabetic or numeric character')
    this.#push(type, mark, value)
  }

  #tag(): void {
    const cursor = this.#cursor
    this.#mayBeKey()
    const { mark } = cursor
    const full = cursor.char(1) === '<'
    const written = cursor.take(
      (char) => /[\w\-;/?:@&=+$.,!~*'()[\]%]/.test(char) || (full && '<>'.includes(char)),
    )
    if (full && !written.endsWith('>')) throw cursor.fail("did not find the expected '>'")
    const handle = full ? '' : (/^!(?:[\w-]*!)?/.exec(written)?.[0] ?? '!')
    const value = full ? written.slice(2, -1) : written.slice(handle.length)
    if (value === '' && handle !== '!') throw cursor.fail('did not find expected tag URI')
    if (!cursor.isBlankOrEnd()) throw cursor.fail('did not find expected whitespace or line break')
    this.#tokens.push({ type: 'tag', mark, value, handle })
  }

  #block(): void {
    this.#dropKey()
    this.#keyAllowed = true
    const { mark } = this.#cursor
    this.#push('scalar', mark, blockScalar(this.#cursor, this.#indent))
  }

  /** What begins here is a key if a colon comes after it. */
  #mayBeKey(): void {
    const { mark } = this.#cursor
    const required = !this.#inFlow && this.#indent === mark.column
    if (this.#keyAllowed) {
      this.#dropKey()
      const key = { mark, required, open: true, token: this.#taken + this.#tokens.length - this.#at }
      this.#keys[this.#keys.length - 1] = key
      this.#keyOfToken.set(key.token, key)
    }
    this.#keyAllowed = false
  }

  #dropKey(): void {
    const key = this.#keys.at(-1)
    if (!key?.open) return
    if (key.required) throw this.#cursor.fail("could not find expected ':'")
    key.open = false
    this.#keyOfToken.delete(key.token)
  }

  #isValid(key: MaybeKey): boolean {
    if (!key.open) return false
    const cursor = this.#cursor
    if (key.mark.line === cursor.line && key.mark.index + MAX_KEY >= cursor.index) return true
    if (key.required) throw cursor.fail("could not find expected ':'")
    key.open = false
    return false
  }

  #roll(column: number, type: 'block-sequence' | 'block-mapping', mark: Mark, token?: number): void {
    if (this.#inFlow || this.#indent >= column) return
    this.#indents.push(this.#indent)
    this.#indent = column
    if (token === undefined) this.#push(type, mark)
    else this.#insert(token, { type, mark, value: '' })
  }

  #insert(number: number, token: Token): void {
    this.#tokens.splice(this.#at + number - this.#taken, 0, token)
  }

  #unroll(column: number): void {
    if (this.#inFlow) return
    while (this.#indent > column) {
      this.#push('block-end', this.#cursor.mark)
      this.#indent = this.#indents.pop() as number
    }
  }
}
