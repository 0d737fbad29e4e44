import { zoneRules } from './zone-rules.ts'

/** A zone of the IANA database: how far its clocks are ahead of UTC, by today's rules. */
export interface Zone {
  readonly name: string
  /** Milliseconds to add to UTC at a moment. */
  offsetAt(utcMs: number): number
}

export const utc: Zone = { name: 'UTC', offsetAt: () => 0 }

/** The zone of that name; undefined if there is none. `UTC`, `Local` and the empty name are UTC, as on our machines. */
export function zoneNamed(name: string): Zone | undefined {
  if (name === '' || name === 'UTC' || name === 'Local') return utc
  for (const [rule, names] of Object.entries(zoneRules))
    if (names.split(' ').includes(name)) return { name, offsetAt: offsetsBy(rule) }
  return undefined
}

/** The moment when the zone's clocks show this; a time that they skip is taken as if they did not (Go: time.Date). */
export const momentOf = (wallMs: number, { offsetAt }: Zone): number =>
  wallMs - offsetAt(wallMs - offsetAt(wallMs))

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NAME = '(?:<[^>]+>|[A-Za-z]+)'
const TIME = '([+-]?[\\d:]+)'
const posix = new RegExp(`^${NAME}${TIME}(?:${NAME}${TIME}?,(.+),(.+))?$`)

/** A rule as POSIX.1 writes it: `EST5EDT,M3.2.0,M11.1.0`; hours west of Greenwich are positive there. */
function offsetsBy(rule: string): (utcMs: number) => number {
  const [, west = '0', westInSummer, begin, end] = posix.exec(rule) ?? []
  const standard = -msOf(west)
  if (begin === undefined || end === undefined) return () => standard
  const summer = westInSummer === undefined ? standard + HOUR : -msOf(westInSummer)
  return (utcMs) => {
    const year = new Date(utcMs + standard).getUTCFullYear()
    const from = changeIn(year, begin) - standard
    const to = changeIn(year, end) - summer
    const isSummer = from < to ? from <= utcMs && utcMs < to : utcMs < to || from <= utcMs
    return isSummer ? summer : standard
  }
}

/** `M3.2.0/2`: the second Sunday of March at two; the fifth is the last. In the zone's own time. */
function changeIn(year: number, rule: string): number {
  const [date = '', time = '2'] = rule.split('/')
  const [month = 1, week = 1, day = 0] = date.slice(1).split('.').map(Number)
  const first = Date.UTC(year, month - 1, 1)
  const offset = (day - new Date(first).getUTCDay() + 7) % 7
  let at = first + (offset + (week - 1) * 7) * DAY
  if (new Date(at).getUTCMonth() !== month - 1) at -= 7 * DAY
  return at + msOf(time)
}

function msOf(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.replace(/^[+-]/, '').split(':').map(Number)
  const ms = hours * HOUR + minutes * 60_000 + seconds * 1000
  return time.startsWith('-') ? -ms : ms
}
