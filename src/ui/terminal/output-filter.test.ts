import { describe, expect, it } from 'vitest'
import { OutputFilter } from './output-filter.ts'

const pass = (text: string) => new OutputFilter().pass(text)

describe('what reaches the terminal', () => {
  it('lets colours, cursor movement and erasing through', () => {
    for (const text of [
      '\x1b[31mred\x1b[0m',
      '\x1b[2J\x1b[H',
      '\x1b[3A\x1b[K',
      '\x1b[?1049h',
      '\x1b[?25l',
      'a\r\nb\t',
    ])
      expect(pass(text)).toBe(text)
  })

  it('clamps numbers that would freeze the page', () => {
    expect(pass('\x1b[2147483647A')).toBe('\x1b[999A')
  })

  it('takes out what repeats, inserts without end or asks for an answer', () => {
    for (const text of ['\x1b[2147483647b', '\x1b[6n', '\x1b[c', '\x1b[5i', '\x1b[?6c', '\x1b[!p'])
      expect(pass(text)).toBe('')
  })

  it('shows strings of the operating system and device as marks', () => {
    expect(pass('\x1b]52;c;AAAA\x07')).toBe('␛]52;c;AAAA\x07')
    expect(pass('\x1bP$q\x1b\\')).toBe('␛P$q␛\\')
  })

  it('shows control characters', () => {
    expect(pass('a\x00b\x9bc')).toBe('a␀b�c')
  })

  it('waits for the rest of a sequence that was cut in two', () => {
    const filter = new OutputFilter()
    expect(filter.pass('a\x1b[3')).toBe('a')
    expect(filter.pass('1mb')).toBe('\x1b[31mb')
  })
})
