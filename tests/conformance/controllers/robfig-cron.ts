import { parseDurationMs } from '../../../src/kernel/api/duration.ts'
import { cronError } from '../../../src/kernel/api/kinds/validation/cron-schedule.ts'
import { parseField, parseSchedule, type Field } from '../../../src/kernel/controllers/cronjob/schedule.ts'
import { momentOf, utc, zoneNamed, type Zone } from '../../../src/kernel/controllers/cronjob/zones.ts'
import { difference, jsonLines, notApplicable, tally, type OracleSuite, type Verdict } from '../suite.ts'

/** A table of robfig/cron's tests. */
interface Table {
  readonly scope: string
  // biome-ignore lint/suspicious/noExplicitAny: rows are whatever the table holds
  readonly value: any[]
}

interface Row {
  readonly scope: string
  // biome-ignore lint/suspicious/noExplicitAny: rows are whatever the table holds
  readonly c: any
}

/** An expression of Go as the recording has it. */
interface Expression {
  readonly $op?: string
  readonly $ident?: string
  readonly l?: Expression | number
  readonly r?: Expression | number
}

const STAR = 63

/** Bits that an expression of shifts and ors sets. */
function bitsOf(expression: Expression | number): Set<number> {
  if (typeof expression === 'number') return new Set([expression])
  if (expression.$ident === 'starBit') return new Set([STAR])
  if (expression.$op === '<<') return new Set([expression.r as number])
  const sides = [expression.l, expression.r].filter((side) => side !== undefined)
  return new Set(sides.flatMap((side) => [...bitsOf(side)]))
}

const sorted = (values: Iterable<number>) => [...values].sort((a, b) => a - b)
const fieldBits = ({ values, any }: Field) => sorted(any ? [...values, STAR] : values)

/** `Mon Jul 9 15:00 2012`, `2012-03-11T00:00:00-0500`, either after `TZ=...`. */
function timeOf(text: string): { readonly ms: number; readonly zone: Zone } {
  const [, name = '', rest = text] = /^TZ=(\S+) (.*)$/.exec(text) ?? []
  const zone = zoneNamed(name) ?? utc
  if (/^\d{4}-/.test(rest)) {
    const offset = /([+-]\d\d)(\d\d)$/.exec(rest)
    return {
      ms: Date.parse(rest.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')),
      zone: offset && !name ? fixed(offset) : zone,
    }
  }
  const wall = Date.parse(`${rest.replace(/^\w+ /, '')} UTC`)
  return { ms: momentOf(wall, zone), zone }
}

const fixed = ([text, hours, minutes]: RegExpExecArray): Zone => {
  const sign = hours.startsWith('-') ? -1 : 1
  const offset = sign * (Math.abs(Number(hours)) * 60 + Number(minutes)) * 60_000
  return { name: text, offsetAt: () => offset }
}

const NORMALIZE = 'options of a parser that Kubernetes does not use'

function judge({ scope, c }: Row): Verdict {
  switch (scope) {
    case 'TestRange':
      if (c.err) return notApplicable('bounds that no field has; errors are judged with whole schedules')
      return difference(fieldBits(parseField(c.expr, c)), sorted(bitsOf(c.expected)))
    case 'TestField':
      return difference(sorted(parseField(c.expr, c).values), sorted(bitsOf(c.expected)))
    case 'TestActivation': {
      const { ms } = timeOf(c.time)
      return difference(parseSchedule(c.spec).next(ms - 1000) === ms, c.expected)
    }
    case 'TestNext':
    case 'TestNextWithTz': {
      const { ms, zone } = timeOf(c.time)
      const want =
        c.expected === ''
          ? undefined
          : timeOf(zone.name && !/[+-]\d{4}$/.test(c.expected) ? `TZ=${zone.name} ${c.expected}` : c.expected)
              .ms
      return difference(parseSchedule(c.spec, zone).next(ms), want)
    }
    case 'TestErrors':
      return cronError(c) ? undefined : 'no error'
    case 'TestStandardSpecSchedule':
      if (c.err) return cronError(c.expr)?.includes(c.err) ? undefined : `got ${cronError(c.expr)}`
      return cronError(c.expr)
    case 'TestParseSchedule':
    case 'TestOptionalSecondSchedule':
      return sameSchedule(c)
    case 'TestConstantDelayNext':
      return delayed(c)
    case 'TestNormalizeFields':
    case 'TestNormalizeFields_Errors':
      return notApplicable(NORMALIZE)
    default:
      return notApplicable('bits of a Go integer')
  }
}

const named: Readonly<Record<string, string>> = {
  every5min: '0 5 * * * *',
  every5min5s: '5 5 * * * *',
  midnight: '0 0 0 * * *',
  annual: '0 0 0 1 1 *',
}

/** Both are due at the same moments. */
function sameSchedule(c: {
  expr: string
  expected: { $call?: string; args?: { $ident: string }[] }
}): Verdict {
  const call = c.expected.$call
  if (!call) return notApplicable('a Go value written out')
  const place = c.expected.args?.[0].$ident
  const zone = place === 'tokyo' ? zoneNamed('Asia/Tokyo') : utc
  const [ours, theirs] = [parseSchedule(c.expr), parseSchedule(named[call] ?? '', zone)]
  const start = Date.parse('2012-07-09T14:45:00Z')
  const first = ours.next(start)
  return difference([first, ours.next(first ?? 0)], [theirs.next(start), theirs.next(first ?? 0)])
}

const UNITS: Readonly<Record<string, number>> = {
  'time.Hour': 3_600_000,
  'time.Minute': 60_000,
  'time.Second': 1000,
  'time.Millisecond': 1,
  'time.Nanosecond': 1e-6,
}

function msOf(delay: Expression | number | undefined): number {
  if (typeof delay === 'number') return delay
  if (!delay) return 0
  if (delay.$ident) return UNITS[delay.$ident] ?? Number.NaN
  const [l, r] = [msOf(delay.l), msOf(delay.r)]
  return delay.$op === '*' ? l * r : l + r
}

function delayed(c: { delay: Expression; time: string; expected: string }): Verdict {
  const seconds = msOf(c.delay) / 1000
  if (!Number.isFinite(seconds)) return 'a delay that is not understood'
  const text = `${Math.max(1, Math.floor(seconds))}s`
  if (!Number.isFinite(parseDurationMs(text))) return 'no duration'
  return difference(parseSchedule(`@every ${text}`).next(timeOf(c.time).ms), timeOf(c.expected).ms)
}

export const robfigCronSuite: OracleSuite = {
  pattern: /^misc\/robfig-cron\.jsonl$/,
  run: (_path, text) =>
    tally(
      jsonLines<Table>(text).flatMap(({ scope, value }) => value.map((c): Row => ({ scope, c }))),
      ({ scope, c }, i) => `${scope}:${i} ${JSON.stringify(c).slice(0, 150)}`,
      judge,
    ),
}
