import { Errno } from '../errno.ts'
import { absolute } from '../filesystem.ts'
import { Pipe, type OpenFile } from '../open-file.ts'
import type { Os } from '../program.ts'
import { strftime } from '../shell/printf.ts'
import { LineReader, sleep, wait, write, writeTo, type Sys } from '../sys.ts'
import { formatAwk, formatNumber, looksNumeric, toNumber, type Value } from './awk-values.ts'
import type { AwkProgram, AwkRule, AwkStatement, Expression } from './awk-tree.ts'
import { complain } from './options.ts'
import { posixRegExp } from './posix-regexp.ts'

type Table = Map<string, Value>
type Cell = Value | Table | undefined

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
  readonly #os: Os
  readonly #program: AwkProgram
  readonly #operands: string[]
  #globals = new Map<string, Cell>()
  #locals: Map<string, Cell> | undefined
  #calls = 0
  #record = ''
  #fields: string[] = []
  #steps = 0
  #status = 0
  #ranges = new Set<AwkRule>()
  #reader: LineReader | undefined
  #fd = 0
  #opened = false
  #outputs = new Map<string, { file: OpenFile; pid: number | undefined }>()
  #inputs = new Map<string, LineReader>()
  #expressions = new Map<string, RegExp>()
  #state: () => number
  #seed = 0

  constructor(os: Os, program: AwkProgram, operands: string[]) {
    this.#os = os
    this.#program = program
    this.#operands = operands
    for (const [name, value] of Object.entries({
      FS: ' ',
      OFS: ' ',
      ORS: '\n',
      RS: '\n',
      SUBSEP: '\x1c',
      NR: 0,
      FNR: 0,
      RSTART: 0,
      RLENGTH: -1,
      CONVFMT: '%.6g',
      OFMT: '%.6g',
      FILENAME: '',
    }))
      this.#globals.set(name, value)
    this.#globals.set('ENVIRON', new Map(Object.entries(os.env)))
    this.#globals.set('ARGC', operands.length + 1)
    this.#globals.set('ARGV', new Map(['awk', ...operands].map((arg, i) => [String(i), arg])))
    this.#state = generator(0)
  }

  /** `-v name=value` */
  assign(name: string, value: string): void {
    this.#globals.set(name, looksNumeric(value))
  }

  *run(): Sys<number> {
    const { rules } = this.#program
    try {
      yield* this.#runAll(rules.filter(({ kind }) => kind === 'BEGIN'))
      if (rules.some(({ kind }) => kind !== 'BEGIN'))
        yield* this.#records(rules.filter(({ kind }) => kind === 'match'))
    } catch (error) {
      if (!(error instanceof Leave)) throw error
    }
    try {
      yield* this.#runAll(rules.filter(({ kind }) => kind === 'END'))
    } catch (error) {
      if (!(error instanceof Leave)) throw error
    }
    for (const name of [...this.#outputs.keys()]) yield* this.#close(name)
    return this.#status
  }

  *#runAll(rules: readonly AwkRule[]): Sys<void> {
    for (const { body } of rules) if (body) yield* this.#execute(body)
  }

  *#records(rules: readonly AwkRule[]): Sys<void> {
    for (let line = yield* this.#nextRecord(); line !== null; line = yield* this.#nextRecord()) {
      this.#setRecord(line)
      try {
        for (const rule of rules)
          if (yield* this.#selected(rule))
            yield* rule.body ? this.#execute(rule.body) : write(1, this.#record + this.#text('ORS'))
      } catch (error) {
        if (!(error instanceof Leave)) throw error
        if (error.kind === 'exit') throw error
        if (error.kind === 'nextfile') this.#closeInput()
      }
    }
  }

  *#selected(rule: AwkRule): Sys<boolean> {
    if (!rule.pattern) return true
    if (!rule.until) return truth(yield* this.#value(rule.pattern))
    if (!this.#ranges.has(rule)) {
      if (!truth(yield* this.#value(rule.pattern))) return false
      this.#ranges.add(rule)
    }
    if (truth(yield* this.#value(rule.until))) this.#ranges.delete(rule)
    return true
  }

  /** The next record of the inputs; NR and FNR count it. */
  *#nextRecord(): Sys<string | null> {
    for (;;) {
      if (!this.#reader && !this.#openNext()) return null
      const line = yield* this.#readRecord(this.#reader as LineReader)
      if (line === null) {
        this.#closeInput()
        continue
      }
      this.#globals.set('NR', toNumber(this.#globals.get('NR') as Value) + 1)
      this.#globals.set('FNR', toNumber(this.#globals.get('FNR') as Value) + 1)
      return line
    }
  }

  /** A line; with an empty RS, lines up to an empty one; with another RS, the parts between it. */
  *#readRecord(reader: LineReader): Sys<string | null> {
    const separator = this.#text('RS')
    if (separator === '\n') return yield* reader.next()
    const lines: string[] = []
    if (separator === '') {
      for (let line = yield* reader.next(); line !== null; line = yield* reader.next()) {
        if (line !== '') lines.push(line)
        else if (lines.length) break
      }
      return lines.length ? lines.join('\n') : null
    }
    if (!this.#pieces.length) {
      if (this.#drained === reader) return null
      this.#drained = reader
      for (let line = yield* reader.next(); line !== null; line = yield* reader.next()) lines.push(line)
      if (!lines.length) return null
      const whole = `${lines.join('\n')}\n`
      this.#pieces = whole.split(separator.length === 1 ? separator : this.#expression(separator))
      if (this.#pieces.at(-1) === '' || this.#pieces.at(-1) === '\n') this.#pieces.pop()
    }
    return this.#pieces.shift() ?? null
  }
  #pieces: string[] = []
  #drained: LineReader | undefined

  #openNext(): boolean {
    while (this.#operands.length) {
      const operand = this.#operands.shift() as string
      const assignment = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(operand)
      if (assignment) this.assign(assignment[1], assignment[2])
      else if (this.#open(operand)) return true
    }
    return !this.#opened && this.#open('-')
  }

  #open(path: string): boolean {
    this.#opened = true
    try {
      this.#fd = path === '-' ? 0 : this.#os.open(path, { read: true })
    } catch (error) {
      if (!(error instanceof Errno)) throw error
      complain(this.#os, `cannot open "${path}" (${error.message})`)
      this.#status = 2
      return false
    }
    this.#globals.set('FILENAME', path === '-' ? '' : path)
    this.#globals.set('FNR', 0)
    this.#reader = new LineReader(this.#fd)
    return true
  }

  #closeInput(): void {
    if (this.#fd > 2) this.#os.close(this.#fd)
    this.#reader = undefined
    this.#fd = 0
  }

  #setRecord(text: string): void {
    this.#record = text
    this.#fields = this.#split(text, this.#text('FS'))
    this.#globals.set('NF', this.#fields.length)
  }

  #split(text: string, separator: string): string[] {
    if (text === '') return []
    if (separator === ' ') return text.trim() === '' ? [] : text.trim().split(/\s+/)
    if (separator === '') return [...text]
    const plain = separator.length === 1 && !/[\\^$.[\]|()*+?{}]/.test(separator)
    if (this.#text('RS') === '')
      return text.split(
        plain ? new RegExp(`[\\n${separator}]`) : new RegExp(`\\n|${this.#expression(separator).source}`),
      )
    return text.split(separator.length === 1 && separator !== '\\' ? separator : this.#expression(separator))
  }

  #text(name: string): string {
    return this.#string((this.#globals.get(name) as Value) ?? '')
  }

  #string(value: Value): string {
    if (typeof value === 'string') return value
    if (typeof value === 'number')
      return formatNumber(
        value,
        typeof this.#globals.get('CONVFMT') === 'string' ? (this.#globals.get('CONVFMT') as string) : '%.6g',
      )
    return value.text
  }

  #expression(source: string): RegExp {
    let expression = this.#expressions.get(source)
    if (!expression) this.#expressions.set(source, (expression = posixRegExp(source, { extended: true })))
    return expression
  }

  *#execute(statement: AwkStatement): Sys<void> {
    if (++this.#steps % STEPS_PER_MS === 0) yield* sleep(1)
    switch (statement.type) {
      case 'expression':
        yield* this.#value(statement.value)
        return
      case 'print':
      case 'printf':
        return yield* this.#print(statement)
      case 'block':
        for (const each of statement.body) yield* this.#execute(each)
        return
      case 'if':
        if (truth(yield* this.#value(statement.test))) yield* this.#execute(statement.yes)
        else if (statement.no) yield* this.#execute(statement.no)
        return
      case 'loop':
        return yield* this.#loop(statement)
      case 'each': {
        const table = this.#table(statement.name)
        for (const key of [...table.keys()]) {
          if (!table.has(key)) continue
          this.#set(statement.variable, looksNumeric(key))
          if (yield* this.#left(statement.body)) return
        }
        return
      }
      case 'exit':
        if (statement.value) this.#status = toNumber(yield* this.#value(statement.value)) & 255
        throw new Leave('exit')
      case 'return':
        throw new Leave('return', statement.value ? yield* this.#value(statement.value) : '')
      case 'delete':
        if (statement.key) this.#table(statement.name).delete(yield* this.#key(statement.key))
        else this.#table(statement.name).clear()
        return
      default:
        throw new Leave(statement.type)
    }
  }

  *#loop({ start, test, step, body, first }: Extract<AwkStatement, { type: 'loop' }>): Sys<void> {
    if (start) yield* this.#execute(start)
    for (let round = 0; ; round++) {
      if (!(first && round === 0) && test && !truth(yield* this.#value(test))) return
      if (yield* this.#left(body)) return
      if (step) yield* this.#execute(step)
      else if (++this.#steps % STEPS_PER_MS === 0) yield* sleep(1)
    }
  }

  /** Run the body of a loop; true when it breaks out. */
  *#left(body: AwkStatement): Sys<boolean> {
    try {
      yield* this.#execute(body)
    } catch (error) {
      if (!(error instanceof Leave) || (error.kind !== 'break' && error.kind !== 'continue')) throw error
      return error.kind === 'break'
    }
    return false
  }

  *#print({ type, args, to }: Extract<AwkStatement, { type: 'print' | 'printf' }>): Sys<void> {
    const values: Value[] = []
    for (const arg of args) values.push(yield* this.#value(arg))
    const ofmt = this.#text('OFMT')
    const shown = (value: Value) =>
      typeof value === 'number' ? formatNumber(value, ofmt) : this.#string(value)
    const text =
      type === 'printf'
        ? formatAwk(this.#string(values[0] ?? ''), values.slice(1), (value) => this.#string(value))
        : (values.length ? values.map(shown).join(this.#text('OFS')) : this.#record) + this.#text('ORS')
    if (!to) return yield* write(1, text)
    const target = this.#string(yield* this.#value(to.file))
    const { file } = this.#output(to.operator, target)
    yield* writeTo(() => file, text)
  }

  #output(operator: string, target: string): { file: OpenFile; pid: number | undefined } {
    let output = this.#outputs.get(target)
    if (output) return output
    if (operator === '|') {
      const pipe = new Pipe()
      const reader = pipe.reader()
      output = {
        file: pipe.writer(),
        pid: this.#os.spawn({ argv: ['/bin/sh', '-c', target], stdin: reader }),
      }
    } else
      output = {
        file: this.#os.openFile(target, {
          write: true,
          create: true,
          append: operator === '>>',
          truncate: operator === '>',
        }),
        pid: undefined,
      }
    this.#outputs.set(target, output)
    return output
  }

  *#close(name: string): Sys<number> {
    const output = this.#outputs.get(name)
    this.#outputs.delete(name)
    this.#inputs.delete(name)
    output?.file.close?.()
    return output?.pid === undefined ? 0 : (yield* wait(output.pid)).status
  }

  *#value(node: Expression): Sys<Value> {
    switch (node.type) {
      case 'number':
      case 'string':
        return node.value
      case 'regexp':
        return Number(node.value.test(this.#record))
      case 'name': {
        const cell = this.#cell(node.name)
        return cell instanceof Map ? '' : (cell ?? UNSET)
      }
      case 'field':
        return this.#field(toNumber(yield* this.#value(node.index)))
      case 'element': {
        const table = this.#table(node.name)
        const key = yield* this.#key(node.key)
        if (!table.has(key)) table.set(key, UNSET)
        return table.get(key) as Value
      }
      case 'group':
        return yield* this.#value(node.list[0])
      case 'assign':
        return yield* this.#assignment(node)
      case 'step': {
        const old = toNumber(yield* this.#value(node.target))
        yield* this.#store(node.target, old + node.by)
        return node.before ? old + node.by : old
      }
      case 'unary': {
        const value = yield* this.#value(node.operand)
        return node.operator === '!'
          ? Number(!truth(value))
          : node.operator === '-'
            ? -toNumber(value)
            : toNumber(value)
      }
      case 'choice':
        return yield* this.#value(truth(yield* this.#value(node.test)) ? node.yes : node.no)
      case 'in':
        return Number(this.#table(node.name).has(yield* this.#key(node.key)))
      case 'binary':
        return yield* this.#binary(node)
      case 'call':
        return yield* this.#call(node.name, node.args)
      case 'getline':
        return yield* this.#getline(node)
    }
  }

  *#assignment({ operator, target, value }: Extract<Expression, { type: 'assign' }>): Sys<Value> {
    let result = yield* this.#value(value)
    if (operator) result = arithmetic(operator, toNumber(yield* this.#value(target)), toNumber(result))
    yield* this.#store(target, result)
    return result
  }

  *#binary({ operator, left, right }: Extract<Expression, { type: 'binary' }>): Sys<Value> {
    const a = yield* this.#value(left)
    if (operator === '&&') return Number(truth(a) && truth(yield* this.#value(right)))
    if (operator === '||') return Number(truth(a) || truth(yield* this.#value(right)))
    if (operator === '~' || operator === '!~')
      return Number((yield* this.#pattern(right)).test(this.#string(a)) === (operator === '~'))
    const b = yield* this.#value(right)
    if (operator === ' ') return this.#string(a) + this.#string(b)
    if (/^[<>=!]/.test(operator)) return Number(this.#compares(operator, a, b))
    return arithmetic(operator, toNumber(a), toNumber(b))
  }

  #compares(operator: string, a: Value, b: Value): boolean {
    const numeric = typeof a !== 'string' && typeof b !== 'string'
    const [x, y] = numeric ? [toNumber(a), toNumber(b)] : [this.#string(a), this.#string(b)]
    switch (operator) {
      case '<':
        return x < y
      case '<=':
        return x <= y
      case '>':
        return x > y
      case '>=':
        return x >= y
      case '==':
        return x === y
      default:
        return x !== y
    }
  }

  *#pattern(node: Expression): Sys<RegExp> {
    return node.type === 'regexp' ? node.value : this.#expression(this.#string(yield* this.#value(node)))
  }

  *#key(key: readonly Expression[]): Sys<string> {
    const parts: string[] = []
    for (const each of key) parts.push(this.#string(yield* this.#value(each)))
    return parts.join(this.#text('SUBSEP'))
  }

  #field(index: number): Value {
    if (index < 0) throw new RangeError(`trying to access out of range field ${index}`)
    return looksNumeric(index === 0 ? this.#record : (this.#fields[index - 1] ?? ''))
  }

  *#store(target: Expression, value: Value): Sys<void> {
    if (target.type === 'element') this.#table(target.name).set(yield* this.#key(target.key), value)
    else if (target.type === 'name') this.#set(target.name, value)
    else if (target.type === 'field') {
      const index = toNumber(yield* this.#value(target.index))
      if (index === 0) return this.#setRecord(this.#string(value))
      if (index > 1_000_000) throw new RangeError(`trying to access out of range field ${index}`)
      while (this.#fields.length < index) this.#fields.push('')
      this.#fields[index - 1] = this.#string(value)
      this.#globals.set('NF', this.#fields.length)
      this.#record = this.#fields.join(this.#text('OFS'))
    }
  }

  #set(name: string, value: Value): void {
    if (this.#locals?.has(name)) {
      this.#locals.set(name, value)
      return
    }
    this.#globals.set(name, value)
    if (name !== 'NF') return
    const count = Math.min(1_000_000, toNumber(value))
    this.#fields = Array.from({ length: count }, (_, i) => this.#fields[i] ?? '')
    this.#record = this.#fields.join(this.#text('OFS'))
  }

  #cell(name: string): Cell {
    return this.#locals?.has(name) ? this.#locals.get(name) : this.#globals.get(name)
  }

  #table(name: string): Table {
    const cell = this.#cell(name)
    if (cell instanceof Map) return cell
    const table: Table = new Map()
    if (this.#locals?.has(name)) this.#locals.set(name, table)
    else this.#globals.set(name, table)
    return table
  }

  *#getline({ target, file }: Extract<Expression, { type: 'getline' }>): Sys<Value> {
    let line: string | null
    if (file) {
      const path = this.#string(yield* this.#value(file))
      let reader = this.#inputs.get(path)
      if (!reader) {
        if (!this.#os.fs.exists(absolute(this.#os.cwd, path)) && path !== '-') return -1
        reader = new LineReader(path === '-' ? 0 : this.#os.open(path, { read: true }))
        this.#inputs.set(path, reader)
      }
      line = yield* reader.next()
    } else line = yield* this.#nextRecord()
    if (line === null) return 0
    if (target) yield* this.#store(target, looksNumeric(line))
    else this.#setRecord(line)
    return 1
  }

  *#call(name: string, args: readonly Expression[]): Sys<Value> {
    const own = this.#program.functions.get(name)
    if (own) {
      const locals = new Map<string, Cell>()
      for (let i = 0; i < own.parameters.length; i++) {
        const arg = args[i]
        const passed = arg?.type === 'name' ? this.#cell(arg.name) : undefined
        if (passed instanceof Map) locals.set(own.parameters[i], passed)
        else if (arg?.type === 'name' && passed === undefined) locals.set(own.parameters[i], undefined)
        else locals.set(own.parameters[i], arg ? yield* this.#value(arg) : undefined)
      }
      return yield* this.#enter(own.body, locals)
    }
    return yield* this.#builtin(name, args)
  }

  *#enter(body: AwkStatement, locals: Map<string, Cell>): Sys<Value> {
    if (++this.#calls > MAX_CALLS) throw new RangeError('function call nesting too deep')
    const outer = this.#locals
    this.#locals = locals
    try {
      yield* this.#execute(body)
      return ''
    } catch (error) {
      if (error instanceof Leave && error.kind === 'return') return error.value
      throw error
    } finally {
      this.#locals = outer
      this.#calls--
    }
  }

  *#builtin(name: string, args: readonly Expression[]): Sys<Value> {
    if (name === 'split' || name === 'sub' || name === 'gsub' || name === 'match')
      return yield* this.#textual(name, args)
    if (name === 'length' && args[0]?.type === 'name' && this.#cell(args[0].name) instanceof Map)
      return this.#table(args[0].name).size
    const values: Value[] = []
    for (const arg of args) values.push(yield* this.#value(arg))
    const text = (i: number) => this.#string(values[i] ?? '')
    const number = (i: number) => toNumber(values[i] ?? 0)
    switch (name) {
      case 'length':
        return values.length ? text(0).length : this.#record.length
      case 'substr': {
        const start = Math.round(number(1)) - 1
        const end = values.length > 2 ? start + Math.round(number(2)) : Number.POSITIVE_INFINITY
        return text(0).slice(Math.max(0, start), Math.max(0, Math.min(end, text(0).length)))
      }
      case 'index':
        return text(0).indexOf(text(1)) + 1
      case 'tolower':
        return text(0).toLowerCase()
      case 'toupper':
        return text(0).toUpperCase()
      case 'sprintf':
        return formatAwk(text(0), values.slice(1), (value) => this.#string(value))
      case 'int':
        return Math.trunc(number(0))
      case 'sqrt':
        return Math.sqrt(number(0))
      case 'rand':
        return this.#state()
      case 'srand': {
        const old = this.#seed
        this.#seed = values.length ? number(0) : Math.floor(this.#os.clock / 1000)
        this.#state = generator(this.#seed)
        return old
      }
      case 'systime':
        return Math.floor(this.#os.clock / 1000)
      case 'strftime':
        return strftime(
          values.length ? text(0) : '%a %b %e %H:%M:%S UTC %Y',
          values.length > 1 ? number(1) * 1000 : this.#os.clock,
        )
      case 'close':
        return yield* this.#close(text(0))
      case 'fflush':
        return 0
      case 'system':
        return (yield* wait(this.#os.spawn({ argv: ['/bin/sh', '-c', text(0)] }))).status
      default:
        throw new SyntaxError(`calling undefined function ${name}`)
    }
  }

  *#textual(name: string, args: readonly Expression[]): Sys<Value> {
    if (name === 'split') {
      const text = this.#string(yield* this.#value(args[0]))
      const table = args[1].type === 'name' ? this.#table(args[1].name) : new Map<string, Value>()
      const parts =
        args[2]?.type === 'regexp'
          ? text === ''
            ? []
            : text.split(args[2].value)
          : this.#split(text, args[2] ? this.#string(yield* this.#value(args[2])) : this.#text('FS'))
      table.clear()
      parts.forEach((part, i) => void table.set(String(i + 1), looksNumeric(part)))
      return parts.length
    }
    if (name === 'match') {
      const text = this.#string(yield* this.#value(args[0]))
      const found = (yield* this.#pattern(args[1])).exec(text)
      this.#globals.set('RSTART', found ? found.index + 1 : 0)
      this.#globals.set('RLENGTH', found ? found[0].length : -1)
      if (args[2]?.type === 'name') {
        const table = this.#table(args[2].name)
        table.clear()
        found?.forEach((part, i) => void table.set(String(i), looksNumeric(part ?? '')))
      }
      return found ? found.index + 1 : 0
    }
    const pattern = yield* this.#pattern(args[0])
    const replacement = this.#string(yield* this.#value(args[1]))
    const target: Expression = args[2] ?? { type: 'field', index: { type: 'number', value: 0 } }
    const text = this.#string(yield* this.#value(target))
    let count = 0
    const result = text.replace(new RegExp(pattern.source, name === 'gsub' ? 'g' : ''), (match) => {
      count++
      return replacement.replace(
        /\\(&|\\)|&/g,
        (whole, escaped: string | undefined) => escaped ?? (whole === '&' ? match : whole),
      )
    })
    if (count) yield* this.#store(target, result)
    return count
  }
}

const UNSET: Value = { text: '', number: 0 }

const truth = (value: Value): boolean =>
  typeof value === 'number'
    ? value !== 0
    : typeof value === 'string'
      ? value !== ''
      : value.numeric
        ? value.number !== 0
        : value.text !== ''

function arithmetic(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
    case '%':
      if (b === 0) throw new RangeError(`division by zero${operator === '%' ? ' in %' : ''}`)
      return operator === '/' ? a / b : a % b
    default:
      return power(a, b)
  }
}

/** Whole exponents by multiplication: what engines make of others differs. */
function power(base: number, exponent: number): number {
  if (!Number.isInteger(exponent)) return exponent === 0.5 ? Math.sqrt(base) : Number.NaN
  let result = 1
  for (
    let left = Math.min(Math.abs(exponent), 2000), square = base;
    left > 0;
    left = Math.floor(left / 2), square *= square
  )
    if (left % 2) result *= square
  return exponent < 0 ? 1 / result : result
}

/** A small seeded generator (mulberry32), so that rand() is the same on every engine. */
function generator(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
