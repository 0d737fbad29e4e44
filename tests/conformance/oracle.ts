// The oracle's door: `npm run oracle -- [--dir DIR] [--only PATTERN] [--json OUT] [--failures N] [--update-floor]`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runOracle, type FileResult, type OracleReport } from './run-oracle.ts'
import { suites } from './suites.ts'

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: '../shared/oracle' },
    only: { type: 'string' },
    json: { type: 'string' },
    failures: { type: 'string', default: '0' },
    'update-floor': { type: 'boolean', default: false },
  },
})
const { dir } = values
if (existsSync(dir)) {
  const only = values.only === undefined ? undefined : new RegExp(values.only)
  const report = runOracle(suites, {
    dir,
    only,
    onFile: (result) => printFile(result, Number(values.failures)),
  })
  if (values.json) writeFileSync(values.json, `${JSON.stringify(report, null, 1)}\n`)
  if (values['update-floor']) updateFloor(report)
  printSum(report)
} else {
  console.error(`oracle: no such folder: ${dir}`)
  process.exitCode = 1
}

function printFile({ file, passed, total, failures, notApplicable = {} }: FileResult, limit: number): void {
  console.log(`${file} ${passed}/${total}`)
  for (const [reason, count] of Object.entries(notApplicable))
    console.log(`    not applicable: ${count} (${reason})`)
  for (const failure of failures.slice(0, limit)) console.log(`    ${failure}`)
}

function printSum({ files, notUnderstood, passed, total }: OracleReport): void {
  const skipped = files
    .flatMap(({ notApplicable = {} }) => Object.values(notApplicable))
    .reduce((a, b) => a + b, 0)
  console.log(`\nnot understood yet: ${notUnderstood.length} files`)
  for (const file of notUnderstood) console.log(`    ${file}`)
  console.log(`\n${files.length} files, ${skipped} cases not applicable`)
  console.log(`total ${passed}/${total}`)
}

/** Raise the recorded floor of the files of this run; whoever must lower one does it by hand, and says why. */
function updateFloor({ files }: OracleReport): void {
  const path = join('tests', 'conformance', 'floor.json')
  const floor: Record<string, number> = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
  for (const { file, passed } of files) floor[file] = Math.max(passed, floor[file] ?? 0)
  const sorted = Object.fromEntries(Object.entries(floor).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(path, `${JSON.stringify(sorted, null, 1)}\n`)
}
