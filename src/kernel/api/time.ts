import { goQuote } from './go-quote.ts'
import { UserError } from './user-error.ts'

// metav1.Time is written in whole seconds, metav1.MicroTime in microseconds, always in UTC.

/** `2025-01-31T09:30:00Z` of milliseconds since the epoch; fractions of a second are cut off. */
export function formatTime(ms: number): string {
  const second = Math.floor(ms / 1000)
  if (second === last.second) return last.text
  const text = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`
  last = { second, text }
  return text
}

/** Most of what is stamped is stamped now. */
let last = { second: Number.NaN, text: '' }

/** `2025-01-31T09:30:00.123456Z`. */
export function formatMicroTime(ms: number): string {
  const micros = Math.floor(ms * 1000)
  const seconds = Math.floor(micros / 1e6)
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${`${micros - seconds * 1e6}`.padStart(6, '0')}Z`
}

/** Milliseconds since the epoch of an RFC 3339 text, fractions included; undefined when it is none. */
export function parseTime(text: string): number | undefined {
  const match = rfc3339.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match
  if (
    !isDate(Number(year), Number(month), Number(day)) ||
    Number(hour) > 23 ||
    Number(minute) > 59 ||
    Number(second) > 59
  )
    return undefined
  const base = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  // Date.UTC takes years below 100 for those of the twentieth century.
  const whole =
    Number(year) < 100 ? base - (Date.UTC(1900 + Number(year), 0) - yearStart(Number(year))) : base
  const micros = Math.floor(Number(`0${fraction}`) * 1e6 + 1e-6)
  return whole + micros / 1000 - offsetMs(zone)
}

/** The same, for a text that a user gave: throws UserError in Go's words. */
export function parseTimeStrict(text: string): number {
  const time = parseTime(text)
  if (time === undefined)
    throw new UserError(
      `parsing time ${goQuote(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${goQuote(text)} as "2006"`,
    )
  return time
}

/** A time for people and Go's `%v`: `2025-01-31 09:30:00 +0000 UTC`. */
export const printGoTime = (ms: number): string =>
  `${formatTime(ms).slice(0, 19).replace('T', ' ')} +0000 UTC`

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)([.,]\d+)?(Z|[+-]\d\d:\d\d)$/

function isDate(year: number, month: number, day: number): boolean {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
  return day >= 1 && day <= days
}

function offsetMs(zone: string): number {
  if (zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000
}

const yearStart = (year: number): number =>
  new Date(`${`${year}`.padStart(4, '0')}-01-01T00:00:00Z`).getTime()
