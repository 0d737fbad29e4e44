import { EvaluationError, type Environment } from '@marcbachmann/cel-js'
import { equalValues } from './equal-values.ts'

type Ordered = string | bigint | number | boolean | Date

/** Functions on lists (apiserver: pkg/cel/library/lists.go). */
export function registerLists(environment: Environment): Environment {
  environment
    .registerFunction('list.isSorted(): bool', (list: readonly Ordered[]) =>
      list.every((item, i) => i === 0 || list[i - 1]! <= item),
    )
    .registerFunction('list.indexOf(dyn): int', (list: readonly unknown[], item: unknown) =>
      BigInt(list.findIndex((one) => equalValues(one, item))),
    )
    .registerFunction('list.lastIndexOf(dyn): int', (list: readonly unknown[], item: unknown) =>
      BigInt(list.map((one) => equalValues(one, item)).lastIndexOf(true)),
    )
    .registerFunction('list<int>.sum(): int', (list: readonly bigint[]) =>
      list.reduce((total, item) => total + item, 0n),
    )
    .registerFunction('list<double>.sum(): double', (list: readonly number[]) =>
      list.reduce((total, item) => total + item, 0),
    )
  for (const type of ['int', 'double', 'string', 'google.protobuf.Timestamp'])
    environment
      .registerFunction(`list<${type}>.min(): ${type}`, (list: readonly Ordered[]) =>
        extreme(list, 'min', (a, b) => a < b),
      )
      .registerFunction(`list<${type}>.max(): ${type}`, (list: readonly Ordered[]) =>
        extreme(list, 'max', (a, b) => a > b),
      )
  return environment
}

function extreme(
  list: readonly Ordered[],
  name: string,
  before: (a: Ordered, b: Ordered) => boolean,
): Ordered {
  if (list.length === 0) throw new EvaluationError(`${name} called on empty list`)
  return list.reduce((best, item) => (before(item, best) ? item : best))
}
