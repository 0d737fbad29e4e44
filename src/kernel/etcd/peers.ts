import type { Exchange, Pending } from '../host/http.ts'
import { HttpClient } from '../host/http.ts'
import type { Os } from '../host/program.ts'
import type { Message, NodeId } from '../raft/types.ts'
import { parseUrl } from './config.ts'
import type { MemberRecord } from './membership.ts'
import { hexId } from './membership.ts'

const dialTimeoutMs = 1500
const redialMs = 100

/** What a peer hears about. */
export interface PeerEvents {
  received(messages: readonly Message[]): void
  unreachable(id: NodeId): void
  /** Whether a snapshot got on its way. */
  snapshotSent(id: NodeId, ok: boolean): void
}

/** The lines to the other members: one stream to each, messages in batches. */
export class Peers {
  readonly #os: Os
  readonly #self: NodeId
  readonly #cluster: string
  readonly #events: PeerEvents
  readonly #peers = new Map<NodeId, Peer>()

  constructor(os: Os, self: NodeId, cluster: string, events: PeerEvents) {
    this.#os = os
    this.#self = self
    this.#cluster = cluster
    this.#events = events
  }

  /** Knows these members from now on. */
  update(members: readonly MemberRecord[]): void {
    const wanted = new Map(members.filter(({ id }) => id !== this.#self).map((member) => [member.id, member]))
    for (const [id, peer] of this.#peers) {
      if (wanted.get(id)?.peerURLs[0] === peer.url) continue
      peer.close()
      this.#peers.delete(id)
    }
    for (const [id, { peerURLs }] of wanted) {
      if (!this.#peers.has(id))
        this.#peers.set(id, new Peer(this.#os, id, peerURLs[0]!, this.#headers(id), this.#events))
    }
  }

  /** A member that knows us and is about to join may be asked before it is known here. */
  client(id: NodeId): HttpClient | undefined {
    return this.#peers.get(id)?.client
  }

  send(messages: readonly Message[]): void {
    const batches = new Map<NodeId, Message[]>()
    for (const message of messages) {
      const batch = batches.get(message.to)
      if (batch) batch.push(message)
      else batches.set(message.to, [message])
    }
    for (const [id, batch] of batches) this.#peers.get(id)?.send(batch)
  }

  /** Takes a peer's stream. */
  accept(exchange: Exchange, isRemoved: (id: NodeId) => boolean): void {
    const { headers } = exchange.request
    const from = Number.parseInt(headers['x-server-from'] ?? '', 16)
    if (headers['x-etcd-cluster-id'] !== this.#cluster || headers['x-raft-to'] !== hexId(this.#self)) {
      exchange.respond({ status: 412, headers: {}, body: 'cluster ID mismatch\n' })
    } else if (isRemoved(from)) {
      exchange.respond({
        status: 410,
        headers: {},
        body: 'the member has been permanently removed from the cluster\n',
      })
    } else {
      const stream = exchange.stream({ status: 200, headers: { 'x-etcd-cluster-id': this.#cluster } })
      stream.handle({
        data: (data) => this.#events.received(data as readonly Message[]),
        closed: () => undefined,
      })
    }
  }

  #headers(to: NodeId): Record<string, string> {
    return { 'x-server-from': hexId(this.#self), 'x-raft-to': hexId(to), 'x-etcd-cluster-id': this.#cluster }
  }
}

class Peer {
  readonly url: string
  readonly client: HttpClient
  readonly #os: Os
  readonly #id: NodeId
  readonly #headers: Record<string, string>
  readonly #events: PeerEvents
  #stream: Pending | undefined
  #open = false
  #nextDialAt = 0

  constructor(os: Os, id: NodeId, url: string, headers: Record<string, string>, events: PeerEvents) {
    this.#os = os
    this.#id = id
    this.url = url
    this.#headers = headers
    this.#events = events
    const { address, port } = parseUrl(url)
    this.client = new HttpClient(os, address, port, { dialTimeoutMs })
    this.#dial()
  }

  /** Messages for a peer that cannot be reached are lost: raft sends anew what matters. */
  send(batch: readonly Message[]): void {
    const snapshot = batch.some(({ type }) => type === 'MsgSnap')
    if (this.#open) {
      this.#stream!.send(batch)
      if (snapshot) this.#events.snapshotSent(this.#id, true)
      return
    }
    this.#dial()
    this.#events.unreachable(this.#id)
    if (snapshot) this.#events.snapshotSent(this.#id, false)
  }

  close(): void {
    this.#nextDialAt = Number.POSITIVE_INFINITY
    this.client.close()
    this.#open = false
  }

  #dial(): void {
    if (this.#stream || this.#os.now < this.#nextDialAt) return
    const lost = () => {
      this.#stream = undefined
      if (this.#open) this.#events.unreachable(this.#id)
      this.#open = false
      this.#nextDialAt = this.#os.now + redialMs
    }
    this.#stream = this.client.request(
      { method: 'GET', path: '/raft/stream/message', headers: this.#headers },
      {
        response: ({ status }) => {
          this.#open = status === 200
        },
        ended: lost,
        failed: lost,
      },
    )
  }
}
