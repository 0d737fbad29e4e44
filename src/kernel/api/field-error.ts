import { goQuote, goStringMap, goStrings } from './go-quote.ts'

/** Types of validation errors (apimachinery: pkg/util/validation/field/errors.go ErrorType). */
export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'
  | 'FieldValueTypeInvalid'

/** One thing wrong with one field; `message` is the full text after the path, as in a Status cause. */
export interface FieldError {
  readonly type: FieldErrorType
  /** Path as upstream prints it, e.g. `spec.containers[0].name`. */
  readonly field: string
  /** E.g. `Required value`, `Invalid value: "X": must be ...`. */
  readonly message: string
}

/** A bad value that is already in Go's syntax, e.g. of a struct: printed as it is. */
export interface GoSyntax {
  readonly goSyntax: string
}

/** A bad value as the message shows it; lists and maps are of strings, anything richer is `GoSyntax`. */
export type BadValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | GoSyntax
  | readonly string[]
  | Readonly<Record<string, string>>

/** A value to be shown as it stands. */
export const goSyntax = (text: string): GoSyntax => ({ goSyntax: text })

/** `Required value: DETAIL` (field.Required). */
export const required = (field: string, detail = ''): FieldError =>
  fieldError('FieldValueRequired', field, 'Required value', detail)

/** `Invalid value: VALUE: DETAIL` (field.Invalid). */
export const invalid = (field: string, value: BadValue, detail: string): FieldError =>
  fieldError('FieldValueInvalid', field, `Invalid value: ${shown(value)}`, detail)

/** `Invalid value: DETAIL`, of a type that the schema does not allow (field.TypeInvalid). */
export const typeInvalid = (field: string, value: BadValue, detail: string): FieldError =>
  fieldError('FieldValueTypeInvalid', field, `Invalid value: ${shown(value)}`, detail)

/** `Unsupported value: VALUE: supported values: "A", "B"` (field.NotSupported); the values in the order given. */
export function notSupported(field: string, value: BadValue, supported: readonly string[]): FieldError {
  const detail = supported.length ? `supported values: ${supported.map(goQuote).join(', ')}` : ''
  return fieldError('FieldValueNotSupported', field, `Unsupported value: ${shown(value)}`, detail)
}

/** `Duplicate value: VALUE` (field.Duplicate). */
export const duplicate = (field: string, value: BadValue): FieldError =>
  fieldError('FieldValueDuplicate', field, `Duplicate value: ${shown(value)}`)

/** `Not found: VALUE` (field.NotFound). */
export const valueNotFound = (field: string, value: BadValue): FieldError =>
  fieldError('FieldValueNotFound', field, `Not found: ${shown(value)}`)

/** `Forbidden: DETAIL` (field.Forbidden). */
export const forbidden = (field: string, detail = ''): FieldError =>
  fieldError('FieldValueForbidden', field, 'Forbidden', detail)

/** `Too long: may not be more than N bytes` (field.TooLong). */
export const tooLong = (field: string, maxLength: number): FieldError =>
  fieldError(
    'FieldValueTooLong',
    field,
    'Too long',
    maxLength < 0 ? 'value is too long' : `may not be more than ${maxLength} bytes`,
  )

/** `Too many: N: must have at most M items` (field.TooMany); a negative number is left out. */
export function tooMany(field: string, actual: number, max: number): FieldError {
  const detail = max < 0 ? 'has too many items' : `must have at most ${max} items`
  return fieldError('FieldValueTooMany', field, actual < 0 ? 'Too many' : `Too many: ${actual}`, detail)
}

/** `Internal error: DETAIL` (field.InternalError). */
export const internalFieldError = (field: string, detail: string): FieldError =>
  fieldError('InternalError', field, 'Internal error', detail)

/** `FIELD: MESSAGE`, as one error prints; a nil path prints `<nil>`. */
export const printFieldError = ({ field, message }: FieldError): string => `${field || '<nil>'}: ${message}`

/** All errors as one text: duplicates once, more than one in brackets (apimachinery: utilerrors.Aggregate). */
export function printFieldErrors(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(printFieldError))]
  return texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`
}

function fieldError(type: FieldErrorType, field: string, head: string, detail = ''): FieldError {
  return { type, field, message: detail ? `${head}: ${detail}` : head }
}

/** field.Error.ErrorBody: strings quoted, scalars plain, nil as "null", the rest with %#v. */
function shown(value: BadValue): string {
  if (value === null || value === undefined) return '"null"'
  if (typeof value === 'string') return goQuote(value)
  if (typeof value !== 'object') return String(value)
  if (isList(value)) return goStrings(value)
  return isGoSyntax(value) ? value.goSyntax : goStringMap(value)
}

const isList = (value: object): value is readonly string[] => Array.isArray(value)

const isGoSyntax = (value: object): value is GoSyntax => 'goSyntax' in value
