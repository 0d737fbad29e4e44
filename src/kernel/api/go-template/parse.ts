import { goQuote } from '../go-quote.ts'
import { failure, lex, type Part, type Token } from './lex.ts'
import { numberOf, unquote } from './literals.ts'
import type { CommandNode, Node, Operand, Pipeline, Template } from './nodes.ts'

const MAX_DEPTH = 200

/** Parse a template and those it defines; throws UserError in Go's words (Go: text/template/parse). */
export function parseTemplate(name: string, source: string): Map<string, Template> {
  const parser = new Parser(name, source)
  const nodes = parser.block(0)
  if (parser.ended) throw failure(name, source, parser.at, `unexpected {{${parser.ended}}}`)
  parser.defined.set(name, { name, source, nodes })
  return parser.defined
}

class Parser {
  readonly defined = new Map<string, Template>()
  readonly #name: string
  readonly #source: string
  readonly #parts: readonly Part[]
  #next = 0
  #tokens: readonly Token[] = []
  #index = 0
  /** The keyword that ended the last block: end, else. */
  ended = ''
  at = 0

  constructor(name: string, source: string) {
    this.#name = name
    this.#source = source
    this.#parts = lex(name, source)
  }

  /** Nodes up to an `end` or `else`, which is left in `ended` with its tokens current. */
  block(depth: number): Node[] {
    if (depth > MAX_DEPTH) throw this.#error('template is nested too deep')
    const nodes: Node[] = []
    this.ended = ''
    while (this.#next < this.#parts.length) {
      const part = this.#parts[this.#next++] as Part
      if ('text' in part) {
        nodes.push({ type: 'text', text: part.text })
        continue
      }
      this.#tokens = part.tokens
      this.#index = 0
      this.at = part.at
      const node = this.#action(depth)
      if (node === 'end') return nodes
      if (node) nodes.push(node)
    }
    return nodes
  }

  #action(depth: number): Node | 'end' | undefined {
    const first = this.#peek()
    const word = first?.kind === 'identifier' ? first.text : ''
    switch (word) {
      case 'if':
      case 'with':
      case 'range':
        this.#take()
        return this.#control(word, depth)
      case 'end':
      case 'else':
        this.#take()
        this.ended = word
        return 'end'
      case 'define':
      case 'block':
        this.#take()
        return this.#define(word, depth)
      case 'template':
        this.#take()
        return this.#template()
      case 'break':
      case 'continue':
        this.#take()
        return { type: word }
    }
    const pipeline = this.#pipeline('command')
    this.#finish('command')
    return { type: 'action', pipeline }
  }

  #control(type: 'if' | 'with' | 'range', depth: number): Node {
    const pipeline = this.#pipeline(type)
    this.#finish(type)
    const body = this.block(depth + 1)
    let otherwise: Node[] | undefined
    if (this.ended === 'else') {
      const next = this.#peek()
      if (next?.text === 'if' || next?.text === 'with') {
        this.#take()
        // `else if` is an if inside the else that shares its end.
        return { type, pipeline, body, otherwise: [this.#control(next.text, depth + 1)] }
      }
      otherwise = this.block(depth + 1)
    }
    if (this.ended !== 'end') throw this.#error('unexpected EOF')
    this.ended = ''
    return { type, pipeline, body, otherwise }
  }

  #define(word: string, depth: number): Node | undefined {
    const name = this.#stringArgument(word)
    const pipeline = word === 'block' ? this.#pipeline('block clause') : undefined
    const at = this.at
    const nodes = this.block(depth + 1)
    if (this.ended !== 'end') throw this.#error('unexpected EOF')
    this.ended = ''
    this.defined.set(name, { name, source: this.#source, nodes })
    return word === 'block' ? { type: 'template', name, pipeline, at } : undefined
  }

  #template(): Node {
    const { at } = this
    const name = this.#stringArgument('template')
    const pipeline = this.#peek() ? this.#pipeline('template clause') : undefined
    return { type: 'template', name, pipeline, at }
  }

  #stringArgument(word: string): string {
    const token = this.#take()
    if (token?.kind !== 'string')
      throw this.#error(`unexpected ${goQuote(token?.text ?? '}}')} in ${word} clause`)
    return unquote(token.text)
  }

  #pipeline(context: string): Pipeline {
    const start = this.#peek()?.at ?? this.at
    const { variables, assign } = this.#declarations(context)
    const commands: CommandNode[] = []
    for (;;) {
      commands.push(this.#command(context))
      if (this.#peek()?.text !== '|') break
      this.#take()
    }
    return { variables, assign, commands, at: start, text: this.#textFrom(start) }
  }

  #declarations(context: string): { variables: string[]; assign: boolean } {
    const saved = this.#index
    const variables: string[] = []
    while (this.#peek()?.kind === 'variable') {
      variables.push(this.#take()?.text ?? '')
      const operator = this.#peek()?.text
      if (operator === ':=' || operator === '=') {
        this.#take()
        return { variables, assign: operator === '=' }
      }
      if (operator !== ',' || context !== 'range') break
      this.#take()
    }
    this.#index = saved
    return { variables: [], assign: false }
  }

  #command(context: string): CommandNode {
    const start = this.#peek()?.at ?? this.at
    const args: Operand[] = []
    for (let token = this.#peek(); token && token.text !== '|' && token.text !== ')'; token = this.#peek())
      args.push(this.#operand())
    if (!args.length) throw this.#error(`missing value for ${context}`)
    return { args, at: start, text: this.#textFrom(start) }
  }

  #operand(): Operand {
    const start = this.#peek()?.at ?? this.at
    const operand = this.#term(start)
    const path: string[] = []
    while (this.#tokens[this.#index]?.kind === 'field')
      path.push((this.#tokens[this.#index++] as Token).text.slice(1))
    const position = { at: start, text: this.#textFrom(start) }
    if (!path.length) return { ...operand, ...position }
    if (operand.op === 'field' || operand.op === 'variable')
      return { ...operand, ...position, path: [...operand.path, ...path] }
    return { op: 'chain', of: operand, path, ...position }
  }

  #term(at: number): Operand {
    const token = this.#take()
    const position = { at, text: token?.text ?? '' }
    switch (token?.kind) {
      case 'dot':
        return { op: 'dot', ...position }
      case 'field':
        return { op: 'field', path: [token.text.slice(1)], ...position }
      case 'variable':
        return { op: 'variable', name: token.text, path: [], ...position }
      case 'number':
        return { op: 'constant', value: numberOf(token.text), ...position }
      case 'string':
        return { op: 'constant', value: unquote(token.text), ...position }
      case 'char':
        return {
          op: 'constant',
          value: BigInt(unquote(`"${token.text.slice(1, -1).replaceAll('"', '\\"')}"`).codePointAt(0) ?? 0),
          ...position,
        }
      case 'identifier':
        if (token.text === 'nil') return { op: 'nil', ...position }
        if (token.text === 'true' || token.text === 'false')
          return { op: 'constant', value: token.text === 'true', ...position }
        return { op: 'function', name: token.text, ...position }
    }
    if (token?.text !== '(') throw this.#error(`unexpected ${goQuote(token?.text ?? '}}')} in operand`)
    const pipeline = this.#pipeline('parenthesized pipeline')
    if (this.#take()?.text !== ')') throw this.#error('unclosed left paren')
    return { op: 'pipeline', pipeline, ...position }
  }

  #peek(): Token | undefined {
    while (this.#tokens[this.#index]?.kind === 'space') this.#index++
    return this.#tokens[this.#index]
  }

  #take(): Token | undefined {
    const token = this.#peek()
    this.#index++
    return token
  }

  #finish(context: string): void {
    const token = this.#peek()
    if (token) throw this.#error(`unexpected ${goQuote(token.text)} in ${context}`)
  }

  #textFrom(start: number): string {
    const last = this.#tokens[Math.min(this.#index, this.#tokens.length) - 1]
    return last ? this.#source.slice(start, last.at + last.text.length).trim() : ''
  }

  #error(what: string) {
    return failure(this.#name, this.#source, this.at, what)
  }
}
