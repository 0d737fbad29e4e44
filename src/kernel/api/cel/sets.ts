import type { Environment } from '@marcbachmann/cel-js'
import { equalValues } from './equal-values.ts'

/** Stands for a namespace of functions in an expression, as `sets` in `sets.contains(a, b)`. */
class Namespace {}
class Numbers {}

type List = readonly unknown[]
const has = (list: List, item: unknown) => list.some((one) => equalValues(one, item))
const contains = (list: List, other: List) => other.every((item) => has(list, item))

/** cel-go: ext/sets.go, and the two functions of ext/math.go that people use. */
export function registerSets(environment: Environment): Environment {
  environment
    .registerType('kubernetes.Sets', Namespace)
    .registerType('kubernetes.Math', Numbers)
    .registerConstant('sets', 'kubernetes.Sets', new Namespace())
    .registerConstant('math', 'kubernetes.Math', new Numbers())
    .registerFunction('kubernetes.Sets.contains(list, list): bool', (_: unknown, a: List, b: List) =>
      contains(a, b),
    )
    .registerFunction('kubernetes.Sets.intersects(list, list): bool', (_: unknown, a: List, b: List) =>
      b.some((item) => has(a, item)),
    )
    .registerFunction(
      'kubernetes.Sets.equivalent(list, list): bool',
      (_: unknown, a: List, b: List) => contains(a, b) && contains(b, a),
    )
  for (const type of ['int', 'double'])
    environment
      .registerFunction(
        `kubernetes.Math.greatest(${type}, ${type}): ${type}`,
        (_: unknown, a: number, b: number) => (a < b ? b : a),
      )
      .registerFunction(
        `kubernetes.Math.least(${type}, ${type}): ${type}`,
        (_: unknown, a: number, b: number) => (b < a ? b : a),
      )
  return environment
}
