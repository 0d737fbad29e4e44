import { expect, it } from 'vitest'
import { intOrPercent, parseIntOrString, scaledFromPercent } from './int-or-string.ts'

it.each([
  [3, 10, true, 3],
  ['25%', 10, true, 3],
  ['25%', 10, false, 2],
  ['0%', 10, true, 0],
  ['100%', 7, false, 7],
  ['150%', 2, false, 3],
])('%s of %d, up %s, is %d', (value, total, up, wanted) => {
  expect(scaledFromPercent(value, total, up)).toBe(wanted)
})

it('tells numbers from percentages', () => {
  expect(intOrPercent('10%')).toEqual({ number: 10, percent: true })
  expect(intOrPercent(4)).toEqual({ number: 4, percent: false })
  expect(() => intOrPercent('ten')).toThrow(/invalid/)
})

it('reads numbers as numbers', () => {
  expect(parseIntOrString('80')).toBe(80)
  expect(parseIntOrString('http')).toBe('http')
})
