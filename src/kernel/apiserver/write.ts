import { isObject } from '../api/json.ts'
import type { Json, JsonObject, KubeObject } from '../api/objects.ts'
import { badRequest, conflict, StatusError } from '../api/status.ts'
import type { HttpResponse } from '../host/http.ts'
import { wipeSystemFields, withMeta } from './meta.ts'
import { decodeObject, decodeValue } from './body.ts'
import type { ResourceCall } from './call.ts'
import { deletionBody, remove, type Deleted } from './deletion.ts'
import { applied } from './field-tracking.ts'
import { listOptions } from './list-options.ts'
import { applyType, readPatch, strategicType } from './patch.ts'
import { readPage, transformOf } from './read.ts'
import { render } from './render.ts'
import { create, DryRun, update, type Writing } from './store.ts'
import type { Task } from './task.ts'
import { deleteOptions, writeOptions, type WriteOptions } from './write-options.ts'

/** POST to a collection. */
export function* post(call: ResourceCall): Task<HttpResponse> {
  const { target, resource } = call
  const options = writeOptions(call, 'CreateOptions')
  const transform = transformOf(call)
  const decoded = decodeObject(call, resource)
  const object = wipeSystemFields(inNamespace(decoded, call))
  if (target.name && object.metadata.name !== target.name) throw nameMismatch(object, target.name)
  const writing = writingOf(call, options)
  const created = yield* dryRunOr(create(writing, resource.stored, resource.kept(object)))
  return render(call.form, 201, transform.one(created as KubeObject))
}

/** PUT of an object or its status. */
export function* put(call: ResourceCall): Task<HttpResponse> {
  const { target, resource } = call
  const options = writeOptions(call, 'UpdateOptions')
  const transform = transformOf(call)
  const object = inNamespace(decodeObject(call, resource), call)
  if (!object.metadata.name) throw new StatusError(badRequest('name must be provided'))
  if (object.metadata.name !== target.name) throw nameMismatch(object, target.name)
  const change = {
    subresource: target.subresource,
    creates: resource.definition.allowCreateOnUpdate === true && !target.subresource,
    uid: object.metadata.uid,
    produce: () => resource.kept(object),
  }
  const { object: result, created } = yield* dryRunOrChanged(
    update(writingOf(call, options), resource.stored, target, change),
  )
  return render(call.form, created ? 201 : 200, transform.one(result as KubeObject))
}

/** PATCH of an object or its status. */
export function* patch(call: ResourceCall): Task<HttpResponse> {
  const { target, resource } = call
  const patched = readPatch(call)
  const options = writeOptions(call, 'PatchOptions', patched.type)
  if (patched.type === applyType) return yield* serverSideApply(call, patched.value, options)
  const transform = transformOf(call)
  const change = {
    subresource: target.subresource,
    produce: (old: KubeObject | undefined) => {
      const live = old && (resource.shown(old) as unknown as JsonObject)
      const value = patched.apply(live)
      const unstructured = patched.type === strategicType
      const decoding = { ...call, patched: patched.print(value, live ?? {}), unstructured }
      const object = inNamespace(decodeValue(decoding, resource, value, patched.complaints, live), call)
      if (object.metadata.name !== target.name) throw nameMismatch(object, target.name)
      return resource.kept(object)
    },
  }
  const { object, created } = yield* dryRunOrChanged(
    update(writingOf(call, options), resource.stored, target, change),
  )
  return render(call.form, created ? 201 : 200, transform.one(object as KubeObject))
}

/** PATCH by a configuration that names all that its manager wants (apiserver: endpoints/handlers/patch.go applyPatcher). */
function* serverSideApply(call: ResourceCall, config: Json, options: WriteOptions): Task<HttpResponse> {
  const { api, target, resource } = call
  const { subresource } = target
  const transform = transformOf(call)
  if (!isObject(config)) throw new StatusError(badRequest('error decoding YAML: not an object'))
  const { metadata } = config
  const { resourceVersion, uid, name } = (isObject(metadata) ? metadata : {}) as KubeObject['metadata']
  const change = {
    subresource,
    creates: !subresource,
    produce: (old: KubeObject | undefined) => {
      if (!old && uid) throw new StatusError(uidMismatch(resource, target.name, uid))
      const named =
        name || !isObject(metadata) ? config : { ...config, metadata: { ...metadata, name: target.name } }
      const live = old && (resource.shown(old) as unknown as JsonObject)
      const value = applied(resource, subresource, live, named, { ...options, now: api.os.clock })
      const object = resource.kept(inNamespace(decodeValue(call, resource, value), call))
      if (object.metadata.name !== target.name) throw nameMismatch(object, target.name)
      if (!old) return wipeSystemFields(object)
      // An apply is for what there is now, unless it says otherwise.
      return withMeta(object, { resourceVersion: resourceVersion ?? old.metadata.resourceVersion })
    },
  }
  const writing = { ...writingOf(call, options), manager: undefined }
  const { object, created } = yield* dryRunOrChanged(update(writing, resource.stored, target, change))
  return render(call.form, created ? 201 : 200, transform.one(object as KubeObject))
}

const uidMismatch = ({ groupResource }: ResourceCall['resource'], name: string, uid: string) =>
  conflict(
    groupResource,
    name,
    `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
  )

/** DELETE of an object. */
export function* del(call: ResourceCall): Task<HttpResponse> {
  const options = deleteOptions(call)
  const writing = writingOf(call, { dryRun: (options.dryRun?.length ?? 0) > 0 })
  const result = yield* dryRunDeleted(remove(writing, call.resource.stored, call.target, options))
  const body = deletionBody(call.resource.stored, result)
  const transform = transformOf(call)
  return render(call.form, 200, body === result.object ? transform.one(body as KubeObject) : body)
}

/** DELETE of a collection: each object by itself; answers with what there was. */
export function* deleteCollection(call: ResourceCall): Task<HttpResponse> {
  const { api, resource, target } = call
  const deletion = deleteOptions(call)
  const options = listOptions(call.query, resource, false)
  const transform = transformOf(call)
  const page = yield* readPage(api.storage, resource, target.namespace, options)
  const writing = writingOf(call, { dryRun: (deletion.dryRun?.length ?? 0) > 0 })
  for (const { object } of page.entries) {
    const { namespace = '', name } = object.metadata
    try {
      yield* dryRunDeleted(remove(writing, resource.stored, { namespace, name }, deletion))
    } catch (error) {
      // Somebody else was quicker.
      if (!(error instanceof StatusError) || error.status.reason !== 'NotFound') throw error
    }
  }
  return render(
    call.form,
    200,
    transform.list(
      page.entries.map(({ object }) => object as KubeObject),
      page.metadata,
    ),
  )
}

export const writingOf = (call: ResourceCall, { dryRun, manager }: Partial<WriteOptions>): Writing => ({
  api: call.api,
  user: call.user,
  dryRun: dryRun ?? false,
  ...(manager === undefined ? {} : { manager }),
  ...(call.resource.stored === call.resource ? {} : { as: call.resource }),
  warn: (text) => void call.warnings.push(text),
})

/** The object is in the namespace of the request, or says nothing of one (rest.EnsureObjectNamespaceMatchesRequestNamespace). */
function inNamespace(object: KubeObject, { target, resource }: ResourceCall): KubeObject {
  const { namespace } = object.metadata
  if (!resource.definition.namespaced) return namespace ? withMeta(object, { namespace: undefined }) : object
  if (namespace === target.namespace) return object
  if (namespace)
    throw new StatusError(
      badRequest('the namespace of the provided object does not match the namespace sent on the request'),
    )
  return withMeta(object, { namespace: target.namespace })
}

const nameMismatch = ({ metadata }: KubeObject, name: string): StatusError =>
  new StatusError(
    badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`),
  )

function* dryRunOr<T>(task: Task<T>): Task<T | JsonObject> {
  try {
    return yield* task
  } catch (error) {
    if (error instanceof DryRun) return error.object
    throw error
  }
}

export function* dryRunOrChanged<T extends { object: unknown; created: boolean }>(
  task: Task<T>,
): Task<{ object: unknown; created: boolean }> {
  try {
    return yield* task
  } catch (error) {
    if (error instanceof DryRun) return { object: error.object, created: error.created }
    throw error
  }
}

function* dryRunDeleted(task: Task<Deleted>): Task<Deleted> {
  try {
    return yield* task
  } catch (error) {
    if (error instanceof DryRun)
      return { object: error.object as unknown as Deleted['object'], gone: error.gone }
    throw error
  }
}
