import { flowOf, type Flow, type IpPacket } from '../segment.ts'

/** net.netfilter.nf_conntrack_*_timeout*, in milliseconds. */
const TIMEOUT = { tcp: 432_000_000, closing: 120_000, udp: 30_000, stream: 120_000, icmp: 30_000 }

/** One connection as it is tracked: what its first packet said, and what answers must say. */
export interface Tracked {
  readonly type: Flow['type']
  readonly original: Flow
  /** Where the first packet went in the end, and as whom. */
  readonly forth: Flow
  state: string
  expiresAt: number
}

const keyOf = ({ type, src, sport, dst, dport }: Flow): string => `${type}${flowOf(src, sport, dst, dport)}`
const backKeyOf = ({ type, src, sport, dst, dport }: Flow): string =>
  `${type}${flowOf(dst, dport, src, sport)}`

/** Which connections there are, and how their packets are rewritten (Linux: net/netfilter/nf_conntrack_core.c). */
export class Conntrack {
  readonly #now: () => number
  #entries = new Map<string, Tracked>()
  /** Those that may end, in the order in which they may. */
  #mortal: Tracked[] = []

  constructor(now: () => number) {
    this.#now = now
  }

  get size(): number {
    return this.#entries.size
  }

  /** Each connection once. */
  get all(): Tracked[] {
    this.#forgetOld()
    return [...new Set(this.#entries.values())]
  }

  add(original: Flow, forth: Flow): void {
    this.#forgetOld()
    const { type } = original
    const entry: Tracked = {
      type,
      original: tuple(original),
      forth: tuple(forth),
      state: type === 'tcp' ? 'SYN_SENT' : '',
      expiresAt: this.#now() + (type === 'tcp' ? TIMEOUT.closing : TIMEOUT[type]),
    }
    this.#entries.set(keyOf(original), entry)
    this.#entries.set(backKeyOf(forth), entry)
    this.#mortal.push(entry)
  }

  has(flow: Flow): boolean {
    return this.#entries.has(keyOf(flow))
  }

  /** The packet as it goes on if its connection is known. */
  translate(packet: IpPacket): IpPacket | undefined {
    if (packet.type === 'icmp' && packet.about) return this.#complaint(packet, packet.about)
    const entry = this.#entries.get(keyOf(packet))
    if (!entry) return undefined
    const back = isReply(entry, packet)
    this.#follow(entry, packet, back)
    const { original, forth } = entry
    return back
      ? { ...packet, src: original.dst, sport: original.dport, dst: original.src, dport: original.sport }
      : { ...packet, src: forth.src, sport: forth.sport, dst: forth.dst, dport: forth.dport }
  }

  /** Forget connections; all of them, or those of a kind. Returns how many. */
  flush(wanted: (entry: Tracked) => boolean = () => true): number {
    const gone = this.all.filter(wanted)
    for (const entry of gone) this.#remove(entry)
    return gone.length
  }

  /** What is said about a packet must be said to its sender, about what that sender sent. */
  #complaint(packet: IpPacket & { type: 'icmp' }, about: Flow): IpPacket | undefined {
    const entry = this.#entries.get(backKeyOf(about))
    if (!entry) return undefined
    if (isReply(entry, { ...about, src: about.dst, sport: about.dport, dst: about.src, dport: about.sport }))
      return { ...packet, dst: entry.original.src, about: entry.original }
    return packet
  }

  #follow(entry: Tracked, packet: IpPacket, back: boolean): void {
    const now = this.#now()
    if (packet.type !== 'tcp') {
      if (back) entry.state = 'ASSURED'
      entry.expiresAt = now + (packet.type === 'udp' && entry.state ? TIMEOUT.stream : TIMEOUT[packet.type])
    } else if (packet.flags === 'FIN' || packet.flags === 'RST') {
      entry.state = packet.flags === 'RST' ? 'CLOSE' : 'TIME_WAIT'
      entry.expiresAt = now + TIMEOUT.closing
    } else if (entry.state === 'SYN_SENT' && !back && packet.flags !== 'SYN') {
      entry.state = 'ESTABLISHED'
      entry.expiresAt = now + TIMEOUT.tcp
    }
  }

  #forgetOld(): void {
    const now = this.#now()
    for (let looked = this.#mortal.length; looked > 0; looked--) {
      const entry = this.#mortal[0]
      // Every timeout but an open connection's is short: what comes first is looked at again, until one is too young.
      if (entry.expiresAt > now && entry.state !== 'ESTABLISHED' && entry.state !== 'ASSURED') break
      this.#mortal.shift()
      if (entry.expiresAt <= now) this.#remove(entry)
      else this.#mortal.push(entry)
      if (entry.expiresAt > now) break
    }
  }

  #remove(entry: Tracked): void {
    for (const key of [keyOf(entry.original), backKeyOf(entry.forth)])
      if (this.#entries.get(key) === entry) this.#entries.delete(key)
  }
}

const isReply = ({ original }: Tracked, { src, sport, dst, dport }: Flow): boolean =>
  !(original.src === src && original.sport === sport && original.dst === dst && original.dport === dport)

const tuple = ({ type, src, sport, dst, dport }: Flow): Flow => ({ type, src, sport, dst, dport })
