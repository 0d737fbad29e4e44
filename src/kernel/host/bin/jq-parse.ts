import { scan, type Token } from './jq-scan.ts'
import type { Filter, Pattern } from './jq-tree.ts'

const MAX_DEPTH = 200
const IDENTITY: Filter = { type: 'identity' }

/** Parse a program. Throws SyntaxError with what was not expected. */
export const parseJq = (text: string, depth = 0): Filter => new Parser(scan(text, depth, parseJq)).program()

const NONASSOCIATIVE = new Set(['=', '|=', '+=', '-=', '*=', '/=', '%=', '//='])
const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>='])
const RESERVED = new Set(['then', 'elif', 'else', 'end', 'as', 'and', 'or', 'catch', 'def'])

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  program(): Filter {
    if (this.#peek().kind === 'end') return IDENTITY
    const filter = this.#pipe()
    if (this.#peek().kind !== 'end') this.#fail()
    return filter
  }

  #pipe(comma = true): Filter {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxError('syntax error, memory exhausted')
    try {
      if (this.#isName('def')) return this.#define(comma)
      const left = comma ? this.#comma() : this.#assignment()
      if (this.#isName('as')) return this.#bind(left, comma)
      if (!this.#is('|')) return left
      this.#at++
      return { type: 'pipe', left, right: this.#pipe(comma) }
    } finally {
      this.#depth--
    }
  }

  #define(comma: boolean): Filter {
    this.#at++
    const name = this.#take('name')
    const parameters: string[] = []
    if (this.#is('(')) {
      do {
        this.#at++
        parameters.push(this.#peek().kind === 'variable' ? `$${this.#next().text}` : this.#take('name'))
      } while (this.#is(';'))
      this.#expect(')')
    }
    this.#expect(':')
    const body = this.#pipe()
    this.#expect(';')
    const rest = this.#peek().kind === 'end' ? IDENTITY : this.#pipe(comma)
    return { type: 'define', definition: { name, parameters, body }, body: rest }
  }

  #bind(source: Filter, comma: boolean): Filter {
    this.#at++
    const pattern = this.#pattern()
    this.#expect('|')
    return { type: 'bind', source, pattern, body: this.#pipe(comma) }
  }

  #pattern(): Pattern {
    if (this.#peek().kind === 'variable') return { type: 'name', name: this.#next().text }
    if (this.#is('[')) {
      const items: Pattern[] = []
      do {
        this.#at++
        items.push(this.#pattern())
      } while (this.#is(','))
      this.#expect(']')
      return { type: 'list', items }
    }
    this.#expect('{')
    const entries: { key: Filter; pattern: Pattern }[] = []
    for (;;) {
      if (this.#peek().kind === 'variable') {
        const name = this.#next().text
        entries.push({ key: { type: 'literal', value: name }, pattern: { type: 'name', name } })
      } else {
        const key: Filter =
          this.#peek().kind === 'name' ? { type: 'literal', value: this.#next().text } : this.#primary()
        this.#expect(':')
        entries.push({ key, pattern: this.#pattern() })
      }
      if (!this.#is(',')) break
      this.#at++
    }
    this.#expect('}')
    return { type: 'object', entries }
  }

  #comma(): Filter {
    let left = this.#assignment()
    while (this.#is(',')) {
      this.#at++
      left = { type: 'comma', left, right: this.#assignment() }
    }
    return left
  }

  #assignment(): Filter {
    const left = this.#alternative()
    const { text, kind } = this.#peek()
    if (kind !== 'operator' || !NONASSOCIATIVE.has(text)) return left
    this.#at++
    return { type: 'assign', operator: text, left, right: this.#alternative() }
  }

  #alternative(): Filter {
    const left = this.#or()
    if (!this.#is('//')) return left
    this.#at++
    return { type: 'alternative', left, right: this.#alternative() }
  }

  #or(): Filter {
    let left = this.#and()
    while (this.#isName('or')) {
      this.#at++
      left = { type: 'or', left, right: this.#and() }
    }
    return left
  }

  #and(): Filter {
    let left = this.#comparison()
    while (this.#isName('and')) {
      this.#at++
      left = { type: 'and', left, right: this.#comparison() }
    }
    return left
  }

  #comparison(): Filter {
    const left = this.#sum()
    const { text, kind } = this.#peek()
    if (kind !== 'operator' || !COMPARISONS.has(text)) return left
    this.#at++
    return { type: 'binary', operator: text, left, right: this.#sum() }
  }

  #sum(): Filter {
    let left = this.#product()
    while (this.#is('+') || this.#is('-'))
      left = { type: 'binary', operator: this.#next().text, left, right: this.#product() }
    return left
  }

  #product(): Filter {
    let left = this.#postfix()
    while (this.#is('*') || this.#is('/') || this.#is('%'))
      left = { type: 'binary', operator: this.#next().text, left, right: this.#postfix() }
    return left
  }

  #postfix(): Filter {
    let value = this.#primary()
    for (;;) {
      if (this.#is('?')) {
        this.#at++
        value = { type: 'try', body: value, handler: undefined }
      } else if (this.#peek().kind === 'field')
        value = { type: 'index', target: value, key: { type: 'literal', value: this.#next().text } }
      else if (this.#is('.') && this.#tokens[this.#at + 1].kind === 'string') {
        this.#at++
        value = { type: 'index', target: value, key: this.#string(undefined) }
      } else if (this.#is('.') && this.#tokens[this.#at + 1].text === '[') this.#at++
      else if (this.#is('[')) value = this.#bracket(value)
      else return value
    }
  }

  /** `[]`, `[key]`, `[from:to]` after a value. */
  #bracket(target: Filter): Filter {
    this.#at++
    if (this.#is(']')) {
      this.#at++
      return { type: 'iterate', target }
    }
    if (this.#is(':')) {
      this.#at++
      const to = this.#pipe()
      this.#expect(']')
      return { type: 'slice', target, from: undefined, to }
    }
    const key = this.#pipe()
    if (!this.#is(':')) {
      this.#expect(']')
      return { type: 'index', target, key }
    }
    this.#at++
    const to = this.#is(']') ? undefined : this.#pipe()
    this.#expect(']')
    return { type: 'slice', target, from: key, to }
  }

  #primary(): Filter {
    const token = this.#next()
    switch (token.kind) {
      case 'number':
        return { type: 'literal', value: Number(token.text) }
      case 'string':
        this.#at--
        return this.#string(undefined)
      case 'format':
        return this.#peek().kind === 'string'
          ? this.#string(token.text)
          : { type: 'format', name: token.text }
      case 'field':
        return { type: 'index', target: IDENTITY, key: { type: 'literal', value: token.text } }
      case 'variable':
        return { type: 'variable', name: token.text }
      case 'name':
        return this.#named(token.text)
      case 'end':
        return this.#fail()
      default:
        return this.#symbol(token.text)
    }
  }

  #symbol(text: string): Filter {
    switch (text) {
      case '.':
        if (this.#peek().kind === 'string')
          return { type: 'index', target: IDENTITY, key: this.#string(undefined) }
        return this.#is('[') ? this.#bracket(IDENTITY) : IDENTITY
      case '..':
        return { type: 'recurse' }
      case '-':
        return { type: 'negate', operand: this.#postfix() }
      case '(': {
        const inner = this.#pipe()
        this.#expect(')')
        return inner
      }
      case '[': {
        if (this.#is(']')) {
          this.#at++
          return { type: 'array', body: undefined }
        }
        const body = this.#pipe()
        this.#expect(']')
        return { type: 'array', body }
      }
      case '{':
        return this.#object()
      default:
        this.#at--
        return this.#fail()
    }
  }

  #string(format: string | undefined): Filter {
    const { parts = [] } = this.#next()
    if (parts.length === 1 && typeof parts[0] === 'string') return { type: 'literal', value: parts[0] }
    return { type: 'string', format, parts }
  }

  #object(): Filter {
    const entries: { key: Filter; value: Filter }[] = []
    while (!this.#is('}')) {
      const token = this.#peek()
      let key: Filter
      let value: Filter | undefined
      if (token.kind === 'variable') {
        this.#at++
        key = { type: 'literal', value: token.text }
        value = { type: 'variable', name: token.text }
      } else if (token.kind === 'name' || token.kind === 'number') {
        this.#at++
        key = { type: 'literal', value: token.text }
      } else if (token.kind === 'string') key = this.#string(undefined)
      else if (token.kind === 'format') key = this.#primary()
      else {
        this.#expect('(')
        key = this.#pipe()
        this.#expect(')')
      }
      if (this.#is(':')) {
        this.#at++
        value = this.#objectValue()
      }
      entries.push({ key, value: value ?? { type: 'index', target: IDENTITY, key } })
      if (!this.#is(',')) break
      this.#at++
    }
    this.#expect('}')
    return { type: 'object', entries }
  }

  #objectValue(): Filter {
    let value = this.#alternative()
    while (this.#is('|')) {
      this.#at++
      value = { type: 'pipe', left: value, right: this.#alternative() }
    }
    return value
  }

  #named(name: string): Filter {
    switch (name) {
      case 'true':
        return { type: 'literal', value: true }
      case 'false':
        return { type: 'literal', value: false }
      case 'null':
        return { type: 'literal', value: null }
      case 'if':
        return this.#if()
      case 'try': {
        const body = this.#postfix()
        if (!this.#isName('catch')) return { type: 'try', body, handler: undefined }
        this.#at++
        return { type: 'try', body, handler: this.#postfix() }
      }
      case 'reduce':
      case 'foreach':
        return this.#fold(name)
      default:
    }
    if (RESERVED.has(name)) {
      this.#at--
      return this.#fail()
    }
    const args: Filter[] = []
    if (this.#is('(')) {
      do {
        this.#at++
        args.push(this.#pipe())
      } while (this.#is(';'))
      this.#expect(')')
    }
    return { type: 'call', name, args }
  }

  #if(): Filter {
    const test = this.#pipe()
    if (!this.#isName('then')) this.#fail()
    this.#at++
    const yes = this.#pipe()
    const word = this.#next().text
    if (word === 'elif') return { type: 'if', test, yes, no: this.#if() }
    if (word === 'end') return { type: 'if', test, yes, no: IDENTITY }
    if (word !== 'else') {
      this.#at--
      this.#fail()
    }
    const no = this.#pipe()
    if (!this.#isName('end')) this.#fail()
    this.#at++
    return { type: 'if', test, yes, no }
  }

  #fold(type: 'reduce' | 'foreach'): Filter {
    const source = this.#postfix()
    if (!this.#isName('as')) this.#fail()
    this.#at++
    const pattern = this.#pattern()
    this.#expect('(')
    const start = this.#pipe()
    this.#expect(';')
    const update = this.#pipe()
    let extract: Filter | undefined
    if (this.#is(';')) {
      this.#at++
      extract = this.#pipe()
    }
    this.#expect(')')
    return { type, source, pattern, start, update, extract }
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]
  }

  #next(): Token {
    const token = this.#peek()
    this.#at++
    return token
  }

  #is(text: string): boolean {
    return this.#peek().kind === 'operator' && this.#peek().text === text
  }

  #isName(text: string): boolean {
    return this.#peek().kind === 'name' && this.#peek().text === text
  }

  #take(kind: Token['kind']): string {
    if (this.#peek().kind !== kind) this.#fail()
    return this.#next().text
  }

  #expect(text: string): void {
    if (!this.#is(text)) this.#fail()
    this.#at++
  }

  #fail(): never {
    const { kind, text } = this.#peek()
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
