import type { Filter } from './tree.ts'
import type { Jq } from './interpreter.ts'
import { plain, type Item, type Scope } from './items.ts'
import { compare, deletePaths, indexOf, JqError, typeOf, type Path } from './values.ts'

const MAX_STEPS = 5_000_000

type Flow = (jq: Jq, args: readonly Filter[], input: Item, scope: Scope) => Generator<Item>

/** Builtins that decide themselves when and how often their arguments run. */
export const FLOWS: Readonly<Record<string, Flow>> = {
  'empty/0': function* () {},
  'error/0': function* (_jq, _args, { value }) {
    throw new JqError(value)
  },
  'error/1': function* (jq, [message], input, scope) {
    for (const value of jq.values(message, input, scope)) throw new JqError(value)
  },
  'path/1': function* (jq, [filter], { value }, scope) {
    for (const { path } of jq.items(filter, { value, path: [] }, scope)) yield plain(path)
  },
  'paths/0': function* (jq, _args, { value }, scope) {
    for (const { path } of jq.items({ type: 'recurse' }, { value, path: [] }, scope))
      if (path?.length) yield plain(path)
  },
  'getpath/1': function* (jq, [filter], input, scope) {
    for (const path of jq.values(filter, input, scope)) {
      const value = (path as Path).reduce(
        (at: unknown, key) => (at === null ? null : indexOf(at, key)),
        input.value,
      )
      yield { value, path: input.path && [...input.path, ...(path as Path)] }
    }
  },
  'del/1': function* (jq, [filter], { value }, scope) {
    yield plain(
      deletePaths(
        value,
        [...jq.items(filter, { value, path: [] }, scope)].map(({ path }) => path ?? []),
      ),
    )
  },
  'first/1': function* (jq, [filter], input, scope) {
    for (const item of jq.items(filter, input, scope)) return yield item
  },
  'limit/2': function* (jq, [count, filter], input, scope) {
    for (const limit of jq.values(count, input, scope)) {
      let left = limit as number
      if (left > 0)
        for (const item of jq.items(filter, input, scope)) {
          yield item
          if (--left <= 0) break
        }
    }
  },
  'isempty/1': function* (jq, [filter], input, scope) {
    yield plain(jq.values(filter, input, scope).next().done === true)
  },
  'range/1': (jq, [to], input, scope) =>
    range(jq, [{ type: 'literal', value: 0 }, to, { type: 'literal', value: 1 }], input, scope),
  'range/2': (jq, [from, to], input, scope) =>
    range(jq, [from, to, { type: 'literal', value: 1 }], input, scope),
  'range/3': (jq, args, input, scope) => range(jq, args, input, scope),
  'sort_by/1': (jq, args, input, scope) =>
    keyed(jq, args, input, scope, (pairs) => pairs.map(([, value]) => value)),
  'min_by/1': (jq, args, input, scope) => keyed(jq, args, input, scope, (pairs) => pairs[0]?.[1] ?? null),
  'max_by/1': (jq, args, input, scope) => keyed(jq, args, input, scope, (pairs) => pairs.at(-1)?.[1] ?? null),
  'unique_by/1': (jq, args, input, scope) =>
    keyed(jq, args, input, scope, (pairs) =>
      pairs.filter(([key], i) => i === 0 || compare(key, pairs[i - 1][0])).map(([, value]) => value),
    ),
  'group_by/1': (jq, args, input, scope) =>
    keyed(jq, args, input, scope, (pairs) => {
      const groups: unknown[][] = []
      pairs.forEach(([key, value], i) => {
        if (i > 0 && compare(key, pairs[i - 1][0]) === 0) groups.at(-1)?.push(value)
        else groups.push([value])
      })
      return groups
    }),
  'env/0': function* (jq) {
    yield plain(jq.env)
  },
  'now/0': function* (jq) {
    yield plain(jq.now())
  },
  'input/0': function* (jq) {
    const next = jq.inputs()
    if (!next) throw new JqError('No more inputs')
    yield plain(next.value)
  },
  'inputs/0': function* (jq) {
    for (let next = jq.inputs(); next; next = jq.inputs()) yield plain(next.value)
  },
  'input_line_number/0': function* () {
    yield plain(0)
  },
}

function* range(jq: Jq, [from, to, by]: readonly Filter[], input: Item, scope: Scope): Generator<Item> {
  for (const start of jq.values(from, input, scope)) {
    for (const end of jq.values(to, input, scope)) {
      for (const step of jq.values(by, input, scope)) {
        const [low, high, width] = [start, end, step] as number[]
        for (let at = low, count = 0; width > 0 ? at < high : width < 0 && at > high; at += width) {
          if (++count > MAX_STEPS) throw new JqError('range is too long')
          yield plain(at)
        }
      }
    }
  }
}

/** Elements with the values of a filter as their keys, in the order of the keys. */
function* keyed(
  jq: Jq,
  [filter]: readonly Filter[],
  input: Item,
  scope: Scope,
  then: (pairs: [unknown, unknown][]) => unknown,
): Generator<Item> {
  if (!Array.isArray(input.value)) throw new JqError(`Cannot index ${typeOf(input.value)} with number`)
  const pairs = input.value.map((value): [unknown, unknown] => [
    [...jq.values(filter, plain(value), scope)],
    value,
  ])
  yield plain(then(pairs.sort(([a], [b]) => compare(a, b))))
}
