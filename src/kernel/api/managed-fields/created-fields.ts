import { isList, isObject } from '../json.ts'
import type { Json } from '../objects.ts'
import { UserError } from '../user-error.ts'
import type { FieldSet } from './field-set.ts'
import type { ManagedType } from './managed-type.ts'
import { elementOf, fieldType } from './walk.ts'

/** Outlines are long: no more of them are kept. */
const MAX_KNOWN = 500

const known = new Map<string, FieldSet>()

/**
 * What whoever creates an object owns of it depends on which fields it has, not on what they hold. The replicas of a set and
 * the events of a kind have the same: their set is made once. `make` makes it, or nothing where there is none to own.
 */
export function fieldsOfNew(
  value: Json,
  type: ManagedType,
  context: string,
  make: () => FieldSet | undefined,
): FieldSet | undefined {
  const outline = outlineOf(value, type)
  if (outline === undefined) return make()
  const key = `${context} ${outline}`
  const found = known.get(key)
  if (found) return found
  const set = make()
  if (!set) return undefined
  if (known.size === MAX_KNOWN) known.clear()
  known.set(key, set)
  return set
}

/** All that decides which paths a value has; undefined when the value does not fit the type. */
function outlineOf(value: Json, type: ManagedType): string | undefined {
  try {
    return outline(value, type)
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

function outline(value: Json | undefined, { list, map }: ManagedType): string {
  if (value === undefined) return ''
  if (typeof value !== 'object' || value === null)
    return value === null ? 'n' : value ? (typeof value)[0] : `${(typeof value)[0]}0`
  if (isList(value)) {
    if (!list) throw new UserError('not a list')
    if (list.atomic) return value.length ? 'l' : 'l0'
    let text = '['
    for (const item of value) text += `${elementOf(list, item)}${outline(item, list.element())},`
    return `${text}]`
  }
  if (!map || !isObject(value)) throw new UserError('not a map')
  let text = map.atomic ? '(' : '{'
  for (const name of Object.keys(value)) {
    const below = fieldType(map, name)
    if (!below) throw new UserError('not declared')
    text += `${JSON.stringify(name)}${outline(value[name], below)}`
  }
  return `${text}}`
}
