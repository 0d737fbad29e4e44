import { goQuote } from './go-quote.ts'
import { maxInt64 } from './int64.ts'
import { UserError } from './user-error.ts'

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}

/** Nanoseconds of a duration such as `1h15m30.5s` (Go: time.ParseDuration); throws UserError. */
export function parseDurationNs(text: string): bigint {
  const wrong = () => new UserError(`time: invalid duration ${goQuote(text)}`)
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? []
  if (rest === '0') return 0n
  if (rest === '') throw wrong()
  const pattern = /([0-9]*)(\.[0-9]*)?([^0-9.]*)/y
  let total = 0n
  while (pattern.lastIndex < rest.length) {
    const [found = '', whole = '', fraction = '', unit = ''] = pattern.exec(rest) ?? []
    if (found === '' || (whole === '' && (fraction === '' || fraction === '.'))) throw wrong()
    if (unit === '') throw new UserError(`time: missing unit in duration ${goQuote(text)}`)
    const size = units[unit]
    if (size === undefined)
      throw new UserError(`time: unknown unit ${goQuote(unit)} in duration ${goQuote(text)}`)
    const decimals = fraction.slice(1, 20)
    total += BigInt(whole || '0') * size + (BigInt(decimals || '0') * size) / 10n ** BigInt(decimals.length)
    if (total > maxInt64 + (sign === '-' ? 1n : 0n)) throw wrong()
  }
  return sign === '-' ? -total : total
}

/** Milliseconds of a duration; fractions of a millisecond stay. */
export const parseDurationMs = (text: string): number => Number(parseDurationNs(text)) / 1e6

/** A duration as Go prints it, e.g. `1h15m30.5s`, `1.5ms`, `0s` (Go: time.Duration.String). */
export function printDurationNs(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s'
  const sign = nanoseconds < 0n ? '-' : ''
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds
  if (size < 1000n) return `${sign}${size}ns`
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 6)}ms`
  const minutes = size / 60_000_000_000n
  const seconds = `${decimal(size % 60_000_000_000n, 9)}s`
  if (minutes === 0n) return sign + seconds
  return minutes < 60n
    ? `${sign}${minutes}m${seconds}`
    : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`
}

/** A duration of milliseconds as Go prints it. */
export const printDurationMs = (ms: number): string => printDurationNs(BigInt(Math.round(ms * 1e6)))

/** An age as `kubectl get` shows it: at most three digits of precision, e.g. `5m30s`, `3d4h`, `2y45d` (apimachinery: duration.HumanDuration). */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's')
  const hours = Math.floor(minutes / 60)
  if (hours < 3) return `${minutes}m`
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (days < 8) return pair(days, 'd', hours % 24, 'h')
  if (days < 2 * 365) return `${days}d`
  const years = Math.floor(days / 365)
  return years < 8 ? pair(years, 'y', days % 365, 'd') : `${years}y`
}

/** An age with one unit only, e.g. `59m` (duration.ShortHumanDuration). */
export function shortHumanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 24 * 3600) return `${Math.floor(seconds / 3600)}h`
  return seconds < 365 * 24 * 3600
    ? `${Math.floor(seconds / 86400)}d`
    : `${Math.floor(seconds / 86400 / 365)}y`
}

/** The second part is dropped when it is zero. */
const pair = (first: number, unit: string, second: number, smaller: string): string =>
  second === 0 ? `${first}${unit}` : `${first}${unit}${second}${smaller}`

function decimal(value: bigint, places: number): string {
  const digits = `${value}`.padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/0+$/, '')
  return fraction ? `${digits.slice(0, -places)}.${fraction}` : digits.slice(0, -places)
}
