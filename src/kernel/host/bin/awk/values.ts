import { formatPrintf } from '../../shell/printf.ts'

/** A number, a string, or what came from outside: text that is compared as a number when it looks like one. */
export type Value =
  | number
  | string
  | { readonly text: string; readonly number: number; readonly numeric?: boolean }

/** Text from input as a value. */
export function looksNumeric(text: string): Value {
  const trimmed = text.trim()
  if (!/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(trimmed)) return text
  return { text, number: Number(trimmed), numeric: true }
}

/** The number at the beginning of a text. */
export function toNumber(value: Value): number {
  if (typeof value === 'number') return value
  if (typeof value === 'object') return value.number
  return Number(/^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(value)?.[0] ?? 0)
}

/** Whole numbers as they are, others by a format. */
export function formatNumber(value: number, format: string): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return String(value)
  if (Number.isInteger(value)) return String(BigInt(value))
  return formatPrintf(format, [String(value)]).text
}

/** printf of awk: missing values are empty, the format is used once. */
export function formatAwk(format: string, values: readonly Value[], text: (value: Value) => string): string {
  let next = 0
  let out = ''
  for (const match of format.matchAll(/%%|%[-+ 0#]*(\*|\d+)?(?:\.(?:\*|\d+)?)?[a-zA-Z]|[^%]+|%/g)) {
    const [spec] = match
    if (spec === '%%') out += '%'
    else if (!/^%.*[a-zA-Z]$/.test(spec)) out += spec
    else {
      const sized = spec.replace(/\*/g, () => String(toNumber(values[next++] ?? 0)))
      out += formatOne(sized, values[next++] ?? '', text)
    }
  }
  return out
}

function formatOne(spec: string, value: Value, text: (value: Value) => string): string {
  const kind = spec.at(-1) as string
  if (kind === 'c')
    return formatPrintf(`${spec.slice(0, -1)}s`, [
      typeof value === 'number' ? String.fromCodePoint(value) : text(value).slice(0, 1),
    ]).text
  if (kind === 's') return formatPrintf(spec, [text(value)]).text
  if (/[diuxXo]/.test(kind))
    return formatPrintf(spec, [String(BigInt(Math.trunc(toNumber(value)) || 0))]).text
  return formatPrintf(spec, [String(toNumber(value))]).text
}
