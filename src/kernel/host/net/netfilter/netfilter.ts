import type { Endpoint } from '../connection.ts'
import { opens, type Flow, type IpPacket } from '../segment.ts'
import { Conntrack } from './conntrack.ts'
import { Table } from './table.ts'
import { traverse, type Passage } from './traverse.ts'

/** What the tables need of the machine. */
export interface NetfilterContext {
  readonly now: () => number
  readonly isLocal: (address: string) => boolean
  /** The address that packets leave with which are masqueraded on their way there. */
  readonly sourceFor: (destination: string) => string
}

export interface Devices {
  readonly in: string
  readonly out: string
}

/** Masqueraded connections begin here when their own port is taken. */
const FIRST_PORT = 61000

/**
 * The packet filter of a machine (Linux: net/netfilter): tables that say what becomes of the first packet of a connection,
 * and the connections that are known. What the tables say, `iptables-save` prints; nothing else decides.
 */
export class Netfilter {
  readonly nat: Table
  readonly filter: Table
  readonly conntrack: Conntrack
  /** xt_recent's lists. */
  readonly recent = new Map<string, Map<string, number>>()
  /** Draws lots; replaced by the machine with its seeded stream. */
  random: () => number = () => 0
  readonly #context: NetfilterContext
  #idle = true
  /** The filter has rules that also concern connections under way. */
  #strict = false
  #port = FIRST_PORT

  constructor(context: NetfilterContext) {
    this.#context = context
    const changed = () => this.#changed()
    this.nat = new Table('nat', ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'], changed)
    this.filter = new Table('filter', ['INPUT', 'FORWARD', 'OUTPUT'], changed)
    this.conntrack = new Conntrack(context.now)
  }

  /** True when packets pass as they are. */
  get idle(): boolean {
    return this.#idle && !this.conntrack.size
  }

  get tables(): readonly Table[] {
    return [this.filter, this.nat]
  }

  /** A packet comes in, or is sent from here: its destination may change. */
  begin(
    packet: IpPacket,
    hook: 'PREROUTING' | 'OUTPUT',
    devices: Devices,
    trace?: Passage['trace'],
  ): Passage {
    const known = this.conntrack.translate(packet)
    if (known)
      return this.#passage(
        known,
        packet.type === 'icmp' && packet.about ? 'RELATED' : 'ESTABLISHED',
        devices,
        trace,
      )
    const isNew = opens(packet)
    const passage = this.#passage(packet, isNew ? 'NEW' : 'ESTABLISHED', devices, trace)
    if (!isNew) return passage
    const verdict = traverse(this.nat, hook, passage)
    if (verdict.kind === 'DNAT')
      passage.packet = { ...packet, dst: verdict.address, dport: verdict.port ?? packet.dport }
    else if (verdict.kind === 'REDIRECT')
      passage.packet = {
        ...packet,
        dst: hook === 'OUTPUT' ? '127.0.0.1' : this.#context.sourceFor(packet.src),
        dport: verdict.port,
      }
    return passage
  }

  /** Whether it may go on; otherwise what is said to its sender, or nothing. */
  decide(passage: Passage, hook: 'INPUT' | 'FORWARD' | 'OUTPUT'): 'ACCEPT' | 'DROP' | 'REJECT' {
    if (passage.state !== 'NEW' && !this.#strict) return 'ACCEPT'
    const { kind } = traverse(this.filter, hook, passage)
    return kind === 'DROP' || kind === 'REJECT' ? kind : 'ACCEPT'
  }

  /** It leaves: its source may change, and its connection is known from now on. */
  end(original: IpPacket, passage: Passage, leaves: boolean): IpPacket {
    const { packet, state } = passage
    if (state !== 'NEW') return packet
    const verdict = leaves ? traverse(this.nat, 'POSTROUTING', passage) : undefined
    const forth =
      verdict?.kind === 'MASQUERADE' || verdict?.kind === 'SNAT'
        ? this.#from(packet, verdict.kind === 'SNAT' ? verdict.address : this.#context.sourceFor(packet.dst))
        : packet
    if (forth !== original || this.#strict) this.conntrack.add(original, forth)
    return forth
  }

  /** Whether a connection between these ends is one that the tables lead elsewhere. */
  leads(local: Endpoint, remote: Endpoint): boolean {
    if (this.idle) return false
    const flow: Flow = {
      type: 'tcp',
      src: local.address,
      sport: local.port,
      dst: remote.address,
      dport: remote.port,
    }
    if (this.conntrack.has(flow)) return true
    const packet: IpPacket = { ...flow, type: 'tcp', flags: 'SYN', seq: 0, ack: 0 }
    const passage = { ...this.#passage(packet, 'NEW', { in: '', out: '' }), random: undefined }
    return traverse(this.nat, 'OUTPUT', passage).kind !== 'ACCEPT'
  }

  #from(packet: IpPacket, src: string): IpPacket {
    if (src === packet.src) return packet
    if (packet.type === 'icmp') return { ...packet, src }
    let sport = packet.sport
    const taken = () =>
      this.conntrack.has({ type: packet.type, src: packet.dst, sport: packet.dport, dst: src, dport: sport })
    for (let tries = 0; tries < 4096 && (sport < FIRST_PORT || taken()); tries++) {
      sport = this.#port
      this.#port = this.#port === 65535 ? FIRST_PORT : this.#port + 1
    }
    return { ...packet, src, sport }
  }

  #passage(packet: IpPacket, state: Passage['state'], devices: Devices, trace?: Passage['trace']): Passage {
    const { now, isLocal } = this.#context
    const { random, recent } = this
    return { packet, mark: 0, state, ...devices, isLocal, now: now(), random, recent, trace }
  }

  #changed(): void {
    this.#idle = this.nat.empty && this.filter.empty
    // kube-proxy's own chains let everything pass that is under way; only what somebody adds beside them may not.
    this.#strict = this.filter.builtIn.some((name) => {
      const chain = this.filter.get(name)
      return (
        chain?.policy === 'DROP' ||
        chain?.rules.some(({ target }) => target?.kind !== 'jump' || !target.chain.startsWith('KUBE-'))
      )
    })
  }
}
