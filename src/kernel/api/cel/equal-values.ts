/** Equality of CEL values: numbers by value, lists by items, maps and objects by fields. */
export function equalValues(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (isNumber(a) && isNumber(b)) return Number(a) === Number(b)
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime()
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => equalValues(item, b[i]))
  if (a instanceof Uint8Array && b instanceof Uint8Array)
    return a.length === b.length && a.every((byte, i) => byte === b[i])
  const left = entriesOf(a)
  const right = entriesOf(b)
  if (!left || !right || left.size !== right.size) return false
  for (const [key, value] of left) if (!right.has(key) || !equalValues(value, right.get(key))) return false
  return true
}

const isNumber = (value: unknown): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint'

function entriesOf(value: unknown): Map<unknown, unknown> | undefined {
  if (value instanceof Map) return value
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date)
    return undefined
  return new Map(Object.entries(value))
}
