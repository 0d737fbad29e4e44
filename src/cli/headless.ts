import { performance } from 'node:perf_hooks'
import { defaultCluster, type ClusterSpec } from '../kernel/cluster.ts'
import type { Observation } from '../kernel/sim/machine.ts'
import { describePanic } from '../kernel/sim/panic.ts'
import { inlineHost } from '../workers/inline-host.ts'
import { nodeHost } from '../workers/node-host.ts'
import type { WallClock } from '../workers/pace.ts'
import type { HostFactory } from '../workers/rack.ts'
import { Session, type SessionListener } from '../workers/session.ts'

/** Where machines run when nobody says otherwise: all in one thread, which is fastest without a page. */
export const hostsFor = (workers: boolean): HostFactory =>
  workers ? nodeHost(new URL('./machine.mjs', import.meta.url)) : inlineHost

export const wallClock: WallClock = {
  now: () => performance.now(),
  pause: (ms) => new Promise((resolve) => (ms > 0 ? setTimeout(resolve, ms) : setImmediate(resolve))),
}

/** A session without a page. */
export const headlessSession = (
  spec: Partial<ClusterSpec>,
  { workers = false, hash = false } = {},
  listener: SessionListener = {},
): Session =>
  new Session(
    { ...defaultCluster, ...spec },
    { hosts: hostsFor(workers), hash },
    { ...listener, observed: loudly(listener.observed) },
  )

/** Without a page it is the terminal that hears of a mistake of ours, at once. */
const loudly =
  (observed: SessionListener['observed']): SessionListener['observed'] =>
  (observation) => {
    const panic = describePanic(observation)
    if (panic) process.stderr.write(`${panic}\n`)
    observed?.(observation)
  }

/** What came of a command. */
export interface ExecResult {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

/** Runs commands on machines and collects what they print, from the observations. */
export class Executor {
  #running = new Map<
    string,
    { stdout: string; stderr: string; exitCode: number | undefined; output: string }
  >()
  #next = 1

  /** Give it every observation. */
  observed({ body }: Observation): void {
    const fact = body as { type: string; id?: string; fd?: number; text?: string; status?: number }
    const run = fact.id === undefined ? undefined : this.#running.get(fact.id)
    if (!run) return
    if (fact.type === 'exec-output') {
      run.output += fact.text
      if (fact.fd === 2) run.stderr += fact.text
      else run.stdout += fact.text
    } else if (fact.type === 'exec-done') run.exitCode = fact.status
  }

  /** Start a line on a machine; returns its id. */
  start(session: Session, machine: string, line: string, stdin?: string): string {
    const id = `x${this.#next++}`
    this.#running.set(id, { stdout: '', stderr: '', exitCode: undefined, output: '' })
    session.input(machine, { type: 'exec', id, line, stdin } as { type: string })
    return id
  }

  done(id: string): boolean {
    return this.#running.get(id)?.exitCode !== undefined
  }

  /** What was printed so far, both streams as they came. */
  outputOf(id: string): string {
    return this.#running.get(id)?.output ?? ''
  }

  resultOf(id: string): ExecResult {
    const { stdout = '', stderr = '', exitCode = -1 } = this.#running.get(id) ?? {}
    return { stdout, stderr, exitCode }
  }
}

/** Let virtual time pass in small pieces until `done`, at most `limitMs`. */
export async function runUntilDone(session: Session, done: () => boolean, limitMs: number): Promise<boolean> {
  const end = session.now + limitMs
  while (!done() && session.now < end) await session.runUntil(Math.min(end, session.now + 20))
  return done()
}

/** Every node is Ready, and pods can be made: the default service account is there. */
const READY =
  'kubectl get serviceaccount default >/dev/null 2>&1 && [ "$(kubectl get nodes --no-headers 2>/dev/null | grep -cw Ready)" = '

/** Boot a cluster: let time pass until it is ready, as kubectl sees it. Returns the virtual time it took. */
export async function boot(session: Session, executor: Executor, limitMs = 300_000): Promise<number> {
  const nodes = session.spec.nodes + 1
  const end = session.now + limitMs
  await session.runUntil(session.now + 2000)
  while (session.now < end) {
    const id = executor.start(session, 'laptop', `${READY}${nodes} ]`)
    await runUntilDone(session, () => executor.done(id), 60_000)
    if (executor.resultOf(id).exitCode === 0) return session.now
    await session.runUntil(session.now + 500)
  }
  throw new Error(`the cluster was not ready after ${limitMs / 1000} s of virtual time`)
}
