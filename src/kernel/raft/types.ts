/** What raft members say to each other and to whoever drives them. Everything here is plain, frozen-able data. */

/** A member's id; 0 is nobody. */
export type NodeId = number
export const none: NodeId = 0
/** Targets of local messages when storage writes are asynchronous. */
export const appendThread: NodeId = -1
export const applyThread: NodeId = -2

export type EntryType = 'EntryNormal' | 'EntryConfChange' | 'EntryConfChangeV2'

export interface Entry {
  readonly term: number
  readonly index: number
  readonly type: EntryType
  /** Any text; empty for the entry a new leader begins its term with. */
  readonly data: string
}

export type MessageType =
  | 'MsgHup'
  | 'MsgBeat'
  | 'MsgProp'
  | 'MsgApp'
  | 'MsgAppResp'
  | 'MsgVote'
  | 'MsgVoteResp'
  | 'MsgSnap'
  | 'MsgHeartbeat'
  | 'MsgHeartbeatResp'
  | 'MsgUnreachable'
  | 'MsgSnapStatus'
  | 'MsgCheckQuorum'
  | 'MsgTransferLeader'
  | 'MsgTimeoutNow'
  | 'MsgReadIndex'
  | 'MsgReadIndexResp'
  | 'MsgPreVote'
  | 'MsgPreVoteResp'
  | 'MsgStorageAppend'
  | 'MsgStorageAppendResp'
  | 'MsgStorageApply'
  | 'MsgStorageApplyResp'
  | 'MsgForgetLeader'

/** A field left out is zero, empty or false, as in protobuf. */
export interface Message {
  readonly type: MessageType
  readonly to: NodeId
  readonly from: NodeId
  readonly term?: number
  readonly logTerm?: number
  readonly index?: number
  readonly entries?: readonly Entry[]
  readonly commit?: number
  readonly vote?: NodeId
  readonly snapshot?: Snapshot
  readonly reject?: boolean
  readonly rejectHint?: number
  readonly context?: string
  /** To be delivered once a local storage message has been carried out. */
  readonly responses?: readonly Message[]
}

export interface ConfState {
  readonly voters: readonly NodeId[]
  readonly learners: readonly NodeId[]
  readonly votersOutgoing: readonly NodeId[]
  readonly learnersNext: readonly NodeId[]
  readonly autoLeave: boolean
}

export interface Snapshot {
  readonly index: number
  readonly term: number
  readonly confState: ConfState
  readonly data: string
}

export interface HardState {
  readonly term: number
  readonly vote: NodeId
  readonly commit: number
}

export type StateType = 'StateFollower' | 'StateCandidate' | 'StateLeader' | 'StatePreCandidate'

export interface SoftState {
  readonly lead: NodeId
  readonly state: StateType
}

/** A read with this context is linearizable once the member has applied up to `index`. */
export interface ReadState {
  readonly index: number
  readonly context: string
}

export type ConfChangeType =
  | 'ConfChangeAddNode'
  | 'ConfChangeRemoveNode'
  | 'ConfChangeUpdateNode'
  | 'ConfChangeAddLearnerNode'

export interface ConfChangeSingle {
  readonly type: ConfChangeType
  readonly nodeId: NodeId
}

/** One change at a time (the `EntryConfChange` of old). */
export interface ConfChangeV1 extends ConfChangeSingle {
  readonly context?: string
}

export type ConfChangeTransition =
  | 'ConfChangeTransitionAuto'
  | 'ConfChangeTransitionJointImplicit'
  | 'ConfChangeTransitionJointExplicit'

/** Several changes through joint consensus; no changes at all means: leave the joint configuration. */
export interface ConfChangeV2 {
  readonly transition?: ConfChangeTransition
  readonly changes: readonly ConfChangeSingle[]
  readonly context?: string
}

export type ConfChange = ConfChangeV1 | ConfChangeV2

/** Work for whoever drives the member: persist, then send, then apply, then `advance`. */
export interface Ready {
  /** Only if leader or role changed. */
  readonly softState?: SoftState
  /** Only if it changed. */
  readonly hardState?: HardState
  readonly readStates: readonly ReadState[]
  readonly entries: readonly Entry[]
  readonly snapshot?: Snapshot
  readonly committedEntries: readonly Entry[]
  readonly messages: readonly Message[]
  /** Whether entries and hard state must be on the disk before the messages leave. */
  readonly mustSync: boolean
}

/** Why a step did nothing; upstream's words. */
export type StepError =
  | 'raft proposal dropped'
  | 'raft: cannot step raft local message'
  | 'raft: cannot step as peer not found'

export interface Logger {
  debug(text: string): void
  info(text: string): void
  warning(text: string): void
  error(text: string): void
}

export interface Config {
  readonly id: NodeId
  /** Ticks without a leader's word until an election; randomised up to twice this. */
  readonly electionTick: number
  readonly heartbeatTick: number
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Last index the driver has applied already (after a restart). */
  readonly applied?: number
  readonly asyncStorageWrites?: boolean
  /** Bytes of entries in one MsgApp; unlimited if left out, 0 is one entry a message. */
  readonly maxSizePerMsg?: number
  readonly maxCommittedSizePerReady?: number
  readonly maxUncommittedEntriesSize?: number
  readonly maxInflightMsgs?: number
  readonly maxInflightBytes?: number
  readonly checkQuorum?: boolean
  readonly preVote?: boolean
  readonly readOnlyOption?: 'safe' | 'lease-based'
  readonly disableProposalForwarding?: boolean
  readonly disableConfChangeValidation?: boolean
  readonly stepDownOnRemoval?: boolean
  readonly logger?: Logger
}
