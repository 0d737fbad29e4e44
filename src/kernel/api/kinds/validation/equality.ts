/** JSON with sorted keys; empty lists and maps are as good as none (apiequality.Semantic). */
export function semanticText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (Array.isArray(value))
    return value.length === 0 ? undefined : `[${value.map((item) => semanticText(item) ?? 'null').join(',')}]`
  if (typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  const shown = entries.flatMap(([key, inner]) => {
    const text = semanticText(inner)
    return text === undefined ? [] : [`${JSON.stringify(key)}:${text}`]
  })
  return `{${shown.join(',')}}`
}

/** Whether two values are the same to upstream's apiequality.Semantic. */
export const semanticallyEqual = (a: unknown, b: unknown): boolean => semanticText(a) === semanticText(b)
