import { scan, type Token } from './scan.ts'
import type { AwkFunction, AwkProgram, AwkRule, AwkStatement, Expression } from './tree.ts'
import { Cursor } from './cursor.ts'
import { ExpressionParser } from './parse-expression.ts'

/** Parse an awk program. Throws SyntaxError with gawk's words. */
export const parseAwk = (text: string): AwkProgram => new Parser(scan(text)).program()

const MAX_DEPTH = 200

class Parser {
  readonly #cursor: Cursor
  readonly #expressions: ExpressionParser
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#cursor = new Cursor(tokens)
    this.#expressions = new ExpressionParser(this.#cursor)
  }

  program(): AwkProgram {
    const rules: AwkRule[] = []
    const functions = new Map<string, AwkFunction>()
    for (;;) {
      this.#cursor.newlines()
      if (this.#cursor.token.kind === 'end') return { rules, functions }
      if (this.#cursor.is('function') || this.#cursor.is('func')) {
        this.#cursor.next()
        const name = this.#cursor.next().text
        functions.set(name, this.#function())
      } else rules.push(this.#rule())
    }
  }

  #rule(): AwkRule {
    if (this.#cursor.is('BEGIN') || this.#cursor.is('END')) {
      const kind = this.#cursor.next().text as 'BEGIN' | 'END'
      return { kind, body: this.#block() }
    }
    const pattern = this.#cursor.is('{') ? undefined : this.#expressions.expression()
    let until: Expression | undefined
    if (this.#cursor.is(',')) {
      this.#cursor.next()
      this.#cursor.newlines()
      until = this.#expressions.expression()
    }
    return { kind: 'match', pattern, until, body: this.#cursor.is('{') ? this.#block() : undefined }
  }

  #function(): AwkFunction {
    const parameters: string[] = []
    this.#cursor.expect('(')
    while (!this.#cursor.is(')')) {
      parameters.push(this.#cursor.next().text)
      if (this.#cursor.is(',')) this.#cursor.next()
      this.#cursor.newlines()
    }
    this.#cursor.expect(')')
    this.#cursor.newlines()
    return { parameters, body: this.#block() }
  }

  #block(): AwkStatement {
    this.#cursor.expect('{')
    const body: AwkStatement[] = []
    for (;;) {
      this.#cursor.terminators()
      if (this.#cursor.is('}')) break
      body.push(this.#statement())
    }
    this.#cursor.next()
    return { type: 'block', body }
  }

  #statement(): AwkStatement {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxError('program too deeply nested')
    try {
      if (this.#cursor.is('{')) return this.#block()
      if (this.#cursor.token.kind === 'word') {
        const compound = this.#compound(this.#cursor.token.text)
        if (compound) return compound
      }
      const simple = this.#simple()
      this.#cursor.end()
      return simple
    } finally {
      this.#depth--
    }
  }

  #compound(word: string): AwkStatement | undefined {
    switch (word) {
      case 'if': {
        this.#cursor.next()
        const test = this.#expressions.parenthesized()
        const yes = this.#body()
        const mark = this.#cursor.place
        this.#cursor.terminators()
        if (this.#cursor.is('else')) {
          this.#cursor.next()
          return { type: 'if', test, yes, no: this.#body() }
        }
        this.#cursor.place = mark
        return { type: 'if', test, yes, no: undefined }
      }
      case 'while': {
        this.#cursor.next()
        const test = this.#expressions.parenthesized()
        return { type: 'loop', test, body: this.#body(), first: false }
      }
      case 'do': {
        this.#cursor.next()
        const body = this.#body()
        this.#cursor.terminators()
        this.#cursor.expect('while')
        const test = this.#expressions.parenthesized()
        this.#cursor.end()
        return { type: 'loop', test, body, first: true }
      }
      case 'for':
        return this.#for()
      default:
        return undefined
    }
  }

  #for(): AwkStatement {
    this.#cursor.next()
    this.#cursor.expect('(')
    const [variable, word, array, close] = [0, 1, 2, 3].map((places) => this.#cursor.ahead(places))
    if (word.text === 'in' && close.text === ')') {
      this.#cursor.place += 4
      return { type: 'each', variable: variable.text, name: array.text, body: this.#body() }
    }
    const start = this.#cursor.is(';') ? undefined : this.#simple()
    this.#cursor.expect(';')
    this.#cursor.newlines()
    const test = this.#cursor.is(';') ? undefined : this.#expressions.expression()
    this.#cursor.expect(';')
    this.#cursor.newlines()
    const step = this.#cursor.is(')') ? undefined : this.#simple()
    this.#cursor.expect(')')
    return { type: 'loop', start, test, step, body: this.#body(), first: false }
  }

  #body(): AwkStatement {
    this.#cursor.newlines()
    if (this.#cursor.is(';')) {
      this.#cursor.next()
      return { type: 'block', body: [] }
    }
    return this.#statement()
  }

  #simple(): AwkStatement {
    const { text, kind } = this.#cursor.token
    if (kind === 'word') {
      if (text === 'print' || text === 'printf') return this.#print(text)
      if (text === 'next' || text === 'nextfile' || text === 'break' || text === 'continue') {
        this.#cursor.next()
        return { type: text }
      }
      if (text === 'exit' || text === 'return') {
        this.#cursor.next()
        return { type: text, value: this.#cursor.atEnd ? undefined : this.#expressions.expression() }
      }
      if (text === 'delete') {
        this.#cursor.next()
        const name = this.#cursor.next().text
        if (!this.#cursor.is('[')) return { type: 'delete', name, key: undefined }
        return { type: 'delete', name, key: this.#expressions.subscript() }
      }
    }
    return { type: 'expression', value: this.#expressions.expression() }
  }

  #print(type: 'print' | 'printf'): AwkStatement {
    this.#cursor.next()
    let args: Expression[] = []
    this.#expressions.noGreater = true
    if (!this.#cursor.atEnd && !this.#cursor.is('>') && !this.#cursor.is('>>') && !this.#cursor.is('|')) {
      args = this.#expressions.list()
      if (args.length === 1 && args[0].type === 'group') args = [...args[0].list]
    }
    this.#expressions.noGreater = false
    if (!this.#cursor.is('>') && !this.#cursor.is('>>') && !this.#cursor.is('|'))
      return { type, args, to: undefined }
    const operator = this.#cursor.next().text
    return { type, args, to: { operator, file: this.#expressions.binary(5) } }
  }
}
