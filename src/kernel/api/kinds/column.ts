import type { Column } from '../kind.ts'
import type { KubeObject } from '../objects.ts'
import { humanDuration } from '../duration.ts'
import { parseTime } from '../time.ts'

/** The first column of every table. */
export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  cell: ({ metadata }) => metadata.name ?? '',
}

/** How long ago the object was made. */
export const ageColumn: Column = {
  name: 'Age',
  type: 'string',
  cell: ({ metadata }, now) => printAge(metadata.creationTimestamp, now),
}

/** kubernetes: pkg/printers translateTimestampSince. */
export function printAge(timestamp: string | null | undefined, now: number): string {
  const time = timestamp ? parseTime(timestamp) : undefined
  return time === undefined ? '<unknown>' : humanDuration(now - time)
}

/** A text column. */
export const text = <T extends KubeObject>(
  name: string,
  cell: Column<T>['cell'],
  priority?: number,
): Column<T> => ({
  name,
  type: 'string',
  ...(priority && { priority }),
  cell,
})

/** A column of numbers. */
export const integer = <T extends KubeObject>(name: string, cell: Column<T>['cell']): Column<T> => ({
  name,
  type: 'integer',
  cell,
})
