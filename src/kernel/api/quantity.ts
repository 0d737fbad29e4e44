import { maxInt64 } from './int64.ts'
import { UserError } from './user-error.ts'

// apimachinery: pkg/api/resource/quantity.go, suffix.go, amount.go

/** How a quantity is written: 12e6, 12Mi or 12M. */
export type QuantityFormat = 'DecimalExponent' | 'BinarySI' | 'DecimalSI'

/** An exact number, `unscaled * 10^exponent`, that remembers how it was written. */
export interface Quantity {
  readonly unscaled: bigint
  readonly exponent: number
  readonly format: QuantityFormat
  /** The text it was parsed from, where upstream keeps it instead of the canonical form. */
  readonly text?: string
  /** True where upstream leaves 64 bits for a decimal of any size. */
  readonly decimal?: boolean
}

/** The parts of a quantity's text. */
export interface QuantityParts {
  readonly positive: boolean
  readonly value: string
  readonly num: string
  readonly denom: string
  readonly suffix: string
}

const formatWrong =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

/** Beyond this an exponent is no honest number, only a way to exhaust memory. */
const maxExponent = 10_000

/** A quantity from its text; throws UserError. */
export function parseQuantity(text: string): Quantity {
  if (text === '') throw new UserError(formatWrong)
  const parts = splitQuantity(text)
  const suffix = interpretSuffix(parts.suffix)
  const digits = parts.num + parts.denom
  if (digits.length > maxExponent || suffix.exponent > maxExponent)
    throw new UserError('unable to parse numeric part of quantity')
  const sign = parts.positive ? 1n : -1n
  const exponent = (suffix.base === 10 ? suffix.exponent : 0) - parts.denom.length
  const factor = suffix.base === 2 ? 1n << BigInt(suffix.exponent) : 1n
  if (isShort(parts, suffix) && exponent >= -9) {
    const unscaled = BigInt(digits)
    const amount = { unscaled: sign * unscaled * factor, exponent, format: suffix.format }
    return keepsText(unscaled, digits, exponent, suffix) || text === '0' ? { ...amount, text } : amount
  }
  if (!/[0-9]/.test(parts.value)) throw new UserError('unable to parse numeric part of quantity')
  return long(sign, BigInt(digits) * factor, exponent, suffix.format)
}

/** The canonical text: no fraction, the largest suffix that loses nothing. */
export function printQuantity(quantity: Quantity): string {
  if (quantity.text !== undefined) return quantity.text
  const { unscaled } = quantity
  if (unscaled === 0n) return '0'
  if (quantity.format === 'BinarySI') {
    const whole = toInteger(quantity)
    if (whole !== undefined && (whole >= 1024n || whole <= -1024n)) return printBinary(whole)
  }
  return printDecimal(quantity, quantity.format === 'DecimalExponent')
}

/** A quantity's text in canonical form, as the API server stores it. */
export const canonicalQuantity = (text: string): string => printQuantity(parseQuantity(text))

/** Less than, equal to or greater than zero. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const [left, right] = align(a, b)
  return left < right ? -1 : left > right ? 1 : 0
}

export const addQuantities = (a: Quantity, b: Quantity): Quantity => {
  const [left, right, exponent] = align(a, b)
  return { unscaled: left + right, exponent, format: a.unscaled === 0n ? b.format : a.format }
}

export const subtractQuantities = (a: Quantity, b: Quantity): Quantity => addQuantities(a, negateQuantity(b))

export const negateQuantity = ({ unscaled, exponent, format }: Quantity): Quantity => ({
  unscaled: -unscaled,
  exponent,
  format,
})

/** An integer times the quantity. */
export const multiplyQuantity = ({ unscaled, exponent, format }: Quantity, by: bigint): Quantity => ({
  unscaled: unscaled * by,
  exponent,
  format,
})

export const isZeroQuantity = ({ unscaled }: Quantity): boolean => unscaled === 0n

/** The quantity in units of 10^scale, rounded away from zero. */
export function scaledValue({ unscaled, exponent }: Quantity, scale: number): bigint {
  const shift = exponent - scale
  if (shift >= 0) return unscaled * powerOfTen(shift)
  const divisor = powerOfTen(-shift)
  const quotient = unscaled / divisor
  return quotient * divisor === unscaled ? quotient : quotient + (unscaled < 0n ? -1n : 1n)
}

/** Whole units, rounded up: bytes of memory. */
export const quantityValue = (quantity: Quantity): number => Number(scaledValue(quantity, 0))

/** Thousandths, rounded up: millicores. */
export const milliValue = (quantity: Quantity): number => Number(scaledValue(quantity, -3))

/** Whole units of a quantity's text; common short texts take no BigInt. */
export function wholeValueOf(text: string | number | undefined): number {
  if (text === undefined) return 0
  const [, digits, suffix = ''] = /^(\d{1,9})(|Ki|Mi|Gi|k|M|G)$/.exec(`${text}`) ?? []
  return digits === undefined
    ? quantityValue(parseQuantity(`${text}`))
    : Number(digits) * (wholeUnits[suffix] ?? 1)
}

/** Thousandths of a quantity's text. */
export function milliValueOf(text: string | number | undefined): number {
  if (text === undefined) return 0
  const [, digits, milli] = /^(\d{1,9})(m?)$/.exec(`${text}`) ?? []
  return digits === undefined ? milliValue(parseQuantity(`${text}`)) : Number(digits) * (milli ? 1 : 1000)
}

/** A quantity of `value * 10^scale`. */
export const quantityOf = (value: number | bigint, format: QuantityFormat, scale = 0): Quantity => ({
  unscaled: BigInt(value),
  exponent: scale,
  format,
})

/** The nearest double, by way of the scale as upstream does it (AsApproximateFloat64). */
export const approximateFloat = ({ unscaled, exponent }: Quantity): number =>
  exponent === 0 ? Number(unscaled) : Number(unscaled) * Number(`1e${exponent}`)

/** The nearest double (AsFloat64Slow). */
export const exactFloat = ({ unscaled, exponent }: Quantity): number => Number(`${unscaled}e${exponent}`)

/** Plain decimal notation (inf.Dec's String). */
export function printPlain({ unscaled, exponent }: Quantity): string {
  if (exponent >= 0) return `${unscaled * powerOfTen(exponent)}`
  const digits = `${unscaled < 0n ? -unscaled : unscaled}`.padStart(1 - exponent, '0')
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, exponent)}.${digits.slice(exponent)}`
}

/** The parts of a quantity's text (parseQuantityString); throws UserError. */
export function splitQuantity(text: string): QuantityParts {
  const match = /^([+-]?)(0*)([0-9]*)(?:(\.)([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/.exec(text)
  if (!match) throw new UserError(formatWrong)
  const [, sign = '', , num = '', dot, denom = '', suffix = ''] = match
  const positive = sign !== '-'
  // Nothing but a sign and zeros: upstream forgets both.
  if (num === '' && dot === undefined && suffix === '')
    return { positive, value: '0', num: '0', denom, suffix }
  return { positive, value: text.slice(0, text.length - suffix.length), num: num || '0', denom, suffix }
}

interface Suffix {
  readonly base: 2 | 10
  readonly exponent: number
  readonly format: QuantityFormat
}

const decimalSuffixes: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
}
const binarySuffixes: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }
const wholeUnits: Readonly<Record<string, number>> = {
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: 1048576,
  Gi: 1073741824,
}

function interpretSuffix(suffix: string): Suffix {
  const decimal = decimalSuffixes[suffix]
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: 'DecimalSI' }
  const binary = binarySuffixes[suffix]
  if (binary !== undefined) return { base: 2, exponent: binary, format: 'BinarySI' }
  if (!/^[eE][-+]?[0-9]{1,18}$/.test(suffix)) throw new UserError("unable to parse quantity's suffix")
  return { base: 10, exponent: Number(suffix.slice(1)), format: 'DecimalExponent' }
}

/** Whether upstream handles these digits in 64 bits; only then may it keep the text. */
function isShort({ num, denom }: QuantityParts, { base, exponent }: Suffix): boolean {
  if (base === 10) return num.length + denom.length <= 18
  return denom === '' && 15 - num.length - Math.floor((exponent * 3) / 10) - 1 >= 0
}

function keepsText(unscaled: bigint, digits: string, exponent: number, { base }: Suffix): boolean {
  if (base === 2) return (unscaled & 7n) !== 0n
  return exponent % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0')
}

/** Rounded up to a nano unit; binary ones are capped, and written as decimals below one. */
function long(sign: bigint, unscaled: bigint, exponent: number, format: QuantityFormat): Quantity {
  if (unscaled === 0n) return { unscaled, exponent: 0, format, decimal: true }
  const nanos = exponent < -maxExponent * 2 ? 1n : scaledValue({ unscaled, exponent, format }, -9)
  const cap = maxInt64 * powerOfTen(9)
  const capped = format === 'BinarySI' && nanos > cap ? cap : nanos
  const below = format === 'BinarySI' && capped < powerOfTen(9)
  return { unscaled: sign * capped, exponent: -9, format: below ? 'DecimalSI' : format, decimal: true }
}

function printBinary(whole: bigint): string {
  let mantissa = whole
  let power = 0
  for (; mantissa % 1024n === 0n; power += 10) mantissa /= 1024n
  return `${mantissa}${suffixFor(binarySuffixes, power)}`
}

function printDecimal({ unscaled, exponent }: Quantity, asExponent: boolean): string {
  let mantissa = unscaled
  let power = exponent
  for (; mantissa % 10n === 0n; power++) mantissa /= 10n
  for (; power % 3 !== 0; power--) mantissa *= 10n
  if (asExponent) return power === 0 ? `${mantissa}` : `${mantissa}e${power}`
  return `${mantissa}${suffixFor(decimalSuffixes, power)}`
}

const suffixFor = (table: Readonly<Record<string, number>>, power: number): string =>
  Object.keys(table).find((suffix) => table[suffix] === power) ?? ''

function toInteger({ unscaled, exponent }: Quantity): bigint | undefined {
  if (exponent >= 0) return unscaled * powerOfTen(exponent)
  const divisor = powerOfTen(-exponent)
  return unscaled % divisor === 0n ? unscaled / divisor : undefined
}

function align(a: Quantity, b: Quantity): [left: bigint, right: bigint, exponent: number] {
  const exponent = Math.min(a.exponent, b.exponent)
  return [
    a.unscaled * powerOfTen(a.exponent - exponent),
    b.unscaled * powerOfTen(b.exponent - exponent),
    exponent,
  ]
}

const powerOfTen = (power: number): bigint => 10n ** BigInt(power)
