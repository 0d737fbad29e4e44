import { expect, it } from 'vitest'
import { bundle } from '../../bin/bundle.mjs'
import { nodeHost } from '../../src/workers/node-host.ts'
import { historyOf } from './histories.ts'
import { hashOf } from './play-history.ts'

/** `SEEDS=20` in CI; a few while one works. */
const SEEDS = Number(process.env['SEEDS'] ?? 2)
const seeds = Array.from({ length: SEEDS }, (_, i) => i + 1)

it.each(seeds)(
  'seed %i: one thread, odd pieces of time and Node workers tell the same history',
  async (seed) => {
    const history = historyOf(seed)
    const whole = await hashOf(history)
    expect(await hashOf(history, undefined, 37.3)).toBe(whole)
    const { machine } = await bundle()
    expect(await hashOf(history, nodeHost(new URL(machine)))).toBe(whole)
  },
  300_000,
)

it('another seed tells another history', async () => {
  expect(await hashOf(historyOf(1))).not.toBe(await hashOf(historyOf(2)))
}, 300_000)
