/** Indexes as ordered, disjoint intervals: what `status.completedIndexes` writes `0,2-5` (kubernetes: job/indexed_job_utils.go). */
export type Intervals = readonly Interval[]

export interface Interval {
  readonly first: number
  readonly last: number
}

/** Anything beyond `completions` is cut off; what cannot be read is passed over. */
export function parseIntervals(text: string | undefined, completions: number): Intervals {
  const result: Interval[] = []
  for (const part of text ? text.split(',') : []) {
    const [, from, , to] = /^(\d+)(-(\d+))?$/.exec(part) ?? []
    if (from === undefined) continue
    const first = Number(from)
    if (first >= completions) break
    append(result, { first, last: to === undefined ? first : Math.min(Number(to), completions - 1) })
  }
  return result
}

/** Two neighbours are written one by one, more as a range. */
export const formatIntervals = (intervals: Intervals): string =>
  intervals
    .map(({ first, last }) =>
      first === last ? `${first}` : last === first + 1 ? `${first},${last}` : `${first}-${last}`,
    )
    .join(',')

export function withIndexes(intervals: Intervals, indexes: Iterable<number>): Intervals {
  const added = [...indexes].map((index) => ({ first: index, last: index }))
  const result: Interval[] = []
  for (const interval of [...intervals, ...added].sort((a, b) => a.first - b.first)) append(result, interval)
  return result
}

export const totalOf = (intervals: Intervals): number =>
  intervals.reduce((sum, { first, last }) => sum + last - first + 1, 0)

export const hasIndex = (intervals: Intervals, index: number): boolean =>
  intervals.some(({ first, last }) => first <= index && index <= last)

/** How many indexes both have. */
export function overlap(a: Intervals, b: Intervals): number {
  let count = 0
  for (const x of a)
    for (const y of b) count += Math.max(0, Math.min(x.last, y.last) - Math.max(x.first, y.first) + 1)
  return count
}

/** The first `count` indexes below `completions` that are not taken. */
export function firstFree(taken: Intervals, count: number, completions: number): number[] {
  const free: number[] = []
  let candidate = 0
  for (const { first, last } of [...taken, { first: completions, last: completions }]) {
    for (; candidate < Math.min(first, completions) && free.length < count; candidate++) free.push(candidate)
    candidate = Math.max(candidate, last + 1)
  }
  return free
}

function append(intervals: Interval[], next: Interval): void {
  const last = intervals.at(-1)
  if (!last || next.first > last.last + 1) intervals.push(next)
  else if (last.last < next.last) intervals[intervals.length - 1] = { first: last.first, last: next.last }
}
