import { hup } from './election.ts'
import { restoreSnapshot } from './membership.ts'
import type { Raft } from './raft.ts'
import { broadcastAppend } from './replication.ts'
import { emptySnapshot } from './storage.ts'
import type { Message, StepError } from './types.ts'
import { none } from './types.ts'

/** What a follower does with a message. */
export const stepFollower = (r: Raft, m: Message): StepError | undefined => {
  switch (m.type) {
    case 'MsgProp':
      return forwardProposal(r, m)
    case 'MsgApp':
    case 'MsgHeartbeat':
    case 'MsgSnap':
      r.electionElapsed = 0
      r.lead = m.from
      obey(r, m)
      return undefined
    case 'MsgTransferLeader':
      if (r.lead === none) r.logger.info(`${noLeader(r)}; dropping leader transfer msg`)
      else r.send({ ...m, to: r.lead })
      return undefined
    case 'MsgReadIndex':
      if (r.lead === none) r.logger.info(`${noLeader(r)}; dropping index reading msg`)
      else r.send({ ...m, to: r.lead })
      return undefined
    case 'MsgForgetLeader':
      forgetLeader(r)
      return undefined
    case 'MsgTimeoutNow':
      r.logger.info(
        `${r.hex} [term ${r.term}] received MsgTimeoutNow from ${m.from.toString(16)} and starts an election to get leadership.`,
      )
      hup(r, 'transfer')
      return undefined
    case 'MsgReadIndexResp':
      readAnswered(r, m)
  }
  return undefined
}

/** What a candidate or pre-candidate does with a message. */
export const stepCandidate = (r: Raft, m: Message): StepError | undefined => {
  switch (m.type) {
    case 'MsgProp':
      r.logger.info(`${noLeader(r)}; dropping proposal`)
      return 'raft proposal dropped'
    case 'MsgApp':
    case 'MsgHeartbeat':
    case 'MsgSnap':
      r.becomeFollower(m.term ?? 0, m.from)
      obey(r, m)
      return undefined
    case 'MsgVoteResp':
      if (r.state === 'StateCandidate') countVote(r, m)
      return undefined
    case 'MsgPreVoteResp':
      if (r.state === 'StatePreCandidate') countVote(r, m)
      return undefined
    case 'MsgTimeoutNow':
      r.logger.debug(
        `${r.hex} [term ${r.term} state ${r.state}] ignored MsgTimeoutNow from ${m.from.toString(16)}`,
      )
  }
  return undefined
}

const noLeader = (r: Raft): string => `${r.hex} no leader at term ${r.term}`

const countVote = (r: Raft, m: Message): void => {
  const from = m.from.toString(16)
  r.logger.info(`${r.hex} received ${m.type}${m.reject ? ' rejection' : ''} from ${from} at term ${r.term}`)
  r.tracker.recordVote(m.from, !m.reject)
  const { granted, rejected, result } = r.tracker.tally()
  r.logger.info(`${r.hex} has received ${granted} ${m.type} votes and ${rejected} vote rejections`)
  if (result === 'VoteLost') {
    r.becomeFollower(r.term, none)
  } else if (result === 'VoteWon' && r.state === 'StatePreCandidate') {
    r.campaign('election')
  } else if (result === 'VoteWon') {
    r.becomeLeader()
    broadcastAppend(r)
  }
}

const forwardProposal = (r: Raft, m: Message): StepError | undefined => {
  if (r.lead === none) {
    r.logger.info(`${noLeader(r)}; dropping proposal`)
    return 'raft proposal dropped'
  }
  if (r.config.disableProposalForwarding) {
    const lead = r.lead.toString(16)
    r.logger.info(`${r.hex} not forwarding to leader ${lead} at term ${r.term}; dropping proposal`)
    return 'raft proposal dropped'
  }
  r.send({ ...m, to: r.lead })
  return undefined
}

const forgetLeader = (r: Raft): void => {
  if (r.config.readOnlyOption === 'lease-based') {
    r.logger.error('ignoring MsgForgetLeader due to ReadOnlyLeaseBased')
  } else if (r.lead !== none) {
    r.logger.info(`${r.hex} forgetting leader ${r.lead.toString(16)} at term ${r.term}`)
    r.lead = none
  }
}

const readAnswered = (r: Raft, m: Message): void => {
  if (m.entries?.length === 1) {
    r.readStates.push({ index: m.index ?? 0, context: m.entries[0]!.data })
    return
  }
  const from = m.from.toString(16)
  r.logger.error(
    `${r.hex} invalid format of MsgReadIndexResp from ${from}, entries count: ${m.entries?.length ?? 0}`,
  )
}

/** A leader's word. */
const obey = (r: Raft, m: Message): void => {
  if (m.type === 'MsgApp') takeEntries(r, m)
  else if (m.type === 'MsgSnap') takeSnapshot(r, m)
  else {
    r.log.commitTo(m.commit ?? 0)
    r.send({ type: 'MsgHeartbeatResp', to: m.from, ...(m.context && { context: m.context }) })
  }
}

const takeEntries = (r: Raft, m: Message): void => {
  const previous = { term: m.logTerm ?? 0, index: m.index ?? 0 }
  if (previous.index < r.log.committed) {
    r.send({ type: 'MsgAppResp', to: m.from, index: r.log.committed })
    return
  }
  const last = r.log.maybeAppend(previous, m.entries ?? [], m.commit ?? 0)
  if (last !== undefined) {
    r.send({ type: 'MsgAppResp', to: m.from, index: last })
    return
  }
  const ours = r.log.term(previous.index) ?? 0
  r.logger.debug(
    `${r.hex} [logterm: ${ours}, index: ${previous.index}] rejected MsgApp ` +
      `[logterm: ${previous.term}, index: ${previous.index}] from ${m.from.toString(16)}`,
  )
  // The hint: where our log may still agree with the leader's, given the term the leader has there.
  const hint = r.log.findConflictByTerm(Math.min(previous.index, r.log.lastIndex()), previous.term)
  const { index } = previous
  r.send({ type: 'MsgAppResp', to: m.from, index, reject: true, rejectHint: hint.index, logTerm: hint.term })
}

const takeSnapshot = (r: Raft, m: Message): void => {
  const snapshot = m.snapshot ?? emptySnapshot
  const restored = restoreSnapshot(r, snapshot)
  r.logger.info(
    `${r.hex} [commit: ${r.log.committed}] ${restored ? 'restored' : 'ignored'} snapshot ` +
      `[index: ${snapshot.index}, term: ${snapshot.term}]`,
  )
  r.send({ type: 'MsgAppResp', to: m.from, index: restored ? r.log.lastIndex() : r.log.committed })
}
