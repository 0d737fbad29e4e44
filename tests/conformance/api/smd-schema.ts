import { parse as parseYaml } from 'yaml'
import type { Json, JsonObject } from '../../../src/kernel/api/objects.ts'
import { isObject } from '../../../src/kernel/api/json.ts'
import type {
  ManagedField,
  ManagedScalar,
  ManagedType,
} from '../../../src/kernel/api/managed-fields/managed-type.ts'

/** A schema in structured-merge-diff's own language. */
export interface SmdSchema {
  /** The named type; the first of the schema when there is none of that name. */
  type(name: string): ManagedType
  root(): ManagedType
}

interface TypeReference extends Atom {
  readonly namedType?: string
  readonly elementRelationship?: string
}

interface Atom {
  readonly scalar?: ManagedScalar
  readonly list?: {
    readonly elementType?: TypeReference
    readonly elementRelationship?: string
    readonly keys?: readonly string[]
  }
  readonly map?: {
    readonly fields?: readonly {
      readonly name: string
      readonly type?: TypeReference
      readonly default?: Json
    }[]
    readonly elementType?: TypeReference
    readonly elementRelationship?: string
  }
}

interface Definition extends Atom {
  readonly name: string
  readonly struct?: Atom['map']
}

/** The schema of a YAML text. */
export const schemaFromYaml = (text: string): SmdSchema =>
  schemaOf((parseYaml(text) as { types: Definition[] }).types)

/** The schema of a Go parser as the vectors dump it. */
export function schemaFromGo(parser: JsonObject): SmdSchema {
  const types = (parser['Schema'] as JsonObject)['Types'] as unknown as JsonObject[]
  return schemaOf(types.map((type) => lowered(type) as unknown as Definition))
}

function schemaOf(definitions: readonly Definition[]): SmdSchema {
  const named = new Map(definitions.map((definition) => [definition.name, definition]))
  const known = new Map<string, ManagedType>()
  const resolve = (reference: TypeReference = {}): ManagedType => {
    const { namedType, elementRelationship, ...inlined } = reference
    const type =
      namedType === undefined
        ? managed(inlined, resolve)
        : (known.get(namedType) ?? managed(named.get(namedType) ?? {}, resolve, namedType))
    if (namedType !== undefined) known.set(namedType, type)
    return elementRelationship ? overridden(type, elementRelationship) : type
  }
  const root = () => resolve({ namedType: definitions[0]?.name ?? '' })
  return { type: (name) => (named.has(name) ? resolve({ namedType: name }) : root()), root }
}

/** A reference may say anew how the elements relate. */
const overridden = (type: ManagedType, relationship: string): ManagedType => ({
  ...type,
  ...(type.list ? { list: { ...type.list, atomic: relationship === 'atomic' } } : {}),
  ...(type.map ? { map: { ...type.map, atomic: relationship === 'atomic' } } : {}),
})

function managed(
  atom: Atom & { readonly struct?: Atom['map'] },
  resolve: (reference?: TypeReference) => ManagedType,
  name?: string,
): ManagedType {
  const { scalar, list, map = atom.struct } = atom
  const fields = new Map<string, ManagedField>(
    (map?.fields ?? []).map(({ name: field, type, default: value }) => [
      field,
      { type: () => resolve(type), ...(value === undefined ? {} : { default: value }) },
    ]),
  )
  return {
    ...(name ? { name } : {}),
    ...(scalar ? { scalar } : {}),
    ...(list
      ? {
          list: {
            element: () => resolve(list.elementType),
            atomic: list.elementRelationship !== 'associative',
            keys: list.keys ?? [],
          },
        }
      : {}),
    ...(map
      ? {
          map: {
            field: (field: string) => fields.get(field),
            atomic: map.elementRelationship === 'atomic',
            ...(map.elementType ? { element: () => resolve(map.elementType) } : {}),
          },
        }
      : {}),
  }
}

/** Go's exported names as the YAML has them, without the wrappers Atom and Inlined. */
function lowered(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map(lowered)
  if (!isObject(value)) return value ?? null
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      if (key === 'm' || key === 'once') return []
      const below = lowered(item)
      if ((key === 'Atom' || key === 'Inlined') && isObject(below)) return Object.entries(below)
      return [[`${key[0]?.toLowerCase()}${key.slice(1)}`, below]]
    }),
  )
}
