import { goQuote } from '../../go-quote.ts'
import { canonicalQuantity, milliValue, parseQuantity } from '../../quantity.ts'

/** Bytes come whole. */
export const fractions = (
  amounts: Readonly<Record<string, string>> | undefined,
  field: string,
  names: readonly string[] = ['memory', 'ephemeral-storage'],
): string[] =>
  names.flatMap((name) => {
    const amount = amounts?.[name]
    return amount !== undefined && milliValue(parseQuantity(amount)) % 1000 !== 0
      ? [
          `${field}[${name}]: fractional byte value ${goQuote(canonicalQuantity(amount))} is invalid, must be an integer`,
        ]
      : []
  })
