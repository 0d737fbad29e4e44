export type ProgressState = 'StateProbe' | 'StateReplicate' | 'StateSnapshot'

/** How far a member's log is known to be, in the eyes of the leader, and how fast it may be sent more. */
export class Progress {
  match: number
  next: number
  state: ProgressState = 'StateProbe'
  pendingSnapshot = 0
  recentActive = false
  paused = false
  isLearner: boolean
  readonly inflights: Inflights
  #sentCommit = 0

  constructor(next: number, isLearner: boolean, inflights: Inflights, match = 0) {
    this.match = match
    this.next = next
    this.isLearner = isLearner
    this.inflights = inflights
  }

  /** A copy whose learner flag may change without ours. */
  clone(): Progress {
    const copy = new Progress(this.next, this.isLearner, this.inflights, this.match)
    copy.state = this.state
    copy.pendingSnapshot = this.pendingSnapshot
    copy.recentActive = this.recentActive
    copy.paused = this.paused
    copy.#sentCommit = this.#sentCommit
    return copy
  }

  becomeProbe(): void {
    // The member has the snapshot if it was sent; go on behind it.
    const next =
      this.state === 'StateSnapshot' ? Math.max(this.match, this.pendingSnapshot) + 1 : this.match + 1
    this.#reset('StateProbe')
    this.next = next
    this.#sentCommit = Math.min(this.#sentCommit, this.next - 1)
  }

  becomeReplicate(): void {
    this.#reset('StateReplicate')
    this.next = this.match + 1
  }

  becomeSnapshot(index: number): void {
    this.#reset('StateSnapshot')
    this.pendingSnapshot = index
    this.next = index + 1
    this.#sentCommit = index
  }

  /** Entries have been sent from `next` on. */
  sentEntries(count: number, bytes: number): void {
    if (this.state === 'StateReplicate') {
      if (count > 0) {
        this.next += count
        this.inflights.add(this.next - 1, bytes)
      }
      // A full window makes this message a probe.
      this.paused = this.inflights.full()
    } else if (count > 0) {
      this.paused = true
    }
  }

  /** Whether telling this commit index could move the member's. */
  canBumpCommit(index: number): boolean {
    return index > this.#sentCommit && this.#sentCommit < this.next - 1
  }

  sentCommit(commit: number): void {
    this.#sentCommit = commit
  }

  /** The member acknowledged `index`; false if we knew. */
  maybeUpdate(index: number): boolean {
    if (index <= this.match) return false
    this.match = index
    this.next = Math.max(this.next, index + 1)
    this.paused = false
    return true
  }

  /** The member rejected an append at `rejected` and hints where its log may match; false if that is old news. */
  maybeDecrTo(rejected: number, matchHint: number): boolean {
    if (this.state === 'StateReplicate') {
      if (rejected <= this.match) return false
      this.next = this.match + 1
      this.#sentCommit = Math.min(this.#sentCommit, this.next - 1)
      return true
    }
    if (this.next - 1 !== rejected) return false
    this.next = Math.max(Math.min(rejected, matchHint + 1), this.match + 1)
    this.#sentCommit = Math.min(this.#sentCommit, this.next - 1)
    this.paused = false
    return true
  }

  isPaused(): boolean {
    return this.state === 'StateSnapshot' || this.paused
  }

  describe(): string {
    let text = `${this.state} match=${this.match} next=${this.next}`
    if (this.isLearner) text += ' learner'
    if (this.isPaused()) text += ' paused'
    if (this.pendingSnapshot > 0) text += ` pendingSnap=${this.pendingSnapshot}`
    if (!this.recentActive) text += ' inactive'
    const inflight = this.inflights.count
    if (inflight > 0) text += ` inflight=${inflight}${this.inflights.full() ? '[full]' : ''}`
    return text
  }

  #reset(state: ProgressState): void {
    this.paused = false
    this.pendingSnapshot = 0
    this.state = state
    this.inflights.reset()
  }
}

/** The window of messages sent and not acknowledged yet: a queue of (last index, bytes). */
export class Inflights {
  readonly #maxMessages: number
  readonly #maxBytes: number
  #queue: { readonly index: number; readonly bytes: number }[] = []
  #head = 0
  #bytes = 0

  constructor(maxMessages: number, maxBytes: number) {
    this.#maxMessages = maxMessages
    this.#maxBytes = maxBytes
  }

  get count(): number {
    return this.#queue.length - this.#head
  }

  full(): boolean {
    return this.count >= this.#maxMessages || this.#bytes >= this.#maxBytes
  }

  add(index: number, bytes: number): void {
    if (this.full()) throw new Error('cannot add into a Full inflights')
    this.#queue.push({ index, bytes })
    this.#bytes += bytes
  }

  /** Everything up to `index` has arrived. */
  freeTo(index: number): void {
    while (this.#head < this.#queue.length && this.#queue[this.#head]!.index <= index) {
      this.#bytes -= this.#queue[this.#head++]!.bytes
    }
    // Dropping the head now and then keeps the cost per message constant.
    if (this.#head === this.#queue.length || this.#head > 256) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
  }

  reset(): void {
    this.#queue = []
    this.#head = 0
    this.#bytes = 0
  }
}
