import type { ClusterModel } from '../cluster-model.ts'
import type { Batch, PacketSummary } from '../../workers/session-api.ts'

/** A message on its way, `share` of it behind it. */
export interface Dot {
  readonly id: number
  readonly from: string
  readonly to: string
  readonly label: string
  readonly protocol: string
  readonly lost: boolean
  readonly share: number
}

export interface Rate {
  readonly from: string
  readonly to: string
  readonly count: number
}

interface Flight extends PacketSummary {
  readonly id: number
  readonly began: number
}

/** One dot is one message; where there are more, lines carry the rate instead. */
const MAX_DOTS = 70
/** At usual paces a flight is far too short to see: it is shown for so long. */
const FLIGHT_MS = 450
const RATE_MS = 1000
/** At this pace and below flights take as long as they do in virtual time. */
const SLOW = 0.1
/** After a step, time glides to where it is now. */
const GLIDE_MS = 350
const LOG = 4
const LOG_EVERY_MS = 200

/** Messages that are being drawn. At slow paces and while paused they are where they are in virtual time. */
export class Flights {
  dots: readonly Dot[] = []
  rates: readonly Rate[] = []
  log: readonly (PacketSummary & { id: number; lost: boolean })[] = []
  readonly #still: boolean
  #flights: Flight[] = []
  #counts = new Map<string, { from: string; to: string; times: number[] }>()
  #last: (PacketSummary & { id: number; lost: boolean })[] = []
  #logAt = 0
  #next = 0
  /** The virtual time that is drawn. */
  #shown = 0
  #glide: { from: number; to: number; began: number } | undefined

  constructor(still: boolean) {
    this.#still = still
  }

  take({ packets, restarted }: Batch, wall: number): void {
    if (restarted) this.#flights = []
    for (const packet of packets) {
      const id = this.#next++
      if (!isSignOfLife(packet)) this.#last.push({ ...packet, id, lost: packet.arrives === undefined })
      if (packet.to === '*') continue
      this.#count(packet, wall)
      if (!this.#still && this.#flights.length < MAX_DOTS) this.#flights.push({ ...packet, id, began: wall })
    }
    if (this.#last.length > LOG) this.#last = this.#last.slice(-LOG)
  }

  /** Work out what is to be seen now. */
  advance(wall: number, model: ClusterModel): void {
    const virtual = model.paused || model.rate <= SLOW
    this.#shown = this.#timeShown(wall, model)
    const share = (flight: Flight) => (virtual ? this.#shareOf(flight) : (wall - flight.began) / FLIGHT_MS)
    this.#flights = this.#flights.filter((flight) => share(flight) < 1)
    this.dots = this.#flights.map((flight) => dotOf(flight, share(flight))).filter((dot) => dot.share >= 0)
    this.#forget(wall)
    if (wall - this.#logAt < LOG_EVERY_MS && !model.paused) return
    this.#logAt = wall
    this.log = this.#last
    this.rates = [...this.#counts.values()].map(({ from, to, times }) => ({ from, to, count: times.length }))
  }

  #shareOf({ at, arrives }: Flight): number {
    return (this.#shown - at) / ((arrives ?? at + 1) - at)
  }

  /** While paused, steps are not jumps: dots travel to where they are now. */
  #timeShown(wall: number, { now, paused }: ClusterModel): number {
    if (!paused || now < this.#shown) {
      this.#glide = undefined
      return now
    }
    if (this.#glide?.to !== now) this.#glide = { from: Math.max(this.#shown, now - 4), to: now, began: wall }
    const done = Math.min(1, (wall - this.#glide.began) / (this.#still ? 1 : GLIDE_MS))
    return this.#glide.from + (now - this.#glide.from) * done
  }

  #count({ from, to }: PacketSummary, wall: number): void {
    const key = `${from} ${to}`
    const held = this.#counts.get(key)
    if (held) held.times.push(wall)
    else this.#counts.set(key, { from, to, times: [wall] })
  }

  #forget(wall: number): void {
    for (const [key, { times }] of this.#counts) {
      const kept = times.findIndex((time) => time > wall - RATE_MS)
      if (kept < 0) this.#counts.delete(key)
      else if (kept) times.splice(0, kept)
    }
  }
}

/** There are so many heartbeats that nothing else would be seen in a list. */
const isSignOfLife = ({ label }: PacketSummary): boolean => label.startsWith('MsgHeartbeat')

/** A lost one is seen to get half of the way. */
const dotOf = ({ id, from, to, label, protocol, arrives }: Flight, share: number): Dot => {
  const lost = arrives === undefined
  return { id, from, to, label, protocol, lost, share: lost ? share / 2 : share }
}
