import { machinesOf, type ClusterSpec } from '../kernel/cluster.ts'
import { Fabric, type Input } from '../kernel/sim/fabric.ts'
import { HistoryHash } from '../kernel/sim/hash.ts'
import type { DiskEntry } from '../kernel/host/disk.ts'
import type { Observation } from '../kernel/sim/machine.ts'
import type { Message, Packet } from '../kernel/sim/packet.ts'
import { DiskRack, type HostFactory } from './rack.ts'
import type { SessionFile } from './session-file.ts'

/** Who looks at a session. */
export interface SessionListener {
  observed?(observation: Observation): void
  packet?(packet: Packet, arrives: number | undefined): void
  lost?(machine: string, error: unknown): void
  input?(input: Input): void
  /** The past was rebuilt: forget everything observed so far, it comes again. */
  restarted?(): void
}

export interface SessionOptions {
  readonly hosts: HostFactory
  /** Compute the hash of all observations (costs time). */
  readonly hash?: boolean
}

/** A history that was left when someone acted in its past. */
export interface Branch {
  readonly name: string
  /** Where it left the present one, in virtual milliseconds. */
  readonly forkedAt: number
  readonly journal: readonly Input[]
  readonly endsAt: number
}

/** One cluster and its history: runs it, takes inputs, goes back by replay and forks when the past is changed. */
export class Session {
  readonly spec: ClusterSpec
  readonly branches: Branch[] = []
  /** The name of the branch that is played. */
  branch = 'main'
  readonly #options: SessionOptions
  readonly #listener: SessionListener
  #fabric!: Fabric
  #rack!: DiskRack
  #hash!: HistoryHash
  /** Inputs of this branch that lie ahead, because time was turned back. */
  #ahead: Input[] = []
  #endsAt = 0
  /** Mistakes of ours that came to light since the beginning of what is played. */
  panics: Observation[] = []
  #running: Promise<unknown> = Promise.resolve()

  constructor(spec: ClusterSpec, options: SessionOptions, listener: SessionListener = {}) {
    this.spec = spec
    this.#options = options
    this.#listener = listener
    this.#build()
  }

  get now(): number {
    return this.#fabric.now
  }

  /** How far this branch has been played; later than `now` while one looks at the past. */
  get endsAt(): number {
    return Math.max(this.#endsAt, this.now)
  }

  get windows(): number {
    return this.#fabric.windows
  }

  get delivered(): number {
    return this.#fabric.delivered
  }

  /** The hash of all observations so far; only with the option. */
  get hash(): string {
    return this.#hash.hex
  }

  get observations(): number {
    return this.#hash.count
  }

  get machines(): { name: string; on: boolean; plugged: boolean }[] {
    return this.#fabric.machines.map((name) => ({
      name,
      on: this.#fabric.isOn(name),
      plugged: this.#fabric.isPlugged(name),
    }))
  }

  /** Do something to the cluster now. In the past this starts a new branch; the old one is kept. */
  input(to: string, body: Message): void {
    if (this.#ahead.length || this.#endsAt > this.now) this.#fork()
    this.#fabric.input(to, body)
  }

  /** Let virtual time pass until `end`, at most `budget` windows of it. One caller at a time; returns whether it got there. */
  runUntil(end: number, budget?: number): Promise<boolean> {
    const run = this.#running.then(() => this.#run(end, budget))
    this.#running = run.catch(() => {})
    return run
  }

  /** Go to any moment: forward by letting time pass, back by building everything again. */
  async seek(time: number): Promise<void> {
    if (time < this.now) await this.rewind()
    await this.runUntil(time)
  }

  /** Back to the beginning; what was done lies ahead and is played again as time passes. */
  rewind(): Promise<void> {
    const back = this.#running.then(() => this.#rewind())
    this.#running = back.catch(() => {})
    return back
  }

  /** When the next thing happens, or Infinity. */
  get nextAt(): number {
    return this.#fabric.nextAt
  }

  /** Everything that is needed to be here again. */
  export(): SessionFile {
    const journal = [...this.#fabric.journal, ...this.#ahead]
    return { format: 'tabernetes-session', version: 1, spec: this.spec, journal, endsAt: this.endsAt }
  }

  /** Prepare to replay a saved session; `seek` plays it. */
  load({ journal, endsAt }: SessionFile): void {
    this.#ahead = [...journal]
    this.#endsAt = endsAt
  }

  /** Leave this branch for another one, which begins again at 0; `seek` plays it. The present one is kept in its place. */
  switchTo(index: number): void {
    const branch = this.branches[index]
    this.branches[index] = {
      name: this.branch,
      forkedAt: branch.forkedAt,
      journal: [...this.#fabric.journal, ...this.#ahead],
      endsAt: this.endsAt,
    }
    this.branch = branch.name
    this.#fabric.stop()
    this.#listener.restarted?.()
    this.#ahead = [...branch.journal]
    this.#endsAt = branch.endsAt
    this.#build()
  }

  /** What is on a machine's disk now. */
  disk(machine: string): DiskEntry[] {
    return this.#rack.disk(machine)
  }

  stop(): void {
    this.#fabric.stop()
  }

  #build(): void {
    const { seed } = this.spec
    const machines = machinesOf(this.spec)
    this.#hash = new HistoryHash()
    this.panics = []
    this.#rack = new DiskRack(machines, seed, this.#options.hosts)
    this.#fabric = new Fabric(seed, this.#rack, {
      observed: (observation) => {
        if (this.#options.hash) this.#hash.add(observation)
        if (observation.body.type === 'panic') this.panics.push(observation)
        this.#listener.observed?.(observation)
      },
      packet: this.#listener.packet,
      lost: this.#listener.lost,
      input: this.#listener.input,
    })
    for (const { name } of machines) this.#fabric.plug(name)
  }

  async #run(end: number, budget?: number): Promise<boolean> {
    while (this.#ahead.length && this.#ahead[0].at <= end) {
      const { at, to, body } = this.#ahead[0]
      if (!(await this.#fabric.runUntil(at, budget))) return false
      this.#ahead.shift()
      this.#fabric.input(to, body)
    }
    const done = await this.#fabric.runUntil(end, budget)
    this.#endsAt = Math.max(this.#endsAt, this.now)
    return done
  }

  #rewind(): void {
    this.#endsAt = this.endsAt
    this.#ahead = [...this.#fabric.journal, ...this.#ahead]
    this.#fabric.stop()
    this.#listener.restarted?.()
    this.#build()
  }

  #fork(): void {
    this.branches.push({
      name: this.branch,
      forkedAt: this.now,
      journal: [...this.#fabric.journal, ...this.#ahead],
      endsAt: this.endsAt,
    })
    this.branch = `branch ${this.branches.length}`
    this.#ahead = []
    this.#endsAt = this.now
  }
}
