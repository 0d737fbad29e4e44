import type { Os } from '../../program.ts'
import type { Sys } from '../../sys.ts'
import { Builtins } from './builtins.ts'
import type { Input } from './input.ts'
import { UNSET, type Cell, type Memory } from './memory.ts'
import { arithmetic, compares, truth } from './operators.ts'
import type { Output } from './output.ts'
import type { AwkFunction, AwkStatement, Expression } from './tree.ts'
import { looksNumeric, toNumber, type Value } from './values.ts'

type A<Type extends Expression['type']> = Extract<Expression, { type: Type }>
type Enter = (body: AwkStatement, locals: Map<string, Cell>) => Sys<Value>

const WHOLE_RECORD: Expression = { type: 'field', index: { type: 'number', value: 0 } }

/** What a program's expressions come to, and what they do on the way. */
export class Expressions {
  readonly #memory: Memory
  readonly #input: Input
  readonly #output: Output
  readonly #builtins: Builtins
  readonly #functions: ReadonlyMap<string, AwkFunction>
  readonly #enter: Enter

  /** `enter` runs the body of one of the program's functions. */
  constructor(
    os: Os,
    { memory, input, output }: { memory: Memory; input: Input; output: Output },
    functions: ReadonlyMap<string, AwkFunction>,
    enter: Enter,
  ) {
    this.#memory = memory
    this.#input = input
    this.#output = output
    this.#builtins = new Builtins(os, memory)
    this.#functions = functions
    this.#enter = enter
  }

  *value(node: Expression): Sys<Value> {
    switch (node.type) {
      case 'number':
      case 'string':
        return node.value
      case 'regexp':
        return Number(node.value.test(this.#memory.record))
      case 'name': {
        const cell = this.#memory.cell(node.name)
        return cell instanceof Map ? '' : (cell ?? UNSET)
      }
      case 'field':
        return this.#memory.field(toNumber(yield* this.value(node.index)))
      case 'element':
        return yield* this.#element(node)
      case 'group':
        return yield* this.value(node.list[0])
      case 'assign':
        return yield* this.#assignment(node)
      case 'step': {
        const old = toNumber(yield* this.value(node.target))
        yield* this.store(node.target, old + node.by)
        return node.before ? old + node.by : old
      }
      case 'unary': {
        const value = yield* this.value(node.operand)
        if (node.operator === '!') return Number(!truth(value))
        return node.operator === '-' ? -toNumber(value) : toNumber(value)
      }
      case 'choice':
        return yield* this.value(truth(yield* this.value(node.test)) ? node.yes : node.no)
      case 'in':
        return Number(this.#memory.table(node.name).has(yield* this.key(node.key)))
      case 'binary':
        return yield* this.#binary(node)
      case 'call':
        return yield* this.#call(node.name, node.args)
      case 'getline':
        return yield* this.#getline(node)
    }
  }

  *values(nodes: readonly Expression[]): Sys<Value[]> {
    const values: Value[] = []
    for (const node of nodes) values.push(yield* this.value(node))
    return values
  }

  *store(target: Expression, value: Value): Sys<void> {
    if (target.type === 'element') this.#memory.table(target.name).set(yield* this.key(target.key), value)
    else if (target.type === 'name') this.#memory.set(target.name, value)
    else if (target.type === 'field')
      this.#memory.setField(toNumber(yield* this.value(target.index)), this.#memory.string(value))
  }

  *key(key: readonly Expression[]): Sys<string> {
    return (yield* this.values(key)).map(this.#memory.string).join(this.#memory.text('SUBSEP'))
  }

  /** An element that is asked for comes to be. */
  *#element({ name, key }: A<'element'>): Sys<Value> {
    const table = this.#memory.table(name)
    const at = yield* this.key(key)
    if (!table.has(at)) table.set(at, UNSET)
    return table.get(at) as Value
  }

  *#assignment({ operator, target, value }: A<'assign'>): Sys<Value> {
    let result = yield* this.value(value)
    if (operator) result = arithmetic(operator, toNumber(yield* this.value(target)), toNumber(result))
    yield* this.store(target, result)
    return result
  }

  *#binary({ operator, left, right }: A<'binary'>): Sys<Value> {
    const { string } = this.#memory
    const a = yield* this.value(left)
    if (operator === '&&') return Number(truth(a) && truth(yield* this.value(right)))
    if (operator === '||') return Number(truth(a) || truth(yield* this.value(right)))
    if (operator === '~' || operator === '!~')
      return Number((yield* this.#pattern(right)).test(string(a)) === (operator === '~'))
    const b = yield* this.value(right)
    if (operator === ' ') return string(a) + string(b)
    if (/^[<>=!]/.test(operator)) return Number(compares(operator, a, b, string))
    return arithmetic(operator, toNumber(a), toNumber(b))
  }

  *#pattern(node: Expression): Sys<RegExp> {
    if (node.type === 'regexp') return node.value
    return this.#memory.expression(this.#memory.string(yield* this.value(node)))
  }

  *#getline({ target, file }: A<'getline'>): Sys<Value> {
    const line = file
      ? yield* this.#input.lineOf(this.#memory.string(yield* this.value(file)))
      : yield* this.#input.next()
    if (line === undefined) return -1
    if (line === null) return 0
    if (target) yield* this.store(target, looksNumeric(line))
    else this.#memory.setRecord(line)
    return 1
  }

  *#call(name: string, args: readonly Expression[]): Sys<Value> {
    const own = this.#functions.get(name)
    if (own) {
      const locals = yield* this.#passed(own.parameters, args)
      const value = yield* this.#enter(own.body, locals)
      this.#adopt(own.parameters, args, locals)
      return value
    }
    const [first] = args
    switch (name) {
      case 'split':
        return yield* this.#split(args)
      case 'match':
        return yield* this.#match(args)
      case 'sub':
      case 'gsub':
        return yield* this.#substitute(args, name === 'gsub')
      case 'close': {
        const target = this.#memory.string(yield* this.value(first))
        this.#input.forget(target)
        return yield* this.#output.close(target)
      }
      default: {
        const table = name === 'length' && first?.type === 'name' && this.#memory.cell(first.name)
        if (table instanceof Map) return table.size
        return yield* this.#builtins.call(name, yield* this.values(args))
      }
    }
  }

  /** Arrays are passed themselves, what was never set stays so, the rest by value. */
  *#passed(parameters: readonly string[], args: readonly Expression[]): Sys<Map<string, Cell>> {
    const locals = new Map<string, Cell>()
    for (let i = 0; i < parameters.length; i++) {
      const arg = args[i] as Expression | undefined
      const cell = arg?.type === 'name' ? this.#memory.cell(arg.name) : undefined
      const byValue = arg && !(cell instanceof Map) && !(arg.type === 'name' && cell === undefined)
      locals.set(parameters[i], byValue ? yield* this.value(arg) : cell)
    }
    return locals
  }

  /** A variable that nobody had set, and that the function made an array, is that array. */
  #adopt(
    parameters: readonly string[],
    args: readonly Expression[],
    locals: ReadonlyMap<string, Cell>,
  ): void {
    args.forEach((arg, i) => {
      const cell = locals.get(parameters[i])
      if (arg.type !== 'name' || !(cell instanceof Map) || this.#memory.cell(arg.name) !== undefined) return
      const table = this.#memory.table(arg.name)
      for (const [key, value] of cell) table.set(key, value)
    })
  }

  *#split([subject, array, by]: readonly Expression[]): Sys<Value> {
    const { string } = this.#memory
    const text = string(yield* this.value(subject))
    const table = array.type === 'name' ? this.#memory.table(array.name) : new Map<string, Value>()
    let parts: string[]
    if (by?.type === 'regexp') parts = text === '' ? [] : text.split(by.value)
    else parts = this.#memory.split(text, by ? string(yield* this.value(by)) : this.#memory.text('FS'))
    table.clear()
    parts.forEach((part, i) => void table.set(String(i + 1), looksNumeric(part)))
    return parts.length
  }

  *#match([subject, pattern, array]: readonly Expression[]): Sys<Value> {
    const text = this.#memory.string(yield* this.value(subject))
    const found = (yield* this.#pattern(pattern)).exec(text)
    const start = found ? found.index + 1 : 0
    this.#memory.setGlobal('RSTART', start)
    this.#memory.setGlobal('RLENGTH', found ? found[0].length : -1)
    if (array?.type === 'name') {
      const table = this.#memory.table(array.name)
      table.clear()
      found?.forEach((part, i) => void table.set(String(i), looksNumeric(part ?? '')))
    }
    return start
  }

  *#substitute([search, by, into = WHOLE_RECORD]: readonly Expression[], all: boolean): Sys<Value> {
    const pattern = yield* this.#pattern(search)
    const replacement = this.#memory.string(yield* this.value(by))
    const text = this.#memory.string(yield* this.value(into))
    let count = 0
    const result = text.replace(new RegExp(pattern.source, all ? 'g' : ''), (match) => {
      count++
      return replacement.replace(
        /\\(&|\\)|&/g,
        (whole, escaped: string | undefined) => escaped ?? (whole === '&' ? match : whole),
      )
    })
    if (count) yield* this.store(into, result)
    return count
  }
}
