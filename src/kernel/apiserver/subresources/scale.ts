import type { Scale } from 'kubernetes-types/autoscaling/v1'
import type { ManagedFieldsEntry } from 'kubernetes-types/meta/v1'
import { invalid } from '../../api/field-error.ts'
import type { ScaleSpec } from '../../api/kind.ts'
import type { Json, JsonObject, KubeObject } from '../../api/objects.ts'
import { encode } from '../../api/schema/encode.ts'
import { badRequest, invalidObject, StatusError } from '../../api/status.ts'
import type { HttpResponse } from '../../host/http.ts'
import { decodeStruct, decodeStructValue } from '../body.ts'
import type { ResourceCall } from '../call.ts'
import { withMeta } from '../meta.ts'
import { applyType, readPatch } from '../patch.ts'
import { find } from '../read.ts'
import { render } from '../render.ts'
import { update } from '../store.ts'
import type { Task } from '../task.ts'
import { dryRunOrChanged, writingOf } from '../write.ts'
import { writeOptions, type WriteOptions } from '../write-options.ts'
import { ScaleOwners } from './scale-owners.ts'
import type { Subresource } from './subresource.ts'

const struct = 'autoscaling.v1.Scale'

/** The number of replicas of whatever has one (kubernetes: pkg/registry/apps/deployment/storage ScaleREST). */
export const scale: Subresource = {
  name: 'scale',
  serves: ({ definition }) => definition.scale !== undefined,
  kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  handlers: { get, update: put, patch },
}

function* get(call: ResourceCall): Task<HttpResponse> {
  const { object } = yield* find(call)
  return render(call.form, 200, scaleOf(specOf(call), object as KubeObject))
}

/** What a request makes of the scale that there is, and who owns the parent's fields then. */
type Make = (live: JsonObject, owners: ScaleOwners) => { scale: JsonObject; entries: ManagedFieldsEntry[] }

function* put(call: ResourceCall): Task<HttpResponse> {
  const options = writeOptions(call, 'UpdateOptions')
  const wanted = decodeStruct(call, struct, 'Scale')
  return yield* change(call, options, (live, owners) => ({
    scale: wanted,
    entries: owners.replaced(live, wanted),
  }))
}

function* patch(call: ResourceCall): Task<HttpResponse> {
  const patched = readPatch(call, struct)
  const options = writeOptions(call, 'PatchOptions', patched.type)
  const decoded = (value: Json) => decodeStructValue(call, struct, 'Scale', value, patched.complaints)
  return yield* change(call, options, (live, owners) => {
    if (patched.type === applyType) return owners.applied(live, patched.value as JsonObject)
    const next = decoded(patched.apply(live))
    return { scale: next, entries: owners.replaced(live, next) }
  })
}

function* change(call: ResourceCall, options: WriteOptions, make: Make): Task<HttpResponse> {
  const { api, target, resource } = call
  const spec = specOf(call)
  const produce = (old: KubeObject | undefined): KubeObject => {
    const owners = new ScaleOwners(resource, old!, options, api.os.clock)
    const { scale: next, entries } = make(scaleOf(spec, old!), owners)
    const { metadata, spec: wanted } = checked(next, target.name) as unknown as Scale & KubeObject
    const scaled = spec.withReplicas(old!, wanted?.replicas ?? 0)
    const resourceVersion = metadata.resourceVersion || old!.metadata.resourceVersion
    return withMeta(scaled, { managedFields: entries.length ? entries : undefined, resourceVersion })
  }
  const writing = { ...writingOf(call, options), manager: undefined }
  const { object } = yield* dryRunOrChanged(update(writing, resource, target, { produce }))
  return render(call.form, 200, scaleOf(spec, object as KubeObject))
}

const specOf = ({ resource }: ResourceCall): ScaleSpec => resource.definition.scale!

function checked(scale: JsonObject, name: string): JsonObject {
  const { metadata, spec } = scale as { metadata?: { name?: string }; spec?: { replicas?: number } }
  if (metadata?.name !== name)
    throw new StatusError(
      badRequest(
        `the name of the object (${metadata?.name ?? ''}) does not match the name on the URL (${name})`,
      ),
    )
  const replicas = spec?.replicas ?? 0
  if (replicas >= 0) return scale
  const error = invalid('spec.replicas', replicas, 'must be greater than or equal to 0')
  throw new StatusError(invalidObject({ group: 'autoscaling', name: 'Scale' }, name, [error]))
}

function scaleOf(spec: ScaleSpec, object: KubeObject): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const selector = spec.selector(object)
  return encode(struct, {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as JsonObject,
    spec: { replicas: spec.replicas(object) },
    status: { replicas: spec.statusReplicas(object), ...(selector ? { selector } : {}) },
  })
}
