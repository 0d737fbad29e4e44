import { toNumber, type Value } from './values.ts'

/** Is a value true: numbers that are not 0, texts that are not empty. */
export const truth = (value: Value): boolean =>
  typeof value === 'number'
    ? value !== 0
    : typeof value === 'string'
      ? value !== ''
      : value.numeric
        ? value.number !== 0
        : value.text !== ''

/** Compares as numbers unless one is a string for certain. */
export function compares(operator: string, a: Value, b: Value, text: (value: Value) => string): boolean {
  const numeric = typeof a !== 'string' && typeof b !== 'string'
  const [x, y] = numeric ? [toNumber(a), toNumber(b)] : [text(a), text(b)]
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

/** Throws RangeError for a division by zero. */
export function arithmetic(operator: string, a: number, b: number): number {
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
export function generator(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
