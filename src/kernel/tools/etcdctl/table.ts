const isNumber = /^-?\d+(\.\d+)?%?$/

/** A table with lines, as olekukonko/tablewriter draws it: titles in the middle, numbers to the right. */
export const drawTable = (titles: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)))
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  const head = line(titles.map((title, i) => centred(title.toUpperCase(), widths[i]!)))
  const body = rows.map((row) =>
    line(
      row.map((cell, i) =>
        isNumber.test(cell.trim()) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!),
      ),
    ),
  )
  return rule + head + rule + body.join('') + rule
}

const centred = (text: string, width: number): string => {
  const left = Math.floor((width - text.length) / 2)
  return ' '.repeat(left) + text.padEnd(width - left)
}
