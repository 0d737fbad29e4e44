import { goQuote } from '../api/go-quote.ts'
import type { Json } from '../api/objects.ts'
import { UserError } from '../api/user-error.ts'

/** A JSON text as a value, with what strict decoding finds: `duplicate field "a.b"` (sigs.k8s.io/json). */
export interface ParsedJson {
  readonly value: Json
  readonly duplicates: readonly string[]
}

const maxDepth = 1000

/** Parse JSON; throws UserError in the words of Go's encoding/json. */
export function parseJsonText(text: string): ParsedJson {
  const parser = new Parser(text)
  const value = parser.document()
  return { value, duplicates: parser.duplicates }
}

class Parser {
  readonly duplicates: string[] = []
  readonly #text: string
  #at = 0
  #path: string[] = []

  constructor(text: string) {
    this.#text = text
  }

  document(): Json {
    const value = this.#value(0)
    this.#skip()
    if (this.#at < this.#text.length) throw this.#unexpected('after top-level value')
    return value
  }

  #value(depth: number): Json {
    if (depth > maxDepth) throw new UserError('exceeded max depth')
    this.#skip()
    const character = this.#text[this.#at]
    if (character === '{') return this.#object(depth)
    if (character === '[') return this.#array(depth)
    if (character === '"') return this.#string()
    if (character === 't') return this.#word('true', true)
    if (character === 'f') return this.#word('false', false)
    if (character === 'n') return this.#word('null', null)
    return this.#number()
  }

  #object(depth: number): Json {
    const result: Record<string, Json> = {}
    this.#at++
    this.#skip()
    if (this.#text[this.#at] === '}') {
      this.#at++
      return result
    }
    for (;;) {
      this.#skip()
      if (this.#text[this.#at] !== '"') throw this.#unexpected('looking for beginning of object key string')
      const key = this.#string()
      this.#skip()
      if (this.#text[this.#at] !== ':') throw this.#unexpected('after object key')
      this.#at++
      this.#path.push(this.#path.length ? `.${key}` : key)
      if (Object.hasOwn(result, key)) this.#duplicate()
      const value = this.#value(depth + 1)
      Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true })
      this.#path.pop()
      this.#skip()
      const next = this.#text[this.#at]
      if (next !== ',' && next !== '}') throw this.#unexpected('after object key:value pair')
      this.#at++
      if (next === '}') return result
    }
  }

  #array(depth: number): Json {
    const result: Json[] = []
    this.#at++
    this.#skip()
    if (this.#text[this.#at] === ']') {
      this.#at++
      return result
    }
    for (;;) {
      this.#path.push(`[${result.length}]`)
      result.push(this.#value(depth + 1))
      this.#path.pop()
      this.#skip()
      const next = this.#text[this.#at]
      if (next !== ',' && next !== ']') throw this.#unexpected('after array element')
      this.#at++
      if (next === ']') return result
    }
  }

  #string(): string {
    const start = this.#at++
    for (;;) {
      const character = this.#text[this.#at]
      if (character === undefined) throw this.#unexpected('')
      if (character < ' ') throw this.#unexpected('in string literal')
      this.#at++
      if (character === '"') break
      if (character === '\\') this.#escape()
    }
    return JSON.parse(this.#text.slice(start, this.#at)) as string
  }

  #escape(): void {
    const character = this.#text[this.#at]
    if (character === undefined || !'"\\/bfnrtu'.includes(character))
      throw this.#unexpected('in string escape code')
    this.#at++
    if (character !== 'u') return
    for (let i = 0; i < 4; i++, this.#at++)
      if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? ''))
        throw this.#unexpected('in \\u hexadecimal character escape')
  }

  #word<T extends Json>(word: string, value: T): T {
    for (let i = 1; i < word.length; i++)
      if (this.#text[this.#at + i] !== word[i]) {
        this.#at += i
        throw this.#unexpected(`in literal ${word} (expecting '${word[i]}')`)
      }
    this.#at += word.length
    return value
  }

  #number(): Json {
    const pattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
    pattern.lastIndex = this.#at
    const [found] = pattern.exec(this.#text) ?? []
    if (!found) throw this.#unexpected('looking for beginning of value')
    this.#at += found.length
    return Number(found)
  }

  #duplicate(): void {
    const complaint = `duplicate field ${goQuote(this.#path.join(''))}`
    if (!this.duplicates.includes(complaint)) this.duplicates.push(complaint)
  }

  #skip(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at++
  }

  #unexpected(where: string): UserError {
    const character = this.#text[this.#at]
    if (character === undefined) return new UserError('unexpected end of JSON input')
    const shown =
      character === "'" ? `'\\''` : character === '"' ? `'"'` : `'${goQuote(character).slice(1, -1)}'`
    return new UserError(`invalid character ${shown} ${where}`)
  }
}
