import type { Progress } from './progress.ts'
import type { Membership, ProgressMap } from './tracker.ts'
import type {
  ConfChange,
  ConfChangeSingle,
  ConfChangeV2,
  ConfState,
  Entry,
  EntryType,
  NodeId,
} from './types.ts'

/** What a membership change starts from. */
export interface ChangeBase {
  readonly membership: Membership
  readonly progress: ProgressMap
  readonly lastIndex: number
  readonly newProgress: (next: number, isLearner: boolean) => Progress
}

export interface Changed {
  readonly membership: Membership
  readonly progress: ProgressMap
}

/** The text of a change as it lies in the log; none at all means: leave the joint configuration. */
export const encodeConfChange = (
  change: ConfChange | undefined,
): { readonly type: EntryType; readonly data: string } => {
  if (!change) return { type: 'EntryConfChangeV2', data: '' }
  return { type: 'changes' in change ? 'EntryConfChangeV2' : 'EntryConfChange', data: JSON.stringify(change) }
}

/** The change an entry carries. */
export const decodeConfChange = (entry: Pick<Entry, 'type' | 'data'>): ConfChange =>
  entry.data === '' ? { changes: [] } : (JSON.parse(entry.data) as ConfChange)

export const asV2 = (change: ConfChange): ConfChangeV2 =>
  'changes' in change
    ? change
    : { changes: [change], ...(change.context !== undefined && { context: change.context }) }

/** Carries out a change the way it asks for; a string is the reason why it cannot be done. */
export const change = (base: ChangeBase, asked: ConfChangeV2): Changed | string => {
  const transition = asked.transition ?? 'ConfChangeTransitionAuto'
  const auto = transition === 'ConfChangeTransitionAuto'
  if (auto && asked.changes.length === 0) return leaveJoint(base)
  if (!auto || asked.changes.length > 1) {
    return enterJoint(base, transition !== 'ConfChangeTransitionJointExplicit', asked.changes)
  }
  return simple(base, asked.changes)
}

/** From (1 2)&&() to (1 2 3)&&(1 2): from now on both halves decide. */
export const enterJoint = (
  base: ChangeBase,
  autoLeave: boolean,
  changes: readonly ConfChangeSingle[],
): Changed | string => {
  const draft = draftOf(base)
  if (draft.outgoing.size > 0) return 'config is already joint'
  if (draft.incoming.size === 0) return "can't make a zero-voter config joint"
  draft.outgoing = new Set(draft.incoming)
  return apply(base, draft, changes) ?? checked(draft, autoLeave)
}

/** From (1 2 3)&&(1 2) to (1 2 3). */
export const leaveJoint = (base: ChangeBase): Changed | string => {
  const draft = draftOf(base)
  if (draft.outgoing.size === 0) return "can't leave a non-joint config"
  for (const id of draft.learnersNext) {
    draft.learners.add(id)
    draft.progress.get(id)!.isLearner = true
  }
  draft.learnersNext.clear()
  for (const id of draft.outgoing) {
    if (!draft.incoming.has(id) && !draft.learners.has(id)) draft.progress.delete(id)
  }
  draft.outgoing = new Set()
  return checked(draft, false)
}

/** Changes that move at most one voter need no joint configuration. */
export const simple = (base: ChangeBase, changes: readonly ConfChangeSingle[]): Changed | string => {
  const draft = draftOf(base)
  if (draft.outgoing.size > 0) return "can't apply simple config change in joint config"
  const failure = apply(base, draft, changes)
  if (failure) return failure
  if (difference(base.membership.voters[0], draft.incoming) > 1) {
    return 'more than one voter changed without entering joint config'
  }
  return checked(draft, base.membership.autoLeave)
}

/** Rebuilds a membership from what a snapshot says, beginning with an empty one. */
export const restore = (base: ChangeBase, state: ConfState): Changed | string => {
  const add = (nodeId: NodeId): ConfChangeSingle => ({ type: 'ConfChangeAddNode', nodeId })
  const learn = (nodeId: NodeId): ConfChangeSingle => ({ type: 'ConfChangeAddLearnerNode', nodeId })
  const remove = (nodeId: NodeId): ConfChangeSingle => ({ type: 'ConfChangeRemoveNode', nodeId })
  const incoming = [
    ...state.votersOutgoing.map(remove),
    ...state.voters.map(add),
    ...state.learners.map(learn),
    ...state.learnersNext.map(learn),
  ]
  const joint = state.votersOutgoing.length > 0
  let at: Changed = base
  for (const step of joint ? state.votersOutgoing.map(add) : incoming) {
    const next = simple({ ...base, ...at }, [step])
    if (typeof next === 'string') return next
    at = next
  }
  return joint ? enterJoint({ ...base, ...at }, state.autoLeave, incoming) : at
}

interface Draft {
  incoming: Set<NodeId>
  outgoing: Set<NodeId>
  learners: Set<NodeId>
  learnersNext: Set<NodeId>
  progress: Map<NodeId, Progress>
}

const draftOf = ({ membership, progress }: ChangeBase): Draft => ({
  incoming: new Set(membership.voters[0]),
  outgoing: new Set(membership.voters[1]),
  learners: new Set(membership.learners),
  learnersNext: new Set(membership.learnersNext),
  progress: new Map([...progress].map(([id, p]) => [id, p.clone()])),
})

const apply = (base: ChangeBase, draft: Draft, changes: readonly ConfChangeSingle[]): string | undefined => {
  for (const { type, nodeId } of changes) {
    // etcd puts 0 in place of a change it decided not to make.
    if (nodeId === 0 || type === 'ConfChangeUpdateNode') continue
    if (type === 'ConfChangeAddNode') makeVoter(base, draft, nodeId)
    else if (type === 'ConfChangeAddLearnerNode') makeLearner(base, draft, nodeId)
    else if (type === 'ConfChangeRemoveNode') removeMember(draft, nodeId)
    else return `unexpected conf type ${type}`
  }
  return draft.incoming.size === 0 ? 'removed all voters' : undefined
}

const makeVoter = (base: ChangeBase, draft: Draft, id: NodeId): void => {
  draft.incoming.add(id)
  draft.learners.delete(id)
  draft.learnersNext.delete(id)
  const progress = draft.progress.get(id)
  if (progress) progress.isLearner = false
  else draft.progress.set(id, fresh(base, false))
}

const makeLearner = (base: ChangeBase, draft: Draft, id: NodeId): void => {
  const progress = draft.progress.get(id)
  if (progress?.isLearner) return
  if (progress) removeMember(draft, id)
  draft.progress.set(id, progress ?? fresh(base, true))
  if (draft.outgoing.has(id)) {
    draft.learnersNext.add(id)
  } else {
    draft.learners.add(id)
    draft.progress.get(id)!.isLearner = true
  }
}

const removeMember = (draft: Draft, id: NodeId): void => {
  draft.incoming.delete(id)
  draft.learners.delete(id)
  draft.learnersNext.delete(id)
  if (!draft.outgoing.has(id)) draft.progress.delete(id)
}

/** A new member counts as active, or a quorum check could end our leadership before it has said a word. */
const fresh = (base: ChangeBase, isLearner: boolean): Progress => {
  const progress = base.newProgress(Math.max(base.lastIndex, 1), isLearner)
  progress.recentActive = true
  return progress
}

const difference = (a: ReadonlySet<NodeId>, b: ReadonlySet<NodeId>): number =>
  [...a].filter((id) => !b.has(id)).length + [...b].filter((id) => !a.has(id)).length

const checked = (draft: Draft, autoLeave: boolean): Changed => {
  const { incoming, outgoing, learners, learnersNext, progress } = draft
  for (const id of [...incoming, ...outgoing, ...learners, ...learnersNext]) {
    if (!progress.has(id)) throw new Error(`no progress for ${id}`)
  }
  return { membership: { voters: [incoming, outgoing], learners, learnersNext, autoLeave }, progress }
}
