import { equalJson, isList, isObject, own } from '../json.ts'
import type { Json } from '../objects.ts'
import type { Schema } from './schema.ts'

/** Items of lists are the same as before only where keys tell so. */
export function correlated(schema: Schema, old: Json | undefined): (item: Json) => Json | undefined {
  const keys = schema['x-kubernetes-list-map-keys']
  if (schema['x-kubernetes-list-type'] !== 'map' || !keys || !isList(old)) return () => undefined
  return (item) =>
    old.find(
      (one) =>
        isObject(one) && isObject(item) && keys.every((key) => equalJson(own(one, key), own(item, key))),
    )
}
