import { Compactor } from './compactor.ts'
import { EtcdError } from './errors.ts'
import type { EtcdServer } from './server.ts'

/** etcd looks for ended leases every half second; ours counts ticks. */
const leaseCheckTicks = 5

/** What a member does by itself: tells who it is, and as leader ends leases and compacts. */
export class Housekeeping {
  readonly #server: EtcdServer
  readonly #compactor: Compactor
  readonly #revoking = new Set<number>()
  #ticks = 0
  #published = false

  constructor(server: EtcdServer) {
    this.#server = server
    const { compactionMode, compactionRetention } = server.config
    this.#compactor = new Compactor(compactionMode, compactionRetention)
  }

  tick(now: number): void {
    if (this.#server.isLeader && ++this.#ticks % leaseCheckTicks === 0) this.#lead(now)
    this.#publish()
  }

  /** Whoever leads next finds the ended leases anew. */
  leaderChanged(): void {
    this.#revoking.clear()
  }

  #lead(now: number): void {
    const { state } = this.#server
    for (const ID of state.lessor.expired(now)) {
      if (this.#revoking.has(ID)) continue
      this.#revoking.add(ID)
      this.#server.propose({ kind: 'leaseRevoke', request: { ID } }, () => this.#revoking.delete(ID))
    }
    const revision = this.#compactor.tick(now, state.store.revision)
    if (revision !== undefined) {
      this.#server.propose({ kind: 'compaction', request: { revision } }, () => undefined)
    }
  }

  /** Once there is a leader, everyone is told our name and where our clients find us. */
  #publish(): void {
    const { self, lead, config } = this.#server
    if (this.#published || !self || lead === 0) return
    const { name, advertiseClientUrls: clientURLs } = config
    this.#published = true
    if (self.name === name && self.clientURLs.join() === clientURLs.join()) return
    this.#server.propose({ kind: 'attributes', request: { id: self.id, name, clientURLs } }, (result) => {
      this.#published = !(result instanceof EtcdError)
    })
  }
}
