import type { Os } from '../../program.ts'
import { strftime } from '../../shell/printf.ts'
import { wait, type Sys } from '../../sys.ts'
import type { Memory } from './memory.ts'
import { generator } from './operators.ts'
import { formatAwk, toNumber, type Value } from './values.ts'

/** The arguments of a call, as texts and numbers. */
interface Arguments {
  readonly values: readonly Value[]
  text(index: number): string
  number(index: number): number
}

/** The functions that take values and answer one: those that change variables are the interpreter's. */
export class Builtins {
  readonly #os: Os
  readonly #memory: Memory
  #random = generator(0)
  #seed = 0

  constructor(os: Os, memory: Memory) {
    this.#os = os
    this.#memory = memory
  }

  /** Throws SyntaxError where there is no function of that name. */
  *call(name: string, values: readonly Value[]): Sys<Value> {
    const given: Arguments = {
      values,
      text: (i) => this.#memory.string(values[i] ?? ''),
      number: (i) => toNumber(values[i] ?? 0),
    }
    if (name === 'system')
      return (yield* wait(this.#os.spawn({ argv: ['/bin/sh', '-c', given.text(0)] }))).status
    return (
      this.#ofText(name, given) ?? this.#ofNumbers(name, given) ?? this.#ofTime(name, given) ?? unknown(name)
    )
  }

  #ofText(name: string, { values, text, number }: Arguments): Value | undefined {
    switch (name) {
      case 'length':
        return values.length ? text(0).length : this.#memory.record.length
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
        return formatAwk(text(0), values.slice(1), this.#memory.string)
      default:
        return undefined
    }
  }

  #ofNumbers(name: string, { values, number }: Arguments): Value | undefined {
    switch (name) {
      case 'int':
        return Math.trunc(number(0))
      case 'sqrt':
        return Math.sqrt(number(0))
      case 'rand':
        return this.#random()
      case 'srand': {
        const old = this.#seed
        this.#seed = values.length ? number(0) : Math.floor(this.#os.clock / 1000)
        this.#random = generator(this.#seed)
        return old
      }
      case 'fflush':
        return 0
      default:
        return undefined
    }
  }

  #ofTime(name: string, { values, text, number }: Arguments): Value | undefined {
    if (name === 'systime') return Math.floor(this.#os.clock / 1000)
    if (name !== 'strftime') return undefined
    const format = values.length ? text(0) : '%a %b %e %H:%M:%S UTC %Y'
    return strftime(format, values.length > 1 ? number(1) * 1000 : this.#os.clock)
  }
}

function unknown(name: string): never {
  throw new SyntaxError(`calling undefined function ${name}`)
}
