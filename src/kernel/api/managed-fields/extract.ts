import type { ManagedFieldsEntry } from 'kubernetes-types/meta/v1'
import { isObject } from '../json.ts'
import type { JsonObject } from '../objects.ts'
import { fromFieldsV1, leaves } from './field-set.ts'
import type { ManagedType } from './managed-type.ts'
import { extractItems } from './remove.ts'

/** What a manager has applied of an object (apimachinery: pkg/util/managedfields/extract.go ExtractInto); empty if nothing. */
export function extractApplied(
  object: JsonObject,
  entries: readonly ManagedFieldsEntry[],
  type: ManagedType,
  manager: string,
  subresource = '',
): JsonObject {
  const entry = entries.find(
    (item) =>
      item.manager === manager && item.operation === 'Apply' && (item.subresource ?? '') === subresource,
  )
  if (!entry) return {}
  const extracted = extractItems(object, leaves(fromFieldsV1((entry.fieldsV1 ?? {}) as JsonObject)), type)
  return isObject(extracted) ? extracted : {}
}
