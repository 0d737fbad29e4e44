import { posixRegExp } from '../posix-regexp.ts'
import type { Cursor } from './cursor.ts'
import type { Expression } from './tree.ts'

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

/** Reads expressions. Throws SyntaxError with gawk's words. */
export class ExpressionParser {
  readonly #cursor: Cursor
  #depth = 0
  /** In `print a > b` the sign is a redirection. */
  noGreater = false

  constructor(cursor: Cursor) {
    this.#cursor = cursor
  }

  expression(): Expression {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxError('program too deeply nested')
    const left = this.#choice()
    const { text } = this.#cursor.token
    if (
      ['=', '+=', '-=', '*=', '/=', '%=', '^=', '**='].includes(text) &&
      this.#cursor.token.kind === 'operator'
    ) {
      if (!['name', 'field', 'element'].includes(left.type)) this.#cursor.fail()
      this.#cursor.next()
      this.#cursor.newlines()
      this.#depth--
      return { type: 'assign', operator: text.slice(0, -1), target: left, value: this.expression() }
    }
    this.#depth--
    return left
  }

  list(): Expression[] {
    const list = [this.expression()]
    while (this.#cursor.is(',')) {
      this.#cursor.next()
      this.#cursor.newlines()
      list.push(this.expression())
    }
    return list
  }

  binary(level: number): Expression {
    if (level === BINARY.length) return this.#unary()
    let left = this.binary(level + 1)
    for (;;) {
      const operator = this.#operatorAt(level)
      if (operator === undefined) return left
      if (operator !== ' ') this.#cursor.next()
      if (operator === '||' || operator === '&&') this.#cursor.newlines()
      if (operator === 'in')
        left = { type: 'in', key: left.type === 'group' ? left.list : [left], name: this.#cursor.next().text }
      else left = { type: 'binary', operator, left, right: this.binary(level + 1) }
    }
  }

  subscript(): Expression[] {
    this.#cursor.expect('[')
    const greater = this.noGreater
    this.noGreater = false
    const key = this.list()
    this.noGreater = greater
    this.#cursor.expect(']')
    return key
  }

  parenthesized(): Expression {
    this.#cursor.expect('(')
    const value = this.expression()
    this.#cursor.expect(')')
    return value
  }

  #choice(): Expression {
    const test = this.binary(0)
    if (!this.#cursor.is('?')) return test
    this.#cursor.next()
    this.#cursor.newlines()
    const yes = this.expression()
    this.#cursor.newlines()
    this.#cursor.expect(':')
    this.#cursor.newlines()
    return { type: 'choice', test, yes, no: this.expression() }
  }

  #operatorAt(level: number): string | undefined {
    const { text, kind } = this.#cursor.token
    if (BINARY[level][0] === ' ') return this.#startsOperand() ? ' ' : undefined
    if (text === '>' && this.noGreater) return undefined
    if (text === 'in' && kind !== 'word') return undefined
    return BINARY[level].includes(text) && (kind === 'operator' || text === 'in') ? text : undefined
  }

  /** Two operands side by side are joined. */
  #startsOperand(): boolean {
    const { kind, text } = this.#cursor.token
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
    const { text, kind } = this.#cursor.token
    if (kind === 'operator' && (text === '!' || text === '-' || text === '+')) {
      this.#cursor.next()
      const operand = this.#unary()
      return { type: 'unary', operator: text, operand }
    }
    return this.#power()
  }

  #power(): Expression {
    const base = this.#postfix()
    if (!this.#cursor.is('^') && !this.#cursor.is('**')) return base
    this.#cursor.next()
    return {
      type: 'binary',
      operator: '^',
      left: base,
      right: this.#cursor.is('-') ? this.#unary() : this.#power(),
    }
  }

  #postfix(): Expression {
    const value = this.#primary()
    if (
      (this.#cursor.is('++') || this.#cursor.is('--')) &&
      ['name', 'field', 'element'].includes(value.type)
    ) {
      return { type: 'step', target: value, by: this.#cursor.next().text === '++' ? 1 : -1, before: false }
    }
    return value
  }

  #primary(): Expression {
    const token = this.#cursor.next()
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
        return this.#cursor.is('[')
          ? { type: 'element', name: token.text, key: this.subscript() }
          : token.text === 'length'
            ? { type: 'call', name: 'length', args: [] }
            : { type: 'name', name: token.text }
      case 'word':
        return token.text === 'getline' ? this.#getline() : this.#cursor.fail()
      default:
    }
    if (token.text === '$')
      return {
        type: 'field',
        index:
          this.#cursor.is('++') || this.#cursor.is('--')
            ? this.#primary()
            : this.#cursor.is('-')
              ? this.#unary()
              : this.#primary(),
      }
    if (token.text === '++' || token.text === '--')
      return { type: 'step', target: this.#primary(), by: token.text === '++' ? 1 : -1, before: true }
    if (token.text !== '(') return this.#cursor.fail()
    const greater = this.noGreater
    this.noGreater = false
    const list = this.list()
    this.noGreater = greater
    this.#cursor.expect(')')
    return { type: 'group', list }
  }

  #call(name: string): Expression {
    this.#cursor.expect('(')
    const greater = this.noGreater
    this.noGreater = false
    this.#cursor.newlines()
    const args = this.#cursor.is(')') ? [] : this.list()
    this.noGreater = greater
    this.#cursor.newlines()
    this.#cursor.expect(')')
    return { type: 'call', name, args }
  }

  #getline(): Expression {
    const target = this.#cursor.token.kind === 'name' || this.#cursor.is('$') ? this.#primary() : undefined
    if (!this.#cursor.is('<')) return { type: 'getline', target, file: undefined }
    this.#cursor.next()
    return { type: 'getline', target, file: this.#primary() }
  }
}
