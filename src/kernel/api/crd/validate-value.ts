import {
  invalid,
  notSupported,
  printFieldError,
  required,
  tooLong,
  tooMany,
  typeInvalid,
  type FieldError,
} from '../field-error.ts'
import { goQuote } from '../go-quote.ts'
import { equalJson, isList, isObject, own } from '../json.ts'
import type { Json, JsonObject } from '../objects.ts'
import { isOfFormat } from './formats.ts'
import { goFloat } from './go-float.ts'
import { bad } from './go-value.ts'
import { expression } from './regular-expression.ts'
import { correlated } from './correlated.ts'
import { valuesOf, type Schema } from './schema.ts'

// kube-openapi: pkg/validation/validate, with the errors that apiextensions' pkg/apiserver/validation makes of its own

/** What is wrong with a value by its schema; paths begin at the value. */
export const validateValue = (value: Json, schema: Schema, path = ''): FieldError[] =>
  visit(value, schema, path).errors

/** The same of what replaces another value: parts that stayed what they were are not held against it (KEP-4008). */
export const validateChange = (value: Json, old: Json, schema: Schema): FieldError[] =>
  visit(value, schema, '', old).errors

/** Errors, each once, and how much was looked at: of several alternatives, the one that went furthest is told of. */
class Result {
  readonly errors: FieldError[] = []
  matches = 0
  readonly #texts = new Set<string>()

  add(...errors: readonly FieldError[]): void {
    for (const error of errors) {
      const text = printFieldError(error)
      if (!this.#texts.has(text)) this.errors.push(error)
      this.#texts.add(text)
    }
  }

  merge(other: Result): void {
    this.add(...other.errors)
    this.matches += other.matches
  }
}

function visit(value: Json, schema: Schema, path: string, old?: Json): Result {
  const result = judged(value, schema, path, old)
  return result.errors.length && old !== undefined && equalJson(value, old) ? new Result() : result
}

function judged(value: Json, schema: Schema, path: string, old: Json | undefined): Result {
  const result = new Result()
  const apply = (errors: readonly FieldError[]) => {
    result.add(...errors)
    result.matches++
  }
  if (typesOf(schema).length || schema.format) apply(checkType(value, schema, path))
  if (value === null) {
    if (schema.enum?.length) apply(checkEnum(value, schema, path))
    return result
  }
  checkAlternatives(value, schema, path, result)
  if (typeof value === 'string') apply(checkText(value, schema, path))
  if (typeof value === 'number') apply(checkNumber(value, schema, path))
  if (isList(value)) checkList(value, schema, path, result, old)
  if (schema.enum?.length) apply(checkEnum(value, schema, path))
  if (isObject(value)) checkObject(value, schema, path, result, old)
  return result
}

function typesOf(schema: Schema): string[] {
  if (schema['x-kubernetes-int-or-string']) return ['integer', 'string']
  return schema.type ? [schema.type] : []
}

const typeOf = (value: Json): string =>
  value === null
    ? 'null'
    : isList(value)
      ? 'array'
      : typeof value === 'number'
        ? Number.isInteger(value)
          ? 'integer'
          : 'number'
        : typeof value

function checkType(value: Json, schema: Schema, path: string): FieldError[] {
  const types = typesOf(schema)
  const type = typeOf(value)
  const wrong = (wanted: string) => [
    typeInvalid(path || '<nil>', type, `${path} in body must be of type ${wanted}: ${goQuote(type)}`),
  ]
  if (value === null) return types.length && !schema.nullable ? wrong(types.join(',')) : []
  const fits = types.includes(type) || (type === 'integer' && types.includes('number'))
  const { format } = schema
  const numeric = types.includes('number') || types.includes('integer')
  if (format && !numeric && (typeof value === 'string' || isList(value))) return []
  if (format && typeof value !== 'string' && !isList(value) && !fits) return wrong(format)
  return types.length === 0 || fits ? [] : wrong(types.join(','))
}

function checkAlternatives(value: Json, schema: Schema, path: string, result: Result): void {
  const { anyOf = [], oneOf = [], allOf = [], not } = schema
  const plain = (text: string) => result.add(invalid('<nil>', '', `${goQuote(path)} ${text}`))
  if (anyOf.length) {
    const tried = anyOf.map((one) => visit(value, one, path))
    if (tried.every(({ errors }) => errors.length)) {
      plain('must validate at least one schema (anyOf)')
      result.merge(furthest(tried))
    }
  }
  if (oneOf.length) {
    const tried = oneOf.map((one) => visit(value, one, path))
    const valid = tried.filter(({ errors }) => errors.length === 0).length
    if (valid !== 1) {
      const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`
      plain(`must validate one and only one schema (oneOf). ${found}`)
      if (valid === 0) result.merge(furthest(tried))
    }
  }
  if (allOf.length) {
    const tried = allOf.map((one) => visit(value, one, path))
    for (const one of tried) result.merge(one)
    const valid = tried.filter(({ errors }) => errors.length === 0).length
    if (valid < tried.length)
      plain(`must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`)
  }
  if (not && visit(value, not, path).errors.length === 0) plain('must not validate the schema (not)')
}

const furthest = (results: readonly Result[]): Result =>
  results.reduce((best, one) => (one.matches > best.matches ? one : best))

function checkText(value: string, schema: Schema, path: string): FieldError[] {
  const { maxLength, minLength, pattern, format } = schema
  const wrong = (why: string) => invalid(path, value, `${path} in body should ${why}`)
  const errors: FieldError[] = []
  const length = [...value].length
  if (maxLength !== undefined && length > maxLength) errors.push(tooLong(path, maxLength))
  else if (minLength !== undefined && length < minLength)
    errors.push(wrong(`be at least ${minLength} chars long`))
  else if (pattern) {
    const { regExp, problem } = expression(pattern)
    if (problem) errors.push(wrong(`match '${pattern}, but pattern is invalid: ${problem}'`))
    else if (!regExp!.test(value)) errors.push(wrong(`match '${pattern}'`))
  }
  if (format && !isOfFormat(format, value))
    errors.push(typeInvalid(path, value, `${path} in body must be of type ${format}: ${goQuote(value)}`))
  return errors
}

function checkNumber(value: number, schema: Schema, path: string): FieldError[] {
  const { multipleOf, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
  const wrong = (why: string) => invalid(path, goNumber(value), `${path} in body should be ${why}`)
  const errors: FieldError[] = []
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf))
    errors.push(wrong(`a multiple of ${goFloat(multipleOf)}`))
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum))
    errors.push(wrong(`greater than ${exclusiveMinimum ? '' : 'or equal to '}${goFloat(minimum)}`))
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum))
    errors.push(wrong(`less than ${exclusiveMaximum ? '' : 'or equal to '}${goFloat(maximum)}`))
  return errors
}

const goNumber = (value: number) => (Number.isInteger(value) ? value : { goSyntax: goFloat(value) })

function checkList(
  list: readonly Json[],
  schema: Schema,
  path: string,
  result: Result,
  old: Json | undefined,
): void {
  const { items, minItems, maxItems } = schema
  const before = correlated(schema, old)
  if (items)
    for (const [i, item] of list.entries()) result.merge(visit(item, items, `${path}[${i}]`, before(item)))
  if (minItems !== undefined && list.length < minItems)
    result.add(invalid(path, list.length, `${path} in body should have at least ${minItems} items`))
  if (maxItems !== undefined && list.length > maxItems) result.add(tooMany(path, list.length, maxItems))
  result.matches++
}

function checkEnum(value: Json, schema: Schema, path: string): FieldError[] {
  const known = schema.enum ?? []
  if (known.some((one) => equalJson(one, value))) return []
  const words = known.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
  return [notSupported(path, bad(value), words)]
}

function checkObject(
  object: JsonObject,
  schema: Schema,
  path: string,
  result: Result,
  old: Json | undefined,
): void {
  const { minProperties, maxProperties, properties, additionalProperties, required: needed = [] } = schema
  const keys = Object.keys(object).sort()
  result.matches++
  if (minProperties !== undefined && keys.length < minProperties) {
    const why = `${path} in body should have at least ${minProperties} properties`
    return result.add(invalid(path, keys.length, why))
  }
  if (maxProperties !== undefined && keys.length > maxProperties)
    return result.add(tooMany(path, keys.length, maxProperties))
  for (const key of keys) {
    const below = path === '' ? key : `${path}.${key}`
    const field = own(properties, key)
    const values = valuesOf(schema)
    const before = isObject(old) ? own(old, key) : undefined
    if (field || values) result.merge(visit(object[key]!, field ?? values!, below, before))
    else if (additionalProperties === false)
      result.add(invalid(below, '', `${path}.${key} in body is a forbidden property`))
  }
  for (const key of needed)
    if (own(object, key) === undefined) result.add(required(path === '' ? key : `${path}.${key}`))
}
