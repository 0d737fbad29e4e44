import { Errno } from '../errno.ts'
import { Connection } from './connection.ts'
import type { Segment } from './segment.ts'

/** Linux: net/ipv4/tcp.c and tcp(7). */
const DELAYED_ACK_MS = 40
const MIN_RTO_MS = 200
const MAX_RTO_MS = 120_000
const DATA_RETRIES = 15
const SYN_RETRIES = 6
const SYN_RTO_MS = 1000

/** What a socket needs of the network it is in. */
export interface SocketContext {
  after(ms: number, fire: () => void): () => void
  output(segment: Segment): void
  /** True when the way to the other end never leaves the machine: nothing is lost there, so nothing need be acknowledged. */
  lossless(): boolean
  /** The socket is gone; its ports are free. */
  released(socket: TcpSocket): void
}

/** One side of a TCP connection: what is sent arrives once and in order, over links that lose, double and reorder. */
export class TcpSocket {
  readonly connection: Connection
  readonly #context: SocketContext
  readonly #lossless: boolean
  #state: 'syn-sent' | 'syn-received' | 'established' | 'closed'
  #opened: ((connection: Connection) => void) | undefined
  #failed: ((error: Errno) => void) | undefined
  #sendSeq = 0
  #unacked: Segment[] = []
  #receiveNext = 0
  #early = new Map<number, Segment>()
  #ackTimer: (() => void) | undefined
  #resendTimer: (() => void) | undefined
  #retries = 0
  #finSent = false
  #finReceived = false

  constructor(local: Connection['local'], remote: Connection['remote'], context: SocketContext) {
    this.#context = context
    this.#lossless = context.lossless()
    this.#state = 'syn-received'
    this.connection = new Connection(local, remote, {
      send: (message) => this.#transmit('DATA', message),
      close: () => this.#finish(),
      abort: () => this.abort(),
    })
  }

  get state(): string {
    return this.#state
  }

  /** Begin the handshake as a client. */
  connect(opened: (connection: Connection) => void, failed: (error: Errno) => void): void {
    this.#state = 'syn-sent'
    this.#opened = opened
    this.#failed = failed
    this.#sendSyn()
  }

  /** Answer a SYN as a server. `accepted` is called when the client's first segment confirms it. */
  accept(accepted: (connection: Connection) => void): void {
    this.#opened = accepted
    this.#emit('SYN-ACK')
  }

  /** Give up an attempt, or break a connection, telling the other side. */
  abort(): void {
    if (this.#state === 'closed') return
    if (this.#state !== 'syn-sent') this.#emit('RST')
    this.#release()
  }

  /** An error that the network reports, such as an unreachable host. */
  error(error: Errno): void {
    if (this.#state === 'syn-sent') this.#fail(error)
  }

  receive(segment: Segment): void {
    if (this.#state === 'closed') return
    if (segment.flags === 'RST') return this.#reset()
    if (segment.flags === 'SYN') {
      if (this.#state !== 'syn-sent') this.#emit('SYN-ACK')
      return
    }
    this.#acknowledged(segment.ack)
    if (this.#state === 'syn-sent' || this.#state === 'syn-received') this.#establish(segment)
    if (segment.flags === 'DATA' || segment.flags === 'FIN') this.#arrived(segment)
  }

  #establish(segment: Segment): void {
    const client = this.#state === 'syn-sent'
    if (client && segment.flags !== 'SYN-ACK') return
    // The other side still holds a connection from before our machine restarted: make it forget (RFC 793, half-open connections).
    if (client && (segment.seq !== 0 || segment.ack !== 0)) return this.#emit('RST')
    this.#state = 'established'
    this.#retries = 0
    this.#resendTimer?.()
    this.#resendTimer = undefined
    if (client) this.#emit('ACK')
    this.#opened?.(this.connection)
    this.#opened = undefined
  }

  #arrived(segment: Segment): void {
    if (segment.seq !== this.#receiveNext) {
      if (segment.seq > this.#receiveNext) this.#early.set(segment.seq, segment)
      this.#emit('ACK')
      return
    }
    if (!segment.lossless) this.#scheduleAck()
    let next: Segment | undefined = segment
    while (next && this.#state === 'established') {
      this.#receiveNext++
      if (next.flags === 'FIN') this.#finReceived = true
      else this.connection.delivered(next.body)
      next = this.#early.get(this.#receiveNext)
      if (next) this.#early.delete(this.#receiveNext)
    }
    if (this.#finReceived) {
      if (!segment.lossless) this.#emit('ACK')
      this.connection.ended()
      this.#releaseWhenDone()
    }
  }

  #transmit(flags: 'DATA' | 'FIN', body?: unknown): void {
    if (this.#state === 'closed') return
    const segment = this.#segment(flags, this.#sendSeq++, body)
    if (!this.#lossless) {
      this.#unacked.push(segment)
      this.#scheduleResend()
    }
    this.#output(segment)
    if (this.#lossless && flags === 'FIN') this.#releaseWhenDone()
  }

  #finish(): void {
    if (this.#finSent || this.#state === 'closed') return
    this.#finSent = true
    this.#transmit('FIN')
  }

  #acknowledged(ack: number): void {
    const first = this.#unacked[0]
    if (!first || first.seq >= ack) return
    let count = 0
    while (count < this.#unacked.length && this.#unacked[count].seq < ack) count++
    this.#unacked.splice(0, count)
    this.#retries = 0
    if (!this.#unacked.length) {
      this.#resendTimer?.()
      this.#resendTimer = undefined
      this.#releaseWhenDone()
    }
  }

  #scheduleAck(): void {
    if (this.#ackTimer) return
    this.#ackTimer = this.#context.after(DELAYED_ACK_MS, () => {
      this.#ackTimer = undefined
      this.#emit('ACK')
    })
  }

  #scheduleResend(): void {
    if (this.#resendTimer) return
    const wait = Math.min(MAX_RTO_MS, MIN_RTO_MS * 2 ** this.#retries)
    const oldest = this.#unacked[0]
    this.#resendTimer = this.#context.after(wait, () => {
      this.#resendTimer = undefined
      if (!this.#unacked.length) return
      if (this.#unacked[0] === oldest) this.#resend()
      this.#scheduleResend()
    })
  }

  #resend(): void {
    if (++this.#retries > DATA_RETRIES) {
      this.connection.ended(new Errno('ETIMEDOUT'))
      return this.#release()
    }
    for (const segment of this.#unacked) this.#output({ ...segment, ack: this.#receiveNext })
  }

  #sendSyn(): void {
    this.#emit('SYN')
    this.#resendTimer = this.#context.after(SYN_RTO_MS * 2 ** this.#retries, () => {
      if (this.#state !== 'syn-sent') return
      if (++this.#retries > SYN_RETRIES) this.#fail(new Errno('ETIMEDOUT'))
      else this.#sendSyn()
    })
  }

  #reset(): void {
    if (this.#state === 'syn-sent') return this.#fail(new Errno('ECONNREFUSED'))
    const connection = this.#state === 'established' ? this.connection : undefined
    this.#release()
    connection?.ended(new Errno('ECONNRESET'))
  }

  #fail(error: Errno): void {
    const failed = this.#failed
    this.#release()
    failed?.(error)
  }

  #releaseWhenDone(): void {
    if (this.#finSent && this.#finReceived && !this.#unacked.length) this.#release()
  }

  #release(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.connection.open = false
    this.#ackTimer?.()
    this.#resendTimer?.()
    this.#unacked = []
    this.#context.released(this)
  }

  #emit(flags: Segment['flags']): void {
    this.#output(this.#segment(flags, this.#sendSeq, undefined))
  }

  #output(segment: Segment): void {
    if (segment.flags !== 'RST') {
      this.#ackTimer?.()
      this.#ackTimer = undefined
    }
    this.#context.output(segment)
  }

  #segment(flags: Segment['flags'], seq: number, body: unknown): Segment {
    const { local, remote } = this.connection
    return {
      type: 'tcp',
      src: local.address,
      sport: local.port,
      dst: remote.address,
      dport: remote.port,
      flags,
      seq,
      ack: this.#receiveNext,
      body,
      lossless: this.#lossless,
    }
  }
}
