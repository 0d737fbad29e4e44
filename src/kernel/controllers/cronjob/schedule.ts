import { parseDurationMs } from '../../api/duration.ts'
import { cronError } from '../../api/kinds/validation/cron-schedule.ts'
import { UserError } from '../../api/user-error.ts'
import { momentOf, utc, zoneNamed, type Zone } from './zones.ts'

/** When a CronJob is due. */
export interface Schedule {
  /** The first moment after this one, milliseconds since the epoch; undefined if there is none within five years. */
  next(afterMs: number): number | undefined
}

/** Values that a field allows. */
export interface Field {
  readonly values: ReadonlySet<number>
  /** Written as `*` or `?`: says nothing. */
  readonly any: boolean
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const DAYS = 'sun mon tue wed thu fri sat'.split(' ')

interface Bounds {
  readonly min: number
  readonly max: number
  readonly names?: readonly string[]
}

/** Second, minute, hour, day of month, month, day of week. */
const bounds: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
]

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/** A schedule of five fields, or six that begin with seconds, or a descriptor (robfig/cron parser.go ParseStandard); throws UserError. */
export function parseSchedule(text: string, local: Zone = utc): Schedule {
  const [, name, rest = text] = /^(?:CRON_)?TZ=(\S*)\s+(.*)$/.exec(text) ?? []
  const zone = name === undefined ? local : zoneNamed(name)
  if (!zone) throw new UserError(`provided bad location ${name}: unknown time zone ${name}`)
  const every = /^@every (.*)$/.exec(rest)
  const fields = (descriptors[rest] ?? rest).split(/\s+/).filter(Boolean)
  const wrong = cronError(fields.length === 6 ? fields.slice(1).join(' ') : rest)
  if (wrong) throw new UserError(wrong)
  if (every) return everySo(parseDurationMs(every[1] ?? ''))
  const texts = fields.length === 6 ? fields : ['0', ...fields]
  return calendar(
    texts.map((field, i) => parseField(field, bounds[i])),
    zone,
  )
}

/** Whole seconds, one at least (constantdelay.go). */
function everySo(ms: number): Schedule {
  const delay = Math.max(1000, Math.floor(ms / 1000) * 1000)
  return { next: (afterMs) => Math.floor((afterMs + delay) / 1000) * 1000 }
}

/** `1,5-7/2,mon`. */
export function parseField(text: string, { min, max, names }: Bounds): Field {
  const values = new Set<number>()
  let any = false
  for (const part of text.split(',').filter(Boolean)) {
    const [range = '', step] = part.split('/')
    const [low = '', high] = range.split('-')
    const all = low === '*' || low === '?'
    const first = all ? min : numberIn(low, min, names)
    const open = all || (high === undefined && step !== undefined)
    const last = open ? max : high === undefined ? first : numberIn(high, min, names)
    const by = Number(step ?? 1)
    for (let value = first; value <= last; value += by) values.add(value)
    if (all && by === 1) any = true
  }
  return { values, any }
}

const numberIn = (text: string, min: number, names: readonly string[] = []): number => {
  const index = names.indexOf(text.toLowerCase())
  return index < 0 ? Number(text) : index + min
}

interface Wall {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly weekday: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

/** Jump to the next month, day, hour, minute, second in turn until all of them fit (robfig/cron spec.go Next). */
function calendar([seconds, minutes, hours, days, months, weekdays]: readonly Field[], zone: Zone): Schedule {
  const fits = ({ day, weekday }: Wall): boolean => {
    const [inMonth, inWeek] = [days.values.has(day), weekdays.values.has(weekday)]
    return days.any || weekdays.any ? inMonth && inWeek : inMonth || inWeek
  }
  return {
    next(afterMs) {
      let moment = (Math.floor(afterMs / 1000) + 1) * 1000
      let wall = wallOf(moment, zone)
      for (const lastYear = wall.year + 5; wall.year <= lastYear; wall = wallOf(moment, zone)) {
        const { year, month, day, minute, second } = wall
        if (!months.values.has(month)) moment = momentOf(Date.UTC(year, month, 1), zone)
        else if (!fits(wall)) moment = dayAfter(year, month, day, zone)
        else if (!hours.values.has(wall.hour)) moment += ((60 - minute) * 60 - second) * 1000
        else if (!minutes.values.has(minute)) moment += (60 - second) * 1000
        else if (!seconds.values.has(second)) moment += 1000
        else return moment
      }
      return undefined
    },
  }
}

/** The next day's beginning, also where its first hour is skipped. */
function dayAfter(year: number, month: number, day: number, zone: Zone): number {
  const moment = momentOf(Date.UTC(year, month - 1, day + 1), zone)
  return wallOf(moment, zone).day === day ? moment + 3_600_000 : moment
}

function wallOf(moment: number, zone: Zone): Wall {
  const date = new Date(moment + zone.offsetAt(moment))
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  }
}
