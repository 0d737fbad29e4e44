import { Errno } from '../errno.ts'
import type { Endpoint } from './connection.ts'
import type { Datagram, Flow, Icmp, IpPacket } from './segment.ts'

/** What a UDP socket is told. */
export interface UdpHandler {
  /** `to` is the address it was sent to, from which an answer should come. */
  message(body: unknown, from: Endpoint, to: string): void
  /** Nobody takes what was sent there. */
  error?(error: Errno, about: Endpoint): void
}

/** One bound UDP socket. */
export interface UdpSocket {
  readonly address: string
  readonly port: number
  readonly owner: string
  /** Send a datagram; `from` is the source address, the one of the route when left out. */
  send(to: Endpoint, body: unknown, from?: string): void
  close(): void
}

/** What UDP and ICMP need of their namespace. */
export interface DatagramContext {
  after(ms: number, fire: () => void): () => void
  output(packet: IpPacket): void
  sourceFor(address: string): string | undefined
  isLocal(address: string): boolean
  freePort(): number
}

const ANY = '0.0.0.0'

/** The UDP sockets of a namespace. */
export class UdpSockets {
  readonly #context: DatagramContext
  #sockets = new Map<number, { socket: UdpSocket; handler: UdpHandler }[]>()

  constructor(context: DatagramContext) {
    this.#context = context
  }

  get all(): readonly UdpSocket[] {
    return [...this.#sockets.values()].flatMap((bound) => bound.map(({ socket }) => socket))
  }

  has(port: number): boolean {
    return this.#sockets.has(port)
  }

  /** Take what comes to a port (0: a free one) of one address or all. Throws EADDRINUSE, EADDRNOTAVAIL. */
  bind(port: number, handler: UdpHandler, { address = ANY, owner = '' } = {}): UdpSocket {
    const context = this.#context
    if (address !== ANY && !context.isLocal(address)) throw new Errno('EADDRNOTAVAIL')
    const chosen = port || context.freePort()
    const others = this.#sockets.get(chosen) ?? []
    if (others.some(({ socket }) => socket.address === address || socket.address === ANY || address === ANY))
      throw new Errno('EADDRINUSE')
    const socket: UdpSocket = {
      address,
      port: chosen,
      owner,
      send: (to, body, from) => this.#send(socket, to, body, from),
      close: () => {
        const rest = (this.#sockets.get(chosen) ?? []).filter((bound) => bound.socket !== socket)
        if (rest.length) this.#sockets.set(chosen, rest)
        else this.#sockets.delete(chosen)
      },
    }
    this.#sockets.set(chosen, [...others, { socket, handler }])
    return socket
  }

  /** False when nothing is bound there. */
  receive({ src, sport, dst, dport, body }: Datagram): boolean {
    const bound = this.#find(dst, dport)
    bound?.handler.message(body, { address: src, port: sport }, dst)
    return bound !== undefined
  }

  /** Something that was sent did not arrive. */
  failed({ src, sport, dst, dport }: Flow, kind: Icmp['kind']): void {
    this.#find(src, sport)?.handler.error?.(errorOf(kind), { address: dst, port: dport })
  }

  closeAll(): void {
    this.#sockets.clear()
  }

  #send(socket: UdpSocket, to: Endpoint, body: unknown, from?: string): void {
    const own = socket.address === ANY ? undefined : socket.address
    const src = from ?? own ?? this.#context.sourceFor(to.address)
    if (!src) {
      const flow = { type: 'udp' as const, src: ANY, sport: socket.port, dst: to.address, dport: to.port }
      this.#context.after(0, () => this.failed(flow, 'net-unreachable'))
      return
    }
    this.#context.output({ type: 'udp', src, sport: socket.port, dst: to.address, dport: to.port, body })
  }

  #find(address: string, port: number) {
    const bound = this.#sockets.get(port)
    return (
      bound?.find(({ socket }) => socket.address === address) ??
      bound?.find(({ socket }) => socket.address === ANY || address === ANY)
    )
  }
}

/** Linux: net/ipv4/icmp.c icmp_err_convert. */
export const errorOf = (kind: Icmp['kind']): Errno =>
  new Errno(
    kind === 'port-unreachable'
      ? 'ECONNREFUSED'
      : kind === 'net-unreachable'
        ? 'ENETUNREACH'
        : 'EHOSTUNREACH',
  )
