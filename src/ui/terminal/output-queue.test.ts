import { expect, it } from 'vitest'
import { OutputQueue } from './output-queue.ts'

const MEGABYTE = 1024 * 1024

function queue() {
  const written: string[] = []
  const waiting: (() => void)[] = []
  const output = new OutputQueue(
    (text, done) => {
      written.push(text)
      waiting.push(done)
    },
    (megabytes) => `… ${megabytes} MB omitted`,
  )
  const drain = () => {
    for (let done = waiting.shift(); done; done = waiting.shift()) done()
    return written.join('')
  }
  return { output, drain, written }
}

it('passes small output through at once', () => {
  const { output, drain } = queue()
  output.push('a\r\n')
  output.push('b')
  expect(drain()).toBe('a\r\nb')
})

it('keeps the beginning and the end of a flood and says what is missing', () => {
  const { output, drain, written } = queue()
  output.push(`first\r\n${'x'.repeat(5 * MEGABYTE)}\r\nlast`)
  const text = drain()
  expect(text.startsWith('first\r\n')).toBe(true)
  expect(text.endsWith('last')).toBe(true)
  expect(text).toContain('… 4.9 MB omitted')
  expect(text.length).toBeLessThan(200 * 1024)
  expect(Math.max(...written.map(({ length }) => length))).toBeLessThanOrEqual(16 * 1024)
})

it('counts a flood that comes in many pieces', () => {
  const { output, drain } = queue()
  for (let i = 0; i < 1000; i++) output.push(`${i} ${'y'.repeat(4096)}\r\n`)
  const text = drain()
  expect(text).toContain('\n999 ')
  expect(text).toMatch(/… 3\.\d MB omitted/)
})
