import type { KubeObject } from '../kernel/api/objects.ts'
import type { SessionFile } from '../workers/session-file.ts'
import { cluster } from './cluster.svelte.ts'
import { exec, type ExecResult } from './editor/run-command.ts'

/**
 * `window.tabernetes`: a small API for embedding and tests. Times are virtual milliseconds since the cluster was switched on.
 * What is done through it is an input of the session like any other: it is in the journal, in saved files and in links.
 */
export interface Tabernetes {
  /** Resolves when the cluster can be used: every node is Ready, or the session in the link has been played. */
  readonly ready: Promise<void>
  /** Run a line in a shell of a machine. It ends in virtual time: do not pause before it has. */
  exec(machine: string, line: string): Promise<ExecResult>
  /** Objects of a kind as the page last heard of them, by namespace and name. They are shared: do not change them. */
  objects(kind: string, namespace?: string): readonly KubeObject[]
  now(): number
  pause(): Promise<void>
  resume(): Promise<void>
  /** 0.01 and up; Infinity is as fast as possible. */
  setPace(rate: number): Promise<void>
  /** Run as fast as possible for so long, paused or not. */
  runFor(ms: number): Promise<void>
  /** Go to a moment: back by replay. Acting there begins a branch. */
  seek(time: number): Promise<void>
  power(machine: string, on: boolean): Promise<void>
  exportSession(): Promise<SessionFile>
  /** Open a saved session and play it to its end. */
  replay(session: SessionFile): Promise<void>
  /** The hash of everything observed so far; equal wherever the same session is played. */
  hash(): Promise<string>
}

declare global {
  interface Window {
    tabernetes: Tabernetes
  }
}

/** What is put on `window.tabernetes`. */
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
    power: (machine, on) =>
      cluster.remote.input('fabric', { type: 'power', machine, on } as { type: string }),
    exportSession: () => cluster.remote.exportSession(),
    replay: (session) => cluster.replay(session),
    hash: () => cluster.remote.hash(),
  }
}
