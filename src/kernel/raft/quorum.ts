import type { NodeId } from './types.ts'

/** Members of which a majority decides. */
export type Majority = ReadonlySet<NodeId>
/** During a membership change both majorities decide; otherwise the second is empty. */
export type Joint = readonly [incoming: Majority, outgoing: Majority]
export type VoteResult = 'VotePending' | 'VoteLost' | 'VoteWon'
/** The index a member has acknowledged, if it has said anything. */
export type Acked = (id: NodeId) => number | undefined

/** All members of both halves, ascending. */
export const members = ([incoming, outgoing]: Joint): NodeId[] =>
  ascending(new Set([...incoming, ...outgoing]))

export const ascending = (ids: Iterable<NodeId>): NodeId[] => [...ids].sort((a, b) => a - b)

/** The greatest index a majority has acknowledged; an empty majority agrees to everything. */
export const majorityCommitted = (config: Majority, acked: Acked): number => {
  if (config.size === 0) return Number.POSITIVE_INFINITY
  const indexes: number[] = []
  for (const id of config) indexes.push(acked(id) ?? 0)
  indexes.sort((a, b) => b - a)
  return indexes[config.size >> 1]!
}

export const jointCommitted = (config: Joint, acked: Acked): number =>
  Math.min(majorityCommitted(config[0], acked), majorityCommitted(config[1], acked))

/** An empty majority has always won, so that a joint configuration with an empty half acts like the other half. */
export const majorityVote = (config: Majority, votes: ReadonlyMap<NodeId, boolean>): VoteResult => {
  if (config.size === 0) return 'VoteWon'
  let granted = 0
  let missing = 0
  for (const id of config) {
    const vote = votes.get(id)
    if (vote === undefined) missing++
    else if (vote) granted++
  }
  const needed = (config.size >> 1) + 1
  if (granted >= needed) return 'VoteWon'
  return granted + missing >= needed ? 'VotePending' : 'VoteLost'
}

export const jointVote = (config: Joint, votes: ReadonlyMap<NodeId, boolean>): VoteResult => {
  const results = [majorityVote(config[0], votes), majorityVote(config[1], votes)]
  if (results.includes('VoteLost')) return 'VoteLost'
  return results.includes('VotePending') ? 'VotePending' : 'VoteWon'
}

/** The acknowledged indexes as a small bar chart, one member a line. */
export const describeMajority = (ids: readonly NodeId[], acked: Acked): string => {
  if (ids.length === 0) return '<empty majority quorum>'
  const sorted = ids.map((id) => acked(id) ?? 0).sort((a, b) => a - b)
  const width = ids.length
  const lines = ascending(ids).map((id) => {
    const index = acked(id)
    const bar = sorted.indexOf(index ?? 0)
    const drawn = index === undefined ? '?'.padEnd(width + 1) : `${'x'.repeat(bar)}>`.padEnd(width + 1)
    return `${drawn} ${String(index ?? 0).padStart(5)}    (id=${id})\n`
  })
  return `${' '.repeat(width)}    idx\n${lines.join('')}`
}

/** `(1 2 3)` or, while joint, `(1 2 3)&&(1 2)`. */
export const describeJoint = ([incoming, outgoing]: Joint): string =>
  outgoing.size > 0 ? `${describeIds(incoming)}&&${describeIds(outgoing)}` : describeIds(incoming)

export const describeIds = (ids: Iterable<NodeId>): string => `(${ascending(ids).join(' ')})`
