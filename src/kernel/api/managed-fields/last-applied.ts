import { goJson, sortedKeys } from '../go-json.ts'
import { isObject } from '../json.ts'
import type { JsonObject } from '../objects.ts'
import { UserError } from '../user-error.ts'
import { compareTyped } from './compare.ts'
import { fieldSetOfValue } from './field-set-of.ts'
import { difference, emptyFieldSet, hasPath, union, type FieldSet } from './field-set.ts'
import type { ManagedType } from './managed-type.ts'
import type { Conflict } from './updater.ts'
import { validateValue } from './validate.ts'

// apimachinery: pkg/util/managedfields/internal/lastappliedmanager.go, lastappliedupdater.go

/** Where client-side apply keeps what it applied. */
export const lastAppliedKey = 'kubectl.kubernetes.io/last-applied-configuration'

export function lastAppliedAnnotation(object: JsonObject): string | undefined {
  const { metadata } = object
  const annotations = isObject(metadata) ? metadata['annotations'] : undefined
  const text = isObject(annotations) ? annotations[lastAppliedKey] : undefined
  return typeof text === 'string' && text !== '' ? text : undefined
}

/** The object with the annotation for `config`; too large a one is left out. */
export function withLastApplied(object: JsonObject, config: JsonObject): JsonObject {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {}
  const annotations = isObject(metadata['annotations']) ? metadata['annotations'] : {}
  const text = goJson(sortedKeys(config))
  const kept = text.length > 256 * 1024 ? '' : text
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, [lastAppliedKey]: kept } } }
}

/** The conflicts that remain when kubectl takes over what its client-side apply owned. */
export function allowedByLastApplied(
  conflicts: readonly Conflict[],
  live: JsonObject,
  type: ManagedType,
  apiVersion: string,
): readonly Conflict[] {
  const owned = lastAppliedSet(live, type, apiVersion)
  return conflicts.filter(({ path }) => !hasPath(owned, path))
}

/** Fields of the last configuration that are still as it said. */
function lastAppliedSet(live: JsonObject, type: ManagedType, apiVersion: string): FieldSet {
  const config = parse(lastAppliedAnnotation(live))
  if (!config || config['apiVersion'] !== apiVersion) return emptyFieldSet
  try {
    validateValue(config, type, { allowDuplicates: true })
    const { modified, added, removed } = compareTyped(config, live, type)
    return difference(fieldSetOfValue(config, type), union(union(modified, added), removed))
  } catch (error) {
    if (error instanceof UserError) return emptyFieldSet
    throw error
  }
}

function parse(text: string | undefined): JsonObject | undefined {
  try {
    const value: unknown = text === undefined ? undefined : JSON.parse(text)
    return isObject(value as JsonObject) ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}
