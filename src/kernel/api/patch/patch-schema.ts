import { requireStruct, structType, type Field, type FieldType } from '../schema/types.ts'

/** What strategic merge patch needs to know of a type. */
export interface PatchSchema {
  /** The name that errors call the type by. */
  readonly name: string
  /** The field, or the value under a key of a map; undefined when a struct has no such field. */
  field(name: string): PatchField | undefined
}

/** How one field is patched. */
export interface PatchField {
  /** `merge` merges lists by key or value, `replace` replaces maps whole; none is the default for its kind. */
  readonly strategy?: 'merge' | 'replace'
  /** Fields of the value that the patch does not name are cleared (patchStrategy=retainKeys). */
  readonly retainKeys?: boolean
  readonly mergeKey?: string
  /** Of the value itself, or of a list's elements. */
  readonly schema: PatchSchema
}

/** The schema of a type of the API, e.g. `core.v1.Pod`. */
export function patchSchemaOf(structName: string): PatchSchema {
  const { name, fields } = requireStruct(structName)
  return { name, field: (key) => mapped(fields.get(key)) }
}

/** A schema that knows nothing: every map merges, every list is replaced. */
export const plainSchema: PatchSchema = { name: 'map', field: () => ({ schema: plainSchema }) }

function mapped(field: Field | undefined): PatchField | undefined {
  if (!field) return undefined
  const { merge, replace, retainKeys, type } = field
  return {
    ...(merge ? { strategy: 'merge' as const } : replace ? { strategy: 'replace' as const } : {}),
    ...(merge?.key ? { mergeKey: merge.key } : {}),
    retainKeys,
    schema: schemaOfType(type.kind === 'array' ? type.of : type),
  }
}

function schemaOfType(type: FieldType): PatchSchema {
  if (type.kind === 'struct' && structType(type.name)) return patchSchemaOf(type.name)
  if (type.kind !== 'map') return plainSchema
  const schema = schemaOfType(type.of)
  return { name: 'map', field: () => ({ schema }) }
}
