import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runOracle } from './run-oracle.ts'
import { suites } from './suites.ts'

const dir = fileURLToPath(new URL('../../../shared/oracle', import.meta.url))
const floor: Record<string, number> = JSON.parse(
  readFileSync(new URL('./floor.json', import.meta.url), 'utf8'),
)
const present = existsSync(dir)
if (!present) console.warn(`oracle suites skipped: ${dir} is absent`)

describe.skipIf(!present)('oracle', () => {
  it('no file falls below its floor (npm run oracle -- --update-floor)', { timeout: 600_000 }, () => {
    const { files } = runOracle(suites, { dir })
    const passed = new Map(files.map((result) => [result.file, result.passed]))
    const fallen = Object.entries(floor).filter(([file, count]) => (passed.get(file) ?? 0) < count)
    expect(fallen.map(([file, count]) => `${file}: ${passed.get(file) ?? 0} < ${count}`)).toEqual([])
  })
})
