import type { NodeId } from '../raft/types.ts'
import type { EtcdError } from './errors.ts'
import { hexId } from './membership.ts'
import type { Command } from './state-machine.ts'

/** Called once with an answer or with why there is none. */
export type Done = (result: object | EtcdError) => void

interface Proposal {
  readonly id: string
  /** Left out for a change of members, which travels otherwise. */
  readonly command: Command | undefined
  readonly done: Done
  readonly at: number
}

/** Members that run in one thread need not read each entry anew. */
const recent = new Map<string, { readonly data: string; readonly command: Command }>()
const RECENT = 200

function remember(id: string, data: string, command: Command): void {
  if (recent.size >= RECENT) recent.clear()
  recent.set(id, { data, command })
}

/** What this member has proposed and not seen applied yet. */
export class Proposals {
  readonly #prefix: string
  /** In order of their age. */
  readonly #pending = new Map<string, Proposal>()
  #queue: Proposal[] = []
  #count = 0

  /** Ids must differ from those of an earlier life, whose proposals may still be committed. */
  constructor(member: NodeId, bootedAt: number) {
    this.#prefix = `${hexId(member)}-${Math.floor(bootedAt)}`
  }

  get prefix(): string {
    return this.#prefix
  }

  /** Whether anything waits to be proposed. */
  get waiting(): boolean {
    return this.#queue.length > 0
  }

  /** Remembers who asked; a command waits for the next batch. */
  add(command: Command | undefined, done: Done, now: number): string {
    const id = `${this.#prefix}-${++this.#count}`
    const proposal = { id, command, done, at: now }
    this.#pending.set(id, proposal)
    if (command) this.#queue.push(proposal)
    return id
  }

  /** Everything that waits, as log entries: `ID COMMAND`. */
  takeBatch(): { readonly ids: string[]; readonly entries: string[] } {
    const batch = this.#queue.filter(({ id }) => this.#pending.has(id))
    this.#queue = []
    const entries = batch.map(({ id, command }) => `${id} ${JSON.stringify(command)}`)
    for (const [i, entry] of entries.entries()) remember(batch[i]!.id, entry, batch[i]!.command!)
    return { ids: batch.map(({ id }) => id), entries }
  }

  /** The command of an entry; our own need not be read. */
  read(data: string): { readonly id: string; readonly command: Command } {
    const end = data.indexOf(' ')
    const id = data.slice(0, end)
    const own = this.#pending.get(id)?.command
    if (own) return { id, command: own }
    // Another history may have had another command of that name.
    const known = recent.get(id)
    const command = known?.data === data ? known.command : (JSON.parse(data.slice(end + 1)) as Command)
    return { id, command }
  }

  settle(id: string, result: object | EtcdError): void {
    const proposal = this.#pending.get(id)
    if (!proposal) return
    this.#pending.delete(id)
    proposal.done(result)
  }

  /** Gives up what is older than it may be; `why` is told when each was asked. */
  expire(before: number, why: (at: number) => EtcdError): void {
    for (const { id, at } of this.#pending.values()) {
      if (at > before) break
      this.settle(id, why(at))
    }
  }
}
