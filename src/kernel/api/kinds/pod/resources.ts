import { parseQuantity, printQuantity, quantityOf, scaledValue } from '../../quantity.ts'

type Quantities = Readonly<Record<string, string>>

/** Limits and requests as defaults leave them. */
export function defaultResources<T extends { readonly limits?: Quantities; readonly requests?: Quantities }>(
  resources: T,
): T {
  const { limits, requests } = resources
  return {
    ...resources,
    ...(limits && { limits: roundedUp(limits) }),
    ...(requests && { requests: roundedUp(requests) }),
  }
}

/** Nothing below a thousandth counts (SetDefaults_ResourceList). */
export function roundedUp(list: Quantities): Record<string, string> {
  return Object.fromEntries(
    Object.entries(list).map(([name, text]) => {
      const quantity = parseQuantity(text)
      return [
        name,
        quantity.exponent >= -3
          ? text
          : printQuantity(quantityOf(scaledValue(quantity, -3), quantity.format, -3)),
      ]
    }),
  )
}
