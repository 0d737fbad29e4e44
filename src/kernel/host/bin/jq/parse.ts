import { Cursor } from './cursor.ts'
import { scan, type Token } from './scan.ts'
import type { Filter, Pattern } from './tree.ts'

const MAX_DEPTH = 200
const IDENTITY: Filter = { type: 'identity' }

/** Parse a program. Throws SyntaxError with what was not expected. */
export const parseJq = (text: string, depth = 0): Filter => new Parser(scan(text, depth, parseJq)).program()

const NONASSOCIATIVE = new Set(['=', '|=', '+=', '-=', '*=', '/=', '%=', '//='])
const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>='])
const RESERVED = new Set(['then', 'elif', 'else', 'end', 'as', 'and', 'or', 'catch', 'def'])

class Parser {
  readonly #cursor: Cursor
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#cursor = new Cursor(tokens)
  }

  program(): Filter {
    if (this.#cursor.peek().kind === 'end') return IDENTITY
    const filter = this.#pipe()
    if (this.#cursor.peek().kind !== 'end') this.#cursor.fail()
    return filter
  }

  #pipe(comma = true): Filter {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxError('syntax error, memory exhausted')
    try {
      if (this.#cursor.isName('def')) return this.#define(comma)
      const left = comma ? this.#comma() : this.#assignment()
      if (this.#cursor.isName('as')) return this.#bind(left, comma)
      if (!this.#cursor.accept('|')) return left
      return { type: 'pipe', left, right: this.#pipe(comma) }
    } finally {
      this.#depth--
    }
  }

  #define(comma: boolean): Filter {
    this.#cursor.skip()
    const name = this.#cursor.take('name')
    const parameters: string[] = []
    if (this.#cursor.is('(')) {
      do {
        this.#cursor.skip()
        parameters.push(
          this.#cursor.peek().kind === 'variable'
            ? `$${this.#cursor.next().text}`
            : this.#cursor.take('name'),
        )
      } while (this.#cursor.is(';'))
      this.#cursor.expect(')')
    }
    this.#cursor.expect(':')
    const body = this.#pipe()
    this.#cursor.expect(';')
    const rest = this.#cursor.peek().kind === 'end' ? IDENTITY : this.#pipe(comma)
    return { type: 'define', definition: { name, parameters, body }, body: rest }
  }

  #bind(source: Filter, comma: boolean): Filter {
    this.#cursor.skip()
    const pattern = this.#pattern()
    this.#cursor.expect('|')
    return { type: 'bind', source, pattern, body: this.#pipe(comma) }
  }

  #pattern(): Pattern {
    if (this.#cursor.peek().kind === 'variable') return { type: 'name', name: this.#cursor.next().text }
    if (this.#cursor.is('[')) {
      const items: Pattern[] = []
      do {
        this.#cursor.skip()
        items.push(this.#pattern())
      } while (this.#cursor.is(','))
      this.#cursor.expect(']')
      return { type: 'list', items }
    }
    this.#cursor.expect('{')
    const entries: { key: Filter; pattern: Pattern }[] = []
    for (;;) {
      if (this.#cursor.peek().kind === 'variable') {
        const name = this.#cursor.next().text
        entries.push({ key: { type: 'literal', value: name }, pattern: { type: 'name', name } })
      } else {
        const key: Filter =
          this.#cursor.peek().kind === 'name'
            ? { type: 'literal', value: this.#cursor.next().text }
            : this.#primary()
        this.#cursor.expect(':')
        entries.push({ key, pattern: this.#pattern() })
      }
      if (!this.#cursor.accept(',')) break
    }
    this.#cursor.expect('}')
    return { type: 'object', entries }
  }

  #comma(): Filter {
    let left = this.#assignment()
    while (this.#cursor.accept(',')) {
      left = { type: 'comma', left, right: this.#assignment() }
    }
    return left
  }

  #assignment(): Filter {
    const left = this.#alternative()
    const { text, kind } = this.#cursor.peek()
    if (kind !== 'operator' || !NONASSOCIATIVE.has(text)) return left
    this.#cursor.skip()
    return { type: 'assign', operator: text, left, right: this.#alternative() }
  }

  #alternative(): Filter {
    const left = this.#either('or')
    if (!this.#cursor.accept('//')) return left
    return { type: 'alternative', left, right: this.#alternative() }
  }

  #either(word: 'or' | 'and'): Filter {
    const operand = () => (word === 'or' ? this.#either('and') : this.#comparison())
    let left = operand()
    while (this.#cursor.acceptName(word)) {
      left = { type: word, left, right: operand() }
    }
    return left
  }

  #comparison(): Filter {
    const left = this.#sum()
    const { text, kind } = this.#cursor.peek()
    if (kind !== 'operator' || !COMPARISONS.has(text)) return left
    this.#cursor.skip()
    return { type: 'binary', operator: text, left, right: this.#sum() }
  }

  #chain(operators: readonly string[], operand: () => Filter): Filter {
    let left = operand()
    while (operators.some((operator) => this.#cursor.is(operator)))
      left = { type: 'binary', operator: this.#cursor.next().text, left, right: operand() }
    return left
  }

  #sum(): Filter {
    return this.#chain(['+', '-'], () => this.#chain(['*', '/', '%'], () => this.#postfix()))
  }

  #postfix(): Filter {
    let value = this.#primary()
    for (;;) {
      if (this.#cursor.accept('?')) {
        value = { type: 'try', body: value, handler: undefined }
      } else if (this.#cursor.peek().kind === 'field')
        value = { type: 'index', target: value, key: { type: 'literal', value: this.#cursor.next().text } }
      else if (this.#cursor.is('.') && this.#cursor.ahead(1).kind === 'string') {
        this.#cursor.skip()
        value = { type: 'index', target: value, key: this.#string(undefined) }
      } else if (this.#cursor.is('.') && this.#cursor.ahead(1).text === '[') this.#cursor.skip()
      else if (this.#cursor.is('[')) value = this.#bracket(value)
      else return value
    }
  }

  /** `[]`, `[key]`, `[from:to]` after a value. */
  #bracket(target: Filter): Filter {
    this.#cursor.skip()
    if (this.#cursor.accept(']')) {
      return { type: 'iterate', target }
    }
    if (this.#cursor.accept(':')) {
      const to = this.#pipe()
      this.#cursor.expect(']')
      return { type: 'slice', target, from: undefined, to }
    }
    const key = this.#pipe()
    if (!this.#cursor.is(':')) {
      this.#cursor.expect(']')
      return { type: 'index', target, key }
    }
    this.#cursor.skip()
    const to = this.#cursor.is(']') ? undefined : this.#pipe()
    this.#cursor.expect(']')
    return { type: 'slice', target, from: key, to }
  }

  #primary(): Filter {
    const token = this.#cursor.next()
    switch (token.kind) {
      case 'number':
        return { type: 'literal', value: Number(token.text) }
      case 'string':
        this.#cursor.back()
        return this.#string(undefined)
      case 'format':
        return this.#cursor.peek().kind === 'string'
          ? this.#string(token.text)
          : { type: 'format', name: token.text }
      case 'field':
        return { type: 'index', target: IDENTITY, key: { type: 'literal', value: token.text } }
      case 'variable':
        return { type: 'variable', name: token.text }
      case 'name':
        return this.#named(token.text)
      case 'end':
        return this.#cursor.fail()
      default:
        return this.#symbol(token.text)
    }
  }

  #symbol(text: string): Filter {
    switch (text) {
      case '.':
        if (this.#cursor.peek().kind === 'string')
          return { type: 'index', target: IDENTITY, key: this.#string(undefined) }
        return this.#cursor.is('[') ? this.#bracket(IDENTITY) : IDENTITY
      case '..':
        return { type: 'recurse' }
      case '-':
        return { type: 'negate', operand: this.#postfix() }
      case '(': {
        const inner = this.#pipe()
        this.#cursor.expect(')')
        return inner
      }
      case '[': {
        if (this.#cursor.accept(']')) {
          return { type: 'array', body: undefined }
        }
        const body = this.#pipe()
        this.#cursor.expect(']')
        return { type: 'array', body }
      }
      case '{':
        return this.#object()
      default:
        this.#cursor.back()
        return this.#cursor.fail()
    }
  }

  #string(format: string | undefined): Filter {
    const { parts = [] } = this.#cursor.next()
    if (parts.length === 1 && typeof parts[0] === 'string') return { type: 'literal', value: parts[0] }
    return { type: 'string', format, parts }
  }

  #object(): Filter {
    const entries: { key: Filter; value: Filter }[] = []
    while (!this.#cursor.is('}')) {
      const token = this.#cursor.peek()
      let key: Filter
      let value: Filter | undefined
      if (token.kind === 'variable') {
        this.#cursor.skip()
        key = { type: 'literal', value: token.text }
        value = { type: 'variable', name: token.text }
      } else if (token.kind === 'name' || token.kind === 'number') {
        this.#cursor.skip()
        key = { type: 'literal', value: token.text }
      } else if (token.kind === 'string') key = this.#string(undefined)
      else if (token.kind === 'format') key = this.#primary()
      else {
        this.#cursor.expect('(')
        key = this.#pipe()
        this.#cursor.expect(')')
      }
      if (this.#cursor.accept(':')) {
        value = this.#objectValue()
      }
      entries.push({ key, value: value ?? { type: 'index', target: IDENTITY, key } })
      if (!this.#cursor.accept(',')) break
    }
    this.#cursor.expect('}')
    return { type: 'object', entries }
  }

  #objectValue(): Filter {
    let value = this.#alternative()
    while (this.#cursor.accept('|')) {
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
        if (!this.#cursor.acceptName('catch')) return { type: 'try', body, handler: undefined }
        return { type: 'try', body, handler: this.#postfix() }
      }
      case 'reduce':
      case 'foreach':
        return this.#fold(name)
      default:
    }
    if (RESERVED.has(name)) {
      this.#cursor.back()
      return this.#cursor.fail()
    }
    const args: Filter[] = []
    if (this.#cursor.is('(')) {
      do {
        this.#cursor.skip()
        args.push(this.#pipe())
      } while (this.#cursor.is(';'))
      this.#cursor.expect(')')
    }
    return { type: 'call', name, args }
  }

  #if(): Filter {
    const test = this.#pipe()
    this.#cursor.expectName('then')
    const yes = this.#pipe()
    const word = this.#cursor.next().text
    if (word === 'elif') return { type: 'if', test, yes, no: this.#if() }
    if (word === 'end') return { type: 'if', test, yes, no: IDENTITY }
    if (word !== 'else') {
      this.#cursor.back()
      this.#cursor.fail()
    }
    const no = this.#pipe()
    this.#cursor.expectName('end')
    return { type: 'if', test, yes, no }
  }

  #fold(type: 'reduce' | 'foreach'): Filter {
    const source = this.#postfix()
    this.#cursor.expectName('as')
    const pattern = this.#pattern()
    this.#cursor.expect('(')
    const start = this.#pipe()
    this.#cursor.expect(';')
    const update = this.#pipe()
    let extract: Filter | undefined
    if (this.#cursor.accept(';')) {
      extract = this.#pipe()
    }
    this.#cursor.expect(')')
    return { type, source, pattern, start, update, extract }
  }
}
