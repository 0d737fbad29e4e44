import type { ClusterSpec } from '../kernel/cluster.ts'
import type { DiskEntry } from '../kernel/host/disk.ts'
import type { Input } from '../kernel/sim/fabric.ts'
import type { Observation } from '../kernel/sim/machine.ts'
import type { Message } from '../kernel/sim/packet.ts'
import type { SessionFile } from './session-file.ts'

/** A packet as the picture draws it. */
export interface PacketSummary {
  readonly from: string
  readonly to: string
  readonly at: number
  /** Undefined when it was lost. */
  readonly arrives: number | undefined
  /** E.g. `GET /api/v1/pods`, `MsgApp`, `ARP`; for people. */
  readonly label: string
  readonly protocol: 'arp' | 'tcp' | 'http' | 'raft' | 'other'
  readonly raft?: RaftFact
}

/** What a batch of raft messages says. */
export interface RaftFact {
  /** `MsgApp`, `MsgAppResp`, ... */
  readonly type: string
  readonly term: number | undefined
  readonly index: number | undefined
  readonly commit: number | undefined
  readonly reject: boolean | undefined
  /** Log entries carried. */
  readonly entries: number
  readonly messages: number
}

export interface MachineState {
  readonly name: string
  readonly on: boolean
  readonly plugged: boolean
}

/** What happened since the last batch; comes at most once a frame. */
export interface Batch {
  /** Virtual milliseconds. */
  readonly now: number
  readonly endsAt: number
  readonly paused: boolean
  readonly rate: number
  /** The name of the branch that is played. */
  readonly branch: string
  /** The branches that were left; the same array while there is no new one. */
  readonly branches: readonly BranchInfo[]
  readonly machines: readonly MachineState[]
  /** True when history was rebuilt (seek back, branch): forget what was observed before this batch. */
  readonly restarted: boolean
  readonly observations: readonly Observation[]
  readonly packets: readonly PacketSummary[]
  /** Packets beyond those listed, when there were too many to list. */
  readonly packetsOmitted: number
  /** Inputs taken, the learner's and faults: marks on the time bar. */
  readonly inputs: readonly Input[]
  /** Machines whose worker died, with the reason. */
  readonly lost: readonly { readonly machine: string; readonly reason: string }[]
}

export interface BranchInfo {
  readonly name: string
  readonly forkedAt: number
  readonly endsAt: number
}

/** Where machines run: each in a worker of its own, or all in the fabric's. */
export type Placement = 'workers' | 'inline'

/** What the page asks of the fabric's worker, over comlink. Times are virtual milliseconds. */
export interface SessionApi {
  /** Which packets batches tell of: all, or those of raft only (which is where it begins). */
  watchPackets(which: 'all' | 'raft'): Promise<void>
  /** Start a new cluster or replay a saved session; the one before is stopped. Resolves when the machines are switched on. */
  open(
    what: { spec: ClusterSpec } | { session: SessionFile },
    placement: Placement,
    batch: (batch: Batch) => void,
  ): Promise<void>
  /** Do something to a machine, or to the `fabric` (power, cable, link). */
  input(to: string, body: Message): Promise<void>
  pause(): Promise<void>
  resume(): Promise<void>
  /** 0.01 and up; Infinity is as fast as possible. */
  setPace(rate: number): Promise<void>
  /** Run as fast as possible for so long. */
  runFor(ms: number): Promise<void>
  /** Step: `message` to the next thing that happens anywhere, `event` to the next change of an object, `quiet` until nothing changes any more (at most 10 min). */
  step(kind: 'message' | 'event' | 'quiet'): Promise<void>
  /** Go to a moment; batches tell how far it has come. Resolves early when told to stop. */
  seek(time: number): Promise<void>
  /** End a `seek`, `runFor` or `step` that is under way; what has been played stays. */
  stopRunning(): Promise<void>
  exportSession(): Promise<SessionFile>
  branches(): Promise<BranchInfo[]>
  /** Give the branch that is played another name. */
  nameBranch(name: string): Promise<void>
  /** Leave this branch for another, at that one's end. */
  switchBranch(index: number): Promise<void>
  /** What is on a machine's disk. */
  disk(machine: string): Promise<DiskEntry[]>
  hash(): Promise<string>
  stop(): Promise<void>
}
