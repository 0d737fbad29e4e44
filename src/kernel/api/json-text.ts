import { goQuote } from './go-quote.ts'
import type { Json } from './objects.ts'
import { UserError } from './user-error.ts'
import { byteLength } from './utf8.ts'

/** A JSON text as a value, with what strict decoding finds: `duplicate field "a.b"` (sigs.k8s.io/json). */
export interface ParsedJson {
  readonly value: Json
  readonly duplicates: readonly string[]
}

const maxDepth = 1000
/** Halves of surrogate pairs: Go puts U+FFFD in their place. */
const HALVES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** Parse JSON; throws UserError in the words of Go's encoding/json. */
export function parseJsonText(text: string): ParsedJson {
  const parser = new Parser(text)
  const value = parser.document()
  return { value, duplicates: parser.duplicates }
}

/** Values one after the other, as `kubectl get -o json` and jq write them; throws where the text goes wrong (Go: json.Decoder). */
export function* parseJsonStream(text: string): Generator<ParsedJson> {
  for (let at = 0; ; ) {
    const parser = new Parser(text, at)
    if (parser.isAtEnd) return
    const value = parser.next()
    yield { value, duplicates: parser.duplicates }
    at = parser.at
  }
}

/** A text is no JSON. `offset` counts the bytes up to the one that is wrong; undefined when the text ends too early. */
export class JsonSyntaxError extends UserError {
  readonly offset: number | undefined

  constructor(message: string, offset?: number) {
    super(message)
    this.offset = offset
  }
}

class Parser {
  readonly duplicates: string[] = []
  readonly #text: string
  #at: number
  #path: string[] = []

  constructor(text: string, at = 0) {
    this.#text = text
    this.#at = at
  }

  get at(): number {
    return this.#at
  }

  get isAtEnd(): boolean {
    this.#skip()
    return this.#at >= this.#text.length
  }

  next(): Json {
    return this.#value(0)
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
    const text = JSON.parse(this.#text.slice(start, this.#at)) as string
    return HALVES.test(text) ? text.replaceAll(new RegExp(HALVES, 'g'), '\ufffd') : text
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
    if (!found && this.#text[this.#at] === '-') {
      this.#at++
      throw this.#unexpected('in numeric literal')
    }
    if (!found) throw this.#unexpected('looking for beginning of value')
    this.#at += found.length
    this.#checkNumber(found)
    const value = Number(found)
    if (!Number.isFinite(value))
      throw new UserError(`json: cannot unmarshal number ${found} into Go value of type float64`)
    // Every number is a double here; a silent loss of digits would be worse than a refusal.
    if (!/[.eE]/.test(found) && !Number.isSafeInteger(value))
      throw new UserError(`cannot represent ${found} exactly`)
    return value
  }

  /** What a number may not be followed by (Go: encoding/json/scanner.go stateDot, stateE). */
  #checkNumber(found: string): void {
    const next = this.#text[this.#at] ?? ''
    if (next === '.' && !found.includes('.')) {
      this.#at++
      throw this.#unexpected('after decimal point in numeric literal')
    }
    if ((next === 'e' || next === 'E') && !/[eE]/.test(found)) {
      this.#at += /[+-]/.test(this.#text[this.#at + 1] ?? '') ? 2 : 1
      throw this.#unexpected('in exponent of numeric literal')
    }
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
    if (character === undefined) return new JsonSyntaxError('unexpected end of JSON input')
    const shown =
      character === "'" ? `'\\''` : character === '"' ? `'"'` : `'${goQuote(character).slice(1, -1)}'`
    return new JsonSyntaxError(
      `invalid character ${shown} ${where}`,
      byteLength(this.#text.slice(0, this.#at)) + 1,
    )
  }
}
