import { goQuote } from '../go-quote.ts'
import { compare, type Comparison, type Part } from './compare.ts'
import { ellipsis, line, printText, wrap, type Mark, type Text, type TextRecord } from './text.ts'
import { labelSelectorText } from './stringer.ts'
import { isZero, type GoValue } from './value.ts'

// google/go-cmp: cmp/report_compare.go, cmp/report_reflect.go

/** How a value is written: as one that is the same in both, as the old or new one, or as what differs. */
type Mode = 'same' | 'removed' | 'inserted' | 'differing'

interface Style {
  readonly mode: Mode
  /** Whether a struct, list or map says its type: never, or where it does not go without saying. */
  readonly types: 'none' | 'some'
  /** How much is shown of what is below; undefined is everything. */
  readonly level?: number
}

const context = 2

/** What changed between two values of a type, as cmp.Diff shows it; empty if nothing has. */
export function goDifference(old: GoValue, next: GoValue): string {
  const comparison = compare(old, next)
  if (comparison.different === 0) return ''
  return printText(showComparison({ mode: 'differing', types: 'some' }, comparison, true))
}

function showComparison(given: Style, comparison: Comparison, top = false): Text {
  const style = { ...given, level: given.mode === 'same' ? 1 : Math.max(given.level ?? 0, 3) }
  const { old, next, parts } = comparison
  if (!parts) return showLeaf(style, comparison)
  const value = (old ?? next)!
  if (value.kind === 'pointer') return wrap('&', showComparison(style, parts[0]!.comparison))
  const list = showParts(style, parts, value)
  return top ? withType(style, value, list, true) : withType(style, value, list)
}

function showLeaf(style: Style, { old, next }: Comparison): Text {
  if (style.mode === 'inserted') return showValue(style, next!)
  return showValue(style, (old ?? next)!)
}

function showParts(style: Style, parts: readonly Part[], value: GoValue): Text {
  const { mode, level = 0 } = style
  const limit = mode === 'same' ? ((1 << level) >> 1) << 2 : (1 << level) << 1
  const inner: Style = {
    ...style,
    types: value.kind === 'struct' ? 'some' : 'none',
    level: Math.max(0, level - 1),
  }
  const records =
    mode === 'differing'
      ? differingParts(inner, parts, value, limit)
      : uniformParts(inner, parts, value, limit)
  return wrap('{', { kind: 'list', records }, '}')
}

function uniformParts(style: Style, parts: readonly Part[], value: GoValue, limit: number): TextRecord[] {
  const records: TextRecord[] = []
  for (const { name, comparison } of parts) {
    if (records.length === limit) return [...records, { value: ellipsis, last: true }]
    const { old, next } = comparison
    const shown = style.mode === 'inserted' ? next : old
    if (!shown) continue
    const nothing = style.mode === 'same' ? isZero(old!) || isZero(next!) : isZero(shown)
    if (value.kind === 'struct' && nothing) continue
    records.push({ key: keyOf(value, name), value: showComparison(style, comparison) })
  }
  return records
}

function differingParts(style: Style, all: readonly Part[], value: GoValue, limit: number): TextRecord[] {
  const records: TextRecord[] = []
  const groups = groupsOf(all)
  const what = value.kind === 'struct' ? 'field' : value.kind === 'map' ? 'entry' : 'element'
  let shown = 0
  const left: Part[] = []
  for (const [i, group] of groups.entries()) {
    const differs = group[0]!.comparison.different > 0
    if (shown >= limit) left.push(...group)
    else if (differs) {
      records.push(...group.flatMap((part) => showDiffering(style, part, value)))
      shown += group.length
    } else records.push(...around(style, group, value, what, i === 0, i === groups.length - 1))
  }
  if (left.length) records.push({ value: ellipsis, last: true, comment: statistics(what, left) })
  return records
}

/** Of what is the same, only the neighbours of what differs. */
function around(
  style: Style,
  group: readonly Part[],
  value: GoValue,
  what: string,
  first: boolean,
  last: boolean,
): TextRecord[] {
  const count = group.length
  const low = first ? 0 : Math.min(context, count)
  let high = last ? 0 : Math.min(context, count - low)
  if (count - (low + high) === 1) high++
  const show = ({ name, comparison }: Part): TextRecord => ({
    key: keyOf(value, name),
    value: showComparison({ ...style, mode: 'same' }, comparison),
  })
  const hidden = group.slice(low, count - high)
  return [
    ...group.slice(0, low).map(show),
    ...(hidden.length ? [{ value: ellipsis, last: true, comment: statistics(what, hidden) }] : []),
    ...group.slice(count - high).map(show),
  ]
}

function showDiffering(style: Style, { name, comparison }: Part, value: GoValue): TextRecord[] {
  const key = keyOf(value, name)
  const { old, next, children, depth } = comparison
  if (children !== depth) return [{ key, value: showComparison(style, comparison) }]
  const record = (mark: Mark, mode: Mode): TextRecord => ({
    mark,
    key,
    value: showComparison({ ...style, mode }, comparison),
  })
  return [...(old ? [record('-', 'removed')] : []), ...(next ? [record('+', 'inserted')] : [])]
}

/** Neighbours that are the same, or that are not. */
function groupsOf(parts: readonly Part[]): Part[][] {
  const groups: Part[][] = []
  for (const part of parts) {
    const last = groups.at(-1)
    const differs = part.comparison.different > 0
    if (last && last[0]!.comparison.different > 0 === differs) last.push(part)
    else groups.push([part])
  }
  return groups
}

/** `3 identical fields`, `1 removed and 2 modified elements`. */
function statistics(what: string, parts: readonly Part[]): string {
  const counted = (label: string, test: (comparison: Comparison) => boolean): string[] => {
    const count = parts.filter(({ comparison }) => test(comparison)).length
    return count ? [`${count} ${label}`] : []
  }
  const words = [
    ...counted('identical', ({ different }) => different === 0),
    ...counted('removed', ({ different, next }) => different > 0 && !next),
    ...counted('inserted', ({ different, old }) => different > 0 && !old),
    ...counted('modified', ({ different, old, next }) => different > 0 && !!old && !!next),
  ]
  const noun = parts.length === 1 ? what : what.replace(/y$/, 'ie').concat('s')
  const all = words.length < 3 ? words.join(' and ') : `${words.slice(0, -1).join(', ')}, and ${words.at(-1)}`
  return `${all} ${noun}`
}

function keyOf(value: GoValue, name: string): string {
  if (value.kind === 'slice') return ''
  return value.kind === 'map' ? `${value.stringers ? 's' : ''}${quoted(name)}` : name
}

/** A value by itself. */
function showValue(style: Style, value: GoValue): Text {
  const { level = 0 } = style
  switch (value.kind) {
    case 'scalar':
      return typeof value.value === 'string' ? shortened(style, value.value) : line(String(value.value))
    case 'pointer':
      if (!value.to) return line('nil')
      return value.type === '*v1.LabelSelector'
        ? shortened(style, labelSelectorText(value.to), 's')
        : wrap('&', showValue(style, value.to))
    default: {
      if (value.kind !== 'struct' && itemsOf(value) === undefined) return line('nil')
      const limit = ((1 << level) >> 1) << 2
      const inner: Style = {
        ...style,
        types: value.kind === 'struct' ? 'some' : 'none',
        level: Math.max(0, level - 1),
      }
      const records = itemsOf(value)!.map(([name, item]) => ({
        key: keyOf(value, name),
        value: showValue(inner, item),
      }))
      const cut =
        records.length > limit ? [...records.slice(0, limit), { value: ellipsis, last: true }] : records
      return withType(style, value, wrap('{', { kind: 'list', records: cut }, '}'))
    }
  }
}

/** Fields that are not zero, items or entries; undefined of what is nil. */
function itemsOf(value: GoValue): (readonly [string, GoValue])[] | undefined {
  if (value.kind === 'slice') return value.items?.map((item) => ['', item])
  const fields = value.kind === 'struct' ? value.fields.filter((field) => !isZero(field.value)) : undefined
  return (fields ?? (value.kind === 'map' ? value.entries : undefined))?.map((field) => [
    field.name,
    field.value,
  ])
}

function withType({ mode, types }: Style, value: GoValue, text: Text, always = false): Text {
  if (!always && (types === 'none' || mode === 'same')) return text
  return wrap(value.type, text)
}

/** Long texts end early. */
function shortened({ level = 0 }: Style, text: string, prefix = ''): Text {
  const longest = (1 << level) << 5
  return text.length > longest + 3
    ? line(`${prefix}${quoted(text.slice(0, longest))}...`)
    : line(`${prefix}${quoted(text)}`)
}

/** In back quotes where quotes would need escapes (report_reflect.go formatString). */
function quoted(text: string): string {
  const quote = goQuote(text)
  if (quote.length === text.length + 2) return quote
  return /[`\n]|[^\P{C}\t]/u.test(text) ? quote : `\`${text}\``
}
