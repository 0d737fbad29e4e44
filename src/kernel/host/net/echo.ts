import type { Icmp } from './segment.ts'
import type { DatagramContext } from './udp.ts'

/** What comes of an echo request: its answer, or a complaint. */
export type EchoAnswer = (answer: Icmp) => void

/** The ping sockets of a namespace (Linux: net/ipv4/ping.c), and the answers to echo requests. */
export class EchoSockets {
  readonly #context: DatagramContext
  #waiting = new Map<number, EchoAnswer>()
  #nextId = 1

  constructor(context: DatagramContext) {
    this.#context = context
  }

  /** Send echo requests to an address; returns how to send one and how to end. Undefined without a way there. */
  open(address: string, answered: EchoAnswer): { send(seq: number): void; close(): void } | undefined {
    const src = this.#context.sourceFor(address)
    if (!src) return undefined
    const id = this.#nextId++
    this.#waiting.set(id, answered)
    return {
      send: (seq) =>
        this.#context.output({
          type: 'icmp',
          kind: 'echo-request',
          src,
          sport: id,
          dst: address,
          dport: id,
          seq,
        }),
      close: () => void this.#waiting.delete(id),
    }
  }

  receive(packet: Icmp): void {
    if (packet.kind === 'echo-request') {
      const { src, sport, dst, dport, seq } = packet
      this.#context.output({
        type: 'icmp',
        kind: 'echo-reply',
        src: dst,
        sport: dport,
        dst: src,
        dport: sport,
        seq,
      })
    } else this.#waiting.get(packet.about?.sport ?? packet.dport)?.(packet)
  }
}
