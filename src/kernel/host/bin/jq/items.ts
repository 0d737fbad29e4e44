import type { Definition, Filter } from './tree.ts'
import { arithmetic, compare, isMap, JqError, shown, typeOf, type Path } from './values.ts'

/** A value with the path by which it was reached from the input, where there is one. */
export interface Item {
  readonly value: unknown
  readonly path: Path | undefined
}

export interface Closure {
  readonly parameters: readonly string[]
  readonly body: Filter
  readonly scope: Scope
}

/** Names that a filter sees. */
export interface Scope {
  readonly variables: ReadonlyMap<string, unknown>
  readonly functions: ReadonlyMap<string, Closure>
}

/** A value that was computed: it has no path. */
export const plain = (value: unknown): Item => ({ value, path: undefined })
export const truthy = (value: unknown): boolean => value !== null && value !== false && value !== undefined

/** The elements of a list, the values of an object. */
export function* children({ value, path }: Item): Generator<Item> {
  if (Array.isArray(value))
    for (let i = 0; i < value.length; i++) yield { value: value[i], path: path && [...path, i] }
  else if (isMap(value))
    for (const key of Object.keys(value)) yield { value: value[key], path: path && [...path, key] }
  else throw new JqError(`Cannot iterate over ${typeOf(value)}${value === null ? '' : ` (${shown(value)})`}`)
}

/** The scope that sees one function more. */
export function define(scope: Scope, { name, parameters, body }: Definition): Scope {
  const functions = new Map(scope.functions)
  const inner: Scope = { variables: scope.variables, functions }
  functions.set(`${name}/${parameters.length}`, { parameters, body, scope: inner })
  return inner
}

/** Comparisons and arithmetic. */
export function binary(operator: string, a: unknown, b: unknown): unknown {
  switch (operator) {
    case '==':
      return compare(a, b) === 0
    case '!=':
      return compare(a, b) !== 0
    case '<':
      return compare(a, b) < 0
    case '<=':
      return compare(a, b) <= 0
    case '>':
      return compare(a, b) > 0
    case '>=':
      return compare(a, b) >= 0
    default:
      return arithmetic(operator, a, b)
  }
}
