import { isList, isObject } from '../json.ts'
import type { Json } from '../objects.ts'
import { hasPath, isEmptySet, withPrefix, type FieldSet } from './field-set.ts'
import type { ManagedType } from './managed-type.ts'
import { fieldElement } from './path-element.ts'
import { elementOf, fieldType, shapeOf } from './walk.ts'

// structured-merge-diff: typed/remove.go

/** The value without the items of the set (TypedValue.RemoveItems). */
export const removeItems = (value: Json, set: FieldSet, type: ManagedType): Json =>
  walk(value, set, type, false)

/** Only the items of the set (TypedValue.ExtractItems). */
export const extractItems = (value: Json, set: FieldSet, type: ManagedType): Json =>
  walk(value, set, type, true)

function walk(value: Json, set: FieldSet, type: ManagedType, extract: boolean): Json {
  const shape = shapeOf(type, value)
  if ('scalar' in shape) return value
  if (('list' in shape ? shape.list : shape.map).atomic) return extract ? value : null
  if ('list' in shape) {
    if (!isList(value)) return null
    const items = value.flatMap((item) => {
      const element = elementOf(shape.list, item)
      return part(item, set, element, shape.list.element(), extract)
    })
    return items.length ? items : null
  }
  if (!isObject(value)) return null
  const fields = Object.entries(value).flatMap(([name, item]) => {
    const type = fieldType(shape.map, name)
    if (item === undefined || !type) return []
    return part(item, set, fieldElement(name), type, extract).map((kept) => [name, kept] as const)
  })
  return fields.length ? Object.fromEntries(fields) : null
}

/** The item as it remains, in a list of one, or none. */
function part(item: Json, set: FieldSet, element: string, type: ManagedType, extract: boolean): Json[] {
  const below = withPrefix(set, element)
  if (hasPath(set, [element]))
    return extract ? [isEmptySet(below) ? walk(item, set, type, true) : walk(item, below, type, true)] : []
  if (!isEmptySet(below)) return [walk(item, below, type, extract)]
  return extract ? [] : [item]
}
