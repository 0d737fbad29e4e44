import { definedKeys, equalJson, isObject, without } from '../json.ts'
import type { Json, JsonObject } from '../objects.ts'
import { mergeConflict } from './conflicts.ts'
import { withoutNulls } from './directives.ts'
import { conflict } from './three-way.ts'

/** Apply a JSON merge patch (RFC 7386): null deletes, maps merge, everything else is replaced. */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch
  const merged: Record<string, Json | undefined> = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue
    if (value === null) delete merged[key]
    else merged[key] = mergePatch(merged[key], value)
  }
  return merged
}

/** The JSON merge patch that makes `modified` of `original` (evanphx/json-patch: CreateMergePatch). */
export function createMergePatch(original: JsonObject, modified: JsonObject): JsonObject {
  const patch: Record<string, Json> = {}
  for (const key of definedKeys(modified)) {
    const [old, value] = [original[key], modified[key]]
    if (value === undefined || equalJson(old, value)) continue
    if (isObject(old) && isObject(value)) patch[key] = createMergePatch(old, value)
    else patch[key] = value
  }
  for (const key of definedKeys(original)) if (modified[key] === undefined) patch[key] = null
  return patch
}

/**
 * The JSON merge patch that brings `current` to `modified`, deleting what is gone since `original`
 * (apimachinery: pkg/util/jsonmergepatch CreateThreeWayJSONMergePatch). Unless `overwrite`, throws PatchConflict.
 */
export function threeWayMergePatch(
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
  overwrite = true,
): JsonObject {
  const additions = keepOrDropNulls(createMergePatch(current, modified), true)
  const deletions = keepOrDropNulls(createMergePatch(original, modified), false)
  const patch = mergeUnion(deletions, additions)
  if (!overwrite) {
    const changed = createMergePatch(original, current)
    if (mergeConflict(patch, changed)) throw conflict(patch, changed)
  }
  return patch
}

/** Without nulls: what is added and changed. Only nulls: what is deleted; maps that come out empty go. */
function keepOrDropNulls(patch: JsonObject, dropNulls: boolean): JsonObject {
  const kept: Record<string, Json | undefined> = {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      if (!dropNulls) kept[key] = null
    } else if (isObject(value)) {
      const inner = keepOrDropNulls(value, dropNulls)
      if (definedKeys(inner).length || (dropNulls && !definedKeys(value).length)) kept[key] = inner
    } else if (dropNulls) kept[key] = withoutNulls(value)
  }
  return kept
}

/** Merge two patches; the nulls of both stay. */
function mergeUnion(left: JsonObject, right: JsonObject): JsonObject {
  const merged: Record<string, Json | undefined> = { ...without(left) }
  for (const [key, value] of Object.entries(right)) {
    const old = merged[key]
    merged[key] = isObject(old) && isObject(value) ? mergeUnion(old, value) : value
  }
  return merged
}
