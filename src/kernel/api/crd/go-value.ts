import { goSyntax, type BadValue } from '../field-error.ts'
import { goQuote } from '../go-quote.ts'
import { definedKeys, isList, isObject } from '../json.ts'
import type { Json } from '../objects.ts'

/** A decoded JSON value as an error shows it: scalars as they are, the rest as Go's %#v prints it. */
export const bad = (value: Json | undefined): BadValue =>
  isList(value) || isObject(value) ? goSyntax(goValue(value)) : value

/** Go's %#v of a decoded JSON value; maps in the order of their keys. */
export function goValue(value: Json | undefined): string {
  if (isList(value)) return `[]interface {}{${value.map(goValue).join(', ')}}`
  if (isObject(value)) {
    const entries = definedKeys(value).sort()
    return `map[string]interface {}{${entries.map((key) => `${goQuote(key)}:${goValue(value[key])}`).join(', ')}}`
  }
  if (value === null || value === undefined) return 'interface {}(nil)'
  return typeof value === 'string' ? goQuote(value) : String(value)
}
