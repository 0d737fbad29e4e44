import { Inflights, Progress } from './progress.ts'
import type { Joint, VoteResult } from './quorum.ts'
import { ascending, describeIds, describeJoint, jointCommitted, jointVote } from './quorum.ts'
import type { ConfState, NodeId } from './types.ts'

/** Who votes, who only learns, and whether a membership change is under way. */
export interface Membership {
  readonly voters: Joint
  readonly learners: ReadonlySet<NodeId>
  /** Voters of the outgoing half that become learners when the joint configuration is left. */
  readonly learnersNext: ReadonlySet<NodeId>
  readonly autoLeave: boolean
}

export type ProgressMap = ReadonlyMap<NodeId, Progress>

export const emptyMembership: Membership = {
  voters: [new Set(), new Set()],
  learners: new Set(),
  learnersNext: new Set(),
  autoLeave: false,
}

/** The membership, what the leader knows of each member, and the votes of the election under way. */
export class Tracker {
  membership = emptyMembership
  progress: ProgressMap = new Map()
  readonly #votes = new Map<NodeId, boolean>()
  readonly #maxInflight: number
  readonly #maxInflightBytes: number

  constructor(maxInflight: number, maxInflightBytes: number) {
    this.#maxInflight = maxInflight
    this.#maxInflightBytes = maxInflightBytes
  }

  newProgress(next: number, isLearner: boolean, match = 0): Progress {
    return new Progress(next, isLearner, new Inflights(this.#maxInflight, this.#maxInflightBytes), match)
  }

  /** Takes a new membership; members are visited in ascending order from now on. */
  switchTo(membership: Membership, progress: ProgressMap): void {
    this.membership = membership
    this.progress = new Map(ascending(progress.keys()).map((id) => [id, progress.get(id)!]))
  }

  resetProgress(lastIndex: number, self: NodeId): void {
    this.progress = new Map(
      [...this.progress].map(([id, { isLearner }]) => [
        id,
        this.newProgress(lastIndex + 1, isLearner, id === self ? lastIndex : 0),
      ]),
    )
  }

  committed(): number {
    return jointCommitted(this.membership.voters, (id) => this.progress.get(id)?.match)
  }

  quorumActive(): boolean {
    const votes = new Map<NodeId, boolean>()
    for (const [id, { isLearner, recentActive }] of this.progress) if (!isLearner) votes.set(id, recentActive)
    return jointVote(this.membership.voters, votes) === 'VoteWon'
  }

  isVoter(id: NodeId): boolean {
    return this.membership.voters[0].has(id) || this.membership.voters[1].has(id)
  }

  isSingleton(): boolean {
    return this.membership.voters[0].size === 1 && this.membership.voters[1].size === 0
  }

  resetVotes(): void {
    this.#votes.clear()
  }

  /** The first word counts. */
  recordVote(id: NodeId, granted: boolean): void {
    if (!this.#votes.has(id)) this.#votes.set(id, granted)
  }

  tally(): { readonly granted: number; readonly rejected: number; readonly result: VoteResult } {
    let granted = 0
    let rejected = 0
    for (const [id, { isLearner }] of this.progress) {
      const vote = isLearner ? undefined : this.#votes.get(id)
      if (vote === true) granted++
      else if (vote === false) rejected++
    }
    return { granted, rejected, result: jointVote(this.membership.voters, this.#votes) }
  }

  confState(): ConfState {
    const { voters, learners, learnersNext, autoLeave } = this.membership
    return {
      voters: ascending(voters[0]),
      votersOutgoing: ascending(voters[1]),
      learners: ascending(learners),
      learnersNext: ascending(learnersNext),
      autoLeave,
    }
  }
}

/** `voters=(1 2)&&(1) learners=(3) learners_next=(4) autoleave` */
export const describeMembership = ({ voters, learners, learnersNext, autoLeave }: Membership): string => {
  let text = `voters=${describeJoint(voters)}`
  if (learners.size > 0) text += ` learners=${describeIds(learners)}`
  if (learnersNext.size > 0) text += ` learners_next=${describeIds(learnersNext)}`
  return autoLeave ? `${text} autoleave` : text
}

/** One member a line. */
export const describeProgress = (progress: ProgressMap): string =>
  ascending(progress.keys())
    .map((id) => `${id}: ${progress.get(id)!.describe()}\n`)
    .join('')
