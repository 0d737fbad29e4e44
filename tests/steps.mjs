// What `npm test` and `npm run check` are made of: each step is a program whose exit status counts, or a vitest run whose tests count.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const bin = (name) => join(root, 'node_modules', '.bin', name)
const kill = new Set()
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    for (const child of kill) child.kill('SIGTERM')
    process.exit(130)
  })
}

/** Run a program in the project's folder; resolves to its exit status. */
export function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
    kill.add(child)
    child.on('error', () => resolve(127))
    child.on('exit', (status) => {
      kill.delete(child)
      resolve(status ?? 1)
    })
  })
}

/** A program is one test. */
export const program = (title, command, args) => step(title, bin(command), args)

/** So is a script of ours. */
export const script = (title, file) => step(title, process.execPath, [file])

const step = (title, command, args) => async () => {
  console.log(`\n=== ${title}`)
  const status = await run(command, args)
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 }
}

/** A vitest run counts as many tests as it ran. */
export const vitest =
  (title, args, env = {}) =>
  async () => {
    console.log(`\n=== ${title}`)
    const report = join(root, '.cache', `vitest-${process.pid}.json`)
    mkdirSync(join(root, '.cache'), { recursive: true })
    const status = await run(
      bin('vitest'),
      ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
      env,
    )
    try {
      const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
        readFileSync(report, 'utf8'),
      )
      rmSync(report)
      // A suite that could not even be loaded has no failed tests, only a bad exit status.
      return {
        passed: numPassedTests,
        failed: numFailedTests || (status === 0 ? 0 : 1),
        skipped: numPendingTests + numTodoTests,
      }
    } catch {
      return { passed: 0, failed: 1, skipped: 0 }
    }
  }

/** Run steps in order and close with the sum. Exits with 1 if anything failed or nothing ran. */
export async function runSteps(steps) {
  const sum = { passed: 0, failed: 0, skipped: 0 }
  for (const step of steps) {
    const { passed, failed, skipped } = await step()
    sum.passed += passed
    sum.failed += failed
    sum.skipped += skipped
  }
  console.log(`\n${sum.passed} passed, ${sum.failed} failed${sum.skipped ? `, ${sum.skipped} skipped` : ''}`)
  process.exit(sum.failed || !sum.passed ? 1 : 0)
}

/** Types of the kernel (behind its wall), of everything else, of the page's components; and the linter. */
export const statics = [
  program('types of the kernel', 'tsc', ['-p', 'src/kernel']),
  program('types of the rest', 'tsc', ['-p', '.']),
  program('types of the page', 'svelte-check', [
    '--tsconfig',
    './tsconfig.json',
    '--threshold',
    'error',
    '--output',
    'human',
  ]),
  program('lint', 'biome', ['check', '--diagnostic-level=error', '.']),
]
