import {
  applyFields,
  fieldContext,
  trackFields,
  type FieldContext,
  type OtherVersions,
} from '../api/managed-fields/field-manager.ts'
import { managedTypeOf } from '../api/managed-fields/api-type.ts'
import { fieldSetOf } from '../api/managed-fields/field-set.ts'
import { fieldElement } from '../api/managed-fields/path-element.ts'
import type { JsonObject, KubeObject } from '../api/objects.ts'
import type { Entry } from './entry.ts'
import { difference } from './sharing.ts'
import type { Custom, Resource } from './resources.ts'

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

function contextOf(resource: Resource, subresource: string, now: number): FieldContext {
  if (resource.custom) return customContext(resource, resource.custom, subresource, now)
  const { definition, struct, apiVersion, views } = resource
  const known = contexts.get(resource)?.get(subresource)
  if (known) return { ...known, now }
  const { kind, status } = definition
  const ofStatus = subresource === 'status' ? (statusResets[kind] ?? ['spec']) : []
  const own = ownResets[kind] ?? (status ? ['status'] : [])
  const resetFields = subresource === '' ? own : ofStatus
  const others = views.size ? otherViews(resource) : undefined
  const context = fieldContext(struct, { apiVersion, kind, subresource, now, resetFields, others })
  contexts.set(resource, (contexts.get(resource) ?? new Map()).set(subresource, context))
  return context
}

/** All but the time, which is the same for every write. */
const contexts = new WeakMap<Resource, Map<string, FieldContext>>()

/** apiextensions-apiserver: GetResetFields of strategy.go and status_strategy.go. */
function customContext(
  { definition, apiVersion }: Resource,
  { kind: { managedType }, versions }: Custom,
  subresource: string,
  now: number,
): FieldContext {
  const { kind, status } = definition
  const resets =
    subresource === 'status' ? ['metadata', 'spec'] : status && subresource === '' ? ['status'] : []
  return {
    type: managedType,
    apiVersion,
    kind,
    subresource,
    now,
    zero: { apiVersion, kind },
    resetFields: fieldSetOf(...resets.map((name) => [fieldElement(name)])),
    others: {
      typeOf: (version) => versions.get(version)?.managedType,
      convert: (value, _from, to) => versions.get(to)?.convert(value),
    },
  }
}

/** How the fields of the same object are called in its other versions. */
const otherViews = ({ views }: Resource): OtherVersions => ({
  typeOf: (version) => {
    const view = views.get(version)
    return view && managedTypeOf(view.struct)
  },
  convert: (value, from, to) => {
    const [source, target] = [views.get(from), views.get(to)]
    if (!source || !target) return undefined
    return target.shown(source.kept(value as unknown as KubeObject)) as unknown as JsonObject
  },
})

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
  // Parts that are the very same change nobody's fields; for other views of the object it takes the whole.
  const differing = resource.views.size || resource.custom ? { next, old: live } : difference(next, live)
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
