import { asV2, decodeConfChange } from './confchange.ts'
import { describeConfChange } from './describe.ts'
import type { Progress } from './progress.ts'
import { jointVote } from './quorum.ts'
import type { Raft } from './raft.ts'
import { contextOf } from './read-only.ts'
import { broadcastAppend, broadcastHeartbeat, maybeSendAppend } from './replication.ts'
import { describeMembership } from './tracker.ts'
import type { ConfChange, Entry, Message, NodeId, StepError } from './types.ts'
import { none } from './types.ts'

/** What a leader does with a message. */
export const stepLeader = (r: Raft, m: Message): StepError | undefined => {
  switch (m.type) {
    case 'MsgBeat':
      broadcastHeartbeat(r, r.readOnly.lastContext())
      return undefined
    case 'MsgCheckQuorum':
      checkQuorum(r)
      return undefined
    case 'MsgProp':
      return propose(r, m)
    case 'MsgReadIndex':
      readIndex(r, m)
      return undefined
    case 'MsgForgetLeader':
      return undefined
  }
  const progress = r.tracker.progress.get(m.from)
  if (progress) stepPeer(r, m, progress)
  else r.logger.debug(`${r.hex} no progress available for ${m.from.toString(16)}`)
  return undefined
}

const stepPeer = (r: Raft, m: Message, progress: Progress): void => {
  switch (m.type) {
    case 'MsgAppResp':
      progress.recentActive = true
      if (m.reject) appendRejected(r, m, progress)
      else appendAccepted(r, m, progress)
      return
    case 'MsgHeartbeatResp':
      heartbeatAnswered(r, m, progress)
      return
    case 'MsgSnapStatus':
      snapshotReported(r, m, progress)
      return
    case 'MsgUnreachable':
      // Appends sent ahead are probably lost.
      if (progress.state === 'StateReplicate') progress.becomeProbe()
      r.logger.debug(
        `${r.hex} failed to send message to ${m.from.toString(16)} because it is unreachable [${progress.describe()}]`,
      )
      return
    case 'MsgTransferLeader':
      transferLeader(r, m.from, progress)
  }
}

const checkQuorum = (r: Raft): void => {
  if (!r.tracker.quorumActive()) {
    r.logger.warning(`${r.hex} stepped down to follower since quorum is not active`)
    r.becomeFollower(r.term, none)
  }
  for (const [id, progress] of r.tracker.progress) if (id !== r.id) progress.recentActive = false
}

const propose = (r: Raft, m: Message): StepError | undefined => {
  if (!m.entries?.length) throw new Error(`${r.hex} stepped empty MsgProp`)
  // A leader that has been removed takes nothing new.
  if (!r.tracker.progress.has(r.id)) return 'raft proposal dropped'
  if (r.leadTransferee !== none) {
    const to = r.leadTransferee.toString(16)
    r.logger.debug(`${r.hex} [term ${r.term}] transfer leadership to ${to} is in progress; dropping proposal`)
    return 'raft proposal dropped'
  }
  const entries = m.entries.map((entry, i) =>
    entry.type === 'EntryNormal' ? entry : screenConfChange(r, entry, i),
  )
  if (!r.appendEntries(entries)) return 'raft proposal dropped'
  broadcastAppend(r)
  return undefined
}

/** One membership change at a time: a second one becomes an empty entry. */
const screenConfChange = (r: Raft, entry: Entry, position: number): Pick<Entry, 'type' | 'data'> => {
  const asked = decodeConfChange(entry)
  const why = r.config.disableConfChangeValidation ? undefined : confChangeProblem(r, asked)
  if (why === undefined) {
    r.pendingConfIndex = r.log.lastIndex() + position + 1
    return entry
  }
  const at = describeMembership(r.tracker.membership)
  r.logger.info(`${r.hex} ignoring conf change ${describeConfChange(asked)} at config ${at}: ${why}`)
  return { type: 'EntryNormal', data: '' }
}

const confChangeProblem = (r: Raft, asked: ConfChange): string | undefined => {
  const { applied } = r.log
  if (r.pendingConfIndex > applied) {
    return `possible unapplied conf change at index ${r.pendingConfIndex} (applied to ${applied})`
  }
  const joint = r.tracker.membership.voters[1].size > 0
  const leaves = asV2(asked).changes.length === 0
  if (joint && !leaves) return 'must transition out of joint config first'
  return !joint && leaves ? 'not in joint state; refusing empty conf change' : undefined
}

const readIndex = (r: Raft, m: Message): void => {
  if (r.tracker.isSingleton()) answerRead(r, m, r.log.committed)
  // Until it has committed something of its own a leader cannot know how far the log is committed.
  else if (r.log.term(r.log.committed) !== r.term) r.pendingReads.push(m)
  else confirmRead(r, m)
}

const confirmRead = (r: Raft, m: Message): void => {
  if (r.config.readOnlyOption === 'lease-based') {
    answerRead(r, m, r.log.committed)
    return
  }
  const context = contextOf(m)
  r.readOnly.add(r.log.committed, m)
  r.readOnly.receiveAck(r.id, context)
  broadcastHeartbeat(r, context)
}

const answerRead = (r: Raft, request: Message, index: number): void => {
  if (request.from === none || request.from === r.id)
    r.readStates.push({ index, context: contextOf(request) })
  else r.send({ type: 'MsgReadIndexResp', to: request.from, index, entries: request.entries ?? [] })
}

const appendRejected = (r: Raft, m: Message, progress: Progress): void => {
  const [hint, logTerm, index] = [m.rejectHint ?? 0, m.logTerm ?? 0, m.index ?? 0]
  const from = m.from.toString(16)
  r.logger.debug(
    `${r.hex} received MsgAppResp(rejected, hint: (index ${hint}, term ${logTerm})) from ${from} for index ${index}`,
  )
  // Entries of terms greater than the follower's last cannot match: skip a whole term at once.
  const next = logTerm > 0 ? r.log.findConflictByTerm(hint, logTerm).index : hint
  if (!progress.maybeDecrTo(index, next)) return
  r.logger.debug(`${r.hex} decreased progress of ${from} to [${progress.describe()}]`)
  if (progress.state === 'StateReplicate') progress.becomeProbe()
  maybeSendAppend(r, m.from, true)
}

const appendAccepted = (r: Raft, m: Message, progress: Progress): void => {
  const index = m.index ?? 0
  const recovers = progress.match === index && progress.state === 'StateProbe'
  if (!progress.maybeUpdate(index) && !recovers) return
  if (progress.state === 'StateProbe') {
    progress.becomeReplicate()
  } else if (progress.state === 'StateReplicate') {
    progress.inflights.freeTo(index)
  } else if (progress.match + 1 >= r.log.firstIndex()) {
    r.logger.debug(
      `${r.hex} recovered from needing snapshot, resumed sending replication messages to ` +
        `${m.from.toString(16)} [${progress.describe()}]`,
    )
    progress.becomeProbe()
    progress.becomeReplicate()
  }
  if (r.maybeCommit()) {
    releasePendingReads(r)
    broadcastAppend(r)
  } else if (r.id !== m.from && progress.canBumpCommit(r.log.committed)) {
    maybeSendAppend(r, m.from, true)
  }
  if (r.id !== m.from) while (maybeSendAppend(r, m.from, false));
  if (m.from === r.leadTransferee && progress.match === r.log.lastIndex()) {
    r.logger.info(`${r.hex} sent MsgTimeoutNow to ${m.from.toString(16)} after received MsgAppResp`)
    r.send({ type: 'MsgTimeoutNow', to: m.from })
  }
}

const releasePendingReads = (r: Raft): void => {
  if (r.pendingReads.length === 0) return
  const reads = r.pendingReads
  r.pendingReads = []
  for (const read of reads) confirmRead(r, read)
}

const heartbeatAnswered = (r: Raft, m: Message, progress: Progress): void => {
  progress.recentActive = true
  progress.paused = false
  if (progress.match < r.log.lastIndex() || progress.state === 'StateProbe') maybeSendAppend(r, m.from, true)
  if (r.config.readOnlyOption === 'lease-based' || !m.context) return
  const acks = r.readOnly.receiveAck(m.from, m.context)
  if (jointVote(r.tracker.membership.voters, acks) !== 'VoteWon') return
  for (const { request, index } of r.readOnly.advance(m.context)) answerRead(r, request, index)
}

const snapshotReported = (r: Raft, m: Message, progress: Progress): void => {
  if (progress.state !== 'StateSnapshot') return
  // A failed snapshot must not be taken for the follower's last index.
  if (m.reject) progress.pendingSnapshot = 0
  progress.becomeProbe()
  r.logger.debug(
    `${r.hex} snapshot ${m.reject ? 'failed' : 'succeeded'}, resumed sending replication messages to ` +
      `${m.from.toString(16)} [${progress.describe()}]`,
  )
  progress.paused = true
}

const transferLeader = (r: Raft, to: NodeId, progress: Progress): void => {
  const heir = to.toString(16)
  const at = `${r.hex} [term ${r.term}]`
  if (progress.isLearner) {
    r.logger.debug(`${r.hex} is learner. Ignored transferring leadership`)
    return
  }
  if (r.leadTransferee === to) {
    r.logger.info(`${at} transfer leadership to ${heir} is in progress, ignores request to same node ${heir}`)
    return
  }
  if (r.leadTransferee !== none) {
    r.logger.info(`${at} abort previous transferring leadership to ${r.leadTransferee.toString(16)}`)
    r.leadTransferee = none
  }
  if (to === r.id) {
    r.logger.debug(`${r.hex} is already leader. Ignored transferring leadership to self`)
    return
  }
  r.logger.info(`${at} starts to transfer leadership to ${heir}`)
  r.electionElapsed = 0
  r.leadTransferee = to
  if (progress.match === r.log.lastIndex()) {
    r.send({ type: 'MsgTimeoutNow', to })
    r.logger.info(`${r.hex} sends MsgTimeoutNow to ${heir} immediately as ${heir} already has up-to-date log`)
  } else {
    maybeSendAppend(r, to, true)
  }
}
