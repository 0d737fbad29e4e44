import { Errno } from '../errno.ts'
import type { Connection, Endpoint } from './connection.ts'
import { contains, parseCidr, parseIP, type Cidr } from './ip.ts'
import { EchoSockets } from './echo.ts'
import { complaint, flowOf, swapped, type Flow, type Icmp, type IpPacket, type Segment } from './segment.ts'
import { TcpSocket } from './tcp.ts'
import { errorOf, UdpSockets } from './udp.ts'

export interface NetworkInterface {
  readonly name: string
  /** Link address, e.g. 52:54:00:00:00:0a. */
  readonly mac: string
  readonly mtu: number
  up: boolean
  /** With prefix length: `192.168.64.10/24`. */
  readonly addresses: string[]
}

export interface Route {
  readonly destination: string
  readonly via?: string
  readonly device: string
}

export interface Listener {
  readonly address: string
  readonly port: number
  readonly owner: string
  accepted(connection: Connection): void
  close(): void
}

/** A row of `ss`. */
export interface SocketInfo {
  readonly state: string
  readonly local: string
  readonly remote: string
}

/** Where segments go that are not for this namespace itself. */
export interface Uplink {
  after(ms: number, fire: () => void): () => void
  output(packet: IpPacket, from: Network): void
  /** True when the way to the other end does not leave this machine. */
  isOnMachine(local: Endpoint, remote: Endpoint, from: Network): boolean
}

const EPHEMERAL_FIRST = 32768
const EPHEMERAL_LAST = 60999
const MAX_WAYS = 1000
export const ANY = '0.0.0.0'

/** A network namespace: interfaces, routes, and the sockets in it. */
export class Network {
  readonly name: string
  readonly interfaces: NetworkInterface[] = [
    { name: 'lo', mac: '00:00:00:00:00:00', mtu: 65536, up: true, addresses: ['127.0.0.1/8'] },
  ]
  #routes: { route: Route; cidr: Cidr }[] = []
  readonly #uplink: Uplink
  #listeners = new Map<number, Listener[]>()
  #sockets = new Map<string, TcpSocket>()
  #nextPort = EPHEMERAL_FIRST
  /** What the routes said of addresses that were asked for lately (the routing cache). */
  #ways = new Map<string, Route>()
  readonly udp: UdpSockets
  readonly echo: EchoSockets

  constructor(name: string, uplink: Uplink) {
    this.name = name
    this.#uplink = uplink
    const context = {
      after: (ms: number, fire: () => void) => uplink.after(ms, fire),
      output: (packet: IpPacket) => uplink.output(packet, this),
      sourceFor: (address: string) => this.sourceFor(address),
      isLocal: (address: string) => this.isLocal(address),
      freePort: () => this.#freePort(),
    }
    this.udp = new UdpSockets(context)
    this.echo = new EchoSockets(context)
  }

  get routes(): readonly Route[] {
    return this.#routes.map(({ route }) => route)
  }

  addRoute(route: Route): void {
    const cidr = parseCidr(route.destination === 'default' ? '0.0.0.0/0' : route.destination)
    if (!cidr) throw new Errno('EINVAL', route.destination)
    this.removeRoute(route.destination)
    this.#routes.push({ route, cidr })
    this.#routes.sort((a, b) => b.cidr.bits - a.cidr.bits)
    this.#ways.clear()
  }

  removeRoute(destination: string): void {
    this.#routes = this.#routes.filter(({ route }) => route.destination !== destination)
    this.#ways.clear()
  }

  /** The route to an address, longest prefix first. */
  routeTo(address: string): Route | undefined {
    const known = this.#ways.get(address)
    if (known) return known
    const value = parseIP(address)
    const route = this.#routes.find(({ cidr }) => contains(cidr, value))?.route
    if (route && this.#ways.size < MAX_WAYS) this.#ways.set(address, route)
    return route
  }

  /** True for the addresses of this namespace's own interfaces, and all of 127/8. */
  isLocal(address: string): boolean {
    if (address.startsWith('127.')) return true
    return this.interfaces.some((nic) =>
      nic.addresses.some((own) => own.startsWith(address) && own[address.length] === '/'),
    )
  }

  /** The first address that is not the loopback's. */
  get address(): string | undefined {
    return this.interfaces
      .find((nic) => nic.name !== 'lo' && nic.addresses.length)
      ?.addresses[0].split('/')[0]
  }

  /** Take connections on a port of one address, or of all. Throws EADDRINUSE, EADDRNOTAVAIL. Port 0 takes a free one. */
  listen(
    port: number,
    accepted: (connection: Connection) => void,
    { address = ANY, owner = '' } = {},
  ): Listener {
    if (address !== ANY && !this.isLocal(address)) throw new Errno('EADDRNOTAVAIL')
    const chosen = port || this.#freePort()
    const others = this.#listeners.get(chosen) ?? []
    if (others.some((other) => other.address === address || other.address === ANY || address === ANY)) {
      throw new Errno('EADDRINUSE')
    }
    const listener: Listener = {
      address,
      port: chosen,
      owner,
      accepted,
      close: () => {
        const rest = (this.#listeners.get(chosen) ?? []).filter((other) => other !== listener)
        if (rest.length) this.#listeners.set(chosen, rest)
        else this.#listeners.delete(chosen)
      },
    }
    this.#listeners.set(chosen, [...others, listener])
    return listener
  }

  get listeners(): readonly Listener[] {
    return [...this.#listeners.values()].flat()
  }

  get sockets(): SocketInfo[] {
    return [...this.#sockets.values()].map(({ state, connection: { local, remote } }) => ({
      state,
      local: `${local.address}:${local.port}`,
      remote: `${remote.address}:${remote.port}`,
    }))
  }

  /**
   * Connect to an address and port. Fails with ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, or ETIMEDOUT after `timeoutMs`
   * (by default when the kernel gives up, after 127 s). Returns how to give up.
   */
  connect(
    address: string,
    port: number,
    on: { opened(connection: Connection): void; failed(error: Errno): void },
    { timeoutMs = 0, source }: { timeoutMs?: number; source?: string } = {},
  ): () => void {
    const local = source ?? this.sourceFor(address)
    if (!local) {
      return this.#uplink.after(0, () => on.failed(new Errno('ENETUNREACH')))
    }
    const socket = this.#socket({ address: local, port: this.#freePort() }, { address, port })
    let timer: (() => void) | undefined
    const failed = (error: Errno) => {
      timer?.()
      on.failed(error)
    }
    if (timeoutMs) {
      timer = this.#uplink.after(timeoutMs, () => {
        socket.abort()
        on.failed(new Errno('ETIMEDOUT'))
      })
    }
    socket.connect((connection) => {
      timer?.()
      on.opened(connection)
    }, failed)
    return () => {
      timer?.()
      socket.abort()
    }
  }

  /** The address this namespace would send from. */
  sourceFor(address: string): string | undefined {
    if (address.startsWith('127.')) return '127.0.0.1'
    if (this.isLocal(address)) return address
    const route = this.routeTo(address)
    const nic = route && this.interfaces.find((candidate) => candidate.name === route.device)
    return (nic?.addresses[0] ?? (route && this.address))?.split('/')[0]
  }

  /** A packet arrived for this namespace. */
  receive(packet: IpPacket): void {
    if (packet.type === 'tcp') return this.#segment(packet)
    if (packet.type === 'icmp') {
      return packet.about && packet.about.type !== 'icmp'
        ? this.failed(packet.about, packet.kind)
        : this.echo.receive(packet)
    }
    if (!this.udp.receive(packet))
      this.#uplink.output(complaint(packet, 'port-unreachable', packet.dst), this)
  }

  /** No way there: tell whoever tried. */
  failed(about: Flow, kind: Icmp['kind']): void {
    if (about.type === 'udp') this.udp.failed(about, kind)
    else if (about.type === 'icmp') this.echo.receive(complaint(about, kind, about.src))
    else this.#sockets.get(flowOf(about.src, about.sport, about.dst, about.dport))?.error(errorOf(kind))
  }

  #segment(segment: Segment): void {
    const socket = this.#sockets.get(swapped(segment))
    if (socket) return socket.receive(segment)
    if (segment.flags === 'RST') return
    const listener = segment.flags === 'SYN' ? this.#listenerFor(segment) : undefined
    if (!listener) return this.#refuse(segment)
    const accepted = this.#socket(
      { address: segment.dst, port: segment.dport },
      { address: segment.src, port: segment.sport },
    )
    accepted.accept((connection) => listener.accepted(connection))
  }

  /** Close everything: the namespace goes away. */
  destroy(): void {
    for (const socket of [...this.#sockets.values()]) socket.abort()
    this.#listeners.clear()
    this.udp.closeAll()
  }

  #socket(local: Connection['local'], remote: Connection['remote']): TcpSocket {
    const flow = flowOf(local.address, local.port, remote.address, remote.port)
    const socket = new TcpSocket(local, remote, {
      after: (ms, fire) => this.#uplink.after(ms, fire),
      output: (segment) => this.#uplink.output(segment, this),
      lossless: () => this.#uplink.isOnMachine(local, remote, this),
      released: (gone) => {
        if (this.#sockets.get(flow) === gone) this.#sockets.delete(flow)
      },
    })
    this.#sockets.set(flow, socket)
    return socket
  }

  #listenerFor({ dst, dport }: Segment): Listener | undefined {
    const listeners = this.#listeners.get(dport)
    return (
      listeners?.find(({ address }) => address === dst) ?? listeners?.find(({ address }) => address === ANY)
    )
  }

  #refuse({ src, sport, dst, dport, ack }: Segment): void {
    this.#uplink.output(
      { type: 'tcp', src: dst, sport: dport, dst: src, dport: sport, flags: 'RST', seq: ack, ack: 0 },
      this,
    )
  }

  #freePort(): number {
    for (;;) {
      const port = this.#nextPort
      this.#nextPort = port === EPHEMERAL_LAST ? EPHEMERAL_FIRST : port + 1
      if (!this.#listeners.has(port) && !this.udp.has(port)) return port
    }
  }
}
