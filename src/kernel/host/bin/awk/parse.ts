import { scan, type Token } from './scan.ts'
import type { AwkFunction, AwkProgram, AwkRule, AwkStatement, Expression } from './tree.ts'
import { posixRegExp } from '../posix-regexp.ts'

/** Parse an awk program. Throws SyntaxError with gawk's words. */
export const parseAwk = (text: string): AwkProgram => new Parser(scan(text)).program()

const BINARY: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['in'],
  ['~', '!~'],
  ['<', '<=', '==', '!=', '>', '>='],
  [' '],
  ['+', '-'],
  ['*', '/', '%'],
]
const MAX_DEPTH = 200

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0
  /** In `print a > b` the sign is a redirection, and in `for (x in y)` `in` is not an operator. */
  #noGreater = false
  #noIn = false

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  program(): AwkProgram {
    const rules: AwkRule[] = []
    const functions = new Map<string, AwkFunction>()
    for (;;) {
      this.#newlines()
      if (this.#token.kind === 'end') return { rules, functions }
      if (this.#is('function') || this.#is('func')) {
        this.#next()
        const name = this.#next().text
        functions.set(name, this.#function())
      } else rules.push(this.#rule())
    }
  }

  #rule(): AwkRule {
    if (this.#is('BEGIN') || this.#is('END')) {
      const kind = this.#next().text as 'BEGIN' | 'END'
      return { kind, body: this.#block() }
    }
    const pattern = this.#is('{') ? undefined : this.#expression()
    let until: Expression | undefined
    if (this.#is(',')) {
      this.#next()
      this.#newlines()
      until = this.#expression()
    }
    return { kind: 'match', pattern, until, body: this.#is('{') ? this.#block() : undefined }
  }

  #function(): AwkFunction {
    const parameters: string[] = []
    this.#expect('(')
    while (!this.#is(')')) {
      parameters.push(this.#next().text)
      if (this.#is(',')) this.#next()
      this.#newlines()
    }
    this.#expect(')')
    this.#newlines()
    return { parameters, body: this.#block() }
  }

  #block(): AwkStatement {
    this.#expect('{')
    const body: AwkStatement[] = []
    for (;;) {
      this.#terminators()
      if (this.#is('}')) break
      body.push(this.#statement())
    }
    this.#next()
    return { type: 'block', body }
  }

  #statement(): AwkStatement {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxError('program too deeply nested')
    try {
      if (this.#is('{')) return this.#block()
      if (this.#token.kind === 'word') {
        const compound = this.#compound(this.#token.text)
        if (compound) return compound
      }
      const simple = this.#simple()
      this.#end()
      return simple
    } finally {
      this.#depth--
    }
  }

  #compound(word: string): AwkStatement | undefined {
    switch (word) {
      case 'if': {
        this.#next()
        const test = this.#parenthesized()
        const yes = this.#body()
        const mark = this.#at
        this.#terminators()
        if (this.#is('else')) {
          this.#next()
          return { type: 'if', test, yes, no: this.#body() }
        }
        this.#at = mark
        return { type: 'if', test, yes, no: undefined }
      }
      case 'while': {
        this.#next()
        const test = this.#parenthesized()
        return { type: 'loop', test, body: this.#body(), first: false }
      }
      case 'do': {
        this.#next()
        const body = this.#body()
        this.#terminators()
        this.#expect('while')
        const test = this.#parenthesized()
        this.#end()
        return { type: 'loop', test, body, first: true }
      }
      case 'for':
        return this.#for()
      default:
        return undefined
    }
  }

  #for(): AwkStatement {
    this.#next()
    this.#expect('(')
    const [variable, , array, close] = this.#tokens.slice(this.#at, this.#at + 4)
    if (this.#tokens[this.#at + 1].text === 'in' && close.text === ')') {
      this.#at += 4
      return { type: 'each', variable: variable.text, name: array.text, body: this.#body() }
    }
    const start = this.#is(';') ? undefined : this.#simple()
    this.#expect(';')
    this.#newlines()
    const test = this.#is(';') ? undefined : this.#expression()
    this.#expect(';')
    this.#newlines()
    const step = this.#is(')') ? undefined : this.#simple()
    this.#expect(')')
    return { type: 'loop', start, test, step, body: this.#body(), first: false }
  }

  #body(): AwkStatement {
    this.#newlines()
    if (this.#is(';')) {
      this.#next()
      return { type: 'block', body: [] }
    }
    return this.#statement()
  }

  #simple(): AwkStatement {
    const { text, kind } = this.#token
    if (kind === 'word') {
      if (text === 'print' || text === 'printf') return this.#print(text)
      if (text === 'next' || text === 'nextfile' || text === 'break' || text === 'continue') {
        this.#next()
        return { type: text }
      }
      if (text === 'exit' || text === 'return') {
        this.#next()
        return { type: text, value: this.#atEnd ? undefined : this.#expression() }
      }
      if (text === 'delete') {
        this.#next()
        const name = this.#next().text
        if (!this.#is('[')) return { type: 'delete', name, key: undefined }
        return { type: 'delete', name, key: this.#subscript() }
      }
    }
    return { type: 'expression', value: this.#expression() }
  }

  #print(type: 'print' | 'printf'): AwkStatement {
    this.#next()
    let args: Expression[] = []
    this.#noGreater = true
    if (!this.#atEnd && !this.#is('>') && !this.#is('>>') && !this.#is('|')) {
      args = this.#list()
      if (args.length === 1 && args[0].type === 'group') args = [...args[0].list]
    }
    this.#noGreater = false
    if (!this.#is('>') && !this.#is('>>') && !this.#is('|')) return { type, args, to: undefined }
    const operator = this.#next().text
    return { type, args, to: { operator, file: this.#binary(5) } }
  }

  #list(): Expression[] {
    const list = [this.#expression()]
    while (this.#is(',')) {
      this.#next()
      this.#newlines()
      list.push(this.#expression())
    }
    return list
  }

  #expression(): Expression {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxError('program too deeply nested')
    const left = this.#choice()
    const { text } = this.#token
    if (['=', '+=', '-=', '*=', '/=', '%=', '^=', '**='].includes(text) && this.#token.kind === 'operator') {
      if (!['name', 'field', 'element'].includes(left.type)) this.#fail()
      this.#next()
      this.#newlines()
      this.#depth--
      return { type: 'assign', operator: text.slice(0, -1), target: left, value: this.#expression() }
    }
    this.#depth--
    return left
  }

  #choice(): Expression {
    const test = this.#binary(0)
    if (!this.#is('?')) return test
    this.#next()
    this.#newlines()
    const yes = this.#expression()
    this.#newlines()
    this.#expect(':')
    this.#newlines()
    return { type: 'choice', test, yes, no: this.#expression() }
  }

  #binary(level: number): Expression {
    if (level === BINARY.length) return this.#unary()
    let left = this.#binary(level + 1)
    for (;;) {
      const operator = this.#operatorAt(level)
      if (operator === undefined) return left
      if (operator !== ' ') this.#next()
      if (operator === '||' || operator === '&&') this.#newlines()
      if (operator === 'in')
        left = { type: 'in', key: left.type === 'group' ? left.list : [left], name: this.#next().text }
      else left = { type: 'binary', operator, left, right: this.#binary(level + 1) }
    }
  }

  #operatorAt(level: number): string | undefined {
    const { text, kind } = this.#token
    if (BINARY[level][0] === ' ') return this.#startsOperand() ? ' ' : undefined
    if (text === '>' && this.#noGreater) return undefined
    if (text === 'in' && (this.#noIn || kind !== 'word')) return undefined
    return BINARY[level].includes(text) && (kind === 'operator' || text === 'in') ? text : undefined
  }

  /** Two operands side by side are joined. */
  #startsOperand(): boolean {
    const { kind, text } = this.#token
    return (
      kind === 'number' ||
      kind === 'string' ||
      kind === 'name' ||
      kind === 'call' ||
      kind === 'regexp' ||
      (kind === 'operator' &&
        ['$', '(', '!', '-', '+', '++', '--'].includes(text) &&
        text !== '-' &&
        text !== '+')
    )
  }

  #unary(): Expression {
    const { text, kind } = this.#token
    if (kind === 'operator' && (text === '!' || text === '-' || text === '+')) {
      this.#next()
      const operand = this.#unary()
      return { type: 'unary', operator: text, operand }
    }
    return this.#power()
  }

  #power(): Expression {
    const base = this.#postfix()
    if (!this.#is('^') && !this.#is('**')) return base
    this.#next()
    return { type: 'binary', operator: '^', left: base, right: this.#is('-') ? this.#unary() : this.#power() }
  }

  #postfix(): Expression {
    const value = this.#primary()
    if ((this.#is('++') || this.#is('--')) && ['name', 'field', 'element'].includes(value.type)) {
      return { type: 'step', target: value, by: this.#next().text === '++' ? 1 : -1, before: false }
    }
    return value
  }

  #primary(): Expression {
    const token = this.#next()
    switch (token.kind) {
      case 'number':
        return { type: 'number', value: Number(token.text) }
      case 'string':
        return { type: 'string', value: token.text }
      case 'regexp':
        return { type: 'regexp', value: posixRegExp(token.text, { extended: true }) }
      case 'call':
        return this.#call(token.text)
      case 'name':
        return this.#is('[')
          ? { type: 'element', name: token.text, key: this.#subscript() }
          : token.text === 'length'
            ? { type: 'call', name: 'length', args: [] }
            : { type: 'name', name: token.text }
      case 'word':
        return token.text === 'getline' ? this.#getline() : this.#fail()
      default:
    }
    if (token.text === '$')
      return {
        type: 'field',
        index:
          this.#is('++') || this.#is('--')
            ? this.#primary()
            : this.#is('-')
              ? this.#unary()
              : this.#primary(),
      }
    if (token.text === '++' || token.text === '--')
      return { type: 'step', target: this.#primary(), by: token.text === '++' ? 1 : -1, before: true }
    if (token.text !== '(') return this.#fail()
    const [greater, noIn] = [this.#noGreater, this.#noIn]
    this.#noGreater = false
    this.#noIn = false
    const list = this.#list()
    this.#noGreater = greater
    this.#noIn = noIn
    this.#expect(')')
    return { type: 'group', list }
  }

  #call(name: string): Expression {
    this.#expect('(')
    const greater = this.#noGreater
    this.#noGreater = false
    this.#newlines()
    const args = this.#is(')') ? [] : this.#list()
    this.#noGreater = greater
    this.#newlines()
    this.#expect(')')
    return { type: 'call', name, args }
  }

  #getline(): Expression {
    const target = this.#token.kind === 'name' || this.#is('$') ? this.#primary() : undefined
    if (!this.#is('<')) return { type: 'getline', target, file: undefined }
    this.#next()
    return { type: 'getline', target, file: this.#primary() }
  }

  #subscript(): Expression[] {
    this.#expect('[')
    const greater = this.#noGreater
    this.#noGreater = false
    const key = this.#list()
    this.#noGreater = greater
    this.#expect(']')
    return key
  }

  #parenthesized(): Expression {
    this.#expect('(')
    const value = this.#expression()
    this.#expect(')')
    return value
  }

  get #token(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]
  }

  get #atEnd(): boolean {
    return this.#token.kind === 'newline' || this.#token.kind === 'end' || this.#is(';') || this.#is('}')
  }

  #is(text: string): boolean {
    const { kind } = this.#token
    return this.#token.text === text && (kind === 'operator' || kind === 'word')
  }

  #next(): Token {
    const token = this.#token
    this.#at++
    return token
  }

  #expect(text: string): void {
    if (!this.#is(text)) this.#fail()
    this.#at++
  }

  #end(): void {
    if (!this.#atEnd && !this.#is(')')) this.#fail()
    if (this.#is(';') || this.#token.kind === 'newline') this.#at++
  }

  #newlines(): void {
    while (this.#token.kind === 'newline') this.#at++
  }

  #terminators(): void {
    while (this.#token.kind === 'newline' || this.#is(';')) this.#at++
  }

  #fail(): never {
    const { kind, text } = this.#token
    throw new SyntaxError(
      `syntax error at or near ${kind === 'end' || kind === 'newline' ? 'end of file' : text}`,
    )
  }
}
