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
