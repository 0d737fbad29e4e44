import { equalJson, goTypeOf, isList, isObject, printGoValue, without } from '../json.ts'
import type { Json, JsonObject } from '../objects.ts'
import { UserError } from '../user-error.ts'
import * as directive from './directives.ts'
import {
  checkElementOrder,
  deduplicate,
  elementKind,
  findByKey,
  interleave,
  partition,
} from './element-lists.ts'
import type { PatchField, PatchSchema } from './patch-schema.ts'

// apimachinery: pkg/util/strategicpatch/patch.go StrategicMergeMapPatch, mergeMap

/** How a patch is merged. */
export interface MergeOptions {
  /** True where directives are carried out (the server); false where two patches become one (kubectl). */
  readonly carryOut: boolean
}

/** Apply a strategic merge patch; throws UserError. */
export const strategicMergePatch = (
  original: JsonObject,
  patch: JsonObject,
  schema: PatchSchema,
): JsonObject => mergeMaps(original, patch, schema, { carryOut: true })

/** Merge a patch into an object, or into another patch. */
export function mergeMaps(
  original: JsonObject,
  patch: JsonObject,
  schema: PatchSchema,
  options: MergeOptions,
): JsonObject {
  if (directive.marker in patch) return wholeMap(patch)
  const merged: Record<string, Json | undefined> = { ...original }
  const rest: Record<string, Json | undefined> = { ...patch }
  retainKeys(merged, rest, options)
  orderElements(merged, rest, schema, options)
  for (const [key, value] of Object.entries(rest)) {
    if (value !== undefined) mergeKey(merged, key, value, schema, options)
  }
  return merged
}

type Draft = Record<string, Json | undefined>

/** `$patch: replace` is the patch itself, `$patch: delete` an empty map. */
function wholeMap(patch: JsonObject): JsonObject {
  const { [directive.marker]: kind } = patch
  if (kind === 'replace') return without(patch, directive.marker)
  if (kind === 'delete') return {}
  throw directive.badPatchType(kind, patch)
}

function mergeKey(
  merged: Draft,
  patchKey: string,
  value: Json,
  schema: PatchSchema,
  options: MergeOptions,
): void {
  const isDeletion = patchKey.startsWith(directive.deleteFromPrimitiveListPrefix)
  if (isDeletion && !options.carryOut) {
    merged[patchKey] = value
    return
  }
  const key = isDeletion ? directive.keyAfter(directive.deleteFromPrimitiveListPrefix, patchKey) : patchKey
  if (value === null) {
    delete merged[key]
    if (options.carryOut) return
  }
  const old = merged[key]
  if (old === undefined || goTypeOf(old) !== goTypeOf(value)) {
    if (!isDeletion)
      set(merged, key, directive.withoutDirectives(options.carryOut ? directive.withoutNulls(value) : value))
  } else if (isObject(old) && isObject(value)) {
    const field = directive.fieldOf(schema, key)
    merged[key] = field.strategy === 'replace' ? value : mergeMaps(old, value, field.schema, options)
  } else if (isList(old) && isList(value)) {
    merged[key] = mergeLists(old, value, directive.fieldOf(schema, key), isDeletion, options)
  } else merged[key] = value
}

function set(merged: Draft, key: string, value: Json | undefined): void {
  if (value === undefined) delete merged[key]
  else merged[key] = value
}

/** Clear what `$retainKeys` does not name; the patch itself may name nothing else. */
function retainKeys(merged: Draft, patch: Draft, options: MergeOptions): void {
  const keys = patch[directive.retainKeysKey]
  if (keys === undefined) return
  delete patch[directive.retainKeysKey]
  if (!options.carryOut) {
    const own = merged[directive.retainKeysKey]
    if (own !== undefined && !equalJson(own, keys))
      throw new UserError(
        `${printGoValue(own)} and ${printGoValue(keys)} are not deep equal: this may happen when calculating the 3-way diff patch`,
      )
    merged[directive.retainKeysKey] = keys
    return
  }
  if (!isList(keys)) throw directive.badRetainKeys()
  const isDirective = (key: string) =>
    key.startsWith(directive.deleteFromPrimitiveListPrefix) || key.startsWith(directive.setElementOrderPrefix)
  for (const [key, value] of Object.entries(patch))
    if (value !== null && !isDirective(key) && !keys.includes(key)) throw directive.badRetainKeys()
  for (const key of Object.keys(merged)) if (!keys.includes(key)) delete merged[key]
}

/** Carry out the `$setElementOrder` lists, together with the lists they order. */
function orderElements(merged: Draft, patch: Draft, schema: PatchSchema, options: MergeOptions): void {
  for (const directiveKey of Object.keys(patch).filter((key) =>
    key.startsWith(directive.setElementOrderPrefix),
  )) {
    const given = patch[directiveKey]
    if (!options.carryOut) {
      const own = merged[directiveKey]
      if (own !== undefined && !equalJson(own, given)) throw directive.badElementOrder()
      merged[directiveKey] = given
    }
    delete patch[directiveKey]
    const order = directive.listOf(given)
    const key = directive.keyAfter(directive.setElementOrderPrefix, directiveKey)
    const old = merged[key] === undefined ? undefined : directive.listOf(merged[key])
    const changes = patch[key] === undefined ? undefined : directive.listOf(patch[key])
    const field = directive.fieldOf(schema, key)
    checkElementOrder(changes ?? [], order, field.mergeKey)
    if (!old && !changes) continue
    const all = old && changes ? mergeLists(old, changes, field, false, options) : (old ?? addedList(changes))
    const [inPatch, serverOnly] = partition(all, order, field.mergeKey)
    elementKind(old ?? [], changes ?? [])
    merged[key] = interleave(inPatch, serverOnly, order, old ?? [], field.mergeKey)
    delete patch[key]
  }
}

const addedList = (list: Json | undefined): readonly Json[] =>
  directive.listOf(directive.withoutDirectives(list))

function mergeLists(
  old: readonly Json[],
  patch: readonly Json[],
  field: PatchField,
  isDeletion: boolean,
  options: MergeOptions,
): readonly Json[] {
  // A deletion list works on lists that are replaced otherwise, too.
  if (field.strategy !== 'merge') return isDeletion ? old.filter((item) => !patch.includes(item)) : patch
  if (!old.length && !patch.length) return old
  if (elementKind(old, patch) === 'scalar') {
    if (isDeletion) return old.filter((item) => !patch.includes(item))
    const all = deduplicate([...old, ...patch])
    const [inPatch, serverOnly] = partition(all, patch, undefined)
    return interleave(inPatch, serverOnly, patch, old, undefined)
  }
  if (field.mergeKey === undefined)
    throw new UserError(`cannot merge lists without merge key for ${field.schema.name}`)
  return mergeListsOfMaps(old, patch, field.mergeKey, field.schema, options)
}

function mergeListsOfMaps(
  old: readonly Json[],
  patch: readonly Json[],
  key: string,
  schema: PatchSchema,
  options: MergeOptions,
): readonly Json[] {
  const { kept, changes } = listDirectives(old, patch, key)
  const all: Json[] = [...kept]
  for (const change of changes.map(directive.mapOf)) {
    const value = change[key]
    if (value === undefined) throw directive.noMergeKey(change, key)
    const place = findByKey(all, key, value)
    if (place < 0) all.push(change)
    else all[place] = mergeMaps(directive.mapOf(all[place]), change, schema, options)
  }
  const [inPatch, serverOnly] = partition(all, changes, key)
  return interleave(inPatch, serverOnly, changes, kept, key)
}

/** Elements with `$patch`: one deletes its namesakes, another replaces the whole list by the other elements. */
function listDirectives(
  old: readonly Json[],
  patch: readonly Json[],
  key: string,
): { kept: readonly Json[]; changes: readonly Json[] } {
  const special = patch.map(directive.mapOf).filter((item) => directive.marker in item)
  const plain = patch.filter((item) => !(directive.marker in directive.mapOf(item)))
  let kept = old
  for (const item of special) {
    const { [directive.marker]: kind, [key]: value } = item
    if (kind === 'merge') throw new UserError('merging lists cannot yet be specified in the patch')
    if (kind !== 'delete' && kind !== 'replace') throw directive.badPatchType(kind, item)
    if (kind === 'replace') continue
    if (value === undefined) throw directive.noMergeKey(item, key)
    findByKey(kept, key, value)
    kept = kept.filter((other) => !isObject(other) || other[key] !== value)
  }
  return special.some((item) => item[directive.marker] === 'replace')
    ? { kept: plain, changes: [] }
    : { kept, changes: plain }
}
