/** One TCP segment. It carries a whole message; sequence numbers count messages. */
export interface Segment {
  readonly type: 'tcp'
  readonly src: string
  readonly sport: number
  readonly dst: string
  readonly dport: number
  readonly flags: 'SYN' | 'SYN-ACK' | 'ACK' | 'DATA' | 'FIN' | 'RST'
  /** Which message this is, from 0; FIN takes a number too. */
  readonly seq: number
  /** The next message that the sender expects. */
  readonly ack: number
  readonly body?: unknown
  /** The sender knows that it cannot be lost and wants no acknowledgement. */
  readonly lossless?: boolean
}

/** One UDP datagram; it arrives or it does not. */
export interface Datagram {
  readonly type: 'udp'
  readonly src: string
  readonly sport: number
  readonly dst: string
  readonly dport: number
  readonly body: unknown
}

/** Who talks to whom, as a packet's header says. */
export interface Flow {
  readonly type: 'tcp' | 'udp' | 'icmp'
  readonly src: string
  readonly sport: number
  readonly dst: string
  readonly dport: number
}

/** An echo (its ports are its identifier), or a complaint about the packet `about`. */
export interface Icmp extends Flow {
  readonly type: 'icmp'
  readonly kind: 'echo-request' | 'echo-reply' | 'port-unreachable' | 'host-unreachable' | 'net-unreachable'
  readonly seq: number
  readonly about?: Flow
}

/** What a router moves. */
export type IpPacket = Segment | Datagram | Icmp

/** Address resolution on the LAN. */
export interface Arp {
  readonly type: 'arp'
  readonly op: 'request' | 'reply'
  /** The address asked for. */
  readonly ip: string
  readonly sender: string
}

export const flowOf = (src: string, sport: number, dst: string, dport: number): string =>
  `${src}:${sport}>${dst}:${dport}`

export const swapped = (segment: Segment): string =>
  flowOf(segment.dst, segment.dport, segment.src, segment.sport)

/** True for what opens a flow, or stands alone. */
export const opens = (packet: IpPacket): boolean =>
  packet.type === 'tcp' ? packet.flags === 'SYN' : packet.type === 'udp' || packet.kind === 'echo-request'

/** The complaint about a packet that nobody takes; of complaints there are none. */
export const complaint = (about: Flow, kind: Icmp['kind'], src: string): Icmp => ({
  type: 'icmp',
  src,
  sport: 0,
  dst: about.src,
  dport: 0,
  kind,
  seq: 0,
  about: {
    type: about.type,
    src: about.src,
    sport: about.sport,
    dst: about.dst,
    dport: about.dport,
  },
})
