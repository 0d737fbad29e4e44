import { kindOf } from '../../../src/kernel/api/kinds/index.ts'
import type { FieldError } from '../../../src/kernel/api/field-error.ts'
import { groupVersionOf, type JsonObject, type KubeObject } from '../../../src/kernel/api/objects.ts'
import { object } from './go-object.ts'

// Objects of Go's tables through the strategies' validation.

export type Loose = JsonObject & { readonly [key: string]: never }

export const definitionOf = ({ apiVersion, kind }: KubeObject) => {
  const definition = kindOf(...groupVersionOf(apiVersion), kind)
  if (!definition) throw new Error(`${kind} is not served`)
  return definition
}

/** As a strategy validates on create. */
export const create = (value: JsonObject): FieldError[] => {
  const made = object(value)
  return definitionOf(made).validate!(made)
}

/** As on update; Go's tests leave out what the generic part sets. */
export const update = (value: JsonObject, old: JsonObject, version = '1'): FieldError[] => {
  const [now, was] = [withVersion(object(value), version), withVersion(object(old), version)]
  return definitionOf(now).validateUpdate!(now, was)
}

export const statusUpdate = (value: JsonObject, old: JsonObject): FieldError[] => {
  const [now, was] = [withVersion(object(value), '1'), withVersion(object(old), '1')]
  return definitionOf(now).validateStatusUpdate!(now, was)
}

const withVersion = (one: KubeObject, version: string): KubeObject => ({
  ...one,
  metadata: { ...one.metadata, resourceVersion: one.metadata.resourceVersion ?? version },
})
