import { goQuote } from '../go-quote.ts'
import { numberOf, unquote } from './literals.ts'
import type { CommandNode, Node, Operand, Pipeline, Template } from './nodes.ts'
import { Tokens } from './tokens.ts'

const MAX_DEPTH = 200
const terms = new Set([
  'bool',
  'char',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'string',
  'variable',
  '(',
])

/** Parse a template and those it defines; throws UserError in Go's words (Go: text/template/parse). */
export function parseTemplate(
  name: string,
  source: string,
  hasFunction: (name: string) => boolean,
): Map<string, Template> {
  return new Parser(name, source, hasFunction).run()
}

type Control = 'if' | 'with' | 'range'

class Parser {
  readonly #name: string
  readonly #source: string
  readonly #hasFunction: (name: string) => boolean
  readonly #defined = new Map<string, Template>()
  readonly #tokens: Tokens
  #variables = ['$']
  #ranges = 0
  #depth = 0

  constructor(name: string, source: string, hasFunction: (name: string) => boolean) {
    this.#name = name
    this.#source = source
    this.#hasFunction = hasFunction
    this.#tokens = new Tokens(name, source)
  }

  run(): Map<string, Template> {
    const tokens = this.#tokens
    const nodes: Node[] = []
    while (tokens.peek().kind !== 'end') {
      if (tokens.startsDefinition()) {
        this.#definition()
        continue
      }
      const node = this.#textOrAction()
      if (typeof node === 'string') throw tokens.error(`unexpected {{${node}}}`)
      nodes.push(node)
    }
    this.#add(this.#name, nodes)
    return this.#defined
  }

  #add(name: string, nodes: readonly Node[]): void {
    const known = this.#defined.get(name)
    if (known && !isEmpty(known.nodes)) {
      if (isEmpty(nodes)) return
      throw this.#tokens.error(`template: multiple definition of template ${goQuote(name)}`)
    }
    this.#defined.set(name, { name, source: this.#source, nodes })
  }

  #definition(): void {
    const name = this.#templateName('define clause')
    this.#tokens.expect('right', 'define clause')
    this.#add(name, this.#ownBlock('define clause'))
  }

  /** The body of a template of its own: it sees no variables from outside. */
  #ownBlock(context: string): Node[] {
    const saved = { variables: this.#variables, ranges: this.#ranges }
    this.#variables = ['$']
    this.#ranges = 0
    const { nodes, end } = this.#list()
    if (end !== 'end') throw this.#tokens.error(`unexpected {{${end}}} in ${context}`)
    this.#variables = saved.variables
    this.#ranges = saved.ranges
    return nodes
  }

  #templateName(context: string): string {
    const token = this.#tokens.nextNonSpace()
    if (token.kind !== 'string') throw this.#tokens.unexpected(token, context)
    return unquote(token.text)
  }

  /** Nodes up to an `end` or `else`. */
  #list(): { nodes: Node[]; end: 'end' | 'else' } {
    if (++this.#depth > MAX_DEPTH) throw this.#tokens.error('template is nested too deep')
    const nodes: Node[] = []
    while (this.#tokens.peekNonSpace().kind !== 'end') {
      const node = this.#textOrAction()
      if (typeof node === 'string') {
        this.#depth--
        return { nodes, end: node }
      }
      nodes.push(node)
    }
    throw this.#tokens.error('unexpected EOF')
  }

  #textOrAction(): Node | 'end' | 'else' {
    const token = this.#tokens.nextNonSpace()
    if (token.kind === 'text') return { type: 'text', text: token.text }
    if (token.kind !== 'left') throw this.#tokens.unexpected(token, 'input')
    return this.#tokens.inAction(token.line, () => this.#action())
  }

  #action(): Node | 'end' | 'else' {
    const tokens = this.#tokens
    const token = tokens.nextNonSpace()
    const { text } = token
    if (token.kind === 'keyword') {
      if (text === 'if' || text === 'with' || text === 'range') return this.#control(text)
      if (text === 'break' || text === 'continue') return this.#leave(text)
      if (text === 'template' || text === 'block') return this.#template(text)
      if (text === 'end') tokens.expect('right', 'end')
      if (text === 'else' && !/^(if|with)$/.test(tokens.peekNonSpace().text)) tokens.expect('right', 'else')
      if (text === 'end' || text === 'else') return text
    }
    tokens.backUp()
    return { type: 'action', pipeline: this.#pipeline('command', 'right') }
  }

  #leave(word: 'break' | 'continue'): Node {
    const token = this.#tokens.nextNonSpace()
    if (token.kind !== 'right') throw this.#tokens.unexpected(token, `{{${word}}}`)
    if (!this.#ranges) throw this.#tokens.error(`{{${word}}} outside {{range}}`)
    return { type: word }
  }

  #control(type: Control): Node {
    const known = this.#variables.length
    const pipeline = this.#pipeline(type, 'right')
    if (type === 'range') this.#ranges++
    const { nodes: body, end } = this.#list()
    if (type === 'range') this.#ranges--
    const otherwise = end === 'else' ? this.#otherwise(type) : undefined
    this.#variables.length = known
    return { type, pipeline, body, otherwise }
  }

  #otherwise(type: Control): Node[] {
    const tokens = this.#tokens
    const next = tokens.peekNonSpace()
    if (next.kind === 'keyword' && next.text === type && type !== 'range') {
      // `else if` is an if inside the else that shares its end.
      tokens.nextNonSpace()
      return [this.#control(type)]
    }
    const { nodes, end } = this.#list()
    if (end !== 'end') throw tokens.error(`expected end; found {{${end}}}`)
    return nodes
  }

  #template(word: 'template' | 'block'): Node {
    const context = `${word} clause`
    const { at } = this.#tokens.peekNonSpace()
    const name = this.#templateName(context)
    let pipeline: Pipeline | undefined
    if (word === 'block' || this.#tokens.peekNonSpace().kind !== 'right')
      pipeline = this.#pipeline(context, 'right')
    else this.#tokens.nextNonSpace()
    if (word === 'block') this.#add(name, this.#ownBlock(context))
    return { type: 'template', name, pipeline, at }
  }

  #pipeline(context: string, end: 'right' | ')'): Pipeline {
    const tokens = this.#tokens
    const start = tokens.peekNonSpace().at
    const { variables, assign } = this.#declarations(context)
    const commands: CommandNode[] = []
    for (;;) {
      const token = tokens.nextNonSpace()
      if (token.kind === end) {
        const stage = commands.findIndex(
          ({ args }, i) => i > 0 && /^(dot|nil|constant)$/.test(args[0]?.op ?? ''),
        )
        if (!commands.length) throw tokens.error(`missing value for ${context}`)
        if (stage > 0) throw tokens.error(`non executable command in pipeline stage ${stage + 1}`)
        return { variables, assign, commands, at: start, text: this.#source.slice(start, token.at).trim() }
      }
      if (!terms.has(token.kind)) throw tokens.unexpected(token, context)
      tokens.backUp()
      commands.push(this.#command())
    }
  }

  #declarations(context: string): { variables: string[]; assign: boolean } {
    const tokens = this.#tokens
    const variables: string[] = []
    while (tokens.peekNonSpace().kind === 'variable') {
      const mark = tokens.mark()
      const { text } = tokens.nextNonSpace()
      const after = tokens.nextNonSpace()
      const declares = after.kind === 'assign' || after.kind === 'declare'
      if (!declares && after.text !== ',') {
        tokens.reset(mark)
        break
      }
      variables.push(text)
      this.#variables.push(text)
      if (declares) return { variables, assign: after.kind === 'assign' }
      if (context !== 'range' || variables.length > 1)
        throw tokens.error(`too many declarations in ${context}`)
      if (!/^(variable|right|\))$/.test(tokens.peekNonSpace().kind))
        throw tokens.error('range can only initialize variables')
    }
    return { variables, assign: false }
  }

  #command(): CommandNode {
    const tokens = this.#tokens
    const start = tokens.peekNonSpace().at
    const args: Operand[] = []
    for (;;) {
      tokens.peekNonSpace()
      const operand = this.#operand()
      if (operand) args.push(operand)
      const token = tokens.next()
      if (token.kind === 'space') continue
      if (token.kind === 'right' || token.kind === ')') tokens.backUp()
      else if (token.kind !== 'pipe') throw tokens.unexpected(token, 'operand')
      if (!args.length) throw tokens.error('empty command')
      return { args, at: start, text: this.#source.slice(start, token.at).trim() }
    }
  }

  #operand(): Operand | undefined {
    const tokens = this.#tokens
    const term = this.#term()
    const next = tokens.peek()
    if (!term || next.kind !== 'field') return term
    const path: string[] = []
    while (tokens.peek().kind === 'field') path.push(tokens.next().text.slice(1))
    // Go's node begins where its second field does.
    const position = { at: next.at, text: this.#source.slice(term.at, tokens.peek().at).trim() }
    if (term.op === 'field' || term.op === 'variable')
      return { ...term, ...position, path: [...term.path, ...path] }
    if (term.op === 'constant' || term.op === 'nil' || term.op === 'dot')
      throw tokens.error(`unexpected . after term ${goQuote(term.text)}`)
    return { op: 'chain', of: term, path, ...position }
  }

  #term(): Operand | undefined {
    const tokens = this.#tokens
    const token = tokens.nextNonSpace()
    const { at, text } = token
    switch (token.kind) {
      case 'identifier':
        if (!this.#hasFunction(text)) throw tokens.error(`function ${goQuote(text)} not defined`)
        return { op: 'function', name: text, at, text }
      case 'dot':
      case 'nil':
        return { op: token.kind, at, text }
      case 'variable':
        if (!this.#variables.includes(text)) throw tokens.error(`undefined variable ${goQuote(text)}`)
        return { op: 'variable', name: text, path: [], at, text }
      case 'field':
        return { op: 'field', path: [text.slice(1)], at, text }
      case 'bool':
        return { op: 'constant', value: text === 'true', at, text }
      case 'number':
      case 'char':
      case 'string':
        return { op: 'constant', value: this.#literal(token.kind, text), at, text }
      case '(': {
        const pipeline = this.#pipeline('parenthesized pipeline', ')')
        return { op: 'pipeline', pipeline, at, text: this.#source.slice(at, tokens.peek().at).trim() }
      }
    }
    tokens.backUp()
    return undefined
  }

  #literal(kind: 'number' | 'char' | 'string', text: string): bigint | number | string {
    if (kind === 'string') return unquote(text)
    if (kind === 'char')
      return BigInt(unquote(`"${text.slice(1, -1).replaceAll('"', '\\"')}"`).codePointAt(0) ?? 0)
    const value = numberOf(text)
    if (Number.isNaN(value)) throw this.#tokens.error(`illegal number syntax: ${goQuote(text)}`)
    if (typeof value === 'bigint' && (value >= 2n ** 64n || value < -(2n ** 63n)))
      throw this.#tokens.error(`integer overflow: ${goQuote(text)}`)
    return value
  }
}

/** Nothing but space (Go: parse.IsEmptyTree). */
const isEmpty = (nodes: readonly Node[]): boolean =>
  nodes.every((node) => node.type === 'text' && node.text.trim() === '')
