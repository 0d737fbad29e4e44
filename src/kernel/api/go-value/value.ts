import { goEmbedded, goFieldNames } from '../hash-fields.ts'
import { isList, isObject } from '../json.ts'
import type { Json, JsonObject } from '../objects.ts'
import { compareQuantities, parseQuantity, type Quantity } from '../quantity.ts'
import { fieldOrder } from '../schema/go-order.ts'
import { goScalars } from '../schema/go-type.ts'
import { requireStruct, type Field, type FieldType, type Scalar } from '../schema/types.ts'
import { hoisted, internalOrder, plainFields } from './internal-fields.ts'

/** A value as Go holds it in its internal types, for texts in which Go prints it (`core.PodSpec{...}`). */
export type GoValue =
  | { readonly kind: 'scalar'; readonly type: string; readonly value: string | number | boolean }
  | {
      readonly kind: 'struct'
      readonly type: string
      readonly fields: readonly GoField[]
      /** Compared by its own method. */
      readonly quantity?: Quantity
    }
  | { readonly kind: 'pointer'; readonly type: string; readonly to: GoValue | undefined }
  | { readonly kind: 'slice'; readonly type: string; readonly items: readonly GoValue[] | undefined }
  | {
      readonly kind: 'map'
      readonly type: string
      /** Sorted by key; undefined of a nil map. */
      readonly entries: readonly GoField[] | undefined
      /** Keys have a String method. */
      readonly stringers: boolean
    }

export interface GoField {
  readonly name: string
  readonly value: GoValue
}

/** The internal form of an API value: `goValueOf('core.v1.PodSpec', spec)`. */
export function goValueOf(structName: string, value: JsonObject): GoValue {
  return { kind: 'struct', type: typeName(structName), fields: fieldsOf(structName, value) }
}

/** A struct of only some of the fields, as volumes' sources are: `core.PersistentVolumeSource`. */
export function goPartOf(
  structName: string,
  type: string,
  names: readonly string[],
  value: JsonObject,
): GoValue {
  return { kind: 'struct', type, fields: names.map((name) => fieldOf(structName, name, value[name])) }
}

function fieldsOf(structName: string, given: JsonObject): GoField[] {
  const value = hoisted(structName, given)
  const names = internalOrder[structName]?.split(' ') ?? fieldOrder(structName)
  const embedded = goEmbedded[structName]
  const all = names.map((name): [string, GoField] => [name, fieldOf(structName, name, value[name])])
  if (!embedded) return all.map(([, field]) => field)
  const own = embedded.own.split(' ')
  const inner = all.filter(([name]) => !own.includes(name)).map(([, field]) => field)
  const whole: GoField = {
    name: embedded.as,
    value: { kind: 'struct', type: `core.${embedded.as}`, fields: inner },
  }
  const at = all.findIndex(([name]) => !own.includes(name))
  const rest = (part: typeof all) => part.filter(([name]) => own.includes(name)).map(([, field]) => field)
  return [...rest(all.slice(0, at)), whole, ...rest(all.slice(at))]
}

function fieldOf(structName: string, name: string, value: Json | undefined): GoField {
  const field = requireStruct(structName).fields.get(name) ?? hoistedField(structName, name)
  const goName =
    goFieldNames[`${structName}/${name}`] ?? goFieldNames[name] ?? name[0]?.toUpperCase() + name.slice(1)
  const plain = plainFields.includes(`${structName}/${name}`)
  return { name: goName, value: plain ? ofType(field.type, value) : ofField(field, value) }
}

/** Fields of the pod that are its security context's in the internal form. */
function hoistedField(structName: string, name: string): Field {
  const field =
    structName === 'core.v1.PodSecurityContext'
      ? requireStruct('core.v1.PodSpec').fields.get(name)
      : undefined
  if (!field) throw new Error(`go value: ${structName} has no field ${name}`)
  return field
}

function ofField({ type, pointer }: Field, value: Json | undefined): GoValue {
  const isPointer = pointer || (type.kind === 'struct' && !type.value)
  if (!isPointer) return ofType(type, value)
  const to = value === undefined || value === null ? undefined : ofType(type, value)
  return { kind: 'pointer', type: `*${nameOf(type)}`, to }
}

function ofType(type: FieldType, value: Json | undefined): GoValue {
  switch (type.kind) {
    case 'struct':
      return goValueOf(type.name, isObject(value) ? value : {})
    case 'array': {
      const items = isList(value) ? value.map((item) => ofType(type.of, item)) : undefined
      return { kind: 'slice', type: nameOf(type), items }
    }
    case 'map':
      return ofMap(type, isObject(value) ? value : undefined)
    default:
      return ofScalar(type.scalar, nameOf(type), value)
  }
}

function ofMap(type: Extract<FieldType, { kind: 'map' }>, value: JsonObject | undefined): GoValue {
  const keys = value && Object.keys(value).sort()
  const entries = keys?.map((name): GoField => ({ name, value: ofType(type.of, value![name]) }))
  const name = nameOf(type)
  return { kind: 'map', type: name, entries, stringers: name === 'core.ResourceList' }
}

function ofScalar(scalar: Scalar, type: string, value: Json | undefined): GoValue {
  switch (scalar) {
    case 'quantity':
      return ofQuantity(value)
    case 'intOrString':
      return struct('intstr.IntOrString', [
        ['Type', { kind: 'scalar', type: 'intstr.Type', value: typeof value === 'string' ? 1 : 0 }],
        ['IntVal', { kind: 'scalar', type: 'int32', value: typeof value === 'number' ? value : 0 }],
        ['StrVal', { kind: 'scalar', type: 'string', value: typeof value === 'string' ? value : '' }],
      ])
    case 'time':
    case 'microTime':
      return { kind: 'scalar', type: 'v1.Time', value: typeof value === 'string' ? value : '' }
    case 'boolean':
      return { kind: 'scalar', type, value: value === true }
    case 'int32':
    case 'int64':
    case 'double':
      return { kind: 'scalar', type, value: typeof value === 'number' ? value : 0 }
    default:
      return { kind: 'scalar', type, value: typeof value === 'string' ? value : '' }
  }
}

/** resource.Quantity: an amount and a scale, and maybe the text it came from. */
function ofQuantity(value: Json | undefined): GoValue {
  const quantity = parseQuantity(value === undefined || value === null ? '0' : String(value))
  const { unscaled, exponent, format, text = '' } = quantity
  const number = (type: string, amount: number): GoValue => ({ kind: 'scalar', type, value: amount })
  const amount = struct('resource.int64Amount', [
    ['value', number('int64', Number(unscaled))],
    ['scale', number('resource.Scale', exponent)],
  ])
  const decimal = struct('resource.infDecAmount', [
    ['Dec', { kind: 'pointer', type: '*inf.Dec', to: undefined }],
  ])
  const whole = struct('resource.Quantity', [
    ['i', amount],
    ['d', decimal],
    ['s', { kind: 'scalar', type: 'string', value: text }],
    ['Format', { kind: 'scalar', type: 'resource.Format', value: format }],
  ])
  return { ...whole, quantity }
}

const struct = (
  type: string,
  fields: readonly (readonly [string, GoValue])[],
): GoValue & { kind: 'struct' } => ({
  kind: 'struct',
  type,
  fields: fields.map(([name, value]) => ({ name, value })),
})

/** `core.v1.PodSpec` -> `core.PodSpec`; the types of meta/v1 are nobody's internal ones. */
function typeName(structName: string): string {
  const [owner = '', version, name] = structName.split('.')
  return owner === 'meta' ? `v1.${name}` : `${owner}.${version === 'v1' ? name : name}`
}

function nameOf(type: FieldType): string {
  switch (type.kind) {
    case 'array':
      return `[]${nameOf(type.of)}`
    case 'map':
      return type.goType ? internal(type.goType) : `map[string]${nameOf(type.of)}`
    case 'struct':
      return typeName(type.name)
    default:
      return type.goType ? internal(type.goType) : goScalars[type.scalar]
  }
}

/** `v1.Protocol` -> `core.Protocol`. */
const internal = (goType: string): string => goType.replace(/^v1\.(?!LabelSelectorOperator)/, 'core.')

/** reflect.Value.IsZero. */
export function isZero(value: GoValue): boolean {
  switch (value.kind) {
    case 'scalar':
      return value.value === '' || value.value === 0 || value.value === false
    case 'struct':
      return value.fields.every((field) => isZero(field.value))
    case 'pointer':
      return value.to === undefined
    case 'slice':
      return value.items === undefined
    case 'map':
      return value.entries === undefined
  }
}

/** Whether two quantities are the same amount. */
export const sameQuantity = (a: Quantity, b: Quantity): boolean => compareQuantities(a, b) === 0
