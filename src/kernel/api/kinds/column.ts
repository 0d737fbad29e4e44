import type { Column } from '../kind.ts'
import type { KubeObject } from '../objects.ts'
import { humanDuration } from '../duration.ts'
import { parseTime } from '../time.ts'

type Description = Column['description']

/** The first column of every table. */
export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: { doc: 'meta.v1.ObjectMeta.name' },
  cell: ({ metadata }) => metadata.name ?? '',
}

/** How long ago the object was made. */
export const ageColumn: Column = {
  name: 'Age',
  type: 'string',
  description: { doc: 'meta.v1.ObjectMeta.creationTimestamp' },
  cell: ({ metadata }, now) => printAge(metadata.creationTimestamp, now),
}

/** The column of a kind that has no printer of its own (apiserver: rest.defaultTableConvertor). */
export const createdAtColumn: Column = {
  name: 'Created At',
  type: 'date',
  description: { doc: 'meta.v1.ObjectMeta.creationTimestamp' },
  cell: ({ metadata }) => metadata.creationTimestamp ?? null,
}

/** kubernetes: pkg/printers/internalversion/printers.go translateTimestampSince. */
export function printAge(timestamp: string | null | undefined, now: number): string {
  const time = timestamp ? parseTime(timestamp) : undefined
  return time === undefined ? '<unknown>' : humanDuration(now - time)
}

/** Documentation of a field, as a column's description. */
export const doc = (path: string): Description => ({ doc: path })

/** A text column; priority 1 shows only with `-o wide`. */
export const text = <T extends KubeObject>(
  name: string,
  description: Description,
  cell: Column<T>['cell'],
  priority?: number,
): Column<T> => ({
  name,
  type: 'string',
  ...(description && { description }),
  ...(priority && { priority }),
  cell,
})

/** A text column that only `-o wide` shows. */
export const wide = <T extends KubeObject>(
  name: string,
  description: Description,
  cell: Column<T>['cell'],
): Column<T> => text(name, description, cell, 1)

/** A column of numbers. */
export const integer = <T extends KubeObject>(
  name: string,
  description: Description,
  cell: Column<T>['cell'],
): Column<T> => ({
  name,
  type: 'integer',
  ...(description && { description }),
  cell,
})

/** `a,b`, or `<none>` where there is nothing. */
export const listOrNone = (items: readonly string[]): string => items.join(',') || '<none>'

/** `a=b,c=d` sorted by key, or `<none>` (apimachinery: labels.FormatLabels). */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const entries = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return listOrNone(entries.map(([key, value]) => `${key}=${value}`))
}
