import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { humanDuration, parseDurationNs, printDurationNs, shortHumanDuration } from './duration.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

describe('durations of Go', () => {
  it.each([
    ['1h15m30.918s', '1h15m30.918s'],
    ['90s', '1m30s'],
    ['1.5h', '1h30m0s'],
    ['-1us', '-1µs'],
    ['0', '0s'],
    ['.5ms', '500µs'],
  ])('%s is %s', (text, wanted) => {
    expect(printDurationNs(parseDurationNs(text))).toBe(wanted)
  })

  it.each([
    ['', 'time: invalid duration ""'],
    ['3', 'time: missing unit in duration "3"'],
    ['3x', 'time: unknown unit "x" in duration "3x"'],
  ])('%j is refused', (text, why) => {
    expect(() => parseDurationNs(text)).toThrow(why)
  })

  it('are printed so that they parse to the same', () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 62n), 2n ** 62n), (nanoseconds) => {
        expect(parseDurationNs(printDurationNs(nanoseconds))).toBe(nanoseconds)
      }),
    )
  })
})

describe('ages', () => {
  it.each([
    [second, '1s'],
    [119 * second, '119s'],
    [2 * minute, '2m'],
    [9 * minute + 5 * second, '9m5s'],
    [10 * minute + 5 * second, '10m'],
    [3 * hour, '3h'],
    [7 * hour + 59 * minute, '7h59m'],
    [47 * hour, '47h'],
    [2 * day, '2d'],
    [2 * day + 5 * hour, '2d5h'],
    [8 * day + 5 * hour, '8d'],
    [2 * 365 * day + 3 * day, '2y3d'],
    [9 * 365 * day, '9y'],
    [-2 * second, '<invalid>'],
  ])('%d ms are %s', (ms, wanted) => {
    expect(humanDuration(ms)).toBe(wanted)
  })

  it('have one unit when short', () => {
    expect(shortHumanDuration(47 * hour)).toBe('1d')
    expect(shortHumanDuration(89 * minute)).toBe('1h')
  })
})
