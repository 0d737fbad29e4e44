/** The bounds of Go's int64. */
export const maxInt64 = 9223372036854775807n
export const minInt64 = -9223372036854775808n

/** A decimal integer that fits 64 bits (Go: strconv.ParseInt(text, 10, 64)); undefined when it is none. */
export function parseInt64(text: string): bigint | undefined {
  if (text.length > 64 || !/^[+-]?[0-9]+$/.test(text)) return undefined
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return value < minInt64 || value > maxInt64 ? undefined : value
}
