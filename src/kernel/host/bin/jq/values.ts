/** An error of a jq program; `value` is what `catch` gets. */
export class JqError extends Error {
  readonly value: unknown

  constructor(value: unknown) {
    super(typeof value === 'string' ? value : `${JSON.stringify(value)} (not a string)`)
    this.value = value
  }
}

export type JsonMap = Readonly<Record<string, unknown>>

export const typeOf = (value: unknown): string =>
  value === null || value === undefined ? 'null' : Array.isArray(value) ? 'array' : typeof value

export const isMap = (value: unknown): value is JsonMap => typeOf(value) === 'object'

const ORDER = ['null', 'false', 'true', 'number', 'string', 'array', 'object']
const rank = (value: unknown): number =>
  ORDER.indexOf(typeof value === 'boolean' ? String(value) : typeOf(value))

/** jq's order of all values: null, false, true, numbers, strings, arrays, objects. */
export function compare(a: unknown, b: unknown): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b)
  if (typeof a === 'number') return a - (b as number)
  if (typeof a === 'string') return a < (b as string) ? -1 : a > (b as string) ? 1 : 0
  if (Array.isArray(a)) {
    const other = b as unknown[]
    for (let i = 0; i < Math.min(a.length, other.length); i++) {
      const order = compare(a[i], other[i])
      if (order) return order
    }
    return a.length - other.length
  }
  if (!isMap(a)) return 0
  const [keys, others] = [Object.keys(a).sort(), Object.keys(b as JsonMap).sort()]
  const byKeys = compare(keys, others)
  if (byKeys) return byKeys
  for (const key of keys) {
    const order = compare(a[key], (b as JsonMap)[key])
    if (order) return order
  }
  return 0
}

/** A value as an error message shows it, cut short. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 11 ? `${text.slice(0, 10)}...` : text
}

/** `.[key]` of a value; null where there is nothing. */
export function indexOf(value: unknown, key: unknown): unknown {
  if (value === null || value === undefined) {
    if (typeof key === 'string' || typeof key === 'number' || isMap(key)) return null
  } else if (isMap(value) && typeof key === 'string') return Object.hasOwn(value, key) ? value[key] : null
  else if (Array.isArray(value) && typeof key === 'number') return value.at(Math.floor(key)) ?? null
  else if (isMap(key)) return sliceOf(value, key['start'], key['end'])
  else if (Array.isArray(value) && Array.isArray(key))
    return value.flatMap((_, i) =>
      key.length && key.every((each, j) => compare(value[i + j], each) === 0) ? [i] : [],
    )
  const what = typeof key === 'string' ? `string "${key}"` : typeOf(key)
  throw new JqError(`Cannot index ${typeOf(value)} with ${what}`)
}

export function sliceOf(value: unknown, from: unknown, to: unknown): unknown {
  if (value === null || value === undefined) return null
  if (!Array.isArray(value) && typeof value !== 'string')
    throw new JqError(`Cannot index ${typeOf(value)} with object`)
  const edge = (at: unknown, otherwise: number) =>
    at === null || at === undefined ? otherwise : Math.floor(at as number)
  return value.slice(edge(from, 0), edge(to, value.length))
}

export type Path = readonly unknown[]

/** A copy of a value with another one at a path. */
export function setPath(value: unknown, path: Path, update: (old: unknown) => unknown): unknown {
  if (!path.length) return update(value)
  const [key, ...rest] = path
  const inner = setPath(indexOf(value, key), rest, update)
  if (typeof key === 'string') return { ...(value as JsonMap | null), [key]: inner }
  if (isMap(key)) {
    const list = (value ?? []) as unknown[]
    const [start, end] = [key['start'], key['end']].map((at, i) =>
      at === null || at === undefined
        ? i
          ? list.length
          : 0
        : (at as number) < 0
          ? list.length + (at as number)
          : (at as number),
    )
    return [...list.slice(0, start), ...(inner as unknown[]), ...list.slice(end)]
  }
  const list = [...((value ?? []) as unknown[])]
  const at = (key as number) < 0 ? list.length + (key as number) : (key as number)
  if (at < 0) throw new JqError('Out of bounds negative array index')
  if (at > 1_000_000) throw new JqError('Array index too large')
  while (list.length < at) list.push(null)
  list[at] = inner
  return list
}

/** A copy without what is at the paths. */
export function deletePaths(value: unknown, paths: readonly Path[]): unknown {
  return [...paths]
    .sort(compare)
    .reverse()
    .reduce((result: unknown, path) => removeAt(result, path), value)
}

function removeAt(value: unknown, path: Path): unknown {
  if (value === null || value === undefined || !path.length) return path.length ? value : null
  const [key, ...rest] = path
  if (rest.length) {
    const inner = indexOf(value, key)
    return inner === null ? value : setPath(value, [key], (old) => removeAt(old, rest))
  }
  if (Array.isArray(value)) {
    if (isMap(key)) return setPath(value, [key], () => [])
    const at = (key as number) < 0 ? value.length + (key as number) : key
    return value.filter((_, i) => i !== at)
  }
  const { [key as string]: _, ...others } = value as JsonMap
  return others
}

/** The numbers of a value's arithmetic, and what `+` and its like mean for other types. */
export function arithmetic(operator: string, a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number') return numeric(operator, a, b)
  if (operator === '+') {
    if (a === null) return b
    if (b === null) return a
    if (typeof a === 'string' && typeof b === 'string') return a + b
    if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b]
    if (isMap(a) && isMap(b)) return { ...a, ...b }
  }
  if (operator === '-' && Array.isArray(a) && Array.isArray(b))
    return a.filter((each) => !b.some((other) => compare(each, other) === 0))
  if (operator === '*' && typeof a === 'string' && typeof b === 'number')
    return b > 0 ? a.repeat(Math.min(10_000, Math.ceil(b))) : null
  if (operator === '*' && isMap(a) && isMap(b)) return merge(a, b)
  if (operator === '/' && typeof a === 'string' && typeof b === 'string') return a === '' ? [] : a.split(b)
  const words: Record<string, string> = {
    '+': 'added',
    '-': 'subtracted',
    '*': 'multiplied',
    '/': 'divided',
    '%': 'divided',
  }
  throw new JqError(`${typeOf(a)} (${shown(a)}) and ${typeOf(b)} (${shown(b)}) cannot be ${words[operator]}`)
}

function numeric(operator: string, a: number, b: number): number {
  if ((operator === '/' || operator === '%') && (operator === '/' ? b : Math.trunc(b)) === 0)
    throw new JqError(`number (${a}) and number (${b}) cannot be divided because the divisor is zero`)
  if (operator === '%') return Math.trunc(a) % Math.abs(Math.trunc(b))
  return operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : a / b
}

function merge(a: JsonMap, b: JsonMap): JsonMap {
  const result: Record<string, unknown> = { ...a }
  for (const [key, value] of Object.entries(b)) {
    const old = result[key]
    result[key] = isMap(old) && isMap(value) ? merge(old, value) : value
  }
  return result
}
