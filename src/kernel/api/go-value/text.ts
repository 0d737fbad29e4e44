// Texts that fit a line or are spread over many (google/go-cmp: cmp/report_text.go).

/** `-` of what was, `+` of what is, nothing of both. */
export type Mark = '' | '-' | '+'

export type Text =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'wrap'; readonly prefix: string; readonly inner: Text; readonly suffix: string }
  | { readonly kind: 'list'; readonly records: readonly TextRecord[] }

export interface TextRecord {
  readonly mark?: Mark
  readonly key?: string
  readonly value: Text
  readonly comment?: string
  /** No comma behind it. */
  readonly last?: boolean
}

export const line = (text: string): Text => ({ kind: 'line', text })
export const wrap = (prefix: string, inner: Text, suffix = ''): Text => ({
  kind: 'wrap',
  prefix,
  inner,
  suffix,
})
export const ellipsis = line('...')

const widest = 80

/** The whole, with the two columns for marks before every line. */
export function printText(text: Text): string {
  const { node } = compact(text, '')
  return `${indent(0, '')}${expand(node, '', 0)}\n`
}

/** Whatever fits one line becomes one; `flat` is the text in one line. */
function compact(text: Text, mark: Mark): { readonly flat: string; readonly node: Text } {
  if (text.kind === 'line') return { flat: text.text, node: text }
  if (text.kind === 'list') return compactList(text.records, mark)
  const { flat, node } = compact(text.inner, mark)
  const whole = text.prefix + flat + text.suffix
  return { flat: whole, node: node.kind === 'line' ? line(whole) : { ...text, inner: node } }
}

function compactList(records: readonly TextRecord[], mark: Mark): { flat: string; node: Text } {
  const parts = records.map((record) => ({ record, ...compact(record.value, record.mark || mark) }))
  const flat = parts
    .map(({ record, flat: inner }) => (record.key ? `${record.key}: ${inner}` : inner))
    .join(', ')
  const single = parts.every(({ record, node }) => !record.mark && node.kind === 'line' && !record.comment)
  if (single && !(mark && utf8Length(flat) > widest)) return { flat, node: line(flat) }
  return {
    flat,
    node: { kind: 'list', records: parts.map(({ record, node }) => ({ ...record, value: node })) },
  }
}

function expand(text: Text, mark: Mark, depth: number): string {
  if (text.kind === 'line') return text.text
  if (text.kind === 'wrap') return text.prefix + expand(text.inner, mark, depth) + text.suffix
  const { records } = text
  const isSimple = records.every(
    ({ mark: own, key, value, comment }) => !own && !key && value.kind === 'line' && !comment,
  )
  const lines = isSimple
    ? batches(records).map((batch) => indent(depth + 1, mark) + batch)
    : spread(records, mark, depth)
  return `\n${[...lines, indent(depth, mark)].join('\n')}`
}

/** Short items share lines. */
function batches(records: readonly TextRecord[]): string[] {
  const result: string[] = []
  let batch = ''
  for (const { value } of records) {
    const text = value.kind === 'line' ? value.text : ''
    if (batch && utf8Length(batch) + utf8Length(text) + 2 > widest) {
      result.push(batch.trimEnd())
      batch = ''
    }
    batch += `${text}, `
  }
  return batch ? [...result, batch.trimEnd()] : result
}

function spread(records: readonly TextRecord[], mark: Mark, depth: number): string[] {
  const keys = aligned(
    records,
    ({ key, value }) => !key || value.kind !== 'line',
    ({ key = '' }) => key.length,
  )
  return records.map(({ mark: own, key, value, comment, last }, i) => {
    const here = own || mark
    const name = key ? `${key}: ` : ''
    const text = expand(value, here, depth + 1)
    return `${indent(depth + 1, here)}${name}${' '.repeat(keys[i] ?? 0)}${text}${last ? '' : ','}${comment ? ` // ${comment}` : ''}`
  })
}

/** How many blanks make neighbours as long as the longest of them. */
function aligned(
  records: readonly TextRecord[],
  skip: (record: TextRecord) => boolean,
  length: (record: TextRecord) => number,
): number[] {
  const result = records.map(() => 0)
  let start = 0
  const close = (end: number) => {
    const longest = Math.max(0, ...records.slice(start, end).map(length))
    for (let i = start; i < end; i++) result[i] = longest - length(records[i]!)
    start = end + 1
  }
  for (const [i, record] of records.entries()) if (skip(record)) close(i)
  close(records.length)
  return result
}

const indent = (depth: number, mark: Mark): string => `${mark || ' '} ${'\t'.repeat(depth)}`

const utf8Length = (text: string): number => {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0)!
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}
