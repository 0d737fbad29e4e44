import type { Hardware } from '../../sim/machine.ts'
import type { Message } from '../../sim/packet.ts'
import { Errno } from '../errno.ts'
import { Nat } from './nat.ts'
import { Network } from './network.ts'
import type { Arp, Segment } from './segment.ts'

/** Linux: net/ipv4/arp.c, net.ipv4.neigh.default.* */
const ARP_RETRY_MS = 1000
const ARP_TRIES = 3
const ARP_STALE_MS = 60_000

interface Neighbour {
  machine: string | undefined
  at: number
  tries: number
  waiting: { segment: Segment; from: Network }[]
}

/** The part of a kernel that moves segments: between the machine's own namespaces, through NAT, and to the LAN. */
export class Router {
  /** The host's own namespace. */
  readonly root: Network
  readonly nat: Nat
  readonly #hardware: Hardware
  #neighbours = new Map<string, Neighbour>()
  /** Namespaces on this machine by their address: what the bridge and its veth pairs know. */
  #attached = new Map<string, Network>()

  constructor(hardware: Hardware) {
    this.#hardware = hardware
    this.root = this.newNetwork('host')
    this.nat = new Nat(
      (address) => this.root.isLocal(address),
      () => this.root.address ?? '127.0.0.1',
    )
  }

  /** A namespace of this machine, not yet attached to anything. */
  newNetwork(name: string): Network {
    return new Network(name, {
      after: (ms, fire) => this.#hardware.after(ms, fire),
      output: (segment, from) => this.#output(segment, from),
      isOnMachine: (address) => this.#attached.has(address) || this.root.isLocal(address),
    })
  }

  /** Plug a namespace into the machine's bridge under an address. */
  attach(address: string, network: Network): void {
    this.#attached.set(address, network)
  }

  detach(address: string): void {
    this.#attached.delete(address)
  }

  /** Known neighbours, as `ip neigh` lists them. */
  get neighbours(): { address: string; machine: string | undefined }[] {
    return [...this.#neighbours].map(([address, { machine }]) => ({ address, machine }))
  }

  /** A frame came in from the LAN. */
  receive(frame: Message, from: string): void {
    if (frame.type === 'arp') this.#arp(frame as Arp, from)
    else if (frame.type === 'tcp') this.#forward(frame as Segment, this.root)
  }

  #output(segment: Segment, from: Network): void {
    if (from.isLocal(segment.dst)) return this.#arrive(from, segment)
    this.#forward(segment, from)
  }

  #forward(original: Segment, from: Network): void {
    const segment = this.nat.translate(original)
    if (this.root.isLocal(segment.dst)) return this.#arrive(this.root, segment)
    const attached = this.#attached.get(segment.dst)
    if (attached) return this.#arrive(attached, segment)
    const route = this.root.routeTo(segment.dst)
    if (!route) return from.unreachable(original, new Errno('ENETUNREACH'))
    this.#transmit(route.via ?? segment.dst, segment, from)
  }

  /** Within a machine a segment takes no time, but its turn in the queue. */
  #arrive(network: Network, segment: Segment): void {
    this.#hardware.after(0, () => network.receive(segment))
  }

  #transmit(nextHop: string, segment: Segment, from: Network): void {
    let neighbour = this.#neighbours.get(nextHop)
    if (neighbour?.machine && this.#hardware.now - neighbour.at < ARP_STALE_MS) {
      return this.#hardware.transmit(neighbour.machine, segment)
    }
    if (!neighbour || neighbour.machine) {
      neighbour = { machine: undefined, at: this.#hardware.now, tries: 0, waiting: [] }
      this.#neighbours.set(nextHop, neighbour)
      this.#ask(nextHop, neighbour)
    }
    neighbour.waiting.push({ segment, from })
  }

  #ask(ip: string, neighbour: Neighbour): void {
    if (neighbour.tries++ === ARP_TRIES) {
      this.#neighbours.delete(ip)
      for (const { segment, from } of neighbour.waiting) from.unreachable(segment, new Errno('EHOSTUNREACH'))
      return
    }
    const request: Arp = { type: 'arp', op: 'request', ip, sender: this.root.address ?? '' }
    this.#hardware.transmit('*', request)
    this.#hardware.after(ARP_RETRY_MS, () => {
      if (this.#neighbours.get(ip) === neighbour && !neighbour.machine) this.#ask(ip, neighbour)
    })
  }

  #arp({ op, ip, sender }: Arp, from: string): void {
    if (op === 'request') {
      if (!this.root.isLocal(ip)) return
      this.#learn(sender, from)
      const reply: Arp = { type: 'arp', op: 'reply', ip, sender: this.root.address ?? '' }
      this.#hardware.transmit(from, reply)
    } else this.#learn(ip, from)
  }

  #learn(ip: string, machine: string): void {
    const waiting = this.#neighbours.get(ip)?.waiting ?? []
    this.#neighbours.set(ip, { machine, at: this.#hardware.now, tries: 0, waiting: [] })
    for (const { segment } of waiting) this.#hardware.transmit(machine, segment)
  }
}
