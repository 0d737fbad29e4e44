import type { Host, Observation, Run } from './machine.ts'
import { DueQueue, type Message, type Packet } from './packet.ts'
import { random, type Random } from './random.ts'

/** An input from outside the cluster. A seed and the journal of these is a whole session. */
export interface Input {
  /** Virtual milliseconds at which it was taken. */
  readonly at: number
  /** A machine, or `fabric` for what is done to machines and cables. */
  readonly to: string
  readonly body: Message
}

/** What can be done to the hardware from outside. */
export type FabricInput =
  | { readonly type: 'power'; readonly machine: string; readonly on: boolean }
  | { readonly type: 'cable'; readonly machine: string; readonly plugged: boolean }
  | ({ readonly type: 'link'; readonly from: string; readonly to: string } & Link)

/** How bad a one-way link is. */
export interface Link {
  /** Extra milliseconds a packet takes. */
  readonly delayMs?: number
  /** Share of packets lost, 0 to 1. */
  readonly loss?: number
  /** Share of packets sent twice, 0 to 1. */
  readonly duplicate?: number
  /** Nothing passes at all. */
  readonly cut?: boolean
}

/** Where machines come from, and where their disks are kept while they are off. */
export interface Rack {
  /** Build the machine, with what its disk holds, and switch it on at `now`; `boots` counts how often it was switched on. */
  start(name: string, now: number, boots: number): Host
  /** Something reached the disk of a machine. */
  written(name: string, operations: unknown[]): void
  /** Load an asset; the fabric waits for it, so that virtual time cannot tell how long it took. */
  asset(name: string): unknown | Promise<unknown>
}

/** Who looks on. Looking changes nothing. */
export interface Onlooker {
  observed?(observation: Observation): void
  /** A packet left; `arrives` is undefined when it was lost. */
  packet?(packet: Packet, arrives: number | undefined): void
  /** A worker that held a machine died, or did not answer in time. */
  lost?(machine: string, error: unknown): void
  /** An input was taken. */
  input?(input: Input): void
}

/** No packet between machines takes less than this, so machines may run this far side by side. */
export const LATENCY_MS = 1

interface Port {
  readonly name: string
  host: Host | undefined
  readonly inbox: DueQueue<Packet>
  nextAt: number
  boots: number
  plugged: boolean
}

/** The switch that every machine is plugged into. It alone decides what arrives where, and when. */
export class Fabric {
  now = 0
  /** Windows run and packets delivered so far. */
  windows = 0
  delivered = 0
  readonly journal: Input[] = []
  readonly #rack: Rack
  readonly #seed: number
  readonly #onlooker: Onlooker
  #ports = new Map<string, Port>()
  #links = new Map<string, Link>()
  #draws = new Map<string, Random>()
  #pending: { to: string; body: Message }[] = []
  #busy = false
  #inputs = 0

  constructor(seed: number, rack: Rack, onlooker: Onlooker = {}) {
    this.#seed = seed
    this.#rack = rack
    this.#onlooker = onlooker
  }

  /** Give a machine its place and switch it on. */
  plug(name: string, on = true): void {
    const port: Port = {
      name,
      host: undefined,
      inbox: new DueQueue(),
      nextAt: Number.POSITIVE_INFINITY,
      boots: 0,
      plugged: true,
    }
    this.#ports.set(name, port)
    if (on) this.#start(port)
  }

  get machines(): string[] {
    return [...this.#ports.keys()]
  }

  isOn(machine: string): boolean {
    return this.#ports.get(machine)?.host !== undefined
  }

  isPlugged(machine: string): boolean {
    return this.#ports.get(machine)?.plugged ?? false
  }

  linkOf(from: string, to: string): Link | undefined {
    return this.#links.get(`${from}>${to}`)
  }

  /** Bring an input in and write it down: at once, or when the window under way has ended. */
  input(to: string, body: Message): void {
    this.#pending.push({ to, body })
    if (!this.#busy) this.#takeInputs()
  }

  /** The next moment at which anything happens, or Infinity. */
  get nextAt(): number {
    let next = Number.POSITIVE_INFINITY
    for (const port of this.#ports.values()) {
      if (port.host) next = Math.min(next, port.nextAt, port.inbox.nextAt)
    }
    return next
  }

  /** Let virtual time pass until `end`; with `budget`, stop early after that many windows. Returns whether `end` was reached. */
  async runUntil(end: number, budget = Number.POSITIVE_INFINITY): Promise<boolean> {
    if (this.#busy) throw new Error('the fabric is already running')
    this.#busy = true
    try {
      for (let windows = 0; ; windows++) {
        this.#takeInputs()
        const start = this.nextAt
        if (start >= end) break
        if (windows >= budget) return false
        const pending = this.#window(Math.min(start + LATENCY_MS, end))
        if (pending) await pending
      }
      if (Number.isFinite(end)) this.now = Math.max(this.now, end)
      return true
    } finally {
      this.#busy = false
      this.#takeInputs()
    }
  }

  /** Switch everything off and let go of it. */
  stop(): void {
    for (const port of this.#ports.values()) {
      port.host?.stop?.()
      port.host = undefined
    }
  }

  #window(until: number): Promise<void> | undefined {
    const due: Port[] = []
    const runs: (Run | Promise<Run>)[] = []
    let wait = false
    for (const port of this.#ports.values()) {
      if (!port.host || Math.min(port.nextAt, port.inbox.nextAt) >= until) continue
      const run = this.#runHost(port, port.host, until)
      due.push(port)
      if (run instanceof Promise) {
        wait = true
        runs.push(run.catch((error: unknown) => this.#lost(port, error)))
      } else runs.push(run)
    }
    if (wait) return Promise.all(runs).then((done) => this.#settle(due, done, until))
    return this.#settle(due, runs as Run[], until)
  }

  /** What a host throws at home is what a worker's death is: the machine lost power. */
  #runHost(port: Port, host: Host, until: number): Run | Promise<Run> {
    try {
      return host.run(until, this.#take(port, until))
    } catch (error) {
      return this.#lost(port, error)
    }
  }

  #settle(due: Port[], runs: Run[], until: number): Promise<void> | undefined {
    const needs: [Port, string][] = []
    for (let i = 0; i < due.length; i++) {
      const port = due[i]
      const run = runs[i]
      port.nextAt = run.nextAt
      if (run.written.length) this.#rack.written(port.name, run.written)
      if (this.#onlooker.observed)
        for (const observation of run.observed) this.#onlooker.observed(observation)
      for (const packet of run.sent) this.#send(packet)
      for (const name of run.needs) needs.push([port, name])
    }
    this.now = until
    this.windows++
    return needs.length ? this.#provide(needs) : undefined
  }

  /** A worker died or hangs: its machine lost power before this window began, and the journal says so. */
  #lost(port: Port, error: unknown): Run {
    const input: FabricInput = { type: 'power', machine: port.name, on: false }
    this.journal.push({ at: this.now, to: 'fabric', body: input })
    this.#stop(port)
    this.#onlooker.lost?.(port.name, error)
    return { sent: [], observed: [], written: [], needs: [], nextAt: Number.POSITIVE_INFINITY }
  }

  async #provide(needs: [Port, string][]): Promise<void> {
    for (const [port, name] of needs) {
      try {
        await port.host?.provide?.(name, await this.#rack.asset(name))
      } catch (error) {
        this.#lost(port, error)
        continue
      }
      port.nextAt = Math.min(port.nextAt, this.now)
    }
  }

  #take(port: Port, until: number): Packet[] {
    const packets: Packet[] = []
    while (port.inbox.nextAt < until) packets.push(port.inbox.pop())
    return packets
  }

  #send(packet: Packet): void {
    if (packet.to === '*') {
      for (const name of this.#ports.keys()) if (name !== packet.from) this.#pass(packet, name)
    } else this.#pass(packet, packet.to)
  }

  #pass(packet: Packet, to: string): void {
    const link = this.#links.size ? this.#links.get(`${packet.from}>${to}`) : undefined
    const arrives = this.#arrival(packet, to, link)
    this.#onlooker.packet?.(packet, arrives)
    if (arrives === undefined) return
    this.#deliver({ ...packet, to, at: arrives })
    if (link?.duplicate && this.#draw(packet.from, to)() < link.duplicate) {
      this.#deliver({ ...packet, to, at: arrives + LATENCY_MS })
    }
  }

  #arrival(packet: Packet, to: string, link: Link | undefined): number | undefined {
    if (!this.#ports.get(packet.from)?.plugged || !this.#ports.get(to)?.plugged || link?.cut) return undefined
    if (link?.loss && this.#draw(packet.from, to)() < link.loss) return undefined
    return packet.at + LATENCY_MS + (link?.delayMs ?? 0)
  }

  /** A stream of chances per link: what one link draws must not depend on when another one was looked at. */
  #draw(from: string, to: string): Random {
    const name = `${from}>${to}`
    let draw = this.#draws.get(name)
    if (!draw) this.#draws.set(name, (draw = random(this.#seed, `link ${name}`)))
    return draw
  }

  #deliver(packet: Packet): void {
    const port = this.#ports.get(packet.to)
    if (!port?.host) return
    this.delivered++
    port.inbox.push(packet)
  }

  #takeInputs(): void {
    for (const { to, body } of this.#pending.splice(0)) {
      const input = { at: this.now, to, body }
      this.journal.push(input)
      this.#onlooker.input?.(input)
      if (to === 'fabric') this.#handle(body as FabricInput)
      else this.#deliver({ at: this.now, from: 'user', to, seq: this.#inputs++, body })
    }
  }

  #handle(input: FabricInput): void {
    if (input.type === 'link') {
      this.#links.set(`${input.from}>${input.to}`, input)
      return
    }
    const port = this.#ports.get(input.machine)
    if (!port) return
    if (input.type === 'cable') port.plugged = input.plugged
    else if (input.on && !port.host) this.#start(port)
    else if (!input.on && port.host) this.#stop(port)
  }

  #start(port: Port): void {
    port.host = this.#rack.start(port.name, this.now, port.boots++)
    port.inbox.clear()
    port.nextAt = this.now
  }

  #stop(port: Port): void {
    port.host?.stop?.()
    port.host = undefined
    port.inbox.clear()
    port.nextAt = Number.POSITIVE_INFINITY
  }
}
