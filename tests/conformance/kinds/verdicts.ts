import { printFieldError, printFieldErrors, type FieldError } from '../../../src/kernel/api/field-error.ts'
import type { VectorCheck } from '../vector.ts'
import type { Verdict } from '../suite.ts'

/** What a validation says of a row's case. */
// biome-ignore lint/suspicious/noExplicitAny: the case's type is the check's own claim about foreign data
export type Validate = (value: any) => readonly FieldError[]

/** Something must be wrong exactly if the flag is set. */
export const failsIf =
  (flag: string, validate: Validate): VectorCheck =>
  (value) =>
    whether(Boolean(value?.[flag]), validate(value))

/** Nothing may be wrong exactly if the flag is set. */
export const passesIf =
  (flag: string, validate: Validate): VectorCheck =>
  (value) =>
    whether(!value?.[flag], validate(value))

/** The rows of one of the test's loops are the valid ones; a row knows its loop by its line. */
export const passesAt =
  (line: number, validate: Validate): VectorCheck =>
  (value, row) =>
    whether(row.line !== line, validate(value))

/** Rows of the other loop name in their key what must be found: a text, or a field and a text. */
export const keyed =
  (line: number, validate: Validate): VectorCheck =>
  (value, row) => {
    const errors = validate(value)
    if (row.line === line) return whether(false, errors)
    const [, field, text] = /^([\w.[\]/-]+): ?(.*)$/s.exec(row.key ?? '') ?? []
    const found = errors.some((error) => {
      const printed = printFieldError(error)
      return printed.includes(row.key ?? '') || (error.field === field && printed.includes(text ?? ''))
    })
    return found || (errors.length > 0 && !row.key)
      ? undefined
      : `got ${printFieldErrors(errors) || 'no error'}`
  }

/** Texts that must be found among the errors; none where there is no such key. */
export const contains =
  (key: string, validate: Validate): VectorCheck =>
  (value) => {
    const errors = validate(value)
    const wanted = [value?.[key] ?? []].flat().filter((text) => text !== '' && text !== false)
    if (wanted.length === 0) return whether(false, errors)
    if (wanted[0] === true) return whether(true, errors)
    const text = printFieldErrors(errors)
    const missing = wanted.filter((one) => !text.includes(String(one)))
    return errors.length === 0 || missing.length > 0
      ? `got ${text || 'no error'}, want ${missing.join(' and ')}`
      : undefined
  }

/** Errors of the same types and fields in any order; values and details do not count, as in most of Go's tables. */
export const sameErrors =
  (key: string, validate: Validate): VectorCheck =>
  (value) => {
    const wanted = [value?.[key] ?? []].flat().map((error) => headOf(String(error['$error'])))
    const got = validate(value).map((error) => headOf(printFieldError(error)))
    return JSON.stringify(got.toSorted()) === JSON.stringify(wanted.toSorted())
      ? undefined
      : `got ${JSON.stringify(got)}, want ${JSON.stringify(wanted)}`
  }

/** Every `{ etype, field, detail }` must be there, and no other. */
export function typed(errors: readonly FieldError[], wanted: readonly TypedError[]): Verdict {
  const fits = (error: FieldError, { type, field, detail }: TypedError) =>
    (!type || error.type === type) &&
    (!field || error.field.endsWith(field)) &&
    (!detail || error.message.includes(detail))
  const missing = wanted.filter((want) => !errors.some((error) => fits(error, want)))
  return errors.length === wanted.length && missing.length === 0
    ? undefined
    : `got ${printFieldErrors(errors) || 'no error'}, want ${JSON.stringify(wanted)}`
}

export interface TypedError {
  readonly type?: string
  readonly field?: string
  readonly detail?: string
}

export function whether(fails: boolean, errors: readonly FieldError[]): Verdict {
  if (fails) return errors.length > 0 ? undefined : 'accepted'
  return errors.length === 0 ? undefined : `refused: ${printFieldErrors(errors)}`
}

const headOf = (error: string): string =>
  /^(.*?): (Required value|Invalid value|Unsupported value|Duplicate value|Not found|Forbidden|Too long|Too many|Internal error)/
    .exec(error)
    ?.slice(1)
    .join(': ') ?? error
