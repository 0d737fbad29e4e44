import { fromBase64, toBase64 } from '../base64.ts'
import { JqError, shown, typeOf } from './values.ts'
import { decodeUtf8, encodeUtf8 } from '../utf8.ts'

/** Text as it is, other values as JSON. */
export const tostring = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

/** A value in one of the formats that `@name` stands for. */
export function formatText(format: string, value: unknown): string {
  switch (format) {
    case '@text':
      return tostring(value)
    case '@json':
      return JSON.stringify(value)
    case '@tsv':
      return row(format, value)
        .map((cell) =>
          typeof cell === 'string'
            ? cell.replace(
                /[\\\t\n\r]/g,
                (char) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[char] ?? char,
              )
            : cellText(cell),
        )
        .join('\t')
    case '@csv':
      return row(format, value)
        .map((cell) => (typeof cell === 'string' ? `"${cell.replaceAll('"', '""')}"` : cellText(cell)))
        .join(',')
    case '@html':
      return tostring(value).replace(
        /[<>&'"]/g,
        (char) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&#39;', '"': '&quot;' })[char] ?? char,
      )
    case '@uri':
      return encodeURIComponent(tostring(value)).replace(
        /[!'()*]/g,
        (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
      )
    case '@sh':
      return (Array.isArray(value) ? value : [value])
        .map((each) => (typeof each === 'string' ? `'${each.replaceAll("'", "'\\''")}'` : cellText(each)))
        .join(' ')
    case '@base64':
      return toBase64(encodeUtf8(tostring(value)))
    case '@base64d':
      return decodeUtf8(fromBase64(tostring(value).trim()).bytes)
    default:
      throw new SyntaxError(`${format.slice(1)} is not a valid format`)
  }
}

function row(format: string, value: unknown): unknown[] {
  if (!Array.isArray(value))
    throw new JqError(
      `${typeOf(value)} (${shown(value)}) cannot be ${format.slice(1)}-formatted, only an array can be`,
    )
  return value
}

function cellText(cell: unknown): string {
  if (cell === null) return ''
  if (typeof cell === 'object')
    throw new JqError(`${typeOf(cell)} (${shown(cell)}) is not valid in a csv row`)
  return String(cell)
}
