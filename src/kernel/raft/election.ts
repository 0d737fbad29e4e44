import { ascending, members } from './quorum.ts'
import type { Raft } from './raft.ts'
import type { Message } from './types.ts'
import { none } from './types.ts'

/** A pre-election asks first, a transfer need not wait for anyone's lease. */
export type CampaignKind = 'pre-election' | 'election' | 'transfer'

const transferContext = 'CampaignTransfer'

/** Begins an election if this member may become leader at all. */
export const hup = (r: Raft, kind: CampaignKind): void => {
  if (r.state === 'StateLeader') {
    r.logger.debug(`${r.hex} ignoring MsgHup because already leader`)
  } else if (!r.promotable()) {
    r.logger.warning(`${r.hex} is unpromotable and can not campaign`)
  } else if (hasUnappliedConfChange(r)) {
    r.logger.warning(
      `${r.hex} cannot campaign at term ${r.term} since there are still pending configuration changes to apply`,
    )
  } else {
    r.logger.info(`${r.hex} is starting a new election at term ${r.term}`)
    campaign(r, kind)
  }
}

/** Asks every voter, ourselves included: our own vote counts once it is on the disk. */
export const campaign = (r: Raft, kind: CampaignKind): void => {
  const pre = kind === 'pre-election'
  if (pre) r.becomePreCandidate()
  else r.becomeCandidate()
  const type = pre ? 'MsgPreVote' : 'MsgVote'
  const term = pre ? r.term + 1 : r.term
  const last = r.log.last()
  for (const to of ascending(members(r.tracker.membership.voters))) {
    if (to === r.id) {
      r.send({ type: `${type}Resp`, to, term })
      continue
    }
    r.logger.info(
      `${r.hex} [logterm: ${last.term}, index: ${last.index}] sent ${type} request to ${to.toString(16)} at term ${r.term}`,
    )
    const context = kind === 'transfer' ? { context: transferContext } : {}
    r.send({ type, to, term, index: last.index, logTerm: last.term, ...context })
  }
}

/** Answers MsgVote and MsgPreVote. Learners vote too: they may have been promoted without knowing it yet. */
export const castVote = (r: Raft, m: Message): void => {
  const term = m.term ?? 0
  const pre = m.type === 'MsgPreVote'
  const type = pre ? 'MsgPreVoteResp' : 'MsgVoteResp'
  const free = r.vote === m.from || (r.vote === none && r.lead === none) || (pre && term > r.term)
  if (free && r.log.isUpToDate({ term: m.logTerm ?? 0, index: m.index ?? 0 })) {
    logVote(r, m, 'cast')
    // The answer carries the asker's term, or the asker of a pre-vote would ignore it.
    r.send({ type, to: m.from, term })
    if (pre) return
    r.electionElapsed = 0
    r.vote = m.from
  } else {
    logVote(r, m, 'rejected')
    r.send({ type, to: m.from, term: r.term, reject: true })
  }
}

/** Dropping it silently could leave a group deadlocked in which some members just began to use pre-vote. */
export const rejectOldPreVote = (r: Raft, m: Message): void => {
  logVote(r, m, 'rejected')
  r.send({ type: 'MsgPreVoteResp', to: m.from, term: r.term, reject: true })
}

/** Whoever has heard from a leader lately helps nobody to depose it. */
export const isLeaseHeld = (r: Raft, m: Message): boolean => {
  const remaining = r.config.electionTick - r.electionElapsed
  if (!r.config.checkQuorum || r.lead === none || remaining <= 0 || m.context === transferContext)
    return false
  logVote(r, m, 'ignored', `: lease is not expired (remaining ticks: ${remaining})`)
  return true
}

const logVote = (r: Raft, m: Message, verb: 'cast' | 'rejected' | 'ignored', why = ''): void => {
  const last = r.log.last()
  const preposition = verb === 'cast' ? 'for' : 'from'
  r.logger.info(
    `${r.hex} [logterm: ${last.term}, index: ${last.index}, vote: ${r.vote.toString(16)}] ${verb} ${m.type} ` +
      `${preposition} ${m.from.toString(16)} [logterm: ${m.logTerm ?? 0}, index: ${m.index ?? 0}] at term ${r.term}${why}`,
  )
}

const hasUnappliedConfChange = ({ log }: Raft): boolean => {
  let low = log.applied + 1
  while (low <= log.committed) {
    const page = log.slice(low, log.committed + 1, log.maxApplyingSize)
    if (!page) throw new Error(`error scanning unapplied entries [${low}, ${log.committed + 1})`)
    if (page.some((entry) => entry.type !== 'EntryNormal')) return true
    low += page.length
  }
  return false
}
