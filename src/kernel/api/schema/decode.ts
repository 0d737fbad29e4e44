import type { Json, JsonObject } from '../objects.ts'
import { base64Canonical } from '../base64.ts'
import { goQuote } from '../go-quote.ts'
import { goTypeOf as goTypeOfValue } from '../json.ts'
import { canonicalQuantity } from '../quantity.ts'
import { formatMicroTime, formatTime, parseTimeStrict } from '../time.ts'
import { UserError } from '../user-error.ts'
import { goTypeOf } from './go-type.ts'
import { requireStruct, type Field, type FieldType, type Scalar, type StructType } from './types.ts'

/** A JSON document as the typed object that Go would hold. */
export interface Decoded {
  readonly object: JsonObject
  /** What strict decoding complains about: `unknown field "spec.foo"`, in the order of the document. */
  readonly strict: readonly string[]
}

/** What Go decodes: a text, or a value that it has read before, whose errors have other words (runtime/converter.go). */
export type Source = 'json' | 'unstructured'

/** Go's decoder gives up at the same depth (encoding/json: maxNestingDepth is 10000; no object of the API is that deep). */
const maxDepth = 500
/** sigs.k8s.io/json keeps no more strict errors than this. */
const maxStrictErrors = 100

/**
 * Decode a JSON value into a type of the API: unknown fields are dropped and reported, wrong types throw a UserError in
 * Go's words (sigs.k8s.io/json). The result holds what a Go struct would: zero values of plain fields are absent, zero
 * values behind pointers and empty lists are kept, structs held by value are there, quantities and times are canonical.
 */
export function decode(structName: string, value: Json | undefined, from: Source = 'json'): Decoded {
  const decoder = new Decoder(from)
  const struct = requireStruct(structName)
  if (!isObject(value)) {
    if (value !== null && value !== undefined) {
      throw new UserError(`json: cannot unmarshal ${wordFor(value)} into Go value of type ${struct.goName}`)
    }
    return { object: decoder.struct(struct, {}, 0), strict: [] }
  }
  const object = decoder.struct(struct, value, 0)
  if (decoder.wrong !== undefined) throw new UserError(decoder.wrong)
  return { object, strict: decoder.strict }
}

/** `strict decoding error: ...` for the complaints of `decode`; undefined if there are none. */
export const strictDecodingError = (complaints: readonly string[]): string | undefined =>
  complaints.length === 0 ? undefined : `strict decoding error: ${complaints.join(', ')}`

class Decoder {
  readonly strict: string[] = []
  /** Go goes on after a wrong type and answers the first one at the end. */
  wrong: string | undefined
  /** JSON names of the fields around the current value, and the innermost struct, for messages. */
  #names: string[] = []
  #struct: StructType | undefined
  readonly #from: Source

  constructor(from: Source) {
    this.#from = from
  }
  /** The way to the current value, `spec`, `.containers`, `[0]`. */
  #path: string[] = []

  struct(struct: StructType, value: JsonObject, depth: number): JsonObject {
    if (depth > maxDepth) throw new UserError('exceeded max depth')
    const outer = this.#struct
    const result: Record<string, Json> = {}
    for (const name of Object.keys(value)) {
      const field = struct.fields.get(name)
      this.#path.push(this.#path.length ? `.${name}` : name)
      if (field) {
        this.#struct = struct
        this.#names.push(name)
        const decoded = this.#field(field, value[name], depth)
        if (decoded !== undefined) result[name] = decoded
        this.#names.pop()
      } else this.#complain()
      this.#path.pop()
    }
    this.#struct = outer
    for (const field of structsHeldByValue(struct)) {
      if (result[field.name] === undefined) result[field.name] = emptyStruct(field.type.name)
    }
    return result
  }

  #field(field: Field, value: Json | undefined, depth: number): Json | undefined {
    if (value === null || value === undefined) return undefined
    const decoded = this.#value(field.type, value, depth)
    return field.type.kind === 'scalar' && !field.pointer && isZero(field.type.scalar, decoded)
      ? undefined
      : decoded
  }

  #value(type: FieldType, value: Json, depth: number): Json | undefined {
    if (type.kind === 'scalar') return this.#scalar(type.scalar, value, type)
    if (type.kind === 'array') {
      if (!Array.isArray(value)) return this.#mismatch(value, type)
      return value.map((item: Json, i) => this.#element(type.of, item, `[${i}]`, depth))
    }
    if (!isObject(value)) return this.#mismatch(value, type)
    if (type.kind === 'struct') return this.struct(requireStruct(type.name), value, depth + 1)
    const result: Record<string, Json> = {}
    for (const key of Object.keys(value))
      result[key] = this.#element(type.of, value[key] ?? null, `.${key}`, depth)
    return result
  }

  /** An item of a list or a value of a map: null is the zero value. */
  #element(type: FieldType, value: Json, step: string, depth: number): Json {
    if (value === null) return zeroOf(type)
    this.#path.push(step)
    const decoded = this.#value(type, value, depth)
    this.#path.pop()
    return decoded ?? zeroOf(type)
  }

  #scalar(scalar: Scalar, value: Json, type: FieldType): Json | undefined {
    switch (scalar) {
      case 'string':
        return typeof value === 'string' ? value : this.#mismatch(value, type)
      case 'boolean':
        return typeof value === 'boolean' ? value : this.#mismatch(value, type)
      case 'int32':
      case 'int64':
        return isInteger(value, scalar) ? value : this.#mismatch(value, type, true)
      case 'double':
        return typeof value === 'number' ? value : this.#mismatch(value, type)
      case 'bytes':
        return typeof value === 'string' ? this.#bytes(value) : this.#mismatch(value, type)
      default:
        return unmarshal(scalar, value, type)
    }
  }

  #bytes(text: string): Json | undefined {
    const decoded = base64Canonical(text)
    if ('text' in decoded) return decoded.text
    this.wrong ??= `illegal base64 data at input byte ${decoded.wrongAt}`
    return undefined
  }

  #mismatch(value: Json, type: FieldType, withNumber = false): undefined {
    if (this.#from === 'unstructured') {
      this.wrong ??= cannotRestore(type, value)
      return undefined
    }
    const word = withNumber && typeof value === 'number' ? `number ${value}` : wordFor(value)
    const { goName = '' } = this.#struct ?? {}
    const where = `${goName.slice(goName.indexOf('.') + 1)}.${this.#names.join('.')}`
    this.wrong ??= `json: cannot unmarshal ${word} into Go struct field ${where} of type ${goTypeOf(type)}`
    return undefined
  }

  #complain(): void {
    if (this.strict.length < maxStrictErrors)
      this.strict.push(`unknown field ${goQuote(this.#path.join(''))}`)
  }
}

function cannotRestore(type: FieldType, value: Json): string {
  const kind = Array.isArray(value) ? 'slice' : isObject(value) ? 'map' : goTypeOfValue(value)
  if (type.kind === 'map') return `cannot restore map from ${kind}`
  if (type.kind === 'array') return `cannot restore slice from ${kind}`
  if (type.kind === 'struct') return `cannot restore struct from: ${kind}`
  const to = type.kind === 'scalar' ? goKinds[type.scalar] : undefined
  return to === undefined || convertible(goTypeOfValue(value), to)
    ? `cannot convert ${goTypeOfValue(value)} to ${goTypeOf(type)}`
    : `unrecognized type: ${to}`
}

const goKinds: Partial<Readonly<Record<Scalar, string>>> = {
  string: 'string',
  boolean: 'bool',
  int32: 'int32',
  int64: 'int64',
  double: 'float64',
}

/** What Go converts: numbers into each other, whole ones into strings (The Go Programming Language Specification, Conversions). */
function convertible(from: string, to: string): boolean {
  if (from === to) return true
  if (to === 'string') return from === 'int64'
  return to !== 'bool' && (from === 'int64' || from === 'float64')
}

/** Types with an UnmarshalJSON of their own: what is wrong with them ends the decoding at once. */
function unmarshal(scalar: Scalar, value: Json, type: FieldType): Json {
  switch (scalar) {
    case 'quantity':
      return canonicalQuantity((typeof value === 'string' ? value : JSON.stringify(value)).trim())
    case 'intOrString':
      if (typeof value === 'string' || isInteger(value, 'int32')) return value
      throw new UserError(`json: cannot unmarshal ${numberWord(value)} into Go value of type int32`)
    case 'time':
      return formatTime(parseTimeStrict(text(value)))
    case 'microTime':
      return formatMicroTime(parseTimeStrict(text(value)))
    default:
      if (typeof value === 'boolean' || isObject(value)) return value
      if (goTypeOf(type) === 'v1.JSONSchemaPropsOrBool')
        throw new UserError('boolean or JSON schema expected')
      return value
  }
}

function text(value: Json): string {
  if (typeof value === 'string') return value
  throw new UserError(`json: cannot unmarshal ${wordFor(value)} into Go value of type string`)
}

function isInteger(value: Json, scalar: 'int32' | 'int64'): boolean {
  if (typeof value !== 'number' || !Number.isInteger(value)) return false
  return scalar === 'int64' || (value >= -2147483648 && value <= 2147483647)
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What Go calls the kinds of JSON values. */
const wordFor = (value: Json): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value

const numberWord = (value: Json): string => (typeof value === 'number' ? `number ${value}` : wordFor(value))

function isZero(scalar: Scalar, value: Json | undefined): boolean {
  if (scalar === 'any' || scalar === 'fieldsV1' || scalar === 'quantity' || scalar === 'intOrString')
    return value === undefined
  return value === '' || value === 0 || value === false
}

/** Go's zero value where one has to stand in a list or map. */
function zeroOf(type: FieldType): Json {
  if (type.kind === 'struct') return emptyStruct(type.name)
  if (type.kind === 'array' || type.kind === 'map') return null
  return zeros[type.scalar]
}

export const zeros: Readonly<Record<Scalar, Json>> = {
  string: '',
  int32: 0,
  int64: 0,
  double: 0,
  boolean: false,
  quantity: '0',
  intOrString: 0,
  time: null,
  microTime: null,
  bytes: null,
  any: null,
  fieldsV1: null,
}

type StructField = Field & { readonly type: Extract<FieldType, { kind: 'struct' }> }
const heldByValue = new Map<string, readonly StructField[]>()

/** Fields of a struct that Go embeds as values, so that they are never absent. */
function structsHeldByValue(struct: StructType): readonly StructField[] {
  const known = heldByValue.get(struct.name)
  if (known) return known
  const fields = [...struct.fields.values()].filter(
    (field): field is StructField => field.type.kind === 'struct' && field.type.value,
  )
  heldByValue.set(struct.name, fields)
  return fields
}

/** A struct of zero values: the structs it holds by value, and nothing else. */
function emptyStruct(name: string): JsonObject {
  return Object.fromEntries(
    structsHeldByValue(requireStruct(name)).map((field) => [field.name, emptyStruct(field.type.name)]),
  )
}
