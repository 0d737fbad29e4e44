import type { Hardware } from '../../sim/machine.ts'
import type { Message } from '../../sim/packet.ts'
import { Netfilter } from './netfilter/netfilter.ts'
import type { Passage } from './netfilter/traverse.ts'
import { Network } from './network.ts'
import { complaint, type Arp, type Icmp, type IpPacket } from './segment.ts'

/** Linux: net/ipv4/arp.c, net.ipv4.neigh.default.* */
const ARP_RETRY_MS = 1000
const ARP_TRIES = 3
const ARP_STALE_MS = 60_000

interface Neighbour {
  machine: string | undefined
  at: number
  tries: number
  waiting: { packet: IpPacket; from: Network | undefined }[]
}

/** The part of a kernel that moves segments: between the machine's own namespaces, through NAT, and to the LAN. */
export class Router {
  /** The host's own namespace. */
  readonly root: Network
  readonly netfilter: Netfilter
  readonly #hardware: Hardware
  #neighbours = new Map<string, Neighbour>()
  /** Namespaces on this machine by their address: what the bridge and its veth pairs know. */
  #attached = new Map<string, Network>()

  constructor(hardware: Hardware) {
    this.#hardware = hardware
    this.root = this.newNetwork('host')
    this.netfilter = new Netfilter({
      now: () => hardware.now,
      isLocal: (address) => this.root.isLocal(address),
      sourceFor: (destination) => this.root.sourceFor(destination) ?? this.root.address ?? '127.0.0.1',
    })
  }

  /** A namespace of this machine, not yet attached to anything. */
  newNetwork(name: string): Network {
    return new Network(name, {
      after: (ms, fire) => this.#hardware.after(ms, fire),
      output: (packet, from) => this.#output(packet, from),
      isOnMachine: (local, remote, from) =>
        (from !== this.root && from.isLocal(remote.address)) ||
        this.#attached.has(remote.address) ||
        (this.root.isLocal(remote.address) && !this.netfilter.leads(local, remote)),
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
    else if (frame.type === 'tcp' || frame.type === 'udp' || frame.type === 'icmp')
      this.#route(frame as IpPacket, undefined)
  }

  #output(packet: IpPacket, from: Network): void {
    if (from !== this.root && from.isLocal(packet.dst)) return this.#arrive(from, packet)
    this.#route(packet, from)
  }

  /** Through the tables to where it belongs; `from` is undefined for what came from the LAN. */
  #route(original: IpPacket, from: Network | undefined): void {
    const { netfilter, root } = this
    if (netfilter.idle) return this.#deliver(original, original, from)
    const sent = from === root
    const devices = { in: sent ? '' : this.#deviceOf(original.src, from), out: '' }
    const passage = netfilter.begin(original, sent ? 'OUTPUT' : 'PREROUTING', devices)
    const local = root.isLocal(passage.packet.dst)
    const out = local ? 'lo' : this.#deviceOf(passage.packet.dst, this.#attached.get(passage.packet.dst))
    const verdict = this.#verdict({ ...passage, out }, sent, local)
    if (verdict === 'DROP') return
    if (verdict === 'REJECT') return this.#complain(original, 'port-unreachable', from)
    this.#deliver(netfilter.end(original, { ...passage, out }, sent || !local), original, from)
  }

  #verdict(passage: Passage, sent: boolean, local: boolean): 'ACCEPT' | 'DROP' | 'REJECT' {
    const { netfilter } = this
    const first = netfilter.decide(passage, sent ? 'OUTPUT' : local ? 'INPUT' : 'FORWARD')
    return sent && local && first === 'ACCEPT'
      ? netfilter.decide({ ...passage, in: 'lo', out: '' }, 'INPUT')
      : first
  }

  #deliver(packet: IpPacket, original: IpPacket, from: Network | undefined): void {
    if (this.root.isLocal(packet.dst)) return this.#arrive(this.root, packet)
    const attached = this.#attached.get(packet.dst)
    if (attached) return this.#arrive(attached, packet)
    const route = this.root.routeTo(packet.dst)
    if (!route) return this.#complain(original, 'net-unreachable', from)
    this.#transmit(route.via ?? packet.dst, packet, from)
  }

  /** The interface towards an address. */
  #deviceOf(address: string, network: Network | undefined): string {
    if (network && network !== this.root) return 'cni0'
    return this.root.routeTo(address)?.device ?? 'eth0'
  }

  /** Tell whoever sent it that it cannot go on. */
  #complain(about: IpPacket, kind: Icmp['kind'], from: Network | undefined): void {
    if (about.type === 'icmp' && about.kind !== 'echo-request') return
    if (from) return void this.#hardware.after(0, () => from.failed(about, kind))
    const answer = complaint(about, kind, this.root.sourceFor(about.src) ?? about.dst)
    this.#deliver(answer, answer, undefined)
  }

  /** Within a machine a packet takes no time, but its turn in the queue. */
  #arrive(network: Network, packet: IpPacket): void {
    this.#hardware.after(0, () => network.receive(packet))
  }

  #transmit(nextHop: string, packet: IpPacket, from: Network | undefined): void {
    let neighbour = this.#neighbours.get(nextHop)
    if (neighbour?.machine && this.#hardware.now - neighbour.at < ARP_STALE_MS) {
      return this.#hardware.transmit(neighbour.machine, packet)
    }
    if (!neighbour || neighbour.machine) {
      neighbour = { machine: undefined, at: this.#hardware.now, tries: 0, waiting: [] }
      this.#neighbours.set(nextHop, neighbour)
      this.#ask(nextHop, neighbour)
    }
    neighbour.waiting.push({ packet, from })
  }

  #ask(ip: string, neighbour: Neighbour): void {
    if (neighbour.tries++ === ARP_TRIES) {
      this.#neighbours.delete(ip)
      for (const { packet, from } of neighbour.waiting) this.#complain(packet, 'host-unreachable', from)
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
    for (const { packet } of waiting) this.#hardware.transmit(machine, packet)
  }
}
