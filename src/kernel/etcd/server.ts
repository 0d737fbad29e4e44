import type { Os } from '../host/program.ts'
import { decodeConfChange } from '../raft/confchange.ts'
import { RawNode } from '../raft/raw-node.ts'
import type { ConfChangeV1, Entry, Message, NodeId, Ready, Snapshot } from '../raft/types.ts'
import { none } from '../raft/types.ts'
import type { ResponseHeader } from './api.ts'
import type { EtcdConfig } from './config.ts'
import type { DurableLog } from './durable-log.ts'
import { EtcdError, errors } from './errors.ts'
import { Housekeeping } from './housekeeping.ts'
import type { Log } from './logging.ts'
import type { MemberContext, MemberRecord } from './membership.ts'
import { hexId } from './membership.ts'
import { Peers } from './peers.ts'
import type { Done } from './proposals.ts'
import { Proposals } from './proposals.ts'
import type { Waiter } from './reads.ts'
import { Reads } from './reads.ts'
import type { Command } from './state-machine.ts'
import { alarmOf, grows, StateMachine } from './state-machine.ts'
import { Watchable } from './watchable.ts'

export interface Identity {
  readonly member: NodeId
  readonly cluster: string
  readonly snapshot: Snapshot
}

/** etcd: server/etcdserver/raft.go */
const maxSizePerMsg = 1024 * 1024
const maxInflightMsgs = 512

/** One member: it drives raft, writes to the disk before it speaks, and applies what is committed. */
export class EtcdServer {
  readonly os: Os
  readonly config: EtcdConfig
  readonly identity: Identity
  readonly state: StateMachine
  readonly watchable: Watchable
  readonly node: RawNode
  readonly peers: Peers
  readonly log: Log
  readonly #durable: DurableLog
  readonly #reads: Reads
  readonly #housekeeping: Housekeeping
  readonly #requestTimeoutMs: number
  readonly #proposals: Proposals
  #flushing = false
  #snapshotIndex: number
  #appliedTerm: number
  #leadLostAt = Number.NEGATIVE_INFINITY
  #lead: NodeId = none
  #leads = false
  #stopped = false

  constructor(os: Os, config: EtcdConfig, identity: Identity, durable: DurableLog, log: Log) {
    this.os = os
    this.config = config
    this.identity = identity
    this.log = log
    this.#durable = durable
    // etcd: a lease may not end before an election can (minLeaseTTL).
    this.state = new StateMachine(Math.ceil((1.5 * config.electionMs) / 1000))
    this.state.restore(identity.snapshot.data)
    this.watchable = new Watchable(this.state.store)
    this.state.store.onCommit = (changes) => this.watchable.notify(changes)
    this.#snapshotIndex = identity.snapshot.index
    this.#appliedTerm = identity.snapshot.term
    this.#requestTimeoutMs = 5000 + 2 * config.electionMs
    this.#proposals = new Proposals(identity.member, os.clock)
    this.#housekeeping = new Housekeeping(this)
    this.node = this.#newNode()
    this.#durable.current = () => this.#snapshot()
    this.#reads = new Reads(this.#proposals.prefix, this.#requestTimeoutMs, (context) => {
      this.node.readIndex(context)
      this.#soon()
    })
    this.peers = new Peers(os, identity.member, identity.cluster, {
      received: (messages) => this.#received(messages),
      unreachable: (id) => this.node.reportUnreachable(id),
      snapshotSent: (id, ok) => this.node.reportSnapshot(id, ok),
    })
    this.peers.update(this.state.membership.list())
  }

  start(): void {
    // etcd --initial-election-tick-advance: nobody need wait for a leader that was never there.
    const ticks = this.config.electionMs / this.config.heartbeatMs - 1
    for (let i = 0; i < ticks; i++) this.node.tick()
    this.#drain()
    this.#scheduleTick()
  }

  get self(): MemberRecord | undefined {
    return this.state.membership.get(this.identity.member)
  }

  get isLeader(): boolean {
    return this.node.raft.state === 'StateLeader'
  }

  get lead(): NodeId {
    return this.node.raft.lead
  }

  /** Completes a header that says only when. */
  header(revision = this.state.store.revision): ResponseHeader {
    const { member, cluster } = this.identity
    return { clusterId: cluster, memberId: hexId(member), revision, raftTerm: this.node.raft.term }
  }

  /** Has the cluster agree on a command and answers with what came of it. */
  propose(command: Command, done: Done): void {
    if (grows(command) && this.#overQuota()) {
      done(errors.noSpace)
      return
    }
    this.#proposals.add(command, done, this.os.now)
    this.#soon()
  }

  /** Has the cluster agree on a change of its members. */
  proposeMember(change: ConfChangeV1, context: MemberContext, done: Done): void {
    const problem = this.state.membership.validate(change, context)
    if (problem) {
      done(problem as EtcdError)
      return
    }
    const id = this.#proposals.add(undefined, done, this.os.now)
    const refused = this.node.proposeConfChange({
      ...change,
      context: JSON.stringify({ ...context, request: id }),
    })
    if (refused) this.#proposals.settle(id, new EtcdError('Unknown', refused))
    this.#soon()
  }

  /** Calls back when reading our own state is as good as asking everyone. */
  linearizable(waiter: Waiter): void {
    this.#reads.wait(this.os.now, waiter)
  }

  stop(): void {
    this.#stopped = true
  }

  #newNode(): RawNode {
    const { electionMs, heartbeatMs, preVote } = this.config
    const raftConfig = {
      id: this.identity.member,
      electionTick: Math.floor(electionMs / heartbeatMs),
      heartbeatTick: 1,
      random: this.os.random,
      applied: this.identity.snapshot.index,
      checkQuorum: true,
      preVote,
      maxSizePerMsg,
      maxInflightMsgs,
      logger: this.log.raft,
    }
    return new RawNode(raftConfig, this.#durable)
  }

  #scheduleTick(): void {
    const { heartbeatMs } = this.config
    // On the same moments as the other members: fewer of them.
    this.os.after(heartbeatMs - (this.os.now % heartbeatMs), () => {
      if (this.#stopped) return
      this.#tick()
      this.#scheduleTick()
    })
  }

  #tick(): void {
    const { now } = this.os
    this.node.tick()
    this.#reads.tick(now)
    this.#proposals.expire(now - this.#requestTimeoutMs, (at) => this.#timeout(at))
    this.#housekeeping.tick(now)
    this.#drain()
  }

  #received(messages: readonly Message[]): void {
    if (this.#stopped) return
    for (const message of messages) {
      if (!this.state.membership.isRemoved(message.from)) this.node.step(message)
    }
    this.#drain()
  }

  /** Everything that arrives in one moment goes through raft together. */
  #soon(): void {
    if (this.#flushing) return
    this.#flushing = true
    this.os.after(0, () => {
      this.#flushing = false
      this.#flush()
      this.#drain()
    })
  }

  /** Without a leader proposals wait; they are timed out by the clock. */
  #flush(): void {
    if (!this.#proposals.waiting || this.lead === none) return
    const { ids, entries } = this.#proposals.takeBatch()
    if (ids.length === 0) return
    const refused = this.node.propose(...entries)
    if (refused) for (const id of ids) this.#proposals.settle(id, new EtcdError('Unknown', refused))
  }

  #drain(): void {
    for (let ready = this.node.ready(); ready && !this.#stopped; ready = this.node.ready()) {
      if (ready.snapshot) this.#install(ready.snapshot)
      this.#durable.persist(ready.hardState, ready.entries)
      this.peers.send(ready.messages)
      if (ready.softState) this.#roleChanged(ready)
      for (const entry of ready.committedEntries) this.#apply(entry)
      const applied = ready.committedEntries.at(-1)?.index ?? this.node.raft.log.applied
      this.#reads.applied(applied)
      for (const { context, index } of ready.readStates)
        this.#reads.confirmed(context, index, applied, this.os.now)
      this.node.advance()
    }
    this.#maybeSnapshot()
  }

  #roleChanged({ softState }: Ready): void {
    const { lead, state } = softState!
    const { now } = this.os
    if (lead === none && this.#lead !== none) this.#leadLostAt = now
    if (lead !== none && lead !== this.#lead) this.#reads.leaderChanged(now)
    this.#lead = lead
    const leads = state === 'StateLeader'
    if (leads !== this.#leads) {
      if (leads) this.state.lessor.promote(now)
      else this.state.lessor.demote()
      this.#housekeeping.leaderChanged()
    }
    this.#leads = leads
    const { term } = this.node.raft
    const id = hexId(this.identity.member)
    this.os.observe({
      type: 'raft-state',
      member: id,
      name: this.config.name,
      term,
      state,
      lead: hexId(lead),
    } as { type: string })
    if (lead !== none && this.#proposals.waiting) this.#soon()
  }

  #apply(entry: Entry): void {
    this.#appliedTerm = entry.term
    if (entry.type !== 'EntryNormal') this.#applyMember(entry)
    else if (entry.data !== '') {
      const { id, command } = this.#proposals.read(entry.data)
      this.#proposals.settle(id, this.#outcome(command))
    }
  }

  #outcome(command: Command): object | EtcdError {
    try {
      return this.state.apply(command, this.os.now)
    } catch (error) {
      if (error instanceof EtcdError) return error
      throw error
    }
  }

  #applyMember(entry: Entry): void {
    const change = decodeConfChange(entry)
    const single = 'changes' in change ? change.changes[0] : change
    const context = JSON.parse(change.context ?? '{}') as MemberContext
    const { membership } = this.state
    const problem = single ? membership.validate(single, context) : undefined
    if (problem && single) {
      this.node.applyConfChange({ ...single, nodeId: none })
    } else {
      membership.apply(change, context)
      this.node.applyConfChange(change)
      this.peers.update(membership.list())
    }
    if (context.request) this.#proposals.settle(context.request, (problem as EtcdError | undefined) ?? {})
    if (membership.isRemoved(this.identity.member)) this.#removed()
  }

  /** A heartbeat later, so that the others hear that it happened. */
  #removed(): void {
    this.log.error('the member has been permanently removed from the cluster')
    this.os.after(this.config.electionMs, () => this.os.exit(0))
  }

  /** etcd: server/etcdserver/v3_server.go parseProposeCtxErr */
  #timeout(at: number): EtcdError {
    const lost = this.lead === none || this.#leadLostAt >= at - 2 * this.config.electionMs
    return lost ? errors.timeoutLeaderFail : errors.timeout
  }

  #overQuota(): boolean {
    if (this.state.hasAlarm('NOSPACE')) return true
    if (this.state.store.sizes.allocated < this.config.quotaBytes) return false
    this.propose({ kind: 'alarm', request: alarmOf(this.identity.member, 'NOSPACE') }, () => undefined)
    return true
  }

  #install(snapshot: Snapshot): void {
    this.#durable.install(snapshot)
    this.state.restore(snapshot.data)
    this.#snapshotIndex = snapshot.index
    this.#appliedTerm = snapshot.term
    this.peers.update(this.state.membership.list())
    this.log.info('applied snapshot', { 'incoming-leader-snapshot-index': snapshot.index })
  }

  #snapshot(): Snapshot {
    const { log, tracker } = this.node.raft
    return {
      index: log.applied,
      term: this.#appliedTerm,
      confState: tracker.confState(),
      data: this.state.save(),
    }
  }

  #maybeSnapshot(): void {
    const { applied } = this.node.raft.log
    if (applied - this.#snapshotIndex < this.config.snapshotCount) return
    this.log.info('triggering snapshot', { 'local-member-applied-index': applied })
    this.#durable.compactTo(this.#snapshot())
    this.#snapshotIndex = applied
  }
}
