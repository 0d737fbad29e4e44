import type { Message, NodeId } from './types.ts'

/** A read waiting until a majority has confirmed that its leader still leads. */
export interface PendingRead {
  readonly request: Message
  /** The commit index when the read arrived. */
  readonly index: number
  readonly acks: Map<NodeId, boolean>
}

/** The reads a leader has asked its followers about, in order of arrival. */
export class ReadOnly {
  readonly #pending = new Map<string, PendingRead>()
  #last = ''

  add(index: number, request: Message): void {
    const context = contextOf(request)
    if (this.#pending.has(context)) return
    this.#pending.set(context, { request, index, acks: new Map() })
    this.#last = context
  }

  /** A member has answered; tells everyone who has. */
  receiveAck(id: NodeId, context: string): ReadonlyMap<NodeId, boolean> {
    const read = this.#pending.get(context)
    read?.acks.set(id, true)
    return read?.acks ?? new Map()
  }

  /** The read with this context is confirmed, and with it all that came before. */
  advance(context: string): PendingRead[] {
    const done: PendingRead[] = []
    if (!this.#pending.has(context)) return done
    for (const [at, read] of this.#pending) {
      this.#pending.delete(at)
      done.push(read)
      if (at === context) break
    }
    return done
  }

  lastContext(): string {
    return this.#pending.size > 0 ? this.#last : ''
  }
}

/** A read's context travels as the data of its only entry. */
export const contextOf = (request: Message): string => request.entries?.[0]?.data ?? ''
