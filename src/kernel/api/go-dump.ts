import { goEmbedded, goFieldNames, goFieldOrder } from './hash-fields.ts'
import { isList, isObject } from './json.ts'
import type { Json, JsonObject } from './objects.ts'
import { parseQuantity, type Quantity } from './quantity.ts'
import { goTypeOf } from './schema/go-type.ts'
import { requireStruct, type Field, type FieldType } from './schema/types.ts'
import { UserError } from './user-error.ts'

/**
 * An object as Go's spew prints it for hashing: `(v1.PodTemplateSpec){ObjectMeta:(v1.ObjectMeta){Name:(string) ...`
 * (apimachinery: pkg/util/dump ForHash; spew: format.go with the flag #). Every field is there, set or not, in Go's order.
 */
export const dumpForHash = (structName: string, value: JsonObject): string =>
  `(${requireStruct(structName).goName})${dumpStruct(structName, value)}`

function dumpStruct(structName: string, value: JsonObject): string {
  const order = goFieldOrder[structName]
  if (order === undefined) throw new Error(`hash: no field order of ${structName}`)
  const { fields } = requireStruct(structName)
  const printed = (names: readonly string[]) =>
    names.map((name) => dumpField(structName, fields.get(name), name, value[name])).join(' ')
  const names = order.split(' ')
  const embedded = goEmbedded[structName]
  if (!embedded) return `{${printed(names)}}`
  const own = embedded.own.split(' ')
  const inner = names.filter((name) => !own.includes(name))
  const wrapped = `${embedded.as}:(v1.${embedded.as}){${printed(inner)}}`
  const first = names.indexOf(inner[0] ?? '')
  const parts = [
    printed(names.slice(0, first)),
    wrapped,
    printed(names.slice(first).filter((name) => own.includes(name))),
  ]
  return `{${parts.filter(Boolean).join(' ')}}`
}

function dumpField(
  structName: string,
  field: Field | undefined,
  name: string,
  value: Json | undefined,
): string {
  if (!field) throw new Error(`hash: ${structName} has no field ${name}`)
  const goName =
    goFieldNames[`${structName}/${name}`] ?? goFieldNames[name] ?? name[0]?.toUpperCase() + name.slice(1)
  const pointer = field.pointer || (field.type.kind === 'struct' && !field.type.value)
  const type = `(${pointer ? '*' : ''}${goTypeOf(field.type)})`
  const nil = pointer && (value === undefined || value === null)
  return `${goName}:${type}${nil ? '<nil>' : dumpValue(field.type, value)}`
}

/** A value whose type has been printed already. */
function dumpValue(type: FieldType, value: Json | undefined): string {
  switch (type.kind) {
    case 'struct':
      return dumpStruct(type.name, isObject(value) ? value : {})
    case 'array':
      return isList(value) && value.length
        ? `[${value.map((item) => dumpValue(type.of, item)).join(' ')}]`
        : '<nil>'
    case 'map':
      return dumpMap(type.of, isObject(value) ? value : {})
    default:
      return dumpScalar(type.scalar, value)
  }
}

function dumpMap(of: FieldType, map: JsonObject): string {
  const keys = Object.keys(map)
    .filter((key) => map[key] !== undefined)
    .sort()
  return keys.length ? `map[${keys.map((key) => `${key}:${dumpValue(of, map[key])}`).join(' ')}]` : '<nil>'
}

function dumpScalar(scalar: string, value: Json | undefined): string {
  switch (scalar) {
    case 'string':
      return typeof value === 'string' ? value : ''
    case 'boolean':
      return String(value === true)
    case 'quantity':
      return dumpQuantity(value)
    case 'intOrString':
      return typeof value === 'string'
        ? `{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string)${value}}`
        : `{Type:(intstr.Type)0 IntVal:(int32)${value ?? 0} StrVal:(string)}`
    case 'time':
      // A template's times are never set: the zero time is what there is to print.
      return '{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}'
    default:
      return String(value ?? 0)
  }
}

function dumpQuantity(value: Json | undefined): string {
  const { unscaled, exponent, format, text = '', decimal } = quantityOrZero(value)
  const [short, scale] = decimal ? [0n, 0] : [unscaled, exponent]
  const dec = decimal ? `{unscaled:(big.Int){${bigWords(unscaled)}} scale:(inf.Scale)${-exponent}}` : '<nil>'
  const amount = `i:(resource.int64Amount){value:(int64)${short} scale:(resource.Scale)${scale}}`
  return `{${amount} d:(resource.infDecAmount){Dec:(*inf.Dec)${dec}} s:(string)${text} Format:(resource.Format)${format}}`
}

const zero = { unscaled: 0n, exponent: 0, format: '' } as const

function quantityOrZero(value: Json | undefined): Omit<Quantity, 'format'> & { readonly format: string } {
  if (value === undefined || value === null) return zero
  try {
    return parseQuantity(String(value))
  } catch (error) {
    if (error instanceof UserError) return zero
    throw error
  }
}

/** A big.Int's sign and its words of 64 bits, lowest first. */
function bigWords(value: bigint): string {
  const words: bigint[] = []
  for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= 64n) words.push(rest & 0xffffffffffffffffn)
  return `neg:(bool)${value < 0n} abs:(big.nat)${words.length ? `[${words.join(' ')}]` : '<nil>'}`
}
