import type { Event } from 'kubernetes-types/core/v1'
import { parseTime } from '../../api/time.ts'
import { ageOf } from '../ages.ts'
import type { Writer } from './writer.ts'

/** The table of events at the end; nothing when they are not wanted (kubectl: DescribeEvents). */
export function describeEvents(w: Writer, events: readonly Event[] | undefined, now: number): void {
  if (!events) return
  if (!events.length) return w.field(0, 'Events', '<none>')
  w.line(0, 'Events:')
  w.line(1, 'Type\tReason\tAge\tFrom\tMessage')
  w.line(1, '----\t------\t----\t----\t-------')
  for (const event of sorted(events)) {
    const from = event.source?.component || event.reportingComponent || ''
    w.line(
      1,
      `${event.type}\t${event.reason}\t${eventAge(event, now)}\t${from}\t${(event.message ?? '').trim()}`,
    )
  }
}

const stamp = (time: unknown): number => parseTime(String(time ?? '')) ?? 0

const sorted = (events: readonly Event[]): Event[] =>
  [...events].sort((a, b) => stamp(a.lastTimestamp) - stamp(b.lastTimestamp))

/** `14s (x2 over 17s)`. */
export function eventAge(event: Event, now: number): string {
  const age = (time: unknown) => ageOf(time ? String(time) : undefined, now)
  const first = age(event.eventTime ?? event.firstTimestamp)
  if (event.series) return `${age(event.series.lastObservedTime)} (x${event.series.count} over ${first})`
  return (event.count ?? 0) > 1 ? `${age(event.lastTimestamp)} (x${event.count} over ${first})` : first
}
