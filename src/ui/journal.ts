import type { Input } from '../kernel/sim/fabric.ts'
import type { Batch } from '../workers/session-api.ts'
import type { SessionFile } from '../workers/session-file.ts'

/** The page's own copy of the session's inputs, should the worker that holds them die. */
export class Journal {
  #taken: Input[] = []
  /** Inputs that lie ahead, because time was turned back. */
  #ahead: Input[] = []
  endsAt = 0

  begin(session: SessionFile | undefined): void {
    this.#taken = []
    this.#ahead = [...(session?.journal ?? [])]
    this.endsAt = session?.endsAt ?? 0
  }

  get journal(): readonly Input[] {
    return [...this.#taken, ...this.#ahead]
  }

  apply(batch: Batch): void {
    if (batch.restarted) {
      this.#ahead = [...this.#taken, ...this.#ahead]
      this.#taken = []
    }
    for (const input of batch.inputs) this.#take(input)
    this.endsAt = batch.endsAt
  }

  /** What was to come anyway, or something new: then what lay ahead will not be. */
  #take(input: Input): void {
    const next = this.#ahead[0]
    if (next && next.at === input.at && next.to === input.to && next.body.type === input.body.type)
      this.#ahead.shift()
    else this.#ahead = []
    this.#taken.push(input)
  }
}
