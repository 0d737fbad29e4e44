import { goQuote } from '../../go-quote.ts'

/** What is wrong with a schedule, in the words of robfig/cron's ParseStandard (parser.go); undefined if nothing is. */
export function cronError(schedule: string): string | undefined {
  const zoned = /^(?:CRON_)?TZ=\S* *(.*)$/.exec(schedule)
  const text = zoned ? zoned[1]! : schedule
  if (text.startsWith('@')) return descriptorError(text)
  const fields = text.split(/\s+/).filter(Boolean)
  if (fields.length !== 5) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`
  for (const [i, bounds] of allBounds.entries()) {
    for (const part of fields[i]!.split(',').filter(Boolean)) {
      const wrong = rangeError(part, bounds)
      if (wrong) return wrong
    }
  }
  return undefined
}

interface Bounds {
  readonly min: number
  readonly max: number
  readonly names?: readonly string[]
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const days = 'sun mon tue wed thu fri sat'.split(' ')
const allBounds: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: days },
]

const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']

function descriptorError(text: string): string | undefined {
  if (descriptors.includes(text)) return undefined
  const every = /^@every (.*)$/.exec(text)
  if (!every) return `unrecognized descriptor: ${text}`
  return /^([0-9]*\.?[0-9]+(ns|us|µs|ms|s|m|h))+$/.test(every[1]!)
    ? undefined
    : `failed to parse duration ${text}: time: invalid duration ${goQuote(every[1]!)}`
}

/** A number, a name, a range, `*` or `?`, each with a step or without (getRange). */
function rangeError(text: string, bounds: Bounds): string | undefined {
  const [range = '', step, ...slashes] = text.split('/')
  const [low = '', high, ...hyphens] = range.split('-')
  const any = low === '*' || low === '?'
  let start = bounds.min
  let end = bounds.max
  if (!any) {
    if (hyphens.length) return `too many hyphens: ${text}`
    const first = numberOf(low, bounds)
    if (typeof first === 'string') return first
    const last = high === undefined ? (step === undefined ? first : bounds.max) : numberOf(high, bounds)
    if (typeof last === 'string') return last
    ;[start, end] = [first, last]
  }
  if (slashes.length) return `too many slashes: ${text}`
  const every = step === undefined ? 1 : numberOf(step, { min: 0, max: 0 })
  if (typeof every === 'string') return every
  if (start < bounds.min) return `beginning of range (${start}) below minimum (${bounds.min}): ${text}`
  if (end > bounds.max) return `end of range (${end}) above maximum (${bounds.max}): ${text}`
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${text}`
  return every === 0 ? `step of range should be a positive number: ${text}` : undefined
}

/** The number, or what is wrong with it. */
function numberOf(text: string, { min, names }: Bounds): number | string {
  const named = names?.indexOf(text.toLowerCase()) ?? -1
  if (named >= 0) return named + min
  if (!/^[+-]?[0-9]+$/.test(text))
    return `failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`
  return Number(text) < 0 ? `negative number (${Number(text)}) not allowed: ${text}` : Number(text)
}
