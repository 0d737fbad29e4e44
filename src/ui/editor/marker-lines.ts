import { LineCounter, parseDocument } from 'yaml'

/** Where a field is in a text: `spec.template.spec.containers[0].imagee`. The text has passed the scan. */
export function lineOf(
  text: string,
  field: string,
): { line: number; column: number; length: number } | undefined {
  const path = field
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step))
  const last = path.pop()
  if (last === undefined) return undefined
  let start = 0
  for (const part of text.split(/^---.*$/m)) {
    const counter = new LineCounter()
    const document = parseDocument(part, { lineCounter: counter, uniqueKeys: false })
    const parent = document.getIn(path, true) as
      | { items?: readonly { key?: { value?: unknown; range?: readonly number[] } }[] }
      | undefined
    const pair = parent?.items?.find(({ key }) => key?.value === last)
    if (pair?.key?.range) {
      const { line, col } = counter.linePos(pair.key.range[0] as number)
      return { line: start + line, column: col, length: String(last).length }
    }
    start += part.split('\n').length - 1
  }
  return undefined
}

/** Fields that kubectl or the API server did not know, from their words. */
export const unknownFields = (output: string): string[] => [
  ...new Set([...output.matchAll(/unknown field \\?"([^"\\]+)\\?"/g)].map(([, field]) => field as string)),
]
