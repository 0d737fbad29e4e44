import type { Json, JsonObject } from '../objects.ts'
import { UserError } from '../user-error.ts'
import { FieldSetBuilder, type FieldSet } from './field-set.ts'
import type { ManagedList, ManagedMap, ManagedType } from './managed-type.ts'
import { fieldElement, type Path, type PathElement } from './path-element.ts'
import { elementOf, fieldType, isEmptyValue, listIn, mapIn, shapeOf } from './walk.ts'

// structured-merge-diff: typed/tofieldset.go

/** Every leaf and item that a value mentions (TypedValue.ToFieldSet). */
export function fieldSetOfValue(value: Json, type: ManagedType): FieldSet {
  const set = new FieldSetBuilder()
  visit(value, type, [], set)
  return set
}

function visit(value: Json, type: ManagedType, path: Path, set: FieldSetBuilder): void {
  const shape = shapeOf(type, value)
  if ('scalar' in shape) set.insert(path)
  else if ('list' in shape) visitList(listIn(value), shape.list, path, set)
  else visitMap(mapIn(value), shape.map, path, set)
}

function visitList(
  items: readonly Json[] | undefined,
  list: ManagedList,
  path: Path,
  set: FieldSetBuilder,
): void {
  if (list.atomic) {
    set.insert(path)
    return
  }
  const counts = new Map<PathElement, number>()
  const elements = (items ?? []).map((item) => elementOrNothing(list, item))
  for (const element of elements) if (element) counts.set(element, (counts.get(element) ?? 0) + 1)
  elements.forEach((element, i) => {
    if (element === undefined) return
    // Of duplicates no part can be owned, only all of them.
    if (counts.get(element) === 1) visit(items?.[i] ?? null, list.element(), [...path, element], set)
    set.insert([...path, element])
  })
}

function visitMap(fields: JsonObject | undefined, map: ManagedMap, path: Path, set: FieldSetBuilder): void {
  if (map.atomic) {
    set.insert(path)
    return
  }
  for (const [name, value] of Object.entries(fields ?? {})) {
    if (value === undefined) continue
    const below = [...path, fieldElement(name)]
    const type = fieldType(map, name)
    if (type) visit(value, type, below, set)
    const isEmptyMap = mapIn(value) !== undefined && isEmptyValue(mapIn(value))
    if (value === null || isEmptyMap || !map.field(name)) set.insert(below)
  }
}

function elementOrNothing(list: ManagedList, item: Json): PathElement | undefined {
  try {
    return elementOf(list, item)
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}
