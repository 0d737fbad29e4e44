import { goQuote } from './go-quote.ts'
import { parseInt64 } from './int64.ts'
import { UserError } from './user-error.ts'

// apimachinery: pkg/util/intstr/intstr.go

export type IntOrString = number | string

/** An integer of 32 bits where the text is one, the text otherwise (intstr.Parse). */
export function parseIntOrString(text: string): IntOrString {
  const value = parseInt64(text)
  return value === undefined || value > 2147483647n || value < -2147483648n ? text : Number(value)
}

/** A number as it is, a percentage of `total` rounded up or down (GetScaledValueFromIntOrPercent); throws UserError. */
export function scaledFromPercent(value: IntOrString, total: number, roundUp: boolean): number {
  const { number, percent } = intOrPercent(value)
  if (!percent) return number
  const scaled = (number * total) / 100
  return roundUp ? Math.ceil(scaled) : Math.floor(scaled)
}

/** The number, and whether it counts percents; throws UserError on other strings. */
export function intOrPercent(value: IntOrString): { number: number; percent: boolean } {
  if (typeof value === 'number') return { number: value, percent: false }
  if (!value.endsWith('%')) throw new UserError('invalid type: string is not a percentage')
  const text = value.slice(0, -1)
  const number = parseInt64(text)
  if (number === undefined)
    throw new UserError(
      `invalid value ${goQuote(value)}: strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`,
    )
  return { number: Number(number), percent: true }
}
