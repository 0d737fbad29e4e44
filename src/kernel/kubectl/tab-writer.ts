/**
 * Aligns tab-separated cells as Go's text/tabwriter does: a column is a block of consecutive lines that have a cell there,
 * and only cells that end with a tab count. Used by `describe` (minimal width 0, padding 2) and others.
 */
export function alignTabs(text: string, minWidth = 0, padding = 2): string {
  const lines = text.split('\n').map((line) => line.split('\t'))
  const widths = lines.map(() => [] as number[])
  const columns = lines.reduce((most, cells) => Math.max(most, cells.length - 1), 0)
  for (let column = 0; column < columns; column++) measure(lines, widths, column, minWidth, padding)
  return lines
    .map((cells, row) =>
      cells
        .map((cell, column) => pad(cell, column === cells.length - 1 ? 0 : (widths[row]?.[column] ?? 0)))
        .join(''),
    )
    .join('\n')
}

/** Go: tabwriter.Writer.format. Lines of one column's block get one width. */
function measure(
  lines: readonly string[][],
  widths: number[][],
  column: number,
  minWidth: number,
  padding: number,
): void {
  let row = 0
  while (row < lines.length) {
    if (!hasCell(lines[row], column)) {
      row++
      continue
    }
    const start = row
    let widest = minWidth
    for (; row < lines.length && hasCell(lines[row], column); row++) {
      widest = Math.max(widest, [...(lines[row]?.[column] ?? '')].length + padding)
    }
    for (let line = start; line < row; line++) (widths[line] as number[])[column] = widest
  }
}

const hasCell = (cells: readonly string[] | undefined, column: number) => (cells?.length ?? 0) - 1 > column

const pad = (cell: string, goal: number) => cell + ' '.repeat(Math.max(0, goal - [...cell].length))
