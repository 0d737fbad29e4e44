import { UserError } from '../../api/user-error.ts'
import { TextTable } from '../text-table.ts'
import type { KubeLike } from '../kubectl.ts'
import { fieldPath, findValues, printFound } from './jsonpath.ts'
import type { Printer } from './printer.ts'

interface CustomColumn {
  readonly header: string
  readonly path: string
}

/** kubectl: pkg/cmd/get/customcolumn.go */
export function customColumnsPrinter(spec: string, fromFile: boolean, noHeaders: boolean): Printer {
  const columns = fromFile ? fromTemplate(spec) : fromSpec(spec)
  const table = new TextTable()
  let headed = noHeaders
  return {
    print: (object) => {
      const { items } = object as { readonly items?: readonly KubeLike[] }
      const objects = Array.isArray(items) ? items : [object]
      const head = headed ? [] : [columns.map(({ header }) => header)]
      headed = true
      return table.print([...head, ...objects.map((one) => columns.map(({ path }) => cell(path, one)))])
    },
  }
}

export function fromSpec(spec: string): CustomColumn[] {
  if (spec === '') throw new UserError('custom-columns format specified but no custom columns given')
  return spec.split(',').map((part) => {
    const colon = part.indexOf(':')
    if (colon < 0)
      throw new UserError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`)
    return { header: part.slice(0, colon), path: fieldPath(part.slice(colon + 1)) }
  })
}

/** Headers in one line, paths in the next. */
export function fromTemplate(text: string): CustomColumn[] {
  const [first = '', second = ''] = text.split('\n').filter((line) => line.trim() !== '')
  const headers = first.split(/\s+/).filter((word) => word)
  const paths = second.split(/\s+/).filter((word) => word)
  if (!headers.length) throw new UserError('custom-columns format specified but no custom columns given')
  if (headers.length !== paths.length)
    throw new UserError(
      `number of headers (${headers.length}) and field specifications (${paths.length}) don't match`,
    )
  return headers.map((header, i) => ({ header, path: fieldPath(paths[i] as string) }))
}

function cell(path: string, object: KubeLike): string {
  const values = findValues(path, object)
  if (!values.length || !values[0]?.length) return '<none>'
  return (values[0] ?? []).map((value) => printFound(value)).join(',')
}
