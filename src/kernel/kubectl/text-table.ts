// kubectl lays out columns with k8s.io/cli-runtime's tabwriter: minimal width 6, padding 3 spaces, and what stands in the
// last column keeps its width. A column is as wide as its widest cell (liggitt/tabwriter, RememberWidths for watches).

const MIN_WIDTH = 6
const PADDING = 3

/** Aligns rows that come one after the other; widths only grow, so that a watch stays aligned. */
export class TextTable {
  #widths: number[] = []

  /** Lines of these rows, each with a newline. */
  print(rows: readonly (readonly string[])[]): string {
    for (const row of rows)
      row.forEach((cell, column) => {
        // The cell that ends a line is not part of a column.
        if (column < row.length - 1) this.#widths[column] = Math.max(this.#widths[column] ?? 0, width(cell))
      })
    return rows
      .map((row) => `${row.map((cell, column) => this.#pad(cell, column, row.length)).join('')}\n`)
      .join('')
  }

  #pad(cell: string, column: number, columns: number): string {
    if (column === columns - 1) return cell
    const goal = Math.max(MIN_WIDTH, (this.#widths[column] ?? 0) + PADDING)
    return cell + ' '.repeat(goal - width(cell))
  }
}

const width = (cell: string) => [...cell].length
