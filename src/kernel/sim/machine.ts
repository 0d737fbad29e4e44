import { panicOf, traceOf } from './panic.ts'
import type { Message, Packet } from './packet.ts'
import { random, type Random } from './random.ts'
import { Timers, type Timer } from './timers.ts'

/** Something that happened, told to whoever watches. Nothing in the kernel reads it back. */
export interface Observation {
  /** Virtual milliseconds. */
  readonly at: number
  readonly machine: string
  /** The process that told it, e.g. `kube-scheduler`. */
  readonly from: string
  readonly body: Message
  /** Of a panic: where it was thrown. Differs between engines, so it is no part of the history. */
  readonly trace?: string
}

/**
 * How many things a computer does at one moment. What is more takes time: without this a program that starts
 * something at once, again and again, would stop the clock for ever.
 */
const MAX_AT_ONCE = 100_000
const BUSY_MS = 1

/** What a machine did with its share of time. */
export interface Run {
  readonly sent: Packet[]
  readonly observed: Observation[]
  /** What reached the disk, in order; the power may fail after it. */
  readonly written: unknown[]
  /** Names of assets (large data that is loaded late) that it waits for; time stands still until they are there. */
  readonly needs: string[]
  /** When it has something to do again, or Infinity. */
  readonly nextAt: number
}

/** Anything that can run a machine: the machine itself, or a worker that holds one. */
export interface Host {
  run(until: number, packets: Packet[]): Run | Promise<Run>
  /** Hand over an asset that a run needed. */
  provide?(name: string, asset: unknown): void | Promise<void>
  /** Power off: whatever is not on the disk is lost. */
  stop?(): void
}

/** All that the software of a machine may know or do. There is no other way out of the kernel. */
export interface Hardware {
  readonly name: string
  readonly seed: number
  /** Virtual milliseconds since the session began. */
  readonly now: number
  random(name: string): Random
  /** Do something later; returns a way to call it off. `afterMs` >= 0. */
  after(afterMs: number, fire: () => void): () => void
  /** Put a frame on the wire; `to` is a machine or `*`. */
  transmit(to: string, body: Message): void
  observe<M extends Message>(from: string, body: M, trace?: string): void
  /** Tell the disk. */
  write(operation: unknown): void
  /** The asset, or nothing while it is being loaded; `ready` is called once it is there. */
  asset(name: string, ready: (asset: unknown) => void): void
}

/** The software: it is given the hardware, and gets every frame and input that arrives. */
export type Boot = (hardware: Hardware) => { receive(body: Message, from: string): void }

/** One computer: a queue of what is due, a clock, and the software that reacts. */
export class Machine implements Host {
  readonly name: string
  #queue = new Timers()
  #now: number
  /** Things done at this moment. */
  #doneNow = 0
  #seq = 0
  #sent: Packet[] = []
  #observed: Observation[] = []
  #written: unknown[] = []
  #needs: string[] = []
  #waiting = new Map<string, ((asset: unknown) => void)[]>()
  #assets = new Map<string, unknown>()
  readonly #software: ReturnType<Boot>

  /** `now` is the moment it is switched on. */
  constructor(name: string, seed: number, boot: Boot, now = 0) {
    this.name = name
    this.#now = now
    this.#software = boot(this.#hardware(seed))
  }

  /** Handle everything due before `until`, in order, and report what came of it. */
  run(until: number, packets: Packet[]): Run {
    for (const { at, from, seq, body } of packets) {
      this.#queue.push({ at, from, seq, fire: () => this.#software.receive(body, from) })
    }
    // A machine that waits for an asset stands still, or what it does next would depend on where the window ends.
    while (this.#queue.nextAt < until && !this.#needs.length) {
      const timer = this.#queue.pop()
      const { fire } = timer
      if (!fire) continue
      timer.fire = undefined
      if (timer.at > this.#now) this.#doneNow = 0
      this.#doneNow++
      this.#now = timer.at
      try {
        fire()
      } catch (error) {
        // A mistake in what no process does; the rest of the machine goes on.
        this.#observe('kernel', panicOf('kernel', 0, error), traceOf(error))
      }
    }
    const run = {
      sent: this.#sent,
      observed: this.#observed,
      written: this.#written,
      needs: this.#needs,
      nextAt: this.#queue.nextAt,
    }
    this.#sent = []
    this.#observed = []
    this.#written = []
    this.#needs = []
    return run
  }

  provide(name: string, asset: unknown): void {
    this.#assets.set(name, asset)
    const waiting = this.#waiting.get(name) ?? []
    this.#waiting.delete(name)
    for (const ready of waiting) this.#after(0, () => ready(asset))
  }

  #after(afterMs: number, fire: () => void): () => void {
    const least = this.#doneNow > MAX_AT_ONCE ? BUSY_MS : 0
    const wait = Math.max(least, afterMs)
    const timer: Timer = { at: this.#now + wait, from: this.name, seq: this.#seq++, fire }
    if (wait === 0) this.#queue.lineUp(timer)
    else this.#queue.push(timer)
    return () => this.#queue.cancel(timer)
  }

  #observe(from: string, body: Message, trace?: string): void {
    const observation = { at: this.#now, machine: this.name, from, body }
    this.#observed.push(trace === undefined ? observation : { ...observation, trace })
  }

  #asset(name: string, ready: (asset: unknown) => void): void {
    if (this.#assets.has(name)) {
      this.#after(0, () => ready(this.#assets.get(name)))
      return
    }
    const waiting = this.#waiting.get(name)
    if (waiting) waiting.push(ready)
    else this.#waiting.set(name, [ready])
    this.#needs.push(name)
  }

  #hardware(seed: number): Hardware {
    const machine = this
    return {
      name: this.name,
      seed,
      get now() {
        return machine.#now
      },
      random: (name) => random(seed, `${this.name}/${name}`),
      after: (afterMs, fire) => this.#after(afterMs, fire),
      transmit: (to, body) => {
        this.#sent.push({ at: this.#now, from: this.name, to, seq: this.#seq++, body })
      },
      observe: (from, body, trace) => this.#observe(from, body, trace),
      write: (operation) => {
        this.#written.push(operation)
      },
      asset: (name, ready) => this.#asset(name, ready),
    }
  }
}
