import { describe, expect, it } from 'vitest'
import { formatMicroTime, formatTime, parseTime, parseTimeStrict } from './time.ts'

describe('times', () => {
  const noon = Date.UTC(2026, 0, 2, 12, 0, 0, 250)

  it('are cut to seconds, or have six digits', () => {
    expect(formatTime(noon)).toBe('2026-01-02T12:00:00Z')
    expect(formatMicroTime(noon)).toBe('2026-01-02T12:00:00.250000Z')
  })

  it.each([
    ['2026-01-02T12:00:00Z', noon - 250],
    ['2026-01-02T14:00:00+02:00', noon - 250],
    ['2026-01-02T12:00:00.25Z', noon],
    ['2026-02-30T12:00:00Z', undefined],
    ['yesterday', undefined],
    ['2026-01-02', undefined],
  ])('%s is read', (text, wanted) => {
    expect(parseTime(text)).toBe(wanted)
  })

  it('say what is wrong in the words of Go', () => {
    expect(() => parseTimeStrict('yesterday')).toThrow(
      /parsing time "yesterday" as "2006-01-02T15:04:05Z07:00"/,
    )
  })
})
