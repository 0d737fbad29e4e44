import { describe, expect, it } from 'vitest'
import { decodeConfChange } from './confchange.ts'
import { RawNode } from './raw-node.ts'
import { MemoryStorage } from './storage.ts'
import type { Config, Entry, Message, NodeId, Ready } from './types.ts'
import { applyThread } from './types.ts'

/** Members whose messages a test delivers, loses and doubles; each applies to a list of texts. */
class Group {
  readonly nodes = new Map<NodeId, RawNode>()
  readonly storages = new Map<NodeId, MemoryStorage>()
  readonly applied = new Map<NodeId, string[]>()
  readonly reads = new Map<string, number>()
  messages: Message[] = []
  readonly #config: Partial<Config>

  constructor(size: number, config: Partial<Config> = {}) {
    this.#config = config
    for (let id = 1; id <= size; id++) {
      const storage = new MemoryStorage()
      const voters = Array.from({ length: size }, (_, i) => i + 1)
      const confState = { voters, learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false }
      storage.applySnapshot({ index: 1, term: 1, confState, data: '' })
      this.storages.set(id, storage)
      this.start(id, 1)
    }
  }

  start(id: NodeId, applied: number): void {
    const base = { id, electionTick: 10, heartbeatTick: 1, random: () => id / 10, applied }
    this.nodes.set(id, new RawNode({ ...base, ...this.#config }, this.storages.get(id)!))
    if (!this.applied.has(id)) this.applied.set(id, [])
  }

  work(id: NodeId): void {
    const node = this.nodes.get(id)!
    for (let ready = node.ready(); ready; ready = node.ready()) {
      for (const { context, index } of ready.readStates) this.reads.set(context, index)
      if (this.#config.asyncStorageWrites) {
        for (const m of ready.messages) this.#deliver(id, m)
        continue
      }
      this.#persist(id, ready)
      this.messages.push(...ready.messages.map((m) => Object.freeze(m)))
      this.#apply(id, ready.committedEntries)
      node.advance()
    }
  }

  #deliver(id: NodeId, m: Message): void {
    const { term = 0, vote = 0, commit = 0, entries = [], snapshot } = m
    if (m.to > 0) this.messages.push(m)
    else if (m.to === applyThread) this.#apply(id, entries)
    else
      this.#persist(id, {
        entries,
        ...(snapshot && { snapshot }),
        ...(term && { hardState: { term, vote, commit } }),
      })
    for (const response of m.responses ?? []) {
      if (response.to === id) this.nodes.get(id)!.step(response)
      else this.messages.push(response)
    }
  }

  #persist(
    id: NodeId,
    { hardState, snapshot, entries }: Pick<Ready, 'hardState' | 'snapshot' | 'entries'>,
  ): void {
    const storage = this.storages.get(id)!
    if (hardState) storage.setHardState(hardState)
    if (snapshot) storage.applySnapshot(snapshot)
    storage.append(entries)
  }

  #apply(id: NodeId, entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.type === 'EntryNormal') this.applied.get(id)!.push(entry.data)
      else this.nodes.get(id)!.applyConfChange(decodeConfChange(entry))
    }
  }

  settle(): void {
    for (const id of this.nodes.keys()) this.work(id)
    while (this.messages.length > 0) {
      const due = this.messages
      this.messages = []
      for (const m of due) this.nodes.get(m.to)?.step(m)
      for (const id of this.nodes.keys()) this.work(id)
    }
  }

  leader(): RawNode {
    return [...this.nodes.values()].find((node) => node.raft.state === 'StateLeader')!
  }
}

const elected = (size: number, config: Partial<Config> = {}): Group => {
  const group = new Group(size, config)
  group.nodes.get(1)!.campaign()
  group.settle()
  return group
}

describe('RawNode', () => {
  it('replicates what the leader or a follower proposes, in one order', () => {
    const group = elected(3)
    group.nodes.get(1)!.propose('a', 'b')
    group.nodes.get(2)!.propose('c')
    group.settle()
    for (const texts of group.applied.values()) expect(texts).toEqual(['', 'a', 'b', 'c'])
  })

  it.each(['safe', 'lease-based'] as const)(
    'answers a %s read with an index that covers all writes',
    (readOnlyOption) => {
      const group = elected(3, { readOnlyOption, checkQuorum: true })
      group.nodes.get(1)!.propose('a')
      group.settle()
      group.nodes.get(3)!.readIndex('from follower')
      group.nodes.get(1)!.readIndex('from leader')
      group.settle()
      expect(Object.fromEntries(group.reads)).toEqual({ 'from follower': 3, 'from leader': 3 })
    },
  )

  it('transfers leadership', () => {
    const group = elected(3, { preVote: true })
    group.nodes.get(1)!.transferLeader(3)
    group.settle()
    expect(group.leader().raft.id).toBe(3)
  })

  it('adds and removes members through joint consensus and leaves it by itself', () => {
    const group = elected(3)
    group.storages.set(4, new MemoryStorage())
    group.start(4, 0)
    const leader = group.nodes.get(1)!
    // A newcomer needs a snapshot, since the log begins behind one.
    group.storages.get(1)!.createSnapshot(2, undefined, 'state')
    leader.proposeConfChange({
      changes: [
        { type: 'ConfChangeAddNode', nodeId: 4 },
        { type: 'ConfChangeRemoveNode', nodeId: 2 },
      ],
    })
    group.settle()
    expect(leader.raft.tracker.confState()).toMatchObject({
      voters: [1, 3, 4],
      votersOutgoing: [],
      autoLeave: false,
    })
  })

  it('drops proposals beyond the uncommitted limit', () => {
    const group = elected(3, { maxUncommittedEntriesSize: 5 })
    const leader = group.nodes.get(1)!
    expect(leader.propose('four')).toBeUndefined()
    expect(leader.propose('four')).toBe('raft proposal dropped')
  })

  it('sends a snapshot to a member whose entries are compacted away', () => {
    const group = elected(3)
    const leader = group.nodes.get(1)!
    for (let i = 0; i < 10; i++) leader.propose(`${i}`)
    group.work(1)
    group.messages = group.messages.filter((m) => m.to !== 3)
    group.settle()
    const storage = group.storages.get(1)!
    const at = leader.raft.log.applied
    storage.createSnapshot(at, leader.raft.tracker.confState(), 'all')
    storage.compact(at)
    leader.reportUnreachable(3)
    leader.tick()
    group.settle()
    expect(group.nodes.get(3)!.raft.log.committed).toBe(at)
    leader.propose('more')
    group.settle()
    expect(group.applied.get(3)!.at(-1)).toBe('more')
  })

  it('keeps logs equal while messages are lost, doubled and reordered and members restart', () => {
    for (let seed = 1; seed <= 30; seed++) disturb(seed)
  })
})

/** Any two members have applied the same texts, as far as both have come; nothing acknowledged is lost. */
const disturb = (seed: number): void => {
  let state = seed
  const random = () => {
    state = (state * 1103515245 + 12345) % 2147483648
    return state / 2147483648
  }
  const group = new Group(5, {
    random,
    preVote: seed % 2 === 0,
    checkQuorum: seed % 3 === 0,
    asyncStorageWrites: seed % 5 === 0,
    maxInflightMsgs: 3,
    maxSizePerMsg: 40,
  })
  for (let round = 0; round < 400; round++) {
    const id = 1 + Math.floor(random() * 5)
    group.nodes.get(id)!.tick()
    if (random() < 0.3) group.nodes.get(id)!.propose(`${seed}-${round}`)
    if (random() < 0.01) group.start(id, group.nodes.get(id)!.raft.log.applied)
    group.work(id)
    const due = group.messages
    group.messages = due.filter(() => random() < 0.05)
    for (const m of due.sort(() => random() - 0.5)) if (random() > 0.1) group.nodes.get(m.to)!.step(m)
  }
  for (let i = 0; i < 100; i++) {
    for (const node of group.nodes.values()) node.tick()
    group.settle()
  }
  const logs = [...group.applied.values()]
  expect(logs[0]!.length).toBeGreaterThan(5)
  for (const log of logs) expect(log).toEqual(logs[0])
}
