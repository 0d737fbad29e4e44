import { equalJson } from '../api/json.ts'
import type { KindDefinition } from '../api/kind.ts'
import { validatePathSegmentName } from '../api/names.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from '../api/object-meta-validation.ts'
import type { Json, JsonObject, KubeObject } from '../api/objects.ts'
import { invalidObject, StatusError } from '../api/status.ts'

// apiserver: pkg/registry/rest/create.go, update.go

export type Meta = KubeObject['metadata']

/** The object with other metadata. */
export const withMeta = <T extends KubeObject>(object: T, changes: Partial<Meta>): T => ({
  ...object,
  metadata: withoutUndefined({ ...object.metadata, ...changes }),
})

/** Fields that nobody but the server sets are cleared on the way in (rest.WipeObjectMetaSystemFields). */
export const wipeSystemFields = (object: KubeObject): KubeObject =>
  withMeta(object, {
    uid: undefined,
    creationTimestamp: undefined,
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
    selfLink: undefined,
  })

/** Prepare a new object and judge it; throws 422. */
export function beforeCreate(definition: KindDefinition, object: KubeObject, now: number): KubeObject {
  let prepared = definition.prepareForCreate?.(object, { now }) ?? object
  if (definition.generation) prepared = withMeta(prepared, { generation: 1 })
  refuse(definition, prepared, [
    ...(definition.validate?.(prepared) ?? []),
    ...(definition.validate
      ? []
      : validateObjectMeta(prepared.metadata, definition.namespaced, validatePathSegmentName)),
  ])
  return prepared
}

/** Prepare what replaces an object and judge it; throws 422. */
export function beforeUpdate(
  definition: KindDefinition,
  object: KubeObject,
  old: KubeObject,
  subresource: string,
  now: number,
): KubeObject {
  const kept = keepMeta(object, old.metadata)
  const prepared =
    subresource === 'status'
      ? statusUpdate(definition, kept, old, now)
      : specUpdate(definition, kept, old, now)
  const errors =
    subresource === 'status'
      ? definition.validateStatusUpdate?.(prepared, old)
      : definition.validateUpdate?.(prepared, old)
  refuse(definition, prepared, [
    ...validateObjectMeta(prepared.metadata, definition.namespaced, validatePathSegmentName),
    ...validateObjectMetaUpdate(prepared.metadata, old.metadata),
    ...(errors ?? []),
  ])
  return prepared
}

function specUpdate(
  definition: KindDefinition,
  object: KubeObject,
  old: KubeObject,
  now: number,
): KubeObject {
  const kept = definition.status ? withField(object, 'status', field(old, 'status')) : object
  const prepared = definition.prepareForUpdate?.(kept, old, { now }) ?? kept
  if (!definition.generation || equalJson(field(prepared, 'spec'), field(old, 'spec'))) return prepared
  return withMeta(prepared, { generation: (old.metadata.generation ?? 0) + 1 })
}

function statusUpdate(
  definition: KindDefinition,
  object: KubeObject,
  old: KubeObject,
  now: number,
): KubeObject {
  const own = definition.prepareForStatusUpdate?.(object, old, { now })
  if (own) return own
  return withMeta(withField(object, 'spec', field(old, 'spec')), { labels: old.metadata.labels })
}

/** What an update cannot change, whatever it says. */
function keepMeta(object: KubeObject, old: Meta): KubeObject {
  const { deletionTimestamp, deletionGracePeriodSeconds } = old
  return withMeta(object, {
    generation: old.generation,
    uid: object.metadata.uid || old.uid,
    creationTimestamp: old.creationTimestamp,
    ...(deletionTimestamp ? { deletionTimestamp } : {}),
    ...(deletionGracePeriodSeconds !== undefined && object.metadata.deletionGracePeriodSeconds === undefined
      ? { deletionGracePeriodSeconds }
      : {}),
  })
}

function refuse(
  definition: KindDefinition,
  object: KubeObject,
  errors: Parameters<typeof invalidObject>[2],
): void {
  if (errors.length === 0) return
  const kind = { group: definition.group, name: definition.kind }
  throw new StatusError(invalidObject(kind, object.metadata.name ?? '', errors))
}

export const field = (object: KubeObject, name: string): Json | undefined =>
  (object as unknown as JsonObject)[name]

export function withField(object: KubeObject, name: string, value: Json | undefined): KubeObject {
  if (field(object, name) === value) return object
  return { ...object, [name]: value } as KubeObject
}

function withoutUndefined(meta: Meta): Meta {
  return Object.fromEntries(Object.entries(meta).filter(([, value]) => value !== undefined)) as Meta
}
