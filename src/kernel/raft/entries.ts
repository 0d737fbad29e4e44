import type { Entry } from './types.ts'

/** The size of an entry on the wire (etcd counts protobuf bytes: three tagged numbers and the data). */
export const entrySize = (entry: Entry): number =>
  4 +
  varint(entry.term) +
  varint(entry.index) +
  (entry.data === '' ? 0 : 1 + varint(entry.data.length) + entry.data.length)

/** The size of entries on the wire. */
export const entriesSize = (entries: readonly Entry[]): number => {
  let size = 0
  for (const entry of entries) size += entrySize(entry)
  return size
}

/** The size of what was proposed; a new leader's empty entry counts nothing. */
export const payloadSize = (entries: readonly Entry[]): number => {
  let size = 0
  for (const entry of entries) size += entry.data.length
  return size
}

/** How many of the entries from..to fit into `maxSize`; never fewer than one. */
export const fitting = (entries: readonly Entry[], from: number, to: number, maxSize: number): number => {
  if (maxSize === Number.POSITIVE_INFINITY || to <= from) return to
  let size = entrySize(entries[from]!)
  for (let end = from + 1; end < to; end++) {
    size += entrySize(entries[end]!)
    if (size > maxSize) return end
  }
  return to
}

const varint = (value: number): number => {
  let bytes = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++
  return bytes
}
