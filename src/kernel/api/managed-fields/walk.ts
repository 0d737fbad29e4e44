import { isList, isObject, printGoValue, equalJson } from '../json.ts'
import type { Json, JsonObject } from '../objects.ts'
import { UserError } from '../user-error.ts'
import type { ManagedList, ManagedMap, ManagedScalar, ManagedType } from './managed-type.ts'
import { keyElement, printPath, valueElement, type Path, type PathElement } from './path-element.ts'

// structured-merge-diff: typed/helpers.go. An absent value is undefined; null is a value.

/** What is wrong with values, by path; thrown together (typed.ValidationErrors). */
export class ValidationErrors extends UserError {
  constructor(errors: readonly string[]) {
    super(errors.length === 1 ? errors[0] : ['errors:', ...errors.map((error) => `  ${error}`)].join('\n'))
  }
}

/** Collects what is wrong on a walk. */
export class Problems {
  readonly #texts: string[] = []

  add(path: Path, message: string): void {
    this.#texts.push(path.length ? `${printPath(path)}: ${message}` : message)
  }

  /** Throws if anything was wrong. */
  check(): void {
    if (this.#texts.length) throw new ValidationErrors(this.#texts)
  }
}

/** The part of the type that applies to a value: a map for a map, and so on; the first there is when the value does not tell. */
export type Shape =
  | { readonly map: ManagedMap }
  | { readonly scalar: ManagedScalar }
  | { readonly list: ManagedList }

export function shapeOf(type: ManagedType, value: Json | undefined): Shape {
  const { map, scalar, list } = type
  if (value !== undefined && value !== null) {
    if (isList(value) && list) return { list }
    if (isObject(value) && map) return { map }
    if (typeof value !== 'object' && scalar) return { scalar }
  }
  if (map) return { map }
  if (scalar) return { scalar }
  if (list) return { list }
  throw new UserError(`schema error: invalid atom: ${type.name ? `named type: ${type.name}` : 'inlined'}`)
}

/** Whether two shapes of one type are the same part of it. */
export const sameShape = (a: Shape, b: Shape): boolean => Object.keys(a)[0] === Object.keys(b)[0]

/** What is wrong with a scalar; null is always allowed. */
export function scalarProblem(
  scalar: ManagedScalar,
  value: Json | undefined,
  prefix = '',
): string | undefined {
  if (value === undefined || value === null || fits(scalar, typeof value)) return undefined
  if (scalar === 'numeric') return `${prefix}expected numeric (int or float), got ${goKind(value)}`
  const got = printGoValue(value)
  return scalar === 'untyped'
    ? `${prefix}expected any scalar, got ${got}`
    : `${prefix}expected ${scalar}, got &value.valueUnstructured{Value:${got}}`
}

const fits = (scalar: ManagedScalar, kind: string): boolean =>
  scalar === 'numeric' ? kind === 'number' : scalar === 'untyped' ? kind !== 'object' : kind === scalar

/** The list, where the value is one; null is an empty one. */
export const listIn = (value: Json | undefined): readonly Json[] | undefined =>
  isList(value) ? value : undefined

/** The map, where the value is one. */
export const mapIn = (value: Json | undefined): JsonObject | undefined =>
  isObject(value) ? value : undefined

export const isEmptyValue = (value: readonly Json[] | JsonObject | undefined): boolean =>
  value === undefined || Object.keys(value).length === 0

/** What tells a list's element from the others; throws UserError when it cannot be told. */
export function elementOf(list: ManagedList, item: Json): PathElement {
  if (list.atomic) throw new UserError('invalid indexing of atomic list')
  if (list.keys?.length) return keyedElement(list, list.keys, item)
  if (isObject(item)) throw new UserError("associative list without keys has an element that's a map type")
  if (isList(item)) throw new UserError('not supported: associative list with lists as elements')
  if (item === null)
    throw new UserError("associative list without keys has an element that's an explicit null")
  return valueElement(item)
}

/** The type of a map's field; undefined when the map may not have it. */
export const fieldType = (map: ManagedMap, name: string): ManagedType | undefined =>
  map.field(name)?.type() ?? map.element?.()

export const sameValue = equalJson

function keyedElement(list: ManagedList, keys: readonly string[], item: Json): PathElement {
  if (item === null) throw new UserError('associative list with keys may not have a null element')
  if (!isObject(item)) throw new UserError('associative list with keys may not have non-map elements')
  const found: Record<string, Json> = {}
  for (const key of keys) {
    const value = item[key] ?? list.element().map?.field(key)?.default
    if (value === undefined)
      throw new UserError(
        `associative list with keys has an element that omits key field ${JSON.stringify(key)} (and doesn't have default value)`,
      )
    found[key] = value
  }
  return keyElement(found)
}

function goKind(value: Json): string {
  if (isList(value)) return '[]interface {}'
  if (isObject(value)) return 'map[string]interface {}'
  return typeof value === 'boolean' ? 'bool' : typeof value
}
