import { write } from '../sys.ts'
import { complain } from './options.ts'
import { posixRegExp } from './posix-regexp.ts'
import type { Program } from '../program.ts'

const LEVELS = [['|'], ['&'], ['<', '<=', '=', '==', '!=', '>=', '>'], ['+', '-'], ['*', '/', '%'], [':']]

/** expr EXPRESSION */
export const expr: Program = function* (os) {
  const args = os.argv.slice(1)
  if (!args.length) {
    os.stderr("expr: missing operand\nTry 'expr --help' for more information.\n")
    return 2
  }
  let value: string
  try {
    value = new Evaluation(args).whole()
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    complain(os, error.message)
    return 2
  }
  yield* write(1, `${value}\n`)
  return value === '' || /^-?0+$/.test(value) ? 1 : 0
}

class Evaluation {
  readonly #args: readonly string[]
  #at = 0

  constructor(args: readonly string[]) {
    this.#args = args
  }

  whole(): string {
    const value = this.#level(0)
    if (this.#at < this.#args.length)
      throw new SyntaxError(`syntax error: unexpected argument '${this.#args[this.#at]}'`)
    return value
  }

  #level(level: number): string {
    if (level === LEVELS.length) return this.#primary()
    let left = this.#level(level + 1)
    while (LEVELS[level].includes(this.#args[this.#at] ?? ''))
      left = compute(this.#args[this.#at++], left, this.#level(level + 1))
    return left
  }

  #primary(): string {
    const arg = this.#args[this.#at++]
    if (arg === undefined)
      throw new SyntaxError(`syntax error: missing argument after '${this.#args.at(-1)}'`)
    if (arg === '(') {
      const value = this.#level(0)
      if (this.#args[this.#at++] !== ')')
        throw new SyntaxError(`syntax error: expecting ')' after '${this.#args[this.#at - 2]}'`)
      return value
    }
    if (this.#at < this.#args.length) {
      if (arg === 'length') return String([...this.#primary()].length)
      if (arg === 'match') return match(this.#primary(), this.#primary())
      if (arg === 'index') {
        const [text, chars] = [this.#primary(), this.#primary()]
        return String([...text].findIndex((char) => chars.includes(char)) + 1)
      }
      if (arg === 'substr') {
        const [text, from, count] = [this.#primary(), Number(this.#primary()), Number(this.#primary())]
        return text.slice(from - 1, from - 1 + count)
      }
    }
    return arg
  }
}

function match(text: string, pattern: string): string {
  const found = new RegExp(`^(?:${posixRegExp(pattern).source})`).exec(text)
  if (pattern.includes('\\(')) return found?.[1] ?? ''
  return String(found?.[0].length ?? 0)
}

const isZero = (text: string): boolean => text === '' || /^-?0+$/.test(text)

function compute(operator: string, left: string, right: string): string {
  if (operator === ':') return match(left, right)
  if (operator === '|') return isZero(left) ? (isZero(right) ? '0' : right) : left
  if (operator === '&') return isZero(left) || isZero(right) ? '0' : left
  const numeric = /^-?\d+$/.test(left) && /^-?\d+$/.test(right)
  if ('+-*/%'.includes(operator)) {
    if (!numeric) throw new SyntaxError('non-integer argument')
    const [a, b] = [BigInt(left), BigInt(right)]
    if ((operator === '/' || operator === '%') && b === 0n) throw new SyntaxError('division by zero')
    return String(
      operator === '+'
        ? a + b
        : operator === '-'
          ? a - b
          : operator === '*'
            ? a * b
            : operator === '/'
              ? a / b
              : a % b,
    )
  }
  const [a, b] = numeric ? [BigInt(left), BigInt(right)] : [left, right]
  const holds =
    operator === '<'
      ? a < b
      : operator === '<='
        ? a <= b
        : operator === '>'
          ? a > b
          : operator === '>='
            ? a >= b
            : operator === '!='
              ? a !== b
              : a === b
  return holds ? '1' : '0'
}
