import type { ManagedFieldsEntry } from 'kubernetes-types/meta/v1'
import { isObject } from '../json.ts'
import type { JsonObject } from '../objects.ts'
import { formatTime, parseTime } from '../time.ts'
import { fromFieldsV1, toFieldsV1 } from './field-set.ts'
import type { Managers, VersionedSet } from './updater.ts'

// apimachinery: pkg/util/managedfields/internal/managedfields.go

/** metadata.managedFields, decoded: who owns what, and since when (milliseconds). Names are identifiers, see managerIdentifier. */
export interface Managed {
  readonly fields: Managers
  readonly times: ReadonlyMap<string, number>
}

export const emptyManaged: Managed = { fields: new Map(), times: new Map() }

/** A manager's name, operation, version and subresource in one text: appliers are the same in all versions. */
export function managerIdentifier({
  manager,
  operation,
  apiVersion,
  subresource,
}: ManagedFieldsEntry): string {
  return JSON.stringify({
    ...(manager ? { manager } : {}),
    ...(operation ? { operation } : {}),
    ...(apiVersion && operation !== 'Apply' ? { apiVersion } : {}),
    ...(subresource ? { subresource } : {}),
  })
}

/** The entry that an identifier was made of. */
export const entryOfIdentifier = (identifier: string): ManagedFieldsEntry | undefined => {
  try {
    return JSON.parse(identifier) as ManagedFieldsEntry
  } catch {
    return undefined
  }
}

/** Undefined when an entry cannot be understood. */
export function decodeManaged(entries: readonly ManagedFieldsEntry[]): Managed | undefined {
  const fields = new Map<string, VersionedSet>()
  const times = new Map<string, number>()
  for (const entry of entries) {
    const { operation, fieldsType, fieldsV1, apiVersion = '', time } = entry
    if ((operation !== 'Apply' && operation !== 'Update') || (fieldsType && fieldsType !== 'FieldsV1'))
      return undefined
    const { identifier, since } = nameOf(entry, time)
    const set = fromFieldsV1(isObject(fieldsV1 as JsonObject) ? (fieldsV1 as JsonObject) : {})
    fields.set(identifier, { set, version: apiVersion, applied: operation === 'Apply' })
    if (since !== undefined) times.set(identifier, since)
  }
  return { fields, times }
}

interface Name {
  readonly identifier: string
  readonly since: number | undefined
}

/** Entries never change, and those of an object come again with each write of it. */
const names = new WeakMap<ManagedFieldsEntry, Name>()
const entries = new WeakMap<VersionedSet['set'], Name & { readonly entry: ManagedFieldsEntry }>()

function nameOf(entry: ManagedFieldsEntry, time: string | undefined): Name {
  const known = names.get(entry)
  if (known) return known
  const name = {
    identifier: managerIdentifier(entry),
    since: time === undefined ? undefined : parseTime(time),
  }
  names.set(entry, name)
  return name
}

/** The entries in the order in which the API server keeps them: appliers first, the oldest first. */
export function encodeManaged({ fields, times }: Managed): ManagedFieldsEntry[] {
  return [...fields]
    .map(([identifier, entry]) => encodeEntry(identifier, entry, times.get(identifier)))
    .sort(compareEntries)
}

function encodeEntry(
  identifier: string,
  { set, version, applied }: VersionedSet,
  time: number | undefined,
): ManagedFieldsEntry {
  const known = entries.get(set)
  if (known && known.identifier === identifier && known.since === time && known.entry.apiVersion === version)
    return known.entry
  const { manager, subresource } = entryOfIdentifier(identifier) ?? {}
  const entry: ManagedFieldsEntry = {
    ...(manager ? { manager } : {}),
    operation: applied ? 'Apply' : 'Update',
    apiVersion: version,
    ...(time === undefined ? {} : { time: formatTime(time) }),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(set),
    ...(subresource ? { subresource } : {}),
  }
  entries.set(set, { identifier, since: time, entry })
  return entry
}

function compareEntries(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  const keys = (entry: ManagedFieldsEntry) => [
    entry.operation ?? '',
    // RFC 3339 in UTC sorts as text.
    entry.time ?? '',
    entry.manager ?? '',
    entry.apiVersion ?? '',
    entry.subresource ?? '',
  ]
  const [left, right] = [keys(a), keys(b)]
  const place = left.findIndex((text, i) => text !== right[i])
  return place < 0 ? 0 : (left[place] ?? '') < (right[place] ?? '') ? -1 : 1
}
