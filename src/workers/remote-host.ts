import type { Host, Run } from '../kernel/sim/machine.ts'
import type { Packet } from '../kernel/sim/packet.ts'
import type { MachineSpec } from '../kernel/host/linux.ts'

/** What a machine's worker offers, one call a window. */
export interface MachineWorker {
  start(spec: MachineSpec, seed: number, now: number, boots: number): void
  run(until: number, packets: Packet[]): Run
  /** Load an asset there. */
  provide(name: string): Promise<void>
}

type Remote = {
  [K in keyof MachineWorker]: (
    ...args: Parameters<MachineWorker[K]>
  ) => Promise<Awaited<ReturnType<MachineWorker[K]>>>
}

/** A worker that does not answer for so long is taken for dead: its machine has lost power. */
const ANSWER_MS = 20_000

/** A machine in a worker of its own. The fabric cannot tell it from one at home. */
export class RemoteHost implements Host {
  readonly #remote: Remote
  readonly #terminate: (busy: boolean) => void
  #pending = 0
  readonly #started: Promise<unknown>
  #reject: ((error: Error) => void) | undefined
  #dead: Error | undefined

  /** `terminate` is told whether the worker was still at work. */
  constructor(remote: Remote, terminate: (busy: boolean) => void, start: Parameters<MachineWorker['start']>) {
    this.#remote = remote
    this.#terminate = terminate
    this.#started = remote.start(...start)
    this.#started.catch(() => {})
  }

  run(until: number, packets: Packet[]): Promise<Run> {
    return this.#answered(this.#started.then(() => this.#remote.run(until, packets)))
  }

  async provide(name: string): Promise<void> {
    await this.#answered(this.#remote.provide(name))
  }

  stop(): void {
    const dead = this.#dead !== undefined
    this.failed(new Error('power off'))
    this.#terminate(dead || this.#pending > 0)
  }

  /** The worker reported an error, or is gone: whoever waits for it must not wait for ever. */
  failed(error: Error): void {
    this.#dead ??= error
    this.#reject?.(error)
  }

  #answered<T>(answer: Promise<T>): Promise<T> {
    if (this.#dead) return Promise.reject(this.#dead)
    return new Promise((resolve, reject) => {
      this.#reject = reject
      this.#pending++
      const timer = setTimeout(() => reject(new Error(`no answer for ${ANSWER_MS / 1000} s`)), ANSWER_MS)
      const settled = () => {
        this.#pending--
        clearTimeout(timer)
      }
      answer.then(resolve, reject).finally(settled)
    })
  }
}
