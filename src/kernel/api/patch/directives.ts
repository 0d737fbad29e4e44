import { goTypeOf, isList, isObject, printGoValue } from '../json.ts'
import type { Json, JsonObject } from '../objects.ts'
import { UserError } from '../user-error.ts'
import type { PatchField, PatchSchema } from './patch-schema.ts'

// apimachinery: pkg/util/strategicpatch/patch.go, pkg/util/mergepatch/errors.go

/** `$patch: delete|replace`: what happens to the map it stands in, or to the list it is an element of. */
export const marker = '$patch'
/** The only keys that shall remain. */
export const retainKeysKey = '$retainKeys'
export const setElementOrderPrefix = '$setElementOrder'
export const deleteFromPrimitiveListPrefix = '$deleteFromPrimitiveList'

export const badArgType = (expected: string, actual: Json | undefined): UserError =>
  new UserError(`expected a ${expected}, but received a ${goTypeOf(actual)}`)

export const noMergeKey = (map: JsonObject, key: string): UserError =>
  new UserError(`map: ${printGoValue(map)} does not contain declared merge key: ${key}`)

export const badPatchType = (directive: Json | undefined, map: JsonObject): UserError =>
  new UserError(`unknown patch type: ${printGoValue(directive)} in map: ${printGoValue(map)}`)

export const badRetainKeys = (): UserError => new UserError('invalid patch format of retainKeys')
export const badElementOrder = (): UserError => new UserError('invalid patch format of setElementOrder list')

/** The value as a list. */
export function listOf(value: Json | undefined): readonly Json[] {
  if (isList(value)) return value
  throw badArgType('[]interface {}', value)
}

/** The value as a map. */
export function mapOf(value: Json | undefined): JsonObject {
  if (isObject(value)) return value
  throw badArgType('map[string]interface {}', value)
}

/** The field's way of being patched; a struct without such a field is the user's mistake. */
export function fieldOf(schema: PatchSchema, key: string): PatchField {
  const field = schema.field(key)
  if (field) return field
  throw new UserError(
    `unable to find api field in struct ${goStructName(schema.name)} for the json field ${JSON.stringify(key)}`,
  )
}

/** `$setElementOrder/containers` -> `containers`. */
export function keyAfter(prefix: string, key: string): string {
  if (key.startsWith(`${prefix}/`)) return key.slice(prefix.length + 1)
  throw prefix === setElementOrderPrefix
    ? badElementOrder()
    : new UserError('invalid patch format of primitive list')
}

/** The value without maps that hold directives; undefined when it is one itself. */
export function withoutDirectives(value: Json | undefined): Json | undefined {
  if (isList(value)) return value.map(withoutDirectives).filter((item) => item !== undefined)
  if (!isObject(value)) return value
  if (marker in value) return undefined
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutDirectives(item)]))
}

/** The value without nulls in its maps. */
export function withoutNulls(value: Json | undefined): Json | undefined {
  if (isList(value)) return value.map((item) => withoutNulls(item) ?? null)
  if (!isObject(value)) return value
  const kept = Object.entries(value).filter(([, item]) => item !== null)
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]))
}

const goStructName = (name: string) => name.slice(name.lastIndexOf('.') + 1)
