import { goQuote } from '../go-quote.ts'
import { isList, isObject } from '../json.ts'
import type { Json, JsonObject } from '../objects.ts'

// structured-merge-diff: fieldpath/element.go, serialize-pe.go

/** A step of a path as metadata.managedFields writes it: `f:name`, `k:{"name":"x"}`, `v:"x"`, `i:0`. */
export type PathElement = string

/** From the root to a field. */
export type Path = readonly PathElement[]

export const fieldElement = (name: string): PathElement => `f:${name}`

/** An element of a list with keys; the keys are sorted. */
export const keyElement = (keys: JsonObject): PathElement => `k:${canonical(keys)}`

/** An element of a set. */
export const valueElement = (value: Json): PathElement => `v:${canonical(value)}`

/** The element in the one spelling that can be compared as text; undefined for a kind that is unknown. */
export function normalElement(text: string): PathElement | undefined {
  const rest = text.slice(2)
  if (text.startsWith('f:')) return text
  if (text.startsWith('i:')) return /^-?[0-9]+$/.test(rest) ? `i:${Number(rest)}` : undefined
  if (!text.startsWith('k:') && !text.startsWith('v:')) return undefined
  const value = parse(rest)
  return value === undefined ? undefined : `${text.slice(0, 2)}${canonical(value)}`
}

/** The name of a field; undefined for other elements. */
export const fieldName = (element: PathElement): string | undefined =>
  element.startsWith('f:') ? element.slice(2) : undefined

/** Fields first, then keys, values, indices; each in the order of Go. */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a === b) return 0
  if (a.startsWith('f:') && b.startsWith('f:')) return a < b ? -1 : 1
  const [left, right] = [order.indexOf(a[0] ?? ''), order.indexOf(b[0] ?? '')]
  if (left !== right) return left - right
  const [x, y] = [a.slice(2), b.slice(2)]
  return a.startsWith('i:') ? Number(x) - Number(y) : compareValues(parse(x) ?? null, parse(y) ?? null)
}

/** `.spec.containers[name="web"].image` (fieldpath.Path.String). */
export const printPath = (path: Path): string => path.map(printElement).join('')

/** Order of JSON values: numbers, strings, booleans, lists, maps, null (value.Compare). */
export function compareValues(a: Json, b: Json): number {
  const [left, right] = [rank(a), rank(b)]
  if (left !== right) return left - right
  if (isList(a) && isList(b)) return firstDifference(a, b)
  if (isObject(a) && isObject(b)) {
    const entries = (object: JsonObject) =>
      Object.keys(object)
        .sort()
        .flatMap((key) => [key, object[key] ?? null])
    return firstDifference(entries(a), entries(b))
  }
  return a === b || a === null || b === null ? 0 : a < b ? -1 : 1
}

const order = 'fkvi'

const rank = (value: Json): number =>
  value === null
    ? 5
    : isList(value)
      ? 3
      : isObject(value)
        ? 4
        : ['number', 'string', 'boolean'].indexOf(typeof value)

function firstDifference(a: readonly Json[], b: readonly Json[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const found = compareValues(a[i] ?? null, b[i] ?? null)
    if (found) return found
  }
  return a.length - b.length
}

function printElement(element: PathElement): string {
  const rest = element.slice(2)
  if (element.startsWith('f:')) return `.${rest}`
  if (element.startsWith('i:')) return `[${rest}]`
  const value = parse(rest) ?? null
  if (element.startsWith('v:') || !isObject(value)) return `[=${printValue(value)}]`
  return `[${Object.entries(value)
    .map(([key, item]) => `${key}=${printValue(item ?? null)}`)
    .join(',')}]`
}

const printValue = (value: Json): string => (typeof value === 'string' ? goQuote(value) : canonical(value))

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** JSON with sorted keys, without spaces. */
function canonical(value: Json): string {
  if (isList(value)) return `[${value.map(canonical).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(',')}}`
}
