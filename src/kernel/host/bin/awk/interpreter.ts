import type { Os } from '../../program.ts'
import { sleep, write, type Sys } from '../../sys.ts'
import { Expressions } from './expressions.ts'
import { Input } from './input.ts'
import { Memory, type Cell } from './memory.ts'
import { truth } from './operators.ts'
import { Output } from './output.ts'
import type { AwkProgram, AwkRule, AwkStatement } from './tree.ts'
import { formatAwk, formatNumber, looksNumeric, toNumber, type Value } from './values.ts'

type A<Type extends AwkStatement['type']> = Extract<AwkStatement, { type: Type }>

/** Thrown to leave statements. */
class Leave {
  readonly kind: 'next' | 'nextfile' | 'exit' | 'return' | 'break' | 'continue'
  readonly value: Value

  constructor(kind: Leave['kind'], value: Value = '') {
    this.kind = kind
    this.value = value
  }
}

const STEPS_PER_MS = 2000
const MAX_CALLS = 500

/** One run of an awk program. */
export class Interpreter {
  readonly #program: AwkProgram
  readonly #memory: Memory
  readonly #input: Input
  readonly #output: Output
  readonly #expressions: Expressions
  /** Rules `from, to` that have begun. */
  #ranges = new Set<AwkRule>()
  #calls = 0
  #steps = 0
  #status: number | undefined

  constructor(os: Os, program: AwkProgram, operands: string[]) {
    this.#program = program
    this.#memory = new Memory(operands, os.env)
    this.#input = new Input(os, this.#memory, operands)
    this.#output = new Output(os)
    const parts = { memory: this.#memory, input: this.#input, output: this.#output }
    this.#expressions = new Expressions(os, parts, program.functions, (body, locals) =>
      this.#enter(body, locals),
    )
  }

  /** `-v name=value` */
  assign(name: string, value: string): void {
    this.#memory.setGlobal(name, looksNumeric(value))
  }

  /** Runs all rules; the value is the exit status. */
  *run(): Sys<number> {
    const { rules } = this.#program
    const of = (kind: AwkRule['kind']) => rules.filter((rule) => rule.kind === kind)
    yield* untilExit(this.#main(of('BEGIN'), of('match'), rules.length > of('BEGIN').length))
    yield* untilExit(this.#bodies(of('END')))
    yield* this.#output.closeAll()
    return this.#status ?? this.#input.status
  }

  *#main(begin: readonly AwkRule[], match: readonly AwkRule[], reads: boolean): Sys<void> {
    yield* this.#bodies(begin)
    if (!reads) return
    for (let line = yield* this.#input.next(); line !== null; line = yield* this.#input.next())
      yield* this.#take(line, match)
  }

  *#bodies(rules: readonly AwkRule[]): Sys<void> {
    for (const { body } of rules) if (body) yield* this.#execute(body)
  }

  /** Show a record to the rules. */
  *#take(record: string, rules: readonly AwkRule[]): Sys<void> {
    this.#memory.setRecord(record)
    try {
      for (const rule of rules) if (yield* this.#selected(rule)) yield* this.#act(rule)
    } catch (error) {
      if (!(error instanceof Leave) || error.kind === 'exit') throw error
      if (error.kind === 'nextfile') this.#input.closeFile()
    }
  }

  #act({ body }: AwkRule): Sys<void> {
    return body ? this.#execute(body) : write(1, this.#memory.record + this.#memory.text('ORS'))
  }

  *#selected(rule: AwkRule): Sys<boolean> {
    if (!rule.pattern) return true
    if (!rule.until) return truth(yield* this.#expressions.value(rule.pattern))
    if (!this.#ranges.has(rule)) {
      if (!truth(yield* this.#expressions.value(rule.pattern))) return false
      this.#ranges.add(rule)
    }
    if (truth(yield* this.#expressions.value(rule.until))) this.#ranges.delete(rule)
    return true
  }

  *#execute(statement: AwkStatement): Sys<void> {
    yield* this.#breathe()
    switch (statement.type) {
      case 'expression':
        yield* this.#expressions.value(statement.value)
        return
      case 'print':
      case 'printf':
        return yield* this.#print(statement)
      case 'block':
        for (const each of statement.body) yield* this.#execute(each)
        return
      case 'if':
        if (truth(yield* this.#expressions.value(statement.test))) yield* this.#execute(statement.yes)
        else if (statement.no) yield* this.#execute(statement.no)
        return
      case 'loop':
        return yield* this.#loop(statement)
      case 'each':
        return yield* this.#each(statement)
      case 'exit':
        if (statement.value) this.#status = toNumber(yield* this.#expressions.value(statement.value)) & 255
        throw new Leave('exit')
      case 'return':
        throw new Leave('return', statement.value ? yield* this.#expressions.value(statement.value) : '')
      case 'delete':
        if (statement.key)
          this.#memory.table(statement.name).delete(yield* this.#expressions.key(statement.key))
        else this.#memory.table(statement.name).clear()
        return
      default:
        throw new Leave(statement.type)
    }
  }

  /** Work takes time, so that no program keeps its machine for ever. */
  *#breathe(): Sys<void> {
    if (++this.#steps % STEPS_PER_MS === 0) yield* sleep(1)
  }

  *#loop({ start, test, step, body, first }: A<'loop'>): Sys<void> {
    if (start) yield* this.#execute(start)
    for (let round = 0; ; round++) {
      if (!(first && round === 0) && test && !truth(yield* this.#expressions.value(test))) return
      if (yield* this.#breaks(body)) return
      yield* step ? this.#execute(step) : this.#breathe()
    }
  }

  *#each({ name, variable, body }: A<'each'>): Sys<void> {
    const table = this.#memory.table(name)
    for (const key of [...table.keys()]) {
      if (!table.has(key)) continue
      this.#memory.set(variable, looksNumeric(key))
      if (yield* this.#breaks(body)) return
    }
  }

  /** Run the body of a loop; true when it breaks out. */
  *#breaks(body: AwkStatement): Sys<boolean> {
    try {
      yield* this.#execute(body)
    } catch (error) {
      if (!(error instanceof Leave) || (error.kind !== 'break' && error.kind !== 'continue')) throw error
      return error.kind === 'break'
    }
    return false
  }

  *#print({ type, args, to }: A<'print' | 'printf'>): Sys<void> {
    const { string, record } = this.#memory
    const values = yield* this.#expressions.values(args)
    const ofmt = this.#memory.text('OFMT')
    const shown = (value: Value) => (typeof value === 'number' ? formatNumber(value, ofmt) : string(value))
    const text =
      type === 'printf'
        ? formatAwk(string(values[0] ?? ''), values.slice(1), string)
        : (values.length ? values.map(shown).join(this.#memory.text('OFS')) : record) +
          this.#memory.text('ORS')
    if (to) yield* this.#output.write(to.operator, string(yield* this.#expressions.value(to.file)), text)
    else yield* write(1, text)
  }

  *#enter(body: AwkStatement, locals: Map<string, Cell>): Sys<Value> {
    if (++this.#calls > MAX_CALLS) throw new RangeError('function call nesting too deep')
    const outer = this.#memory.locals
    this.#memory.locals = locals
    try {
      yield* this.#execute(body)
      return ''
    } catch (error) {
      if (error instanceof Leave && error.kind === 'return') return error.value
      throw error
    } finally {
      this.#memory.locals = outer
      this.#calls--
    }
  }
}

/** `exit` ends the rules that run; those of END still follow. */
function* untilExit(body: Sys<void>): Sys<void> {
  try {
    yield* body
  } catch (error) {
    if (!(error instanceof Leave)) throw error
  }
}
