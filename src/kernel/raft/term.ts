import { isLeaseHeld, rejectOldPreVote } from './election.ts'
import type { Raft } from './raft.ts'
import type { Message } from './types.ts'
import { none } from './types.ts'

/** A message of a later term usually makes us its follower. False if the message is to be ignored. */
export const stepHigherTerm = (r: Raft, m: Message, term: number): boolean => {
  if ((m.type === 'MsgVote' || m.type === 'MsgPreVote') && isLeaseHeld(r, m)) return false
  // A granted pre-vote carries the term we asked about.
  if (m.type === 'MsgPreVote' || (m.type === 'MsgPreVoteResp' && !m.reject)) return true
  const from = m.from.toString(16)
  r.logger.info(
    `${r.hex} [term: ${r.term}] received a ${m.type} message with higher term from ${from} [term: ${term}]`,
  )
  const isLeaders = m.type === 'MsgApp' || m.type === 'MsgHeartbeat' || m.type === 'MsgSnap'
  r.becomeFollower(term, isLeaders ? m.from : none)
  return true
}

/** A message of an earlier term changes nothing, but some deserve an answer. */
export const stepLowerTerm = (r: Raft, m: Message): void => {
  const { checkQuorum, preVote } = r.config
  if ((checkQuorum || preVote) && (m.type === 'MsgHeartbeat' || m.type === 'MsgApp')) {
    // An answer with our higher term frees a member whom the others ignore.
    r.send({ type: 'MsgAppResp', to: m.from })
  } else if (m.type === 'MsgPreVote') {
    rejectOldPreVote(r, m)
  } else if (m.type === 'MsgStorageAppendResp') {
    if (m.index) {
      r.logger.info(
        `${r.hex} [term: ${r.term}] ignored entry appends from a ${m.type} message with lower term [term: ${m.term}]`,
      )
    }
    if (m.snapshot) r.appliedSnapshot(m.snapshot)
  } else {
    const from = m.from.toString(16)
    r.logger.info(
      `${r.hex} [term: ${r.term}] ignored a ${m.type} message with lower term from ${from} [term: ${m.term}]`,
    )
  }
}
