import { payloadSize } from './entries.ts'
import type { Progress } from './progress.ts'
import type { Raft } from './raft.ts'
import type { NodeId } from './types.ts'

/** Sends each follower what it lacks, or at least the commit index. */
export const broadcastAppend = (r: Raft): void => {
  for (const id of r.tracker.progress.keys()) if (id !== r.id) maybeSendAppend(r, id, true)
}

/**
 * Sends a follower the next entries, or a snapshot if they are compacted away. Without entries it sends only
 * `ifEmpty` (which tells the commit index). Tells whether anything was sent.
 */
export const maybeSendAppend = (r: Raft, to: NodeId, ifEmpty: boolean): boolean => {
  const progress = r.tracker.progress.get(to)!
  if (progress.isPaused()) return false
  const index = progress.next - 1
  const logTerm = r.log.term(index)
  if (logTerm === undefined) return sendSnapshot(r, to, progress)
  // With a full window only an empty append goes out, so that a follower who lost everything is noticed.
  const throttled = progress.state === 'StateReplicate' && progress.inflights.full()
  const entries = throttled ? [] : r.log.entriesFrom(progress.next, r.maxSizePerMsg)
  if (entries?.length === 0 && !ifEmpty) return false
  if (!entries) return sendSnapshot(r, to, progress)
  const commit = r.log.committed
  r.send({ type: 'MsgApp', to, index, logTerm, commit, ...(entries.length > 0 && { entries }) })
  progress.sentEntries(entries.length, payloadSize(entries))
  progress.sentCommit(commit)
  return true
}

/** A heartbeat never tells a commit index beyond what the follower is known to have. */
export const broadcastHeartbeat = (r: Raft, context: string): void => {
  for (const [to, progress] of r.tracker.progress) {
    if (to === r.id) continue
    const commit = Math.min(progress.match, r.log.committed)
    r.send({ type: 'MsgHeartbeat', to, commit, ...(context !== '' && { context }) })
    progress.sentCommit(commit)
  }
}

const sendSnapshot = (r: Raft, to: NodeId, progress: Progress): boolean => {
  const peer = to.toString(16)
  if (!progress.recentActive) {
    r.logger.debug(`ignore sending snapshot to ${peer} since it is not recently active`)
    return false
  }
  const snapshot = r.log.snapshot()
  if (!snapshot) {
    r.logger.debug(`${r.hex} failed to send snapshot to ${peer} because snapshot is temporarily unavailable`)
    return false
  }
  if (snapshot.index === 0) throw new Error('need non-empty snapshot')
  r.logger.debug(
    `${r.hex} [firstindex: ${r.log.firstIndex()}, commit: ${r.log.committed}] sent ` +
      `snapshot[index: ${snapshot.index}, term: ${snapshot.term}] to ${peer} [${progress.describe()}]`,
  )
  progress.becomeSnapshot(snapshot.index)
  r.logger.debug(`${r.hex} paused sending replication messages to ${peer} [${progress.describe()}]`)
  r.send({ type: 'MsgSnap', to, snapshot })
  return true
}
