import type { Json } from '../api/objects.ts'
import { compareQuantities, parseQuantity } from '../api/quantity.ts'
import { UserError } from '../api/user-error.ts'
import type { KubeLike } from './kubectl.ts'
import { fieldPath, findValues } from './printers/jsonpath.ts'
import type { Table } from './printers/table.ts'

// kubectl: pkg/cmd/get/sorter.go

/** Objects by a field; the order of equals stays. */
export const sortObjects = (field: string, objects: readonly KubeLike[]): KubeLike[] =>
  sorted(field, objects, (object) => object)

/** The rows of each table by a field of their objects. */
export const sortTables = (field: string, tables: readonly Table[]): Table[] =>
  field === ''
    ? [...tables]
    : tables.map((table) => ({ ...table, rows: sorted(field, table.rows ?? [], (row) => row.object ?? {}) }))

function sorted<T>(field: string, items: readonly T[], objectOf: (item: T) => unknown): T[] {
  if (field === '' || !items.length) return [...items]
  const path = fieldPath(field)
  const keyed = items.map((item) => ({ item, key: findValues(path, objectOf(item))[0]?.[0] }))
  if (keyed.every(({ key }) => key === undefined))
    throw new UserError(`couldn't find any field with path "${path}" in the list of objects`)
  return keyed
    .sort((a, b) => (isLess(a.key, b.key) ? -1 : isLess(b.key, a.key) ? 1 : 0))
    .map(({ item }) => item)
}

function isLess(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || a === null) return b !== undefined && b !== null
  if (b === undefined || b === null) return false
  if (typeof a === 'number' && typeof b === 'number') return a < b
  if (typeof a !== 'string' || typeof b !== 'string') throw new UserError(`unsortable type: ${typeof a}`)
  const order = quantityOrder(a, b)
  return order === undefined ? naturalLess(a, b) : order < 0
}

function quantityOrder(a: string, b: string): number | undefined {
  try {
    return compareQuantities(parseQuantity(a), parseQuantity(b))
  } catch {
    return undefined
  }
}

/** Numbers inside a text by their value (fvbommel.com/sortorder: NaturalLess). */
export function naturalLess(a: string, b: string): boolean {
  const left = a.match(/\d+|\D/gu) ?? []
  const right = b.match(/\d+|\D/gu) ?? []
  for (let i = 0; i < left.length && i < right.length; i++) {
    const x = left[i] as string
    const y = right[i] as string
    if (x === y) continue
    if (!/\d/.test(x) || !/\d/.test(y)) return x < y
    const [m, n] = [x.replace(/^0+/, ''), y.replace(/^0+/, '')]
    if (m.length !== n.length) return m.length < n.length
    if (m !== n) return m < n
    return x.length < y.length
  }
  return left.length < right.length
}
