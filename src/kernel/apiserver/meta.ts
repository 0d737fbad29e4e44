import type { Json, JsonObject, KubeObject } from '../api/objects.ts'

export type Meta = KubeObject['metadata']

/** The object with other metadata; what is undefined is taken away. */
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

/** A field at the top of an object whose kind is not known here. */
export const field = (object: KubeObject, name: string): Json | undefined =>
  (object as unknown as JsonObject)[name]

export function withField(object: KubeObject, name: string, value: Json | undefined): KubeObject {
  if (field(object, name) === value) return object
  return { ...object, [name]: value } as KubeObject
}

function withoutUndefined(meta: Meta): Meta {
  return Object.fromEntries(Object.entries(meta).filter(([, value]) => value !== undefined)) as Meta
}
