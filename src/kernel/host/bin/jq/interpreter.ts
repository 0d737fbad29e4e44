import { builtins, definitions } from './builtins.ts'
import { binary, children, define, plain, truthy, type Closure, type Item, type Scope } from './items.ts'
import { FLOWS } from './flows.ts'
import { formatText } from './formats.ts'
import { assign, fold } from './updates.ts'
import type { Filter, Pattern } from './tree.ts'
import { indexOf, JqError, shown, sliceOf, typeOf } from './values.ts'

const MAX_DEPTH = 1500
const MAX_STEPS = 5_000_000

/** Runs filters. Values are never changed; `env` is `$ENV`, `now` the clock in seconds, `inputs` gives what `input` takes. */
export class Jq {
  readonly env: Readonly<Record<string, string>>
  readonly now: () => number
  readonly inputs: () => { value: unknown } | undefined
  #depth = 0
  #steps = 0
  readonly #root: Scope

  constructor(
    env: Readonly<Record<string, string>>,
    now: () => number,
    inputs: () => { value: unknown } | undefined,
    variables: ReadonlyMap<string, unknown> = new Map(),
  ) {
    this.env = env
    this.now = now
    this.inputs = inputs
    const functions = new Map<string, Closure>()
    this.#root = { variables: new Map([['ENV', env], ...variables]), functions }
    // Those of the prelude see each other, whatever their order.
    for (const { name, parameters, body } of definitions())
      functions.set(`${name}/${parameters.length}`, { parameters, body, scope: this.#root })
  }

  /** All values of a filter for an input. */
  *run(filter: Filter, value: unknown): Generator<unknown> {
    this.#steps = 0
    for (const item of this.items(filter, { value, path: [] }, this.#root)) yield item.value
  }

  *items(filter: Filter, input: Item, scope: Scope): Generator<Item> {
    if (++this.#steps > MAX_STEPS) throw new JqError('too many steps: this filter does not end')
    if (++this.#depth > MAX_DEPTH) {
      this.#depth = 0
      throw new JqError('too deeply nested')
    }
    try {
      yield* this.#evaluate(filter, input, scope)
    } finally {
      this.#depth = Math.max(0, this.#depth - 1)
    }
  }

  *values(filter: Filter, input: Item, scope: Scope): Generator<unknown> {
    for (const item of this.items(filter, { value: input.value, path: undefined }, scope)) yield item.value
  }

  *#evaluate(filter: Filter, input: Item, scope: Scope): Generator<Item> {
    switch (filter.type) {
      case 'identity':
        return yield input
      case 'recurse':
        return yield* this.#recurse(input)
      case 'literal':
        return yield plain(filter.value)
      case 'variable':
        return yield plain(this.#variable(filter.name, scope))
      case 'pipe':
        for (const item of this.items(filter.left, input, scope)) yield* this.items(filter.right, item, scope)
        return
      case 'comma':
        yield* this.items(filter.left, input, scope)
        return yield* this.items(filter.right, input, scope)
      case 'index':
        for (const target of this.items(filter.target, input, scope)) {
          for (const key of this.values(filter.key, input, scope))
            yield { value: indexOf(target.value, key), path: target.path && [...target.path, key] }
        }
        return
      case 'slice':
        return yield* this.#slice(filter, input, scope)
      case 'iterate':
        for (const target of this.items(filter.target, input, scope)) yield* children(target)
        return
      case 'if':
        for (const test of this.values(filter.test, input, scope))
          yield* this.items(truthy(test) ? filter.yes : filter.no, input, scope)
        return
      case 'try':
        return yield* this.#try(filter, input, scope)
      case 'alternative':
        return yield* this.#alternative(filter, input, scope)
      case 'define':
        return yield* this.items(filter.body, input, define(scope, filter.definition))
      case 'bind':
        for (const value of this.values(filter.source, input, scope))
          yield* this.items(filter.body, input, this.bind(filter.pattern, value, input, scope))
        return
      case 'reduce':
      case 'foreach':
        return yield* fold(this, filter, input, scope)
      case 'call':
        return yield* this.#call(filter.name, filter.args, input, scope)
      case 'assign':
        return yield* assign(this, filter, input, scope)
      default:
        for (const value of this.#computed(filter, input, scope)) yield plain(value)
    }
  }

  *#computed(filter: Filter, input: Item, scope: Scope): Generator<unknown> {
    switch (filter.type) {
      case 'string':
        return yield* this.#string(filter.parts, 0, '', filter.format, input, scope)
      case 'format':
        return yield formatText(filter.name, input.value)
      case 'array':
        return yield filter.body ? [...this.values(filter.body, input, scope)] : []
      case 'object':
        return yield* this.#object(filter.entries, 0, {}, input, scope)
      case 'negate':
        for (const value of this.values(filter.operand, input, scope)) {
          if (typeof value !== 'number')
            throw new JqError(`${typeOf(value)} (${shown(value)}) cannot be negated`)
          yield -value
        }
        return
      case 'and':
      case 'or':
        for (const left of this.values(filter.left, input, scope)) {
          if (truthy(left) === (filter.type === 'or')) yield filter.type === 'or'
          else for (const right of this.values(filter.right, input, scope)) yield truthy(right)
        }
        return
      case 'binary':
        for (const right of this.values(filter.right, input, scope))
          for (const left of this.values(filter.left, input, scope))
            yield binary(filter.operator, left, right)
        return
      default:
    }
  }

  *#slice(
    { target, from, to }: Extract<Filter, { type: 'slice' }>,
    input: Item,
    scope: Scope,
  ): Generator<Item> {
    for (const item of this.items(target, input, scope)) {
      for (const end of to ? this.values(to, input, scope) : [null]) {
        for (const start of from ? this.values(from, input, scope) : [null])
          yield { value: sliceOf(item.value, start, end), path: item.path && [...item.path, { start, end }] }
      }
    }
  }

  *#recurse(input: Item): Generator<Item> {
    const stack = [input]
    for (let item = stack.pop(); item; item = stack.pop()) {
      yield item
      if (typeof item.value === 'object' && item.value !== null) stack.push(...[...children(item)].reverse())
    }
  }

  *#try({ body, handler }: Extract<Filter, { type: 'try' }>, input: Item, scope: Scope): Generator<Item> {
    let caught: JqError
    const depth = this.#depth
    try {
      return yield* this.items(body, input, scope)
    } catch (error) {
      if (!(error instanceof JqError)) throw error
      this.#depth = depth
      caught = error
    }
    if (handler) yield* this.items(handler, plain(caught.value), scope)
  }

  *#alternative(
    { left, right }: { left: Filter; right: Filter },
    input: Item,
    scope: Scope,
  ): Generator<Item> {
    let found = false
    try {
      for (const item of this.items(left, input, scope)) {
        if (!truthy(item.value)) continue
        found = true
        yield item
      }
    } catch (error) {
      if (!(error instanceof JqError)) throw error
    }
    if (!found) yield* this.items(right, input, scope)
  }

  *#string(
    parts: readonly (string | Filter)[],
    at: number,
    before: string,
    format: string | undefined,
    input: Item,
    scope: Scope,
  ): Generator<string> {
    if (at === parts.length) return yield before
    const part = parts[at]
    if (typeof part === 'string')
      return yield* this.#string(parts, at + 1, before + part, format, input, scope)
    for (const value of this.values(part, input, scope))
      yield* this.#string(parts, at + 1, before + formatText(format ?? '@text', value), format, input, scope)
  }

  *#object(
    entries: readonly { key: Filter; value: Filter }[],
    at: number,
    before: Record<string, unknown>,
    input: Item,
    scope: Scope,
  ): Generator<unknown> {
    if (at === entries.length) return yield before
    for (const key of this.values(entries[at].key, input, scope)) {
      if (typeof key !== 'string') throw new JqError(`Object keys must be strings`)
      for (const value of this.values(entries[at].value, input, scope))
        yield* this.#object(entries, at + 1, { ...before, [key]: value }, input, scope)
    }
  }

  /** The scope that sees the names of a pattern. */
  bind(pattern: Pattern, value: unknown, input: Item, scope: Scope): Scope {
    if (pattern.type === 'name')
      return { ...scope, variables: new Map(scope.variables).set(pattern.name, value) }
    if (pattern.type === 'list')
      return pattern.items.reduce((inner, item, i) => this.bind(item, indexOf(value, i), input, inner), scope)
    return pattern.entries.reduce(
      (inner, { key, pattern: each }) =>
        this.bind(each, indexOf(value, [...this.values(key, input, inner)][0]), input, inner),
      scope,
    )
  }

  #variable(name: string, scope: Scope): unknown {
    if (!scope.variables.has(name)) throw new SyntaxError(`$${name} is not defined`)
    return scope.variables.get(name)
  }

  *#call(name: string, args: readonly Filter[], input: Item, scope: Scope): Generator<Item> {
    const own = scope.functions.get(`${name}/${args.length}`)
    if (own) return yield* this.#enter(own, args, input, scope)
    const flow = FLOWS[`${name}/${args.length}`]
    if (flow) return yield* flow(this, args, input, scope)
    const builtin = builtins[`${name}/${args.length}`]
    if (!builtin) throw new SyntaxError(`${name}/${args.length} is not defined`)
    for (const values of this.#product(args, args.length - 1, [], input, scope))
      yield plain(guarded(builtin, input.value, values))
  }

  /** Every combination of the values of the arguments. */
  *#product(
    args: readonly Filter[],
    at: number,
    chosen: unknown[],
    input: Item,
    scope: Scope,
  ): Generator<unknown[]> {
    if (at < 0) return yield chosen
    for (const value of this.values(args[at], input, scope))
      yield* this.#product(args, at - 1, [value, ...chosen], input, scope)
  }

  *#enter(
    { parameters, body, scope: outer }: Closure,
    args: readonly Filter[],
    input: Item,
    scope: Scope,
  ): Generator<Item> {
    const functions = new Map(outer.functions)
    let variables = [outer.variables]
    parameters.forEach((parameter, i) => {
      const name = parameter.replace('$', '')
      functions.set(`${name}/0`, { parameters: [], body: args[i], scope })
      if (!parameter.startsWith('$')) return
      const values = [...this.values(args[i], input, scope)]
      variables = variables.flatMap((each) => values.map((value) => new Map(each).set(name, value)))
    })
    for (const each of variables) yield* this.items(body, input, { variables: each, functions })
  }
}

/** What a builtin throws over a value of the wrong type is an error of the program. */
function guarded(
  builtin: (input: unknown, args: readonly unknown[]) => unknown,
  value: unknown,
  args: readonly unknown[],
): unknown {
  try {
    return builtin(value, args)
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError)
      throw new JqError(`${typeOf(value)} (${shown(value)}) cannot be used here`)
    throw error
  }
}
