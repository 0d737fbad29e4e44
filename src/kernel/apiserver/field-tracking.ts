import {
  applyFields,
  fieldContext,
  trackFields,
  type FieldContext,
} from '../api/managed-fields/field-manager.ts'
import type { JsonObject } from '../api/objects.ts'
import type { Entry } from './entry.ts'
import { difference } from './sharing.ts'
import type { Resource } from './resources.ts'

/** Fields that a write to the status leaves as they are, where it is not the spec alone (GetResetFields of the strategies). */
const statusResets: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec', 'metadata.deletionTimestamp', 'metadata.ownerReferences'],
  Deployment: ['spec', 'metadata.labels'],
  DaemonSet: ['spec', 'metadata.labels'],
}

/** Fields that a write to the object itself leaves as they are, where it is not the status alone. */
const ownResets: Readonly<Record<string, readonly string[]>> = {
  CertificateSigningRequest: ['spec', 'status'],
}

function contextOf(
  { definition, struct, apiVersion }: Resource,
  subresource: string,
  now: number,
): FieldContext {
  const { kind, status } = definition
  const ofStatus = subresource === 'status' ? (statusResets[kind] ?? ['spec']) : []
  const own = ownResets[kind] ?? (status ? ['status'] : [])
  const resetFields = subresource === '' ? own : ofStatus
  return fieldContext(struct, { apiVersion, kind, subresource, now, resetFields })
}

/** The object with word in its metadata of who owns which of its fields; `live` is what it replaces. */
export function tracked(
  resource: Resource,
  subresource: string,
  live: JsonObject | undefined,
  next: JsonObject,
  manager: string,
  now: number,
): JsonObject {
  const context = contextOf(resource, subresource, now)
  if (!live) return trackFields(context, undefined, next, manager)
  // Parts that are the very same change nobody's fields.
  const differing = difference(next, live)
  const { metadata } = trackFields(context, differing.old, differing.next, manager)
  return { ...next, metadata }
}

/** The status of an object as the server itself leaves it. */
export const trackedOwnStatus = (
  resource: Resource,
  live: Entry,
  next: JsonObject,
  now: number,
): JsonObject =>
  tracked(resource, 'status', live.object as unknown as JsonObject, next, 'kube-apiserver', now)

/** Server-side apply; throws 400, 409. */
export function applied(
  resource: Resource,
  subresource: string,
  live: JsonObject | undefined,
  config: JsonObject,
  { manager, force, now }: { readonly manager: string; readonly force: boolean; readonly now: number },
): JsonObject {
  return applyFields(contextOf(resource, subresource, now), live, config, manager, force)
}
