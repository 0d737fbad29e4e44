import { own } from '../../api/json.ts'
import { TextTable } from '../text-table.ts'
import type { KubeLike } from '../kubectl.ts'

/** The server's answer to `as=Table` (apimachinery: metav1.Table). */
export interface Table {
  readonly kind: 'Table'
  readonly columnDefinitions?: readonly TableColumn[] | null
  readonly rows?: readonly TableRow[] | null
}
export interface TableColumn {
  readonly name: string
  readonly type?: string
  readonly format?: string
  readonly priority?: number
}
export interface TableRow {
  readonly cells: readonly unknown[]
  readonly object?: KubeLike | null
}

export interface TableOptions {
  readonly noHeaders?: boolean
  readonly wide?: boolean
  readonly withNamespace?: boolean
  /** `pod`: put in front of names. */
  readonly kind?: string
  readonly showLabels?: boolean
  readonly columnLabels?: readonly string[]
}

export const isTable = (object: unknown): object is Table =>
  (object as { kind?: unknown } | undefined)?.kind === 'Table'

/** Prints tables of one kind, one after the other; headers once, columns aligned (cli-runtime: TablePrinter). */
export class TablePrinter {
  readonly #options: TableOptions
  readonly #text: TextTable
  #columns: readonly TableColumn[] | undefined
  #headed = false

  constructor(options: TableOptions, text = new TextTable()) {
    this.#options = options
    this.#text = text
  }

  /** `event` is the type of a watch event, when those are shown. */
  print(table: Table, event?: string): string {
    const given = table.columnDefinitions?.length ? table.columnDefinitions : this.#columns
    const separator =
      this.#columns && given !== this.#columns && !sameNames(given, this.#columns) && this.#headed ? '\n' : ''
    if (separator) this.#headed = false
    this.#columns = given
    const rows = table.rows ?? []
    if (!rows.length) return ''
    const columns = decorate(given ?? [], this.#options, event !== undefined)
    const lines = rows.map((row) => cellsOf(row, given ?? [], this.#options, event))
    const head = this.#options.noHeaders || this.#headed ? [] : [columns.map((name) => name.toUpperCase())]
    this.#headed = true
    return separator + this.#text.print([...head, ...lines])
  }
}

const sameNames = (a: readonly TableColumn[] | undefined, b: readonly TableColumn[] | undefined) =>
  a?.length === b?.length && a?.every(({ name }, i) => name === b?.[i]?.name)

const shown = ({ priority = 0 }: TableColumn, { wide }: TableOptions) => wide || priority === 0

function decorate(columns: readonly TableColumn[], options: TableOptions, event: boolean): string[] {
  return [
    ...(event ? ['Event'] : []),
    ...(options.withNamespace ? ['Namespace'] : []),
    ...columns.filter((column) => shown(column, options)).map(({ name }) => name),
    ...(options.columnLabels ?? []).map((label) => label.slice(label.lastIndexOf('/') + 1)),
    ...(options.showLabels ? ['Labels'] : []),
  ]
}

function cellsOf(
  { cells, object }: TableRow,
  columns: readonly TableColumn[],
  options: TableOptions,
  event: string | undefined,
): string[] {
  const { namespace = '', labels = {} } = (object?.metadata ?? {}) as {
    namespace?: string
    labels?: Record<string, string>
  }
  const visible: string[] = []
  columns.forEach((column, i) => {
    if (!shown(column, options)) return
    const text = cellText(cells[i])
    visible.push(
      options.kind && column.format === 'name' && column.type === 'string' ? `${options.kind}/${text}` : text,
    )
  })
  return [
    ...(event === undefined ? [] : [event]),
    ...(options.withNamespace ? [namespace] : []),
    ...visible,
    ...(options.columnLabels ?? []).map((label) => own(labels, label) ?? ''),
    ...(options.showLabels ? [printLabels(labels)] : []),
  ]
}

/** One line of a cell; what comes after a line break is left out (printers/tableprinter.go printRows). */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
  const end = text.search(/[\f\n\r]/)
  return (end < 0 ? text : `${text.slice(0, end)}...`).replaceAll('\x1b', '^[')
}

export function printLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const keys = Object.keys(labels ?? {}).sort()
  return keys.length ? keys.map((key) => `${key}=${labels?.[key]}`).join(',') : '<none>'
}
