/** Where the cursor is after a text was printed from the left edge of a terminal. */
export interface Position {
  readonly row: number
  readonly column: number
}

/** Columns a character takes: none for combining marks, two for East Asian wide ones. */
export function widthOf(char: string): number {
  const code = char.codePointAt(0) as number
  if (code < 0x300) return code < 32 ? 0 : 1
  if (code <= 0x36f || (code >= 0x200b && code <= 0x200f) || (code >= 0xfe00 && code <= 0xfe0f)) return 0
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    code >= 0x1f300
  return wide ? 2 : 1
}

/** Lay text out in lines of so many columns; control sequences take no room. */
export function layout(text: string, columns: number): Position {
  let row = 0
  let column = 0
  for (const char of text.replace(/\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07]*\x07/g, '')) {
    if (char === '\n') {
      row++
      column = 0
      continue
    }
    const width = widthOf(char)
    if (column + width > columns) {
      row++
      column = 0
    }
    column += width
  }
  return { row, column }
}
