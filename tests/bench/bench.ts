// The bench's door: `npm run bench -- [--only NAME] [--rounds N] [--full] [--json OUT]`.
// Rounds alternate between ours and the peer (@ngrok/webernetes), each measurement in a process of its own; ratios are of
// the same round. `±` is half the distance between the best and the worst round, as a share of the median.
import { rmSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { cases } from './cases.ts'
import { bundleFolder } from './child.ts'
import { advantages, median, printed, spread, type Row } from './row.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    full: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})
const names = Object.keys(cases).filter((name) => !values.only || name === values.only)
if (names.length) await run()
else {
  console.error(`bench: no such case: ${values.only} (there are: ${Object.keys(cases).join(' ')})`)
  process.exitCode = 1
}

async function run(): Promise<void> {
  const options = { rounds: Number(values.rounds), full: values.full }
  const report: Record<string, object[]> = {}
  console.log(`load ${loadavg()[0].toFixed(1)}, node ${process.version}, ${options.rounds} rounds`)
  try {
    for (const name of names) {
      console.log(`\n${name}`)
      const rows = await cases[name](options)
      for (const row of rows) console.log(`  ${printed(row)}`)
      report[name] = rows.map(summary)
    }
  } finally {
    rmSync(bundleFolder, { recursive: true, force: true })
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify(report, null, 1)}\n`)
}

function summary(row: Row): object {
  const ratio = row.peer?.length ? median(advantages(row)) : undefined
  return { ...row, median: median(row.ours), spread: spread(row.ours), ratio }
}
