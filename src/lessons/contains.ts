/**
 * Whether everything a fragment says is so in a value: maps by their keys, each item of a list in some item of the other list, `null` for
 * what is not there, and `*` in a text for any text.
 */
export function contains(value: unknown, fragment: unknown): boolean {
  if (fragment === null) return value === null || value === undefined
  if (Array.isArray(fragment))
    return Array.isArray(value) && fragment.every((part) => value.some((item) => contains(item, part)))
  if (typeof fragment === 'string') return typeof value === 'string' && matches(value, fragment)
  if (typeof fragment !== 'object') return value === fragment
  if (typeof value !== 'object' || value === null)
    return Object.values(fragment).every((part) => part === null)
  return Object.entries(fragment).every(([key, part]) =>
    contains(Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined, part),
  )
}

/** In time proportional to the lengths, whatever the pattern is: lessons come from anyone. */
function matches(text: string, pattern: string): boolean {
  const [first, ...rest] = pattern.split('*')
  if (!rest.length) return text === pattern
  const last = rest.pop() as string
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= text.length - last.length
}
