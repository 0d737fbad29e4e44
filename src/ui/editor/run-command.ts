import { cluster } from '../cluster.svelte.ts'

export interface ExecResult {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

const STEP_MS = 100
const LIMIT_MS = 60_000
let next = 1

/** Run a line in a shell of a machine, without a terminal. It takes virtual time: where that stands still, it is let pass. */
export async function runCommand(machine: string, line: string): Promise<ExecResult> {
  let done = false
  const result = exec(machine, line).finally(() => {
    done = true
  })
  for (let passed = 0; !done && cluster.peek.paused && passed < LIMIT_MS; passed += STEP_MS) {
    await Promise.race([result, cluster.remote.runFor(STEP_MS)])
  }
  return result
}

/** Run a line; it ends in virtual time, so only while that passes. */
export function exec(machine: string, line: string): Promise<ExecResult> {
  const id = `page${next++}-${Date.now().toString(36)}`
  return new Promise((resolve) => {
    let stdout = ''
    let stderr = ''
    const stop = cluster.onBatch(({ observations, restarted }) => {
      if (restarted) stdout = stderr = ''
      for (const { body } of observations) {
        const fact = body as { type: string; id?: string; fd?: number; text?: string; status?: number }
        if (fact.id !== id) continue
        if (fact.type === 'exec-output' && fact.fd === 2) stderr += fact.text
        else if (fact.type === 'exec-output') stdout += fact.text
        else if (fact.type === 'exec-done') {
          stop()
          resolve({ stdout, stderr, exitCode: fact.status ?? -1 })
        }
      }
    })
    cluster.input(machine, { type: 'exec', id, line })
  })
}
