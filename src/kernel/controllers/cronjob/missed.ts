import type { CronJob } from 'kubernetes-types/batch/v1'
import { creationOf, timeOf } from '../pods.ts'
import type { Schedule } from './schedule.ts'

// kubernetes: pkg/controller/cronjob/utils.go

export type Missed = 'none' | 'few' | 'many'

export interface Recent {
  /** From when on starts count. */
  readonly earliest: number
  /** The last start that should have been, if any. */
  readonly time: number | undefined
  readonly missed: Missed
  /** The schedule makes no sense. */
  readonly error?: string
}

/** Missed starts beyond this are worth a warning. */
const MANY = 100
/** What is added so that the next look comes after the start, not before (nextScheduleDelta). */
const DELTA_MS = 100

/** The last start that is due at `now` (mostRecentScheduleTime). */
export function mostRecent(
  cronJob: Pick<CronJob, 'metadata' | 'spec' | 'status'>,
  now: number,
  schedule: Schedule,
  withDeadline: boolean,
): Recent {
  const { lastScheduleTime } = cronJob.status ?? {}
  const { startingDeadlineSeconds } = cronJob.spec ?? {}
  let earliest = lastScheduleTime ? timeOf(lastScheduleTime) : creationOf(cronJob)
  if (withDeadline && startingDeadlineSeconds !== undefined)
    earliest = Math.max(earliest, now - startingDeadlineSeconds * 1000)
  const first = schedule.next(earliest)
  const second = first === undefined ? undefined : schedule.next(first)
  // A day that never comes.
  if (first === undefined || second === undefined)
    return {
      earliest,
      time: undefined,
      missed: 'none',
      error: 'time difference between two schedules is less than 1 second',
    }
  if (now < first) return { earliest, time: undefined, missed: 'none' }
  if (now < second) return { earliest, time: first, missed: 'none' }
  const seconds = Math.round((second - first) / 1000)
  const count = Math.floor(Math.floor((now - first) / 1000) / seconds) + 1
  let time: number | undefined
  for (
    let next = schedule.next(first + (count - 2) * seconds * 1000);
    next !== undefined && next <= now;
    next = schedule.next(next)
  )
    time = next
  return { earliest, time, missed: count > MANY ? 'many' : 'few' }
}

/** How long until the next look (nextScheduleTimeDuration). */
export function untilNext(
  cronJob: Pick<CronJob, 'metadata' | 'spec' | 'status'>,
  now: number,
  schedule: Schedule,
): number {
  const { earliest, time, missed, error } = mostRecent(cronJob, now, schedule, false)
  const from = error ? now : (time ?? (missed === 'none' ? earliest : now))
  // Without a next time upstream's is the year 1: it looks again at once, for ever; once in a while is enough.
  const next = schedule.next(from)
  return next === undefined ? 3_600_000 : next - now + DELTA_MS
}
