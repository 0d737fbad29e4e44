/** Names in columns that read downwards, as wide as the terminal allows (GNU ls). */
export function columns(names: readonly string[], width: number): string {
  if (!names.length) return ''
  const lengths = names.map((name) => name.replace(/\x1b\[[0-9;]*m/g, '').length)
  for (let rows = 1; rows <= names.length; rows++) {
    const count = Math.ceil(names.length / rows)
    const widths = Array.from(
      { length: count },
      (_, column) => Math.max(...lengths.slice(column * rows, (column + 1) * rows)) + 2,
    )
    if (rows < names.length && widths.reduce((sum, each) => sum + each, 0) - 2 > width - 1) continue
    let out = ''
    for (let row = 0; row < rows; row++) {
      let line = ''
      for (let column = 0; column < count; column++) {
        const i = column * rows + row
        if (i >= names.length) break
        const last = (column + 1) * rows + row >= names.length
        line += names[i] + (last ? '' : ' '.repeat(widths[column] - lengths[i]))
      }
      out += `${line}\n`
    }
    return out
  }
  return ''
}
