import { UserError } from '../user-error.ts'
import { builtins, unknownFunction, type TemplateFunction } from './functions.ts'
import type { CommandNode, Node, Operand, Pipeline, Position, Template } from './nodes.ts'
import { parseTemplate } from './parse.ts'
import { isArray, isMap, isTrue, printValue, typeName, type Value } from './values.ts'

export interface TemplateOptions {
  readonly functions?: Readonly<Record<string, TemplateFunction>>
  /** What a key is that a map has not: no value, nil, or an error (Go: template.Option("missingkey=...")). */
  readonly missingKey?: 'default' | 'zero' | 'error'
  /** Statements that may run before it is called off. */
  readonly budget?: number
}

/** A parsed template with its functions; execute it with data (Go: text/template). */
export class GoTemplate {
  readonly #name: string
  readonly #templates: Map<string, Template>
  readonly #options: TemplateOptions

  /** Throws UserError when the text is no template. */
  constructor(name: string, text: string, options: TemplateOptions = {}) {
    this.#name = name
    const functions = options.functions ?? {}
    const isKnown = (word: string) =>
      /^(and|or|call)$/.test(word) || Object.hasOwn(builtins, word) || Object.hasOwn(functions, word)
    this.#templates = parseTemplate(name, text, isKnown)
    this.#options = options
  }

  /** The text it gives; throws UserError in Go's words. */
  execute(data: Value): string {
    const run = new Run(this.#templates, this.#options)
    // Nothing at all has no fields, unlike a null within the data.
    run.template(this.#templates.get(this.#name) as Template, data ?? undefined)
    return run.out.join('')
  }
}

interface Variable {
  readonly name: string
  value: Value
}

type Flow = 'next' | 'break' | 'continue'
const MAX_DEPTH = 1000
const BUDGET = 2_000_000

class Run {
  readonly out: string[] = []
  readonly #templates: Map<string, Template>
  readonly #functions: Readonly<Record<string, TemplateFunction>>
  readonly #missing: TemplateOptions['missingKey']
  #budget: number
  #current: Template | undefined
  #variables: Variable[] = []
  #depth = 0

  constructor(templates: Map<string, Template>, options: TemplateOptions) {
    this.#templates = templates
    this.#functions = { ...builtins, ...options.functions }
    this.#missing = options.missingKey
    this.#budget = options.budget ?? BUDGET
  }

  template(template: Template, data: Value): void {
    const saved = { current: this.#current, variables: this.#variables }
    this.#current = template
    this.#variables = [{ name: '$', value: data }]
    if (++this.#depth > MAX_DEPTH) throw new UserError(`exceeded maximum template depth (${MAX_DEPTH})`)
    this.#nodes(template.nodes, data)
    this.#depth--
    this.#current = saved.current
    this.#variables = saved.variables
  }

  #nodes(nodes: readonly Node[], dot: Value): Flow {
    for (const node of nodes) {
      const flow = this.#node(node, dot)
      if (flow !== 'next') return flow
    }
    return 'next'
  }

  #node(node: Node, dot: Value): Flow {
    if (--this.#budget < 0) throw new UserError('the template did not come to an end')
    switch (node.type) {
      case 'text':
        this.out.push(node.text)
        return 'next'
      case 'action': {
        const value = this.#pipeline(node.pipeline, dot)
        if (!node.pipeline.variables.length) this.out.push(printValue(value))
        return 'next'
      }
      case 'template': {
        const template = this.#templates.get(node.name)
        if (!template) throw this.#error({ at: node.at, text: '' }, `template "${node.name}" not defined`)
        this.template(template, node.pipeline ? this.#pipeline(node.pipeline, dot) : undefined)
        return 'next'
      }
      case 'if':
      case 'with':
        return this.#branch(node, dot)
      case 'range':
        return this.#range(node, dot)
    }
    return node.type
  }

  #branch(node: Extract<Node, { type: 'if' | 'with' | 'range' }>, dot: Value): Flow {
    const mark = this.#variables.length
    const value = this.#pipeline(node.pipeline, dot)
    const flow = isTrue(value)
      ? this.#nodes(node.body, node.type === 'with' ? value : dot)
      : this.#nodes(node.otherwise ?? [], dot)
    this.#variables.length = mark
    return flow
  }

  #range(node: Extract<Node, { type: 'if' | 'with' | 'range' }>, dot: Value): Flow {
    const mark = this.#variables.length
    const { variables } = node.pipeline
    const value = this.#pipeline({ ...node.pipeline, variables: [] }, dot)
    const entries = this.#entries(value, node.pipeline)
    for (const [key, item] of entries) {
      if (variables.length === 1) this.#declare(variables[0] as string, item, node.pipeline.assign)
      else if (variables.length) {
        this.#declare(variables[0] as string, key, node.pipeline.assign)
        this.#declare(variables[1] as string, item, node.pipeline.assign)
      }
      const flow = this.#nodes(node.body, item)
      this.#variables.length = mark
      if (flow === 'break') break
    }
    if (!entries.length) return this.#nodes(node.otherwise ?? [], dot)
    return 'next'
  }

  #entries(value: Value, position: Position): [Value, Value][] {
    if (isArray(value)) return value.map((item, i) => [BigInt(i), item])
    if (isMap(value))
      return Object.keys(value)
        .sort()
        .map((key) => [key, value[key]])
    if (value === undefined || value === null) return []
    if (typeof value === 'bigint')
      return Array.from({ length: Number(value) }, (_, i) => [BigInt(i), BigInt(i)])
    throw this.#error(position, `range can't iterate over ${printValue(value)}`)
  }

  #pipeline(pipeline: Pipeline, dot: Value): Value {
    let value: Value
    pipeline.commands.forEach((command, i) => {
      value = this.#command(command, dot, i > 0 ? [value] : [])
    })
    for (const name of pipeline.variables) this.#declare(name, value, pipeline.assign)
    return value
  }

  #declare(name: string, value: Value, assign: boolean): void {
    const known = assign ? this.#variables.findLast((variable) => variable.name === name) : undefined
    if (known) known.value = value
    else this.#variables.push({ name, value })
  }

  #command({ args }: CommandNode, dot: Value, final: Value[]): Value {
    const [first, ...rest] = args as [Operand, ...Operand[]]
    if (first.op === 'function') return this.#call(first, rest, dot, final)
    if (rest.length || final.length) {
      const what =
        first.op === 'field' || first.op === 'chain' || first.op === 'variable'
          ? `${lastName(first)} is not a method but has arguments`
          : `can't give argument to non-function ${first.text}`
      throw this.#error(first, what)
    }
    if (first.op === 'nil') throw this.#error(first, 'nil is not a command')
    return this.#operand(first, dot)
  }

  #call(
    node: Operand & { readonly op: 'function' },
    operands: readonly Operand[],
    dot: Value,
    final: Value[],
  ): Value {
    if (node.name === 'and' || node.name === 'or')
      return this.#shortCircuit(node.name === 'or', operands, dot, final)
    const called = this.#functions[node.name]
    if (!called) throw this.#error(node, unknownFunction(node.name))
    const args = [...operands.map((operand) => this.#operand(operand, dot)), ...final]
    try {
      return called(...args)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      throw this.#error(node, `error calling ${node.name}: ${error.message}`)
    }
  }

  #shortCircuit(until: boolean, operands: readonly Operand[], dot: Value, final: Value[]): Value {
    let value: Value = final[0]
    for (const operand of operands) {
      value = this.#operand(operand, dot)
      if (isTrue(value) === until) return value
    }
    return final.length ? final[0] : value
  }

  #operand(operand: Operand, dot: Value): Value {
    switch (operand.op) {
      case 'dot':
        return dot
      case 'nil':
        return null
      case 'constant':
        return operand.value
      case 'field':
        return this.#fields(operand, dot, operand.path)
      case 'variable': {
        const variable = this.#variables.findLast(({ name }) => name === operand.name)
        if (!variable) throw this.#error(operand, `undefined variable "${operand.name}"`)
        return this.#fields(operand, variable.value, operand.path)
      }
      case 'chain':
        return this.#fields(operand, this.#operand(operand.of, dot), operand.path)
      case 'pipeline':
        return this.#pipeline(operand.pipeline, dot)
      case 'function':
        return this.#call(operand, [], dot, [])
    }
  }

  #fields(position: Position, start: Value, path: readonly string[]): Value {
    let value = start
    for (const key of path) {
      if (value === undefined) {
        if (this.#missing === 'error') throw this.#error(position, `nil data; no entry for key "${key}"`)
        return undefined
      }
      if (value === null) throw this.#error(position, `nil pointer evaluating interface {}.${key}`)
      if (!isMap(value))
        throw this.#error(
          position,
          `can't evaluate field ${key} in type ${typeName(value) === 'string' || typeof value !== 'object' ? 'interface {}' : typeName(value)}`,
        )
      const found: Value = Object.hasOwn(value, key) ? value[key] : undefined
      if (found === undefined && this.#missing === 'error')
        throw this.#error(position, `map has no entry for key "${key}"`)
      value = found === undefined && this.#missing === 'zero' ? null : found
    }
    return value
  }

  /** `template: NAME:LINE:COLUMN: executing "NAME" at <NODE>: WHAT`. */
  #error({ at, text }: Position, what: string): UserError {
    if (what.startsWith('template: ')) return new UserError(what)
    const { name = '', source = '' } = this.#current ?? {}
    const before = source.slice(0, at)
    const line = before.split('\n').length
    const column = at - (before.lastIndexOf('\n') + 1)
    const shown = text.length > 20 ? `${text.slice(0, 20)}...` : text
    return new UserError(`template: ${name}:${line}:${column}: executing "${name}" at <${shown}>: ${what}`)
  }
}

const lastName = (operand: Operand): string =>
  'path' in operand ? (operand.path.at(-1) ?? operand.text) : operand.text
