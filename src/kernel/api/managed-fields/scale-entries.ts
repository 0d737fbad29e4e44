import type { ManagedFieldsEntry } from 'kubernetes-types/meta/v1'
import { decodeManaged, emptyManaged, encodeManaged } from './entries.ts'
import { difference, fieldSetOf, hasPath, isEmptySet } from './field-set.ts'
import type { Path } from './path-element.ts'
import type { VersionedSet } from './updater.ts'

// apimachinery: pkg/util/managedfields/scalehandler.go

const scaleVersion = 'autoscaling/v1'
const replicasInScale: Path = ['f:spec', 'f:replicas']

/** Where versions of a resource keep their replicas; null for one without a scale subresource. */
export type ReplicasPaths = Readonly<Record<string, Path | null>>

/** Managed fields of an object as its scale subresource shows them. */
export function toScaleEntries(
  parent: readonly ManagedFieldsEntry[],
  paths: ReplicasPaths,
): ManagedFieldsEntry[] {
  const { fields, times } = decodeManaged(parent) ?? emptyManaged
  const owners = [...fields].filter(([, { set, version }]) => {
    const path = paths[version]
    return path ? hasPath(set, path) : false
  })
  const scaled = owners.map(([name, { applied }]): [string, VersionedSet] => [
    name,
    { set: fieldSetOf(replicasInScale), version: scaleVersion, applied },
  ])
  return encodeManaged({ fields: new Map(scaled), times })
}

/** Managed fields of an object after a write to its scale subresource left these; `version` is the object's. */
export function toParentEntries(
  parent: readonly ManagedFieldsEntry[],
  scale: readonly ManagedFieldsEntry[],
  paths: ReplicasPaths,
  version: string,
): ManagedFieldsEntry[] {
  const { fields: before, times } = decodeManaged(parent) ?? emptyManaged
  const after = decodeManaged(scale) ?? emptyManaged
  const left = new Map(after.fields)
  const fields = new Map<string, VersionedSet>()
  for (const [name, entry] of before) {
    const path = paths[entry.version]
    // Versions that are unknown are forgotten.
    if (path === undefined) continue
    const owns = path !== null && hasPath(entry.set, path)
    if (!owns || left.has(name)) {
      fields.set(name, entry)
      if (owns) left.delete(name)
      continue
    }
    const set = difference(entry.set, fieldSetOf(path))
    if (!isEmptySet(set)) fields.set(name, { ...entry, set })
  }
  const own = paths[version]
  for (const [name, { set, applied }] of left)
    if (own && hasPath(set, replicasInScale)) fields.set(name, { set: fieldSetOf(own), version, applied })
  // Upstream dates what the parent's managers wrote, and forgets when the scale was written.
  return encodeManaged({ fields, times })
}
