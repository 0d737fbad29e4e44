import { equalJson, goTypeOf, isList, isObject, printGoValue } from '../json.ts'
import type { Json, JsonObject } from '../objects.ts'
import { UserError } from '../user-error.ts'
import {
  deleteFromPrimitiveListPrefix,
  fieldOf,
  mapOf,
  marker,
  noMergeKey,
  retainKeysKey,
  setElementOrderPrefix,
} from './directives.ts'
import {
  compareText,
  deduplicate,
  elementKind,
  sameKey,
  sortByKey,
  sortLike,
  sortScalars,
} from './element-lists.ts'
import type { PatchField, PatchSchema } from './patch-schema.ts'

// apimachinery: pkg/util/strategicpatch/patch.go CreateTwoWayMergePatch, diffMaps

/** Which half of a difference is wanted. */
export interface DiffOptions {
  readonly deletions: boolean
  readonly changes: boolean
  /** Whether `$setElementOrder` lists are written. */
  readonly order: boolean
}

/** The strategic merge patch that makes `modified` of `original`. */
export const twoWayPatch = (original: JsonObject, modified: JsonObject, schema: PatchSchema): JsonObject =>
  diffMaps(original, modified, schema, { deletions: true, changes: true, order: true })

/** The difference of two maps, or one half of it. */
export function diffMaps(
  original: JsonObject,
  modified: JsonObject,
  schema: PatchSchema,
  options: DiffOptions,
  retain = false,
): JsonObject {
  const patch: Record<string, Json | undefined> = {}
  for (const [key, value] of Object.entries(modified)) {
    if (value === undefined) continue
    const old = original[key]
    if (old !== undefined && key === marker) diffMarker(old, value, patch)
    else if (old === undefined || goTypeOf(old) !== goTypeOf(value)) {
      if (options.changes) patch[key] = value
    } else if (isObject(old) && isObject(value)) diffMapField(key, old, value, patch, schema, options)
    else if (isList(old) && isList(value)) diffListField(key, old, value, patch, schema, options)
    else if (options.changes && old !== value) patch[key] = value
  }
  const gone = Object.keys(original).filter(
    (key) => original[key] !== undefined && modified[key] === undefined,
  )
  if (options.deletions) for (const key of gone) patch[key] = null
  const kept = Object.keys(modified).filter((key) => modified[key] !== undefined && modified[key] !== null)
  const clears = gone.some((key) => original[key] !== null)
  if (retain && kept.length && (Object.keys(patch).length || clears)) patch[retainKeysKey] = sortScalars(kept)
  return patch
}

type Draft = Record<string, Json | undefined>

function diffMarker(old: Json, value: Json, patch: Draft): void {
  if (typeof old !== 'string' || typeof value !== 'string')
    throw new UserError(`invalid value for special key: ${marker}`)
  if (old !== value) patch[marker] = value
}

function diffMapField(
  key: string,
  old: JsonObject,
  value: JsonObject,
  patch: Draft,
  schema: PatchSchema,
  options: DiffOptions,
): void {
  const field = knownField(key, old, value, schema)
  if (!field) return
  if (field.strategy === 'replace') {
    if (options.changes) patch[key] = value
    return
  }
  const difference = diffMaps(old, value, field.schema, options, field.retainKeys)
  if (Object.keys(difference).length) patch[key] = difference
}

function diffListField(
  key: string,
  old: readonly Json[],
  value: readonly Json[],
  patch: Draft,
  schema: PatchSchema,
  options: DiffOptions,
): void {
  const field = knownField(key, old, value, schema)
  if (!field) return
  if (field.strategy !== 'merge') {
    if (options.changes && !equalJson(old, value)) patch[key] = value
    return
  }
  const { added, deleted, order } = diffLists(old, value, field, options)
  if (added.length) patch[key] = added
  if (deleted.length) patch[`${deleteFromPrimitiveListPrefix}/${key}`] = deleted
  if (order.length) patch[`${setElementOrderPrefix}/${key}`] = order
}

/** A field that the schema does not know matters only if it differs. */
const knownField = (key: string, old: Json, value: Json, schema: PatchSchema): PatchField | undefined =>
  schema.field(key) || !equalJson(old, value) ? fieldOf(schema, key) : undefined

interface ListDifference {
  readonly added: readonly Json[]
  readonly deleted: readonly Json[]
  readonly order: readonly Json[]
}

function diffLists(
  old: readonly Json[],
  value: readonly Json[],
  field: PatchField,
  options: DiffOptions,
): ListDifference {
  if (!old.length) return { added: options.changes ? value : [], deleted: [], order: [] }
  if (elementKind(old, value) === 'scalar') return diffScalars(old, value, options)
  const { mergeKey = '', schema, retainKeys = false } = field
  const { changed, deleted } = diffListsOfMaps(old, value, mergeKey, schema, options, retainKeys)
  const patch = [...sortLike(changed, value, mergeKey), ...deleted]
  const sameOrder = old.length === value.length && value.every((item, i) => sameKey(old[i], item, mergeKey))
  const ordered =
    options.order &&
    ((options.changes && (patch.length > 0 || !sameOrder)) || (options.deletions && patch.length > 0))
  const order = ordered ? value.map((item) => ({ [mergeKey]: mapOf(item)[mergeKey] })) : []
  return { added: patch, deleted: [], order }
}

function diffScalars(old: readonly Json[], value: readonly Json[], options: DiffOptions): ListDifference {
  const [left, right] = [sortScalars(old), sortScalars(value)]
  const added: Json[] = []
  const deleted: Json[] = []
  walk(left.map(printGoValue), right.map(printGoValue), (i, j) => {
    if (j === undefined && i !== undefined && options.deletions) deleted.push(left[i] ?? null)
    if (i === undefined && j !== undefined && options.changes) added.push(right[j] ?? null)
  })
  const gone = deduplicate(deleted)
  const ordered = options.order && (gone.length > 0 || (options.changes && !equalJson(old, value)))
  return { added: sortLike(added, value, undefined), deleted: gone, order: ordered ? value : [] }
}

function diffListsOfMaps(
  old: readonly Json[],
  value: readonly Json[],
  mergeKey: string,
  schema: PatchSchema,
  options: DiffOptions,
  retain: boolean,
): { changed: Json[]; deleted: Json[] } {
  const [left, right] = [sortByKey(old, mergeKey).map(mapOf), sortByKey(value, mergeKey).map(mapOf)]
  const keyOf = (item: JsonObject) => {
    if (item[mergeKey] === undefined) throw noMergeKey(item, mergeKey)
    return printGoValue(item[mergeKey])
  }
  const changed: Json[] = []
  const deleted: Json[] = []
  walk(left.map(keyOf), right.map(keyOf), (i, j) => {
    const [before, after] = [i === undefined ? undefined : left[i], j === undefined ? undefined : right[j]]
    if (before && after) {
      const difference = diffMaps(before, after, schema, options, retain)
      if (Object.keys(difference).length) changed.push({ ...difference, [mergeKey]: after[mergeKey] })
    } else if (after && options.changes) changed.push(after)
    else if (before && options.deletions) deleted.push({ [mergeKey]: before[mergeKey], [marker]: 'delete' })
  })
  return { changed, deleted }
}

/** Walk two sorted lists side by side; an index is missing where only the other list has the value. */
function walk(
  left: readonly string[],
  right: readonly string[],
  visit: (i?: number, j?: number) => void,
): void {
  let [i, j] = [0, 0]
  while (i < left.length || j < right.length) {
    const [a, b] = [left[i], right[j]]
    const order = a === undefined ? 1 : b === undefined ? -1 : compareText(a, b)
    if (order === 0) visit(i++, j++)
    else if (order > 0) visit(undefined, j++)
    else visit(i++, undefined)
  }
}
