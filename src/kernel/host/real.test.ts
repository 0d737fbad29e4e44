import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { realLines } from './real-lines.ts'
import { bootTestMachine, type Outcome } from './testing.ts'

const TIMEOUT_MS = 20_000

/** Run a line with the real programs of the machine that the tests run on, in an empty directory. A bash whose input is a socket would read .bashrc. */
function real(line: string): Promise<Outcome> {
  const cwd = mkdtempSync(join(tmpdir(), 'real-'))
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: '/root',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TERM: 'xterm',
    TZ: 'UTC',
  }
  return new Promise((resolve) => {
    const child = execFile(
      'bash',
      ['--norc', '-c', line],
      { cwd, env, timeout: TIMEOUT_MS },
      (error, stdout, stderr) => {
        rmSync(cwd, { recursive: true, force: true })
        resolve({ stdout, stderr, status: error ? Number(error.code ?? -1) : 0 })
      },
    )
    child.stdin?.end()
  })
}

/** Why the real programs are no judge here; nothing when they are. */
async function unfit(): Promise<string | undefined> {
  const { stdout } = await real('echo $BASH_VERSION; sort --version | head -1; jq --version; id -u')
  if (!/^5\.2/.test(stdout)) return `bash is not 5.2: ${stdout.split('\n')[0]}`
  if (!/coreutils\) 9\.1/.test(stdout)) return 'coreutils are not 9.1'
  if (!/jq-1\.6/.test(stdout)) return 'jq is not 1.6'
  return /\n0\n$/.test(stdout) ? undefined : 'not root'
}

const reason = await unfit()
if (reason) console.log(`skipped: ${reason}`)

/** Quotation marks depend on how a message was translated. */
const plain = ({ stdout, stderr, status }: Outcome): Outcome => ({
  stdout,
  stderr: stderr.replace(/[‘’]/g, "'"),
  status,
})

describe.skipIf(reason !== undefined).each(Object.entries(realLines))('%s as on Debian', (_group, lines) => {
  test.concurrent.each(lines)('%s', async (line) => {
    const machine = await bootTestMachine()
    const [theirs, ours] = [plain(await real(line)), plain(await machine.run(line))]
    const missing = /(\S+): command not found/.exec(theirs.stderr)
    if (missing && !ours.stderr.includes(missing[0]))
      return console.log(`skipped: there is no ${missing[1]} here`)
    expect(ours).toEqual(theirs)
  })
})
