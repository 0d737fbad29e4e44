import { isList, isObject } from '../json.ts'
import type { Json, JsonObject } from '../objects.ts'
import { propertyOf, typeAndMeta, valuesOf, type Schema } from './schema.ts'

// apiextensions-apiserver: pkg/apiserver/schema/pruning/algorithm.go

/** A value without the fields that its schema does not know, and the paths of those. */
export interface Pruned {
  readonly value: Json
  /** In order, e.g. `spec.items[0].colour`. */
  readonly unknown: readonly string[]
}

/** Drop what the schema does not declare; `isRoot`: the value is a resource, whose type and metadata stay. */
export function prune(value: Json, schema: Schema | undefined, isRoot: boolean): Pruned {
  const unknown: string[] = []
  const root = isRoot ? { ...schema, 'x-kubernetes-embedded-resource': true } : schema
  const pruned = new Pruning(unknown).visit(value, root, '')
  return { value: pruned, unknown: unknown.sort() }
}

class Pruning {
  readonly #unknown: string[]

  constructor(unknown: string[]) {
    this.#unknown = unknown
  }

  visit(value: Json, schema: Schema | undefined, path: string): Json {
    if (schema?.['x-kubernetes-preserve-unknown-fields']) return this.#keep(value, schema, path)
    if (isList(value)) return shared(value, (item, i) => this.visit(item, schema?.items, `${path}[${i}]`))
    if (!isObject(value)) return value
    return sharedFields(value, (key, item) => {
      if (isKept(schema, key)) return item
      const below = path === '' ? key : `${path}.${key}`
      const field = propertyOf(schema, key)
      if (field || schema?.additionalProperties) return this.visit(item, field ?? valuesOf(schema), below)
      if (schema === undefined || !typeAndMeta.includes(key) || path !== '') this.#unknown.push(below)
      return undefined
    })
  }

  /** Unknown fields stay, but below a known one the pruning may begin again. */
  #keep(value: Json, schema: Schema, path: string): Json {
    if (isList(value)) {
      const { items } = schema
      return items ? shared(value, (item, i) => this.#keep(item, items, `${path}[${i}]`)) : value
    }
    if (!isObject(value)) return value
    return sharedFields(value, (key, item) => {
      if (isKept(schema, key)) return item
      const field = propertyOf(schema, key)
      const below = path === '' ? key : `${path}.${key}`
      return field || schema.additionalProperties ? this.visit(item, field ?? valuesOf(schema), below) : item
    })
  }
}

const isKept = (schema: Schema | undefined, key: string): boolean =>
  schema?.['x-kubernetes-embedded-resource'] === true && typeAndMeta.includes(key)

/** The list with its items changed; itself if none is. */
export function shared(list: readonly Json[], change: (item: Json, index: number) => Json): readonly Json[] {
  const next = list.map(change)
  return next.every((item, i) => item === list[i]) ? list : next
}

/** The object with its fields changed, without those that become undefined; itself if none is. */
export function sharedFields(
  object: JsonObject,
  change: (key: string, value: Json) => Json | undefined,
): JsonObject {
  let next: Record<string, Json | undefined> | undefined
  for (const key of Object.keys(object)) {
    const value = object[key]
    if (value === undefined) continue
    const changed = change(key, value)
    if (changed === value) continue
    next ??= { ...object }
    if (changed === undefined) delete next[key]
    else next[key] = changed
  }
  return next ?? object
}
