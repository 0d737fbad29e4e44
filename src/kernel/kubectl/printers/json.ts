import { printNumber } from '../yaml-output.ts'
import type { Printer } from './printer.ts'

/** JSON as `kubectl -o json` prints it: four spaces, keys sorted (those of `order` first), and <, > and & escaped (Go: encoding/json). */
export const jsonPrinter = (): Printer => ({ print: (object) => `${printJson(object, '    ')}\n` })

/** A JSON value as Go's json.MarshalIndent writes a map; compact without an indent. */
export function printJson(value: unknown, indent = '', at = '', order: readonly string[] = []): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return printString(value)
  if (typeof value === 'number') return printNumber(value)
  if (typeof value !== 'object') return String(value)
  const inner = at + indent
  const [line, between] = indent ? [`\n${inner}`, `,\n${inner}`] : ['', ',']
  const close = indent ? `\n${at}` : ''
  if (Array.isArray(value))
    return value.length
      ? `[${line}${value.map((item) => printJson(item, indent, inner, order)).join(between)}${close}]`
      : '[]'
  const map = value as Record<string, unknown>
  const keys = Object.keys(map)
    .filter((key) => map[key] !== undefined)
    .sort((a, b) => rank(order, a) - rank(order, b) || (a < b ? -1 : 1))
  const colon = indent ? ': ' : ':'
  const members = keys.map((key) => `${printString(key)}${colon}${printJson(map[key], indent, inner, order)}`)
  return keys.length ? `{${line}${members.join(between)}${close}}` : '{}'
}

/** What `order` does not name keeps its place in the alphabet, behind. */
const rank = (order: readonly string[], key: string): number =>
  order.includes(key) ? order.indexOf(key) : order.length

const printString = (text: string): string =>
  JSON.stringify(text)
    .replace(/[<>&\u2028\u2029\x7f]/g, (c) =>
      c === '\x7f' ? c : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replaceAll('\\b', '\\u0008')
    .replaceAll('\\f', '\\u000c')
