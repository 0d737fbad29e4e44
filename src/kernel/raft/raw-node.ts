import { encodeConfChange } from './confchange.ts'
import { entriesSize } from './entries.ts'
import { applyConfChange } from './membership.ts'
import { Raft } from './raft.ts'
import type { Storage } from './storage.ts'
import type { Membership, ProgressMap } from './tracker.ts'
import type {
  Config,
  ConfChange,
  ConfState,
  Entry,
  HardState,
  Message,
  MessageType,
  NodeId,
  Ready,
  SoftState,
  StepError,
} from './types.ts'
import { appendThread, applyThread, none } from './types.ts'

export interface Status extends HardState, SoftState {
  readonly id: NodeId
  readonly applied: number
  readonly leadTransferee: NodeId
  readonly membership: Membership
  /** Known to the leader only. */
  readonly progress: ProgressMap
}

/**
 * One raft member without input or output of its own. Whoever drives it feeds it messages and ticks, and while
 * `ready()` tells of work: persists hard state, entries and snapshot, sends the messages, applies the committed
 * entries, and calls `advance()`.
 */
export class RawNode {
  readonly raft: Raft
  readonly #async: boolean
  #softState: SoftState
  #hardState: HardState
  #stepsOnAdvance: Message[] = []

  constructor(config: Config, storage: Storage) {
    this.raft = new Raft(config, storage)
    this.#async = config.asyncStorageWrites ?? false
    this.#softState = this.#currentSoftState()
    this.#hardState = this.raft.hardState()
  }

  tick(): void {
    this.raft.tick()
  }

  campaign(): StepError | undefined {
    return this.raft.step({ type: 'MsgHup', from: none, to: none })
  }

  /** Proposes data, one entry for each. */
  propose(...data: readonly string[]): StepError | undefined {
    const entries = data.map((text): Entry => ({ term: 0, index: 0, type: 'EntryNormal', data: text }))
    return this.raft.step({ type: 'MsgProp', from: this.raft.id, to: none, entries })
  }

  proposeConfChange(change: ConfChange | undefined): StepError | undefined {
    const entry: Entry = { term: 0, index: 0, ...encodeConfChange(change) }
    return this.raft.step({ type: 'MsgProp', from: none, to: none, entries: [entry] })
  }

  /** To be called when a committed membership change is applied. */
  applyConfChange(change: ConfChange): ConfState {
    return applyConfChange(this.raft, change)
  }

  /** Takes a message from another member. */
  step(m: Message): StepError | undefined {
    if (m.from !== appendThread && m.from !== applyThread) {
      if (localTypes.has(m.type)) return 'raft: cannot step raft local message'
      if (responseTypes.has(m.type) && !this.raft.tracker.progress.has(m.from)) {
        return 'raft: cannot step as peer not found'
      }
    }
    return this.raft.step(m)
  }

  /** Asks from which index on a read is linearizable; the answer is a `readState` with this context. */
  readIndex(context: string): void {
    const entry: Entry = { term: 0, index: 0, type: 'EntryNormal', data: context }
    this.raft.step({ type: 'MsgReadIndex', from: none, to: none, entries: [entry] })
  }

  transferLeader(to: NodeId): void {
    this.raft.step({ type: 'MsgTransferLeader', from: to, to: none })
  }

  forgetLeader(): StepError | undefined {
    return this.raft.step({ type: 'MsgForgetLeader', from: none, to: none })
  }

  reportUnreachable(id: NodeId): void {
    this.raft.step({ type: 'MsgUnreachable', from: id, to: none })
  }

  reportSnapshot(id: NodeId, ok: boolean): void {
    this.raft.step({ type: 'MsgSnapStatus', from: id, to: none, reject: !ok })
  }

  status(): Status {
    const { id, log, leadTransferee, tracker } = this.raft
    const progress = this.raft.state === 'StateLeader' ? tracker.progress : new Map()
    const { membership } = tracker
    return {
      ...this.raft.hardState(),
      ...this.#currentSoftState(),
      id,
      applied: log.applied,
      leadTransferee,
      membership,
      progress,
    }
  }

  hasReady(): boolean {
    const r = this.raft
    return (
      r.messages.length > 0 ||
      r.messagesAfterAppend.length > 0 ||
      r.readStates.length > 0 ||
      r.log.unstable.hasNextEntries() ||
      r.log.unstable.nextSnapshot() !== undefined ||
      r.log.hasNextCommittedEntries(!this.#async) ||
      r.lead !== this.#softState.lead ||
      r.state !== this.#softState.state ||
      !sameHardState(r.hardState(), this.#hardState)
    )
  }

  /** The work there is, if any; it must be done and then acknowledged by `advance`. */
  ready(): Ready | undefined {
    if (!this.hasReady()) return undefined
    const r = this.raft
    const softState = this.#currentSoftState()
    const hardState = r.hardState()
    const before = this.#hardState
    const entries = r.log.unstable.nextEntries()
    const snapshot = r.log.unstable.nextSnapshot()
    const softChanged = softState.lead !== this.#softState.lead || softState.state !== this.#softState.state
    const ready = {
      ...(softChanged && { softState }),
      ...(!sameHardState(hardState, before) && { hardState }),
      readStates: r.readStates,
      entries,
      ...(snapshot && { snapshot }),
      committedEntries: r.log.nextCommittedEntries(!this.#async),
      messages: r.messages,
      mustSync: entries.length > 0 || hardState.vote !== before.vote || hardState.term !== before.term,
    }
    ready.messages = r.messages.concat(this.#async ? this.#storageMessages(ready) : this.#toOthers())
    this.#accept(ready)
    return ready
  }

  /** The last `ready()` is dealt with. Not for asynchronous storage writes: those answer by messages. */
  advance(): void {
    const steps = this.#stepsOnAdvance
    this.#stepsOnAdvance = []
    for (const message of steps) this.raft.step(message)
  }

  #currentSoftState(): SoftState {
    return { lead: this.raft.lead, state: this.raft.state }
  }

  #toOthers(): Message[] {
    return this.raft.messagesAfterAppend.filter((m) => m.to !== this.raft.id)
  }

  #accept(ready: Ready): void {
    const r = this.raft
    if (ready.softState) this.#softState = ready.softState
    if (ready.hardState) this.#hardState = ready.hardState
    const { committedEntries } = ready
    if (!this.#async) {
      if (this.#stepsOnAdvance.length > 0)
        throw new Error('two accepted Ready structs without call to Advance')
      this.#stepsOnAdvance = r.messagesAfterAppend.filter((m) => m.to === r.id)
      if (needsAppendResponse(r, ready)) this.#stepsOnAdvance.push(appendResponse(r, ready))
      if (committedEntries.length > 0) this.#stepsOnAdvance.push(applyResponse(r, committedEntries))
    }
    r.readStates = []
    r.messages = []
    r.messagesAfterAppend = []
    r.log.unstable.acceptInProgress()
    const last = committedEntries[committedEntries.length - 1]
    if (last) r.log.acceptApplying(last.index, entriesSize(committedEntries), !this.#async)
  }

  #storageMessages(ready: Ready): Message[] {
    const r = this.raft
    const messages: Message[] = []
    const { hardState, snapshot, entries, committedEntries } = ready
    if (hardState || snapshot || entries.length > 0 || r.messagesAfterAppend.length > 0) {
      const responses = [
        ...r.messagesAfterAppend,
        ...(needsAppendResponse(r, ready) ? [appendResponse(r, ready)] : []),
      ]
      messages.push({
        type: 'MsgStorageAppend',
        to: appendThread,
        from: r.id,
        entries,
        ...hardState,
        ...(snapshot && { snapshot }),
        responses,
      })
    }
    if (committedEntries.length > 0) {
      const responses = [applyResponse(r, committedEntries)]
      messages.push({
        type: 'MsgStorageApply',
        to: applyThread,
        from: r.id,
        entries: committedEntries,
        responses,
      })
    }
    return messages
  }
}

const localTypes: ReadonlySet<MessageType> = new Set([
  'MsgHup',
  'MsgBeat',
  'MsgUnreachable',
  'MsgSnapStatus',
  'MsgCheckQuorum',
  'MsgStorageAppend',
  'MsgStorageAppendResp',
  'MsgStorageApply',
  'MsgStorageApplyResp',
])

const responseTypes: ReadonlySet<MessageType> = new Set([
  'MsgAppResp',
  'MsgVoteResp',
  'MsgHeartbeatResp',
  'MsgUnreachable',
  'MsgReadIndexResp',
  'MsgPreVoteResp',
  'MsgStorageAppendResp',
  'MsgStorageApplyResp',
])

const sameHardState = (a: HardState, b: HardState): boolean =>
  a.term === b.term && a.vote === b.vote && a.commit === b.commit

/** Asked for whenever anything is unstable, not only with new entries: an earlier answer may have been outdated. */
const needsAppendResponse = (r: Raft, ready: Ready): boolean =>
  r.log.unstable.entries.length > 0 || ready.snapshot !== undefined

const appendResponse = (r: Raft, { snapshot }: Ready): Message => {
  const last = r.log.unstable.entries.length > 0 ? r.log.last() : undefined
  return {
    type: 'MsgStorageAppendResp',
    to: r.id,
    from: appendThread,
    // Ignored if the term has changed by then: the entries may have been replaced.
    term: r.term,
    ...(last && { index: last.index, logTerm: last.term }),
    ...(snapshot && { snapshot }),
  }
}

const applyResponse = (r: Raft, entries: readonly Entry[]): Message => ({
  type: 'MsgStorageApplyResp',
  to: r.id,
  from: applyThread,
  entries,
})
