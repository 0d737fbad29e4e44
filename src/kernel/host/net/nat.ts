import { flowOf, type Segment } from './segment.ts'

/** Where a service's connections go. */
export interface Backend {
  readonly address: string
  readonly port: number
}

/** A destination that is rewritten: `address:port`, or `*:port` for every address of this machine (a node port). */
export interface Translation {
  readonly destination: string
  readonly backends: readonly Backend[]
  /** Rewrite the source too, so that answers come back this way. */
  readonly masquerade: boolean
}

interface Tracked {
  readonly src: string
  readonly sport: number
  readonly dst: string
  readonly dport: number
}

const FIRST_PORT = 61000

/** Destination NAT with connection tracking: what kube-proxy's rules come to (Linux: net/netfilter/nf_conntrack). */
export class Nat {
  readonly #isLocal: (address: string) => boolean
  readonly #address: () => string
  #table = new Map<string, Translation>()
  #tracked = new Map<string, Tracked>()
  #turn = 0
  #port = FIRST_PORT
  /** Picks a backend; replaced by the machine with its seeded stream. */
  choose: (count: number) => number = (count) => this.#turn++ % count

  constructor(isLocal: (address: string) => boolean, address: () => string) {
    this.#isLocal = isLocal
    this.#address = address
  }

  get translations(): readonly Translation[] {
    return [...this.#table.values()]
  }

  /** Replace the whole table. Connections under way stay as they are. */
  replace(translations: readonly Translation[]): void {
    this.#table = new Map(translations.map((translation) => [translation.destination, translation]))
  }

  translate(segment: Segment): Segment {
    if (!this.#table.size && !this.#tracked.size) return segment
    const tracked = this.#tracked.get(flowOf(segment.src, segment.sport, segment.dst, segment.dport))
    if (tracked) return { ...segment, ...tracked }
    return segment.flags === 'SYN' ? this.#begin(segment) : segment
  }

  #begin(segment: Segment): Segment {
    const { src, sport, dst, dport } = segment
    const translation =
      this.#table.get(`${dst}:${dport}`) ?? (this.#isLocal(dst) ? this.#table.get(`*:${dport}`) : undefined)
    if (!translation?.backends.length) return segment
    const backend = translation.backends[this.choose(translation.backends.length)]
    const masquerade = translation.masquerade && !this.#isLocal(src)
    const from = masquerade ? { address: this.#address(), port: this.#port++ } : { address: src, port: sport }
    const forth = { src: from.address, sport: from.port, dst: backend.address, dport: backend.port }
    this.#tracked.set(flowOf(src, sport, dst, dport), forth)
    this.#tracked.set(flowOf(forth.dst, forth.dport, forth.src, forth.sport), {
      src: dst,
      sport: dport,
      dst: src,
      dport: sport,
    })
    return { ...segment, ...forth }
  }
}
