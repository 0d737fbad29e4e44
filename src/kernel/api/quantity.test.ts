import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  milliValueOf,
  parseQuantity,
  printQuantity,
  wholeValueOf,
} from './quantity.ts'

describe('quantities', () => {
  it.each([
    ['0.5', '500m'],
    ['1000m', '1'],
    ['1024Mi', '1Gi'],
    ['0.5Mi', '512Ki'],
    ['1.5Gi', '1536Mi'],
    ['1e3', '1e3'],
    ['100000', '100k'],
    ['-0.25', '-250m'],
    ['0', '0'],
    ['0.1n', '1n'],
    ['12345678901234567890', '12345678901234567890'],
  ])('%s is %s', (text, wanted) => {
    expect(canonicalQuantity(text)).toBe(wanted)
  })

  it.each(['', 'abc', '1 Gi', '1GiB', '--1', '1e', '1.2.3'])('%j is refused', (text) => {
    expect(() => parseQuantity(text)).toThrow(/quantities must match|unable to parse/)
  })

  it('rounds values up', () => {
    expect(wholeValueOf('1500m')).toBe(2)
    expect(milliValueOf('0.0001')).toBe(1)
    expect(milliValueOf('2')).toBe(2000)
    expect(wholeValueOf(undefined)).toBe(0)
  })

  it('keeps the format of the first when adding', () => {
    expect(printQuantity(addQuantities(parseQuantity('1Gi'), parseQuantity('24Mi')))).toBe('1048Mi')
    expect(compareQuantities(parseQuantity('1Gi'), parseQuantity('1G'))).toBe(1)
  })

  it('prints what parses to the same amount', () => {
    const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e2', 'E-3')
    fc.assert(
      fc.property(fc.integer(), fc.nat(999), suffix, (whole, fraction, unit) => {
        const quantity = parseQuantity(`${whole}.${fraction}${unit}`)
        const again = parseQuantity(printQuantity(quantity))
        expect(compareQuantities(again, quantity)).toBe(0)
        expect(printQuantity(again)).toBe(printQuantity(quantity))
      }),
    )
  })
})
