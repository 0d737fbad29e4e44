import { EvaluationError, type Environment } from '@marcbachmann/cel-js'
import { ipFamily, isCIDR } from '../ip.ts'
import {
  addQuantities,
  approximateFloat,
  compareQuantities,
  parseQuantity,
  quantityOf,
  scaledValue,
  subtractQuantities,
  type Quantity,
} from '../quantity.ts'
import { UserError } from '../user-error.ts'

/** A quantity as a value of an expression. */
class Amount {
  readonly quantity: Quantity

  constructor(quantity: Quantity) {
    this.quantity = quantity
  }
}

const type = 'kubernetes.Quantity'
const asAmount = (value: Amount | bigint): Quantity =>
  value instanceof Amount ? value.quantity : quantityOf(value, 'DecimalSI')

/** apiserver: pkg/cel/library/quantity.go, and whether a text is an address (ip.go, cidr.go). */
export function registerQuantities(environment: Environment): Environment {
  environment
    .registerType(type, Amount)
    .registerFunction(`quantity(string): ${type}`, (text: string) => new Amount(parsed(text)))
    .registerFunction('isQuantity(string): bool', (text: string) => isQuantity(text))
    .registerFunction('isIP(string): bool', (text: string) => ipFamily(text) !== undefined)
    .registerFunction('isCIDR(string): bool', (text: string) => isCIDR(text))
    .registerFunction(`${type}.isInteger(): bool`, ({ quantity }: Amount) => isWhole(quantity))
    .registerFunction(`${type}.asInteger(): int`, ({ quantity }: Amount) => wholeOf(quantity))
    .registerFunction(`${type}.asApproximateFloat(): double`, ({ quantity }: Amount) =>
      approximateFloat(quantity),
    )
    .registerFunction(`${type}.sign(): int`, ({ quantity: { unscaled } }: Amount) =>
      unscaled > 0n ? 1n : unscaled < 0n ? -1n : 0n,
    )
    .registerFunction(`${type}.isGreaterThan(${type}): bool`, (a: Amount, b: Amount) => order(a, b) > 0)
    .registerFunction(`${type}.isLessThan(${type}): bool`, (a: Amount, b: Amount) => order(a, b) < 0)
    .registerFunction(`${type}.compareTo(${type}): int`, (a: Amount, b: Amount) =>
      BigInt(Math.sign(order(a, b))),
    )
    .registerOperator(`${type} == ${type}`, (a: Amount, b: Amount) => order(a, b) === 0)
  for (const other of [type, 'int'])
    environment
      .registerFunction(
        `${type}.add(${other}): ${type}`,
        (a: Amount, b: Amount | bigint) => new Amount(addQuantities(a.quantity, asAmount(b))),
      )
      .registerFunction(
        `${type}.sub(${other}): ${type}`,
        (a: Amount, b: Amount | bigint) => new Amount(subtractQuantities(a.quantity, asAmount(b))),
      )
  return environment
}

const order = (a: Amount, b: Amount): number => compareQuantities(a.quantity, b.quantity)

function isQuantity(text: string): boolean {
  try {
    parseQuantity(text)
    return true
  } catch (error) {
    if (error instanceof UserError) return false
    throw error
  }
}

function parsed(text: string): Quantity {
  try {
    return parseQuantity(text)
  } catch (error) {
    throw error instanceof UserError ? new EvaluationError(error.message) : error
  }
}

const isWhole = (quantity: Quantity): boolean =>
  compareQuantities(quantityOf(scaledValue(quantity, 0), 'DecimalSI'), quantity) === 0

function wholeOf(quantity: Quantity): bigint {
  if (isWhole(quantity)) return scaledValue(quantity, 0)
  throw new EvaluationError('cannot convert value to integer')
}
