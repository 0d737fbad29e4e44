import { encodeConfChange } from './confchange.ts'
import { campaign, castVote, hup } from './election.ts'
import { entriesSize, payloadSize } from './entries.ts'
import { newTracker, restoreMembership } from './membership.ts'
import { RaftLog } from './log.ts'
import { ReadOnly } from './read-only.ts'
import { stepCandidate, stepFollower } from './step-follower.ts'
import { stepLeader } from './step-leader.ts'
import { stepHigherTerm, stepLowerTerm } from './term.ts'
import type { Storage } from './storage.ts'
import type { Tracker } from './tracker.ts'
import { describeMembership } from './tracker.ts'
import type {
  Config,
  Entry,
  HardState,
  Logger,
  Message,
  NodeId,
  ReadState,
  Snapshot,
  StateType,
  StepError,
} from './types.ts'
import { none } from './types.ts'

export type Outgoing = Omit<Message, 'from'> & { readonly from?: NodeId }

/** The raft state machine of one member: messages and ticks in, messages and log entries out. `RawNode` drives it. */
export class Raft {
  readonly id: NodeId
  readonly config: Config
  readonly log: RaftLog
  readonly logger: Logger
  readonly maxSizePerMsg: number
  term = 0
  vote: NodeId = none
  lead: NodeId = none
  state: StateType = 'StateFollower'
  tracker: Tracker
  readOnly = new ReadOnly()
  readStates: ReadState[] = []
  /** Reads that wait for the first commit of the leader's term. */
  pendingReads: Message[] = []
  /** To be sent at once. */
  messages: Message[] = []
  /** To be sent when all that is unstable now is on the disk: acknowledgements and votes. */
  messagesAfterAppend: Message[] = []
  leadTransferee: NodeId = none
  /** No membership change may be proposed until the log is applied up to here. */
  pendingConfIndex = 0
  electionElapsed = 0
  heartbeatElapsed = 0
  randomizedElectionTimeout = 0
  isLearner = false
  #uncommittedSize = 0

  constructor(config: Config, storage: Storage) {
    validate(config)
    this.id = config.id
    this.config = config
    this.logger = config.logger ?? silent
    this.maxSizePerMsg = config.maxSizePerMsg ?? Number.POSITIVE_INFINITY
    this.log = new RaftLog(storage, this.logger, config.maxCommittedSizePerReady || this.maxSizePerMsg)
    this.tracker = newTracker(config)
    const { hardState, confState } = storage.initialState()
    restoreMembership(this, confState)
    this.#loadState(hardState)
    if (config.applied) this.log.appliedTo(config.applied, 0)
    this.becomeFollower(this.term, none)
    const last = this.log.last()
    const peers = this.tracker.confState().voters.map((id) => id.toString(16))
    this.logger.info(
      `newRaft ${this.hex} [peers: [${peers}], term: ${this.term}, commit: ${this.log.committed}, ` +
        `applied: ${this.log.applied}, lastindex: ${last.index}, lastterm: ${last.term}]`,
    )
  }

  /** Our id as log lines show it. */
  get hex(): string {
    return this.id.toString(16)
  }

  hardState(): HardState {
    return { term: this.term, vote: this.vote, commit: this.log.committed }
  }

  /** Queues a message; acknowledgements and votes leave only when what they promise is on the disk. */
  send(outgoing: Outgoing): void {
    const { type } = outgoing
    const forwarded = type === 'MsgProp' || type === 'MsgReadIndex'
    const term = isVoting(type) || forwarded ? outgoing.term : this.term
    const message = { ...outgoing, from: outgoing.from || this.id, ...(term !== undefined && { term }) }
    if (type === 'MsgAppResp' || type === 'MsgVoteResp' || type === 'MsgPreVoteResp') {
      this.messagesAfterAppend.push(message)
    } else {
      if (message.to === this.id) throw new Error(`message should not be self-addressed when sending ${type}`)
      this.messages.push(message)
    }
  }

  tick(): void {
    this.electionElapsed++
    if (this.state === 'StateLeader') this.#tickLeader()
    else if (this.promotable() && this.electionElapsed >= this.randomizedElectionTimeout) {
      this.electionElapsed = 0
      this.step({ type: 'MsgHup', from: this.id, to: none })
    }
  }

  /** Takes a message; tells why if it was refused. */
  step(m: Message): StepError | undefined {
    const term = m.term ?? 0
    if (term > this.term && !stepHigherTerm(this, m, term)) return undefined
    if (term !== 0 && term < this.term) {
      stepLowerTerm(this, m)
      return undefined
    }
    switch (m.type) {
      case 'MsgHup':
        hup(this, this.config.preVote ? 'pre-election' : 'election')
        return undefined
      case 'MsgStorageAppendResp':
        if (m.index) this.log.unstable.stableTo(m.index, m.logTerm ?? 0)
        if (m.snapshot) this.appliedSnapshot(m.snapshot)
        return undefined
      case 'MsgStorageApplyResp':
        if (m.entries?.length) this.#appliedEntries(m.entries)
        return undefined
      case 'MsgVote':
      case 'MsgPreVote':
        castVote(this, m)
        return undefined
    }
    if (this.state === 'StateLeader') return stepLeader(this, m)
    return this.state === 'StateFollower' ? stepFollower(this, m) : stepCandidate(this, m)
  }

  becomeFollower(term: number, lead: NodeId): void {
    this.#reset(term)
    this.lead = lead
    this.state = 'StateFollower'
    this.logger.info(`${this.hex} became follower at term ${this.term}`)
  }

  becomeCandidate(): void {
    this.#reset(this.term + 1)
    this.vote = this.id
    this.state = 'StateCandidate'
    this.logger.info(`${this.hex} became candidate at term ${this.term}`)
  }

  /** Asks whether it could win before it disturbs anyone: neither term nor vote change. */
  becomePreCandidate(): void {
    this.tracker.resetVotes()
    this.lead = none
    this.state = 'StatePreCandidate'
    this.logger.info(`${this.hex} became pre-candidate at term ${this.term}`)
  }

  becomeLeader(): void {
    this.#reset(this.term)
    this.lead = this.id
    this.state = 'StateLeader'
    const own = this.tracker.progress.get(this.id)!
    own.becomeReplicate()
    own.recentActive = true
    // There may be a membership change in the tail of the log; waiting is cheaper than looking.
    this.pendingConfIndex = this.log.lastIndex()
    this.appendEntries([{ type: 'EntryNormal', data: '' }])
    this.logger.info(`${this.hex} became leader at term ${this.term}`)
  }

  /** Appends proposals to our own log, unless too much is uncommitted already. */
  appendEntries(proposals: readonly Pick<Entry, 'type' | 'data'>[]): boolean {
    let index = this.log.lastIndex()
    const entries = proposals.map(({ type, data }) => ({ term: this.term, index: ++index, type, data }))
    const size = payloadSize(entries)
    const limit = this.config.maxUncommittedEntriesSize || Number.POSITIVE_INFINITY
    if (this.#uncommittedSize > 0 && size > 0 && this.#uncommittedSize + size > limit) {
      this.logger.warning(
        `${this.hex} appending new entries to log would exceed uncommitted entry size limit; dropping proposal`,
      )
      return false
    }
    this.#uncommittedSize += size
    this.log.append(entries)
    // Our own acknowledgement comes back when the entries are on the disk.
    this.send({ type: 'MsgAppResp', to: this.id, index })
    return true
  }

  maybeCommit(): boolean {
    return this.log.maybeCommit({ term: this.term, index: this.tracker.committed() })
  }

  /** A member can become leader if it votes and is not in the midst of a snapshot. */
  promotable(): boolean {
    const own = this.tracker.progress.get(this.id)
    return own !== undefined && !own.isLearner && !this.log.unstable.snapshot
  }

  campaign(kind: 'pre-election' | 'election' | 'transfer'): void {
    campaign(this, kind)
  }

  #tickLeader(): void {
    this.heartbeatElapsed++
    if (this.electionElapsed >= this.config.electionTick) {
      this.electionElapsed = 0
      if (this.config.checkQuorum) this.step({ type: 'MsgCheckQuorum', from: this.id, to: none })
      // A transfer that takes longer than an election has failed.
      this.leadTransferee = none
    }
    if (this.state === 'StateLeader' && this.heartbeatElapsed >= this.config.heartbeatTick) {
      this.heartbeatElapsed = 0
      this.step({ type: 'MsgBeat', from: this.id, to: none })
    }
  }

  #reset(term: number): void {
    if (this.term !== term) {
      this.term = term
      this.vote = none
    }
    this.lead = none
    this.electionElapsed = 0
    this.heartbeatElapsed = 0
    const { electionTick, random } = this.config
    this.randomizedElectionTimeout = electionTick + Math.floor(random() * electionTick)
    this.leadTransferee = none
    this.tracker.resetVotes()
    this.tracker.resetProgress(this.log.lastIndex(), this.id)
    this.pendingConfIndex = 0
    this.#uncommittedSize = 0
    this.readOnly = new ReadOnly()
  }

  #appliedEntries(entries: readonly Entry[]): void {
    this.#appliedTo(entries[entries.length - 1]!.index, entriesSize(entries))
    this.#uncommittedSize = Math.max(0, this.#uncommittedSize - payloadSize(entries))
  }

  /** The driver has put a snapshot in place. */
  appliedSnapshot(snapshot: Snapshot): void {
    this.log.unstable.stableSnapTo(snapshot.index)
    this.#appliedTo(snapshot.index, 0)
  }

  #appliedTo(index: number, size: number): void {
    const applied = Math.max(index, this.log.applied)
    this.log.appliedTo(applied, size)
    const { membership } = this.tracker
    if (!membership.autoLeave || applied < this.pendingConfIndex || this.state !== 'StateLeader') return
    const entry = { ...encodeConfChange(undefined), term: 0, index: 0 }
    const refused = this.step({ type: 'MsgProp', from: none, to: none, entries: [entry] })
    const text = `initiating automatic transition out of joint configuration ${describeMembership(membership)}`
    if (refused) this.logger.debug(`not ${text}: ${refused}`)
    else this.logger.info(text)
  }

  #loadState(state: HardState): void {
    if (state.term === 0 && state.vote === none && state.commit === 0) return
    const { committed } = this.log
    const last = this.log.lastIndex()
    if (state.commit < committed || state.commit > last) {
      throw new Error(`${this.hex} state.commit ${state.commit} is out of range [${committed}, ${last}]`)
    }
    this.log.committed = state.commit
    this.term = state.term
    this.vote = state.vote
  }
}

const validate = (config: Config): void => {
  if (config.id === none) throw new Error('cannot use none as id')
  if (config.id < 0) throw new Error('cannot use local target as id')
  if (config.heartbeatTick <= 0) throw new Error('heartbeat tick must be greater than 0')
  if (config.electionTick <= config.heartbeatTick) {
    throw new Error('election tick must be greater than heartbeat tick')
  }
  if ((config.maxInflightMsgs ?? 1) <= 0) throw new Error('max inflight messages must be greater than 0')
  if (
    config.maxInflightBytes &&
    config.maxInflightBytes < (config.maxSizePerMsg ?? Number.POSITIVE_INFINITY)
  ) {
    throw new Error('max inflight bytes must be >= max message size')
  }
  if (config.readOnlyOption === 'lease-based' && !config.checkQuorum) {
    throw new Error('CheckQuorum must be enabled when ReadOnlyOption is ReadOnlyLeaseBased')
  }
}

const isVoting = (type: Message['type']): boolean =>
  type === 'MsgVote' || type === 'MsgVoteResp' || type === 'MsgPreVote' || type === 'MsgPreVoteResp'

const nothing = (): void => undefined
const silent: Logger = { debug: nothing, info: nothing, warning: nothing, error: nothing }
