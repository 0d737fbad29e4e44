import { ShellError } from './control.ts'

/** What arithmetic may read and write. */
export interface ArithmeticContext {
  /** The text of a variable, or of an element `name[index]`; undefined when unset. */
  get(name: string, index?: string): string | undefined
  set(name: string, value: string, index?: string): void
}

const TOKEN =
  /\s*(?:(0[xX][0-9a-fA-F]+|\d+#[0-9a-zA-Z@_]+|\d+)|([A-Za-z_]\w*)|(\*\*|<<=|>>=|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%<>=!~?:,&|^()[\]]))/y
const MAX_DEPTH = 100

/** binding power of binary operators, as in C */
const POWER: Readonly<Record<string, number>> = {
  ',': 1,
  '=': 2,
  '+=': 2,
  '-=': 2,
  '*=': 2,
  '/=': 2,
  '%=': 2,
  '&=': 2,
  '|=': 2,
  '^=': 2,
  '<<=': 2,
  '>>=': 2,
  '?': 3,
  '||': 4,
  '&&': 5,
  '|': 6,
  '^': 7,
  '&': 8,
  '==': 9,
  '!=': 9,
  '<': 10,
  '>': 10,
  '<=': 10,
  '>=': 10,
  '<<': 11,
  '>>': 11,
  '+': 12,
  '-': 12,
  '*': 13,
  '/': 13,
  '%': 13,
  '**': 14,
}

/** Evaluate an expression of 64-bit integers (bash(1), ARITHMETIC EVALUATION); variables in it are evaluated in turn. */
export function evaluate(text: string, context: ArithmeticContext, depth = 0): bigint {
  if (depth > MAX_DEPTH)
    throw new ShellError(`${text}: expression recursion level exceeded (error token is "${text}")`)
  return new Evaluation(text, context, depth).whole()
}

interface Place {
  readonly name: string
  readonly index: string | undefined
}

type Kind = 'number' | 'name' | 'operator' | 'end'

class Evaluation {
  readonly #text: string
  readonly #context: ArithmeticContext
  readonly #depth: number
  #at = 0
  #tokenAt = 0
  #lastAt = 0
  #token = ''
  #kind = 'end' as Kind
  #nesting = 0
  /** Over 0 while a branch is only parsed, as the right side of `0 && x++` is. */
  #skipping = 0

  constructor(text: string, context: ArithmeticContext, depth: number) {
    this.#text = text
    this.#context = context
    this.#depth = depth
  }

  whole(): bigint {
    if (this.#next() === 'end') return 0n
    const value = this.#expression(0)
    if (this.#token) this.#fail('syntax error in expression')
    return value
  }

  #next(): Kind {
    this.#lastAt = this.#tokenAt
    this.#tokenAt = this.#at
    TOKEN.lastIndex = this.#at
    const match = TOKEN.exec(this.#text)
    if (!match) {
      this.#token = this.#text.slice(this.#at).trim()
      this.#kind = 'end'
      if (this.#token) this.#fail('syntax error: invalid arithmetic operator')
      return 'end'
    }
    this.#at = TOKEN.lastIndex
    this.#token = match[0].trim()
    this.#kind = match[1] ? 'number' : match[2] ? 'name' : 'operator'
    return this.#kind
  }

  #fail(why: string): never {
    const rest = this.#text.slice(this.#kind === 'end' ? this.#lastAt : this.#tokenAt)
    throw new ShellError(`${this.#text}: ${why} (error token is "${rest.trim()}")`, { discard: true })
  }

  #expression(power: number): bigint {
    if (++this.#nesting > MAX_DEPTH) this.#fail('expression recursion level exceeded')
    let { value, place } = this.#operand()
    for (;;) {
      const operator = this.#token
      const binding = this.#kind === 'operator' ? POWER[operator] : undefined
      if (binding === undefined || binding < power || (power === 0 && binding < 0)) break
      if (binding === 2) {
        if (!place) this.#fail('attempted assignment to non-variable')
        this.#next()
        const right = this.#expression(2)
        value = this.#assign(
          place,
          operator === '=' ? right : this.#binary(operator.slice(0, -1), value, right),
        )
      } else if (operator === '?') value = this.#choice(value)
      else if (operator === '&&' || operator === '||') {
        const decided = (value !== 0n) === (operator === '||')
        const right = this.#branch(binding + 1, decided)
        value = decided ? BigInt(operator === '||') : BigInt(right !== 0n)
      } else {
        this.#next()
        value = this.#binary(operator, value, this.#expression(operator === '**' ? binding : binding + 1))
      }
      place = undefined
    }
    this.#nesting--
    return value
  }

  #branch(power: number, skip: boolean): bigint {
    this.#next()
    if (skip) this.#skipping++
    const value = this.#expression(power)
    if (skip) this.#skipping--
    return value
  }

  #choice(condition: bigint): bigint {
    const yes = this.#branch(2, condition === 0n)
    if (this.#token !== ':') this.#fail("`:' expected for conditional expression")
    const no = this.#branch(3, condition !== 0n)
    return condition !== 0n ? yes : no
  }

  #operand(): { value: bigint; place?: Place | undefined } {
    const token = this.#token
    if (this.#kind === 'number') {
      this.#next()
      return { value: this.#number(token) }
    }
    if (this.#kind === 'name') return this.#variable()
    if (token === '(') {
      this.#next()
      const value = this.#expression(0)
      if (this.#token !== ')') this.#fail("missing `)'")
      this.#next()
      return { value }
    }
    if (token === '++' || token === '--') {
      if (this.#next() !== 'name') this.#fail('syntax error: operand expected')
      const { value, place } = this.#variable()
      return { value: this.#assign(place as Place, value + (token === '++' ? 1n : -1n)) }
    }
    if ('+-!~'.includes(token) && token) return { value: this.#unary(token) }
    return this.#fail('syntax error: operand expected')
  }

  #unary(operator: string): bigint {
    this.#next()
    const value = this.#expression(15)
    if (operator === '-') return wrap(-value)
    if (operator === '!') return BigInt(value === 0n)
    return operator === '~' ? ~value : value
  }

  #variable(): { value: bigint; place: Place | undefined } {
    const name = this.#token
    let index: string | undefined
    if (this.#text[this.#at] === '[') {
      const end = closing(this.#text, this.#at)
      index = this.#text.slice(this.#at + 1, end)
      this.#at = end + 1
    }
    this.#next()
    const place = { name, index }
    const text = this.#context.get(name, index)
    const value = !text || this.#skipping ? 0n : evaluate(text, this.#context, this.#depth + 1)
    if (this.#kind === 'operator' && (this.#token === '++' || this.#token === '--')) {
      this.#assign(place, value + (this.#token === '++' ? 1n : -1n))
      this.#next()
      return { value, place: undefined }
    }
    return { value, place }
  }

  #assign({ name, index }: Place, value: bigint): bigint {
    if (!this.#skipping) this.#context.set(name, String(wrap(value)), index)
    return wrap(value)
  }

  #binary(operator: string, a: bigint, b: bigint): bigint {
    if (operator === '/' || operator === '%') {
      if (b === 0n && !this.#skipping) this.#fail('division by 0')
      if (b === 0n) return 0n
      return operator === '/' ? wrap(a / b) : a % b
    }
    if (operator === '**') {
      if (b < 0n) this.#fail('exponent less than 0')
      return power(a, b)
    }
    const compute = BINARY[operator]
    if (!compute) this.#fail('syntax error in expression')
    return wrap(BigInt(compute(a, b)))
  }

  #number(text: string): bigint {
    const hash = text.indexOf('#')
    if (hash < 0) {
      if (/^0[0-7]+$/.test(text)) return wrap(BigInt(`0o${text.slice(1)}`))
      if (/^0\d/.test(text)) this.#fail('value too great for base')
      return wrap(BigInt(text))
    }
    const base = Number(text.slice(0, hash))
    let value = 0n
    for (const digit of text.slice(hash + 1)) {
      const worth = base <= 36 ? DIGITS.indexOf(digit.toLowerCase()) : DIGITS.indexOf(digit)
      if (worth < 0 || worth >= base) this.#fail('value too great for base')
      value = value * BigInt(base) + BigInt(worth)
    }
    return wrap(value)
  }
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_'

const BINARY: Readonly<Record<string, (a: bigint, b: bigint) => bigint | boolean>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => a << (b & 63n),
  '>>': (a, b) => a >> (b & 63n),
  ',': (_, b) => b,
}

const wrap = (value: bigint): bigint => BigInt.asIntN(64, value)

/** By squaring, wrapping as it goes: the exponent may be huge. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = wrap(result * square)
    square = wrap(square * square)
  }
  return result
}

function closing(text: string, open: number): number {
  let depth = 0
  for (let i = open; i < text.length; i++) {
    if (text[i] === '[') depth++
    else if (text[i] === ']' && --depth === 0) return i
  }
  return text.length
}
