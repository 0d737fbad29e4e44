import type { ConfChange, NodeId } from '../raft/types.ts'
import type { Member } from './api.ts'
import { errors } from './errors.ts'

/** A member as the cluster knows it. */
export interface MemberRecord {
  readonly id: NodeId
  readonly name: string
  readonly peerURLs: readonly string[]
  readonly clientURLs: readonly string[]
  readonly isLearner: boolean
}

export interface MembershipImage {
  readonly members: readonly MemberRecord[]
  readonly removed: readonly NodeId[]
}

/** What a membership change carries beside the id. */
export interface MemberContext {
  readonly peerURLs?: readonly string[]
  readonly isLearner?: boolean
  /** The change makes a learner a voter. */
  readonly promote?: boolean
  /** Who asked, to be answered. */
  readonly request?: string
}

export const hexId = (id: NodeId): string => id.toString(16)

export const parseId = (hex: string): NodeId => Number.parseInt(hex, 16)

/** A member's id follows from its addresses and the cluster's token, as all its future peers must compute the same. */
export const memberId = (peerURLs: readonly string[], token: string, salt = ''): NodeId => {
  const text = `${[...peerURLs].sort().join(',')}|${token}|${salt}`
  const high = hash(text, 0x811c9dc5) & 0x1fffff
  return high * 0x100000000 + (hash(text, 0x9e3779b1) >>> 0) || 1
}

/** Who belongs to the cluster, and who must never come back. */
export class Membership {
  readonly #members = new Map<NodeId, MemberRecord>()
  readonly #removed = new Set<NodeId>()

  list(): MemberRecord[] {
    return [...this.#members.values()].sort((a, b) => a.id - b.id)
  }

  get(id: NodeId): MemberRecord | undefined {
    return this.#members.get(id)
  }

  isRemoved(id: NodeId): boolean {
    return this.#removed.has(id)
  }

  set(record: MemberRecord): void {
    this.#members.set(record.id, record)
  }

  /** Why a change is impossible now, although it could be proposed. etcd: membership/cluster.go ValidateConfigurationChange */
  validate(
    { type, nodeId }: { readonly type: string; readonly nodeId: NodeId },
    context: MemberContext,
  ): Error | undefined {
    const member = this.#members.get(nodeId)
    if (this.#removed.has(nodeId)) return errors.memberNotFound
    if (type === 'ConfChangeRemoveNode') return member ? undefined : errors.memberNotFound
    const others = this.list().filter(({ id }) => id !== nodeId)
    const taken = others.some(({ peerURLs }) => peerURLs.some((url) => context.peerURLs?.includes(url)))
    if (type === 'ConfChangeUpdateNode') {
      if (!member) return errors.memberNotFound
      return taken ? errors.peerUrlExists : undefined
    }
    if (context.promote) {
      if (!member) return errors.memberNotFound
      return member.isLearner ? undefined : errors.memberNotLearner
    }
    if (member) return errors.memberExists
    if (taken) return errors.peerUrlExists
    return context.isLearner && others.some(({ isLearner }) => isLearner) ? errors.tooManyLearners : undefined
  }

  /** Makes a committed change true. */
  apply(change: ConfChange, context: MemberContext): void {
    if ('changes' in change) return
    const { type, nodeId } = change
    const member = this.#members.get(nodeId)
    if (type === 'ConfChangeRemoveNode') {
      this.#members.delete(nodeId)
      this.#removed.add(nodeId)
    } else if (type === 'ConfChangeUpdateNode') {
      if (member) this.set({ ...member, peerURLs: context.peerURLs ?? [] })
    } else if (context.promote) {
      if (member) this.set({ ...member, isLearner: false })
    } else {
      const isLearner = type === 'ConfChangeAddLearnerNode'
      this.set({ id: nodeId, name: '', peerURLs: context.peerURLs ?? [], clientURLs: [], isLearner })
    }
  }

  /** Whether a majority of voters will have started once another one joins. */
  canGrow(): boolean {
    const voters = this.list().filter(({ isLearner }) => !isLearner)
    const started = voters.filter(({ name }) => name !== '').length
    // A single member that has started may always be joined.
    return (started === 1 && voters.length === 1) || started >= ((voters.length + 1) >> 1) + 1
  }

  image(): MembershipImage {
    return { members: this.list(), removed: [...this.#removed] }
  }

  restore({ members, removed }: MembershipImage): void {
    this.#members.clear()
    this.#removed.clear()
    for (const member of members) this.#members.set(member.id, member)
    for (const id of removed) this.#removed.add(id)
  }
}

/** A member as the API shows it. */
export const toApi = ({ id, ...member }: MemberRecord): Member => ({ ID: hexId(id), ...member })

const hash = (text: string, seed: number): number => {
  let value = seed
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  return value ^ (value >>> 13)
}
