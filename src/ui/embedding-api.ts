import type { KubeObject } from '../kernel/api/objects.ts'
import type { SessionFile } from '../workers/session-file.ts'
import { cluster } from './cluster.svelte.ts'

export interface ExecResult {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

/** `window.tabernetes`: a small API for embedding and tests. Times are virtual milliseconds. */
export interface Tabernetes {
  /** Resolves when the cluster can be used. */
  readonly ready: Promise<void>
  /** Run a line in a shell of a machine. It ends in virtual time: do not pause before it has. */
  exec(machine: string, line: string): Promise<ExecResult>
  /** Objects of a kind as the page last heard of them. */
  objects(kind: string, namespace?: string): KubeObject[]
  now(): number
  pause(): Promise<void>
  resume(): Promise<void>
  setPace(rate: number): Promise<void>
  /** Run as fast as possible for so long. */
  runFor(ms: number): Promise<void>
  seek(time: number): Promise<void>
  power(machine: string, on: boolean): Promise<void>
  exportSession(): Promise<SessionFile>
  /** Open a saved session and play it to its end. */
  replay(session: SessionFile): Promise<void>
  /** The hash of everything observed so far; equal wherever the same session is played. */
  hash(): Promise<string>
}

let next = 1

export function embeddingApi(ready: Promise<void>): Tabernetes {
  return {
    ready,
    exec,
    objects: (kind, namespace) => cluster.peek.list(kind, namespace),
    now: () => cluster.peek.now,
    pause: () => cluster.remote.pause(),
    resume: () => cluster.remote.resume(),
    setPace: (rate) => cluster.remote.setPace(rate),
    runFor: (ms) => cluster.remote.runFor(ms),
    seek: (time) => cluster.remote.seek(time),
    power: (machine, on) => cluster.remote.input('fabric', { type: 'power', machine, on } as { type: string }),
    exportSession: () => cluster.remote.exportSession(),
    replay: (session) => cluster.replay(session),
    hash: () => cluster.remote.hash(),
  }
}

function exec(machine: string, line: string): Promise<ExecResult> {
  const id = `api${next++}`
  return new Promise((resolve) => {
    let stdout = ''
    let stderr = ''
    const stop = cluster.onBatch(({ observations }) => {
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
