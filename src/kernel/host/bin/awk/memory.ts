import { posixRegExp } from '../posix-regexp.ts'
import { formatNumber, looksNumeric, toNumber, type Value } from './values.ts'

export type Table = Map<string, Value>
export type Cell = Value | Table | undefined

/** What nobody has set: 0 as a number, nothing as a text. */
export const UNSET: Value = { text: '', number: 0 }
const MAX_FIELDS = 1_000_000

/** The variables of a program, and the record it looks at with its fields. */
export class Memory {
  record = ''
  #fields: string[] = []
  #globals: Map<string, Cell>
  /** Those of the function that runs. */
  locals: Map<string, Cell> | undefined
  #expressions = new Map<string, RegExp>()

  constructor(operands: readonly string[], env: Readonly<Record<string, string>>) {
    this.#globals = new Map<string, Cell>(
      Object.entries({
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
        ARGC: operands.length + 1,
      }),
    )
    this.#globals.set('ENVIRON', new Map(Object.entries(env)))
    this.#globals.set('ARGV', new Map(['awk', ...operands].map((arg, i) => [String(i), arg])))
  }

  cell(name: string): Cell {
    return this.locals?.has(name) ? this.locals.get(name) : this.#globals.get(name)
  }

  /** A variable as an array; it becomes one. */
  table(name: string): Table {
    const cell = this.cell(name)
    if (cell instanceof Map) return cell
    const table: Table = new Map()
    if (this.locals?.has(name)) this.locals.set(name, table)
    else this.#globals.set(name, table)
    return table
  }

  set(name: string, value: Value): void {
    if (this.locals?.has(name)) {
      this.locals.set(name, value)
      return
    }
    this.#globals.set(name, value)
    if (name !== 'NF') return
    const count = Math.min(MAX_FIELDS, toNumber(value))
    this.#fields = Array.from({ length: count }, (_, i) => this.#fields[i] ?? '')
    this.#joinFields()
  }

  setGlobal(name: string, value: Value): void {
    this.#globals.set(name, value)
  }

  /** Add 1 to NR or FNR. */
  count(name: 'NR' | 'FNR'): void {
    this.#globals.set(name, toNumber(this.#globals.get(name) as Value) + 1)
  }

  /** A global variable as a text. */
  text(name: string): string {
    return this.string((this.#globals.get(name) as Value) ?? '')
  }

  string = (value: Value): string => {
    if (typeof value === 'string') return value
    if (typeof value !== 'number') return value.text
    const format = this.#globals.get('CONVFMT')
    return formatNumber(value, typeof format === 'string' ? format : '%.6g')
  }

  setRecord(text: string): void {
    this.record = text
    this.#fields = this.split(text, this.text('FS'))
    this.#globals.set('NF', this.#fields.length)
  }

  field(index: number): Value {
    if (index < 0) throw new RangeError(`trying to access out of range field ${index}`)
    return looksNumeric(index === 0 ? this.record : (this.#fields[index - 1] ?? ''))
  }

  setField(index: number, text: string): void {
    if (index === 0) return this.setRecord(text)
    if (index > MAX_FIELDS) throw new RangeError(`trying to access out of range field ${index}`)
    while (this.#fields.length < index) this.#fields.push('')
    this.#fields[index - 1] = text
    this.#globals.set('NF', this.#fields.length)
    this.#joinFields()
  }

  /** The parts of a text between separators, as FS means them. */
  split(text: string, separator: string): string[] {
    if (text === '') return []
    if (separator === ' ') return text.trim() === '' ? [] : text.trim().split(/\s+/)
    if (separator === '') return [...text]
    const plain = separator.length === 1 && !/[\\^$.[\]|()*+?{}]/.test(separator)
    if (this.text('RS') === '')
      return text.split(
        plain ? new RegExp(`[\\n${separator}]`) : new RegExp(`\\n|${this.expression(separator).source}`),
      )
    return text.split(separator.length === 1 && separator !== '\\' ? separator : this.expression(separator))
  }

  /** A regular expression, made once. */
  expression(source: string): RegExp {
    let expression = this.#expressions.get(source)
    if (!expression) this.#expressions.set(source, (expression = posixRegExp(source, { extended: true })))
    return expression
  }

  #joinFields(): void {
    this.record = this.#fields.join(this.text('OFS'))
  }
}
