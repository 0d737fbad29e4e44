import type { Changed } from './confchange.ts'
import { asV2, change, restore } from './confchange.ts'
import { describeConfState } from './describe.ts'
import type { Raft } from './raft.ts'
import { broadcastAppend, maybeSendAppend } from './replication.ts'
import { describeMembership, emptyMembership, Tracker } from './tracker.ts'
import type { Config, ConfChange, ConfState, Snapshot } from './types.ts'
import { none } from './types.ts'

export const newTracker = ({ maxInflightMsgs, maxInflightBytes }: Config): Tracker =>
  new Tracker(maxInflightMsgs ?? 256, maxInflightBytes || Number.POSITIVE_INFINITY)

/** Carries out a committed membership change. */
export const applyConfChange = (r: Raft, asked: ConfChange): ConfState => {
  const { membership, progress } = r.tracker
  return switchTo(r, change({ ...changeBase(r), membership, progress }, asV2(asked)))
}

/** Takes the membership a snapshot or the disk tells of. */
export const restoreMembership = (r: Raft, state: ConfState): void => {
  r.tracker = newTracker(r.config)
  switchTo(r, restore({ ...changeBase(r), membership: emptyMembership, progress: new Map() }, state))
}

/** Takes a snapshot in place of the log; false if it tells nothing new. */
export const restoreSnapshot = (r: Raft, snapshot: Snapshot): boolean => {
  if (snapshot.index <= r.log.committed) return false
  const { voters, learners, votersOutgoing } = snapshot.confState
  if (![...voters, ...learners, ...votersOutgoing].includes(r.id)) {
    r.logger.warning(
      `${r.hex} attempted to restore snapshot but it is not in the ConfState ` +
        `${describeConfState(snapshot.confState)}; should never happen`,
    )
    return false
  }
  const known = r.log.matchTerm(snapshot)
  if (known) {
    logSnapshot(r, 'fast-forwarded commit to', snapshot)
    r.log.commitTo(snapshot.index)
    return false
  }
  r.log.restore(snapshot)
  restoreMembership(r, snapshot.confState)
  logSnapshot(r, 'restored', snapshot)
  return true
}

const changeBase = (r: Raft) => ({
  lastIndex: r.log.lastIndex(),
  newProgress: r.tracker.newProgress.bind(r.tracker),
})

const switchTo = (r: Raft, changed: Changed | string): ConfState => {
  if (typeof changed === 'string') throw new Error(changed)
  r.tracker.switchTo(changed.membership, changed.progress)
  r.logger.info(`${r.hex} switched to configuration ${describeMembership(changed.membership)}`)
  const state = r.tracker.confState()
  const own = r.tracker.progress.get(r.id)
  r.isLearner = own?.isLearner ?? false
  if (r.state !== 'StateLeader') return state
  if (!own || own.isLearner) {
    if (r.config.stepDownOnRemoval) r.becomeFollower(r.term, none)
    return state
  }
  if (r.maybeCommit()) broadcastAppend(r)
  else for (const id of r.tracker.progress.keys()) if (id !== r.id) maybeSendAppend(r, id, false)
  if (!r.tracker.isVoter(r.leadTransferee)) r.leadTransferee = none
  return state
}

const logSnapshot = (r: Raft, what: string, { index, term }: Snapshot): void => {
  const last = r.log.last()
  r.logger.info(
    `${r.hex} [commit: ${r.log.committed}, lastindex: ${last.index}, lastterm: ${last.term}] ` +
      `${what} snapshot [index: ${index}, term: ${term}]`,
  )
}
