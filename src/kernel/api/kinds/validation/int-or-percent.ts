import { invalid, type FieldError } from '../../field-error.ts'
import type { IntOrString } from '../../int-or-string.ts'
import { validatePercent } from '../../names.ts'
import { goIntOrString } from './go-struct.ts'
import { invalids, nonNegative } from './rules.ts'

// kubernetes: pkg/apis/apps/validation/validation.go

/** A number that is not negative, or a percentage (ValidatePositiveIntOrPercent). */
export const positiveIntOrPercent = (field: string, value: IntOrString): FieldError[] =>
  typeof value === 'number'
    ? nonNegative(field, value)
    : invalids(field, goIntOrString(value), validatePercent(value))

/** IsNotMoreThan100Percent. */
export const notAboveHundred = (field: string, value: IntOrString): FieldError[] =>
  isPercent(value) && amountOf(value) > 100
    ? [invalid(field, goIntOrString(value), 'must not be greater than 100%')]
    : []

/** A number as it is, the number of a percentage, zero for any other text (getIntOrPercentValue). */
export function amountOf(value: IntOrString): number {
  if (typeof value === 'number') return value
  if (isPercent(value)) return Number(value.slice(0, -1))
  return /^[+-]?\d+$/.test(value) ? Number(value) : 0
}

const isPercent = (value: IntOrString): value is string =>
  typeof value === 'string' && validatePercent(value).length === 0
