/** Equal as Kubernetes sees it: an empty list or map is the same as none (apimachinery: equality.Semantic.DeepEqual). */
export function semanticEqual(a: unknown, b: unknown): boolean {
  if (a === b || (isEmpty(a) && isEmpty(b))) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, i) => semanticEqual(item, b[i]))
    )
  }
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  return (
    Object.keys(left).every((key) => semanticEqual(left[key], right[key])) &&
    Object.keys(right).every((key) => key in left || isEmpty(right[key]))
  )
}

/** The same, and zero is the same as nothing: for statuses, whose numbers are no pointers. */
export const sameStatus = (a: unknown, b: unknown): boolean => semanticEqual(withoutZeros(a), withoutZeros(b))

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (typeof value !== 'object') return false
  return Array.isArray(value) ? value.length === 0 : Object.values(value).every(isEmpty)
}

function withoutZeros(status: unknown): unknown {
  if (typeof status !== 'object' || status === null) return status
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== 0))
}
