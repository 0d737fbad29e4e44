import type { Json } from '../objects.ts'
import { requireStruct, structType, type Field, type FieldType, type StructType } from '../schema/types.ts'
import { deducedType, type ManagedField, type ManagedScalar, type ManagedType } from './managed-type.ts'

const known = new Map<string, ManagedType>()

/** Who can own what of a type of the API, e.g. `apps.v1.Deployment`, as the OpenAPI document's markers say. */
export function managedTypeOf(structName: string): ManagedType {
  const cached = known.get(structName)
  if (cached) return cached
  const type = typeOfStruct(requireStruct(structName))
  known.set(structName, type)
  return type
}

function typeOfStruct({ name, atomic, fields }: StructType): ManagedType {
  const types = new Map<string, ManagedField>()
  const field = (key: string): ManagedField | undefined => {
    const declared = fields.get(key)
    if (!declared) return undefined
    const made = types.get(key) ?? managedField(declared)
    types.set(key, made)
    return made
  }
  return { name, map: { field, atomic } }
}

function managedField(field: Field): ManagedField {
  const type = typeOf(field.type, field.mapType)
  const initial = field.default === undefined ? undefined : parseDefault(field.default)
  return { type: () => type, ...(initial === undefined ? {} : { default: initial }) }
}

/** `mapType` is a marker on the field that holds the map or struct. */
function typeOf(type: FieldType, mapType?: Field['mapType']): ManagedType {
  switch (type.kind) {
    case 'struct':
      return structType(type.name) ? overridden(managedTypeOf(type.name), mapType) : deducedType
    case 'map': {
      const element = typeOf(type.of)
      return {
        map: {
          field: () => undefined,
          element: () => element,
          atomic: mapType ? mapType === 'atomic' : type.atomic,
        },
      }
    }
    case 'array': {
      const element = typeOf(type.of)
      const atomic = type.list === undefined || type.list === 'atomic'
      return { list: { element: () => element, atomic, keys: type.list === 'map' ? (type.keys ?? []) : [] } }
    }
    default:
      return scalars[type.scalar] ?? scalar('untyped')
  }
}

const overridden = (type: ManagedType, mapType: Field['mapType']): ManagedType =>
  mapType === undefined || !type.map ? type : { ...type, map: { ...type.map, atomic: mapType === 'atomic' } }

const scalar = (kind: ManagedScalar): ManagedType => ({ scalar: kind })

const scalars: Readonly<Record<string, ManagedType>> = {
  string: scalar('string'),
  int32: scalar('numeric'),
  int64: scalar('numeric'),
  double: scalar('numeric'),
  boolean: scalar('boolean'),
  bytes: scalar('string'),
  any: deducedType,
  fieldsV1: deducedType,
}

function parseDefault(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
