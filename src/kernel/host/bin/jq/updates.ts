import type { Jq } from './interpreter.ts'
import { binary, plain, truthy, type Item, type Scope } from './items.ts'
import type { Filter } from './tree.ts'
import { deletePaths, JqError, setPath, type Path } from './values.ts'

/** `reduce` and `foreach`. */
export function* fold(
  jq: Jq,
  { type, source, pattern, start, update, extract }: Extract<Filter, { type: 'reduce' | 'foreach' }>,
  input: Item,
  scope: Scope,
): Generator<Item> {
  for (const first of jq.values(start, input, scope)) {
    let state: unknown = first
    for (const value of jq.values(source, input, scope)) {
      const inner = jq.bind(pattern, value, input, scope)
      let last: unknown = null
      for (const next of jq.values(update, plain(state), inner)) {
        last = next
        if (type === 'foreach') yield* extract ? jq.items(extract, plain(next), inner) : [plain(next)]
      }
      state = last
    }
    if (type === 'reduce') yield plain(state)
  }
}

/** `=`, `|=` and their relatives: every path of the left side gets a new value. */
export function* assign(
  jq: Jq,
  { operator, left, right }: Extract<Filter, { type: 'assign' }>,
  input: Item,
  scope: Scope,
): Generator<Item> {
  const paths = [...jq.items(left, { value: input.value, path: [] }, scope)].map(({ path }) => {
    if (!path) throw new JqError('Invalid path expression')
    return path
  })
  if (operator === '|=') {
    const gone: Path[] = []
    let result = input.value
    for (const path of paths) {
      result = setPath(result, path, (old) => {
        const next = jq.values(right, plain(old), scope).next()
        if (next.done) gone.push(path)
        return next.done ? old : next.value
      })
    }
    return yield plain(deletePaths(result, gone))
  }
  for (const value of jq.values(right, input, scope)) {
    const change = (old: unknown) =>
      operator === '='
        ? value
        : operator === '//='
          ? truthy(old)
            ? old
            : value
          : binary(operator.slice(0, -1), old, value)
    yield plain(paths.reduce((result: unknown, path) => setPath(result, path, change), input.value))
  }
}
