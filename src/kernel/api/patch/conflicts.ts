import { isList, isObject } from '../json.ts'
import type { Json, JsonObject } from '../objects.ts'
import { UserError } from '../user-error.ts'
import { fieldOf, marker, retainKeysKey } from './directives.ts'
import { deduplicate, elementKind, sortScalars } from './element-lists.ts'
import { printGoValue } from '../json.ts'
import type { PatchField, PatchSchema } from './patch-schema.ts'

/** Whether two strategic merge patches set something to different values (MergingMapsHaveConflicts). */
export const strategicConflict = (left: JsonObject, right: JsonObject, schema: PatchSchema): boolean =>
  fieldConflict(left, right, { schema })

/** Whether two JSON merge patches do (apimachinery: pkg/util/mergepatch HasConflicts). */
export function mergeConflict(left: Json | undefined, right: Json | undefined): boolean {
  if (isObject(left)) {
    if (!isObject(right)) return true
    return Object.keys(left).some((key) => key in right && mergeConflict(left[key], right[key]))
  }
  if (isList(left)) {
    if (!isList(right) || left.length !== right.length) return true
    return left.some((item, i) => mergeConflict(item, right[i]))
  }
  return left !== right
}

type FieldRule = Pick<PatchField, 'schema' | 'strategy' | 'mergeKey'>

function fieldConflict(left: Json | undefined, right: Json | undefined, rule: FieldRule): boolean {
  if (isObject(left)) {
    if (!isObject(right)) return true
    if (marker in left !== marker in right || left[marker] !== right[marker]) return true
    return rule.strategy !== 'replace' && mapConflict(left, right, rule.schema)
  }
  if (isList(left)) return !isList(right) || listConflict(left, right, rule)
  return left !== right
}

const mapConflict = (left: JsonObject, right: JsonObject, schema: PatchSchema): boolean =>
  Object.keys(left).some((key) => {
    if (key === marker || key === retainKeysKey || right[key] === undefined) return false
    // The directives of a patch are no fields; upstream looks them up only where both are maps or lists.
    const composite = isObject(left[key]) || isList(left[key])
    const rule: FieldRule = composite && !key.startsWith('$') ? fieldOf(schema, key) : { schema }
    return fieldConflict(left[key], right[key], rule)
  })

function listConflict(
  left: readonly Json[],
  right: readonly Json[],
  { schema, strategy, mergeKey }: FieldRule,
): boolean {
  const kind = elementKind(left, right)
  if (strategy === 'merge') {
    if (kind === 'scalar') return false
    const others = byKey(right, mergeKey ?? '')
    return [...byKey(left, mergeKey ?? '')].some(([key, item]) => {
      const other = others.get(key)
      return other !== undefined && fieldConflict(item, other, { schema })
    })
  }
  if (left.length !== right.length) return true
  const [a, b] =
    kind === 'map' ? [left, right] : [sortScalars(deduplicate(left)), sortScalars(deduplicate(right))]
  return a.some((item, i) => fieldConflict(item, b[i], { schema }))
}

function byKey(list: readonly Json[], mergeKey: string): Map<string, JsonObject> {
  return new Map(
    list.map((item) => {
      if (!isObject(item)) throw new UserError(`invalid element type in merging list:${printGoValue(list)}`)
      const value = item[mergeKey]
      if (value === undefined)
        throw new UserError(
          `cannot find merge key \`${mergeKey}\` in merging list element:${printGoValue(item)}`,
        )
      return [printGoValue(value), item]
    }),
  )
}
