import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { UserError } from '../../src/kernel/api/user-error.ts'
import { readDocuments } from '../../src/kernel/kubectl/yaml-input.ts'
import { textOf } from './yaml-texts.ts'

const SEEDS = Number(process.env['FUZZ_SEEDS'] ?? 20) * 20
/** What one text may cost, in milliseconds. */
const BUDGET_MS = 1000

it('no text hangs or crashes the parser', () => {
  const child = spawnSync(process.execPath, ['bin/run-ts.mjs', 'tests/fuzz/children/yaml-bombs.ts'], {
    encoding: 'utf8',
  })
  expect(child.stderr.slice(-500)).toBe('')
  const { bombs, worst, ms } = JSON.parse(child.stdout) as { bombs: number; worst: string; ms: number }
  console.log(`${bombs} bombs, the slowest took ${ms} ms: ${worst}`)
  expect(ms).toBeLessThan(BUDGET_MS)
}, 120_000)

it(`${SEEDS} texts are read, or refused in words`, () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      readDocuments(textOf(seed))
    } catch (error) {
      if (!(error instanceof UserError)) throw new Error(`seed ${seed}`, { cause: error })
      expect(error.message).not.toMatch(/undefined|\[object|at .*:\d+:\d+\)/)
    }
  }
})
