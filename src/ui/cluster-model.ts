import type { Event, Node, Pod } from 'kubernetes-types/core/v1'
import { controllerOf, type KubeObject } from '../kernel/api/objects.ts'
import type { Observation } from '../kernel/sim/machine.ts'
import type { Input } from '../kernel/sim/fabric.ts'
import type { Batch, BranchInfo, MachineState, PacketSummary } from '../workers/session-api.ts'
import { Causes } from './causes.ts'
import { ObjectIndex } from './object-index.ts'
import type { Saying } from './sayings.ts'
import { isReady } from './topology/pod-state.ts'
import { TypedLines } from './typed-lines.ts'

/** What one etcd member said of itself last. */
export interface RaftState {
  /** Hexadecimal member id. */
  readonly member: string
  readonly name: string
  readonly term: number
  /** `StateLeader`, `StateFollower`, `StateCandidate`, `StatePreCandidate`. */
  readonly state: string
  /** Id of the leader it knows of. */
  readonly lead: string
}

/** The scheduler's record of a pod: one entry an attempt, newest last. */
export interface SchedulingRecord {
  readonly at: number
  readonly pod: string
  readonly attempt: number
  readonly node: string | undefined
  readonly preFilter?: { readonly plugin: string; readonly reasons: readonly string[] }
  readonly rejected: Readonly<
    Record<string, { readonly plugin: string; readonly reasons: readonly string[] }>
  >
  readonly scores: Readonly<Record<string, Readonly<Record<string, Score>>>>
  readonly totals: Readonly<Record<string, number>>
}

export interface Score {
  readonly raw: number
  readonly normalized: number
  readonly weighted: number
}

/** A mark on the time bar. */
export interface Mark {
  readonly at: number
  readonly kind: 'command' | 'fault' | 'election' | 'rollout'
  readonly saying: Saying
}

/** A progress bar: an image that is being pulled. */
export interface Pull {
  readonly machine: string
  readonly image: string
  readonly done: number
  readonly total: number
}

export interface Told {
  readonly at: number
  readonly saying: Saying
}

const MAX_MARKS = 2000
const MAX_SCHEDULING = 2000
const MAX_SEEN = 5000
const RECENT = 40

export type Fact = { readonly type: string } & Readonly<Record<string, unknown>>

/** Everything the page knows of the cluster: objects by kind, machines, what was told lately. Changed only by batches. */
export class ClusterModel {
  now = 0
  endsAt = 0
  paused = true
  rate = 1
  branch = ''
  branches: readonly BranchInfo[] = []
  machines: readonly MachineState[] = []
  readonly objects = new ObjectIndex()
  readonly causes = new Causes()
  readonly raft = new Map<string, RaftState>()
  /** The last log index and commit that each member was heard to speak of, in raft messages. */
  readonly raftLog = new Map<string, { index: number; commit: number }>()
  readonly scheduling: SchedulingRecord[] = []
  readonly pulls = new Map<string, Pull>()
  readonly units = new Map<string, string>()
  /** The service that each machine started last. */
  readonly lastUnit = new Map<string, string>()
  readonly lost = new Map<string, string>()
  /** When an event was first seen, and when a pod or node last turned Ready or not: timestamps of the API know only seconds. */
  readonly seenAt = new Map<string, number>()
  marks: readonly Mark[] = []
  /** The last things that happened, newest last. */
  recent: readonly Told[] = []
  readonly #typed = new TypedLines()

  /** Take in what happened. */
  apply(batch: Batch): void {
    if (batch.restarted) this.#clear()
    this.now = batch.now
    this.endsAt = batch.endsAt
    this.paused = batch.paused
    this.rate = batch.rate
    this.branch = batch.branch
    if (batch.branches.length || this.branches.length) this.branches = batch.branches
    this.machines = same(this.machines, batch.machines)
    for (const { name, on } of batch.machines) if (on) this.lost.delete(name)
    for (const { machine, reason } of batch.lost) {
      this.lost.set(machine, reason)
      this.#say(batch.now, { type: 'lost', machine, reason })
    }
    for (const input of batch.inputs) this.#mark(input)
    for (const packet of batch.packets) if (packet.raft) this.#raftHeard(packet)
    for (const observation of batch.observations) this.#observe(observation)
  }

  /** All objects of a kind, by name. */
  list<T = KubeObject>(kind: string, namespace?: string): readonly T[] {
    return this.objects.list<T>(kind, namespace)
  }

  get(kind: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.objects.get(kind, namespace, name)
  }

  #clear(): void {
    this.objects.clear()
    this.causes.clear()
    this.raft.clear()
    this.raftLog.clear()
    this.scheduling.length = 0
    this.pulls.clear()
    this.units.clear()
    this.lastUnit.clear()
    this.lost.clear()
    this.seenAt.clear()
    this.marks = []
    this.recent = []
    this.#typed.clear()
  }

  #observe({ at, machine, body }: Observation): void {
    const fact = body as Fact
    switch (fact.type) {
      case 'objects':
        return this.objects.replace(String(fact['kind']), fact['objects'] as readonly KubeObject[])
      case 'object':
        return this.#event(at, String(fact['event']), fact['object'] as KubeObject)
      case 'raft-state':
        return this.#raft(at, machine, fact as unknown as RaftState)
      case 'scheduled':
        return this.#scheduled({ ...(fact as unknown as SchedulingRecord), at })
      case 'preempted':
        return this.#say(at, { type: 'preempted', pod: String(fact['pod']), by: String(fact['by']) })
      case 'audit':
        return this.causes.audit(at, fact)
      case 'reconcile':
        return this.causes.reconciled(at, fact)
      case 'pull-progress':
        return this.#pull({ machine, ...(fact as unknown as Omit<Pull, 'machine'>) })
      case 'unit':
        this.units.set(`${machine}/${fact['unit']}`, String(fact['state']))
        this.lastUnit.set(machine, String(fact['unit']))
        return
      case 'oom-kill':
        return this.#say(at, { type: 'oom', machine, command: String(fact['command']) })
    }
  }

  #event(at: number, event: string, object: KubeObject): void {
    const { kind, metadata } = object
    const old = this.objects.get(kind, metadata.namespace, metadata.name ?? '')
    if (event === 'DELETED') this.objects.remove(object)
    else this.objects.put(object)
    if (event === 'MODIFIED') return this.#turned(at, old, object)
    if (kind === 'Event' && event === 'ADDED') this.#told(at, object as unknown as Event)
    if (QUIET_KINDS.has(kind)) return
    this.#say(at, { type: event === 'ADDED' ? 'created' : 'deleted', kind, name: metadata.name ?? '' })
    if (event === 'ADDED' && kind === 'ReplicaSet' && controllerOf(object))
      this.#addMark({ at, kind: 'rollout', saying: { type: 'rollout', name: metadata.name ?? '' } })
  }

  /** What components warn of is worth a sentence. */
  #told(at: number, { metadata, type, reason = '', involvedObject: about, source, ...event }: Event): void {
    this.#see(metadata.uid, at)
    if (type !== 'Warning') return
    const who = source?.component || event.reportingComponent || ''
    this.#say(at, { type: 'warned', who, about: `${about.kind} ${about.name}`, reason })
  }

  /** A node or pod became Ready, or ceased to be. */
  #turned(at: number, old: KubeObject | undefined, object: KubeObject): void {
    if (object.kind !== 'Node' && object.kind !== 'Pod') return
    const [before, now] = [old !== undefined && isReady(old as Node & Pod as never), isReady(object as never)]
    const name = object.metadata.name ?? ''
    if (before === now) return
    this.#see(object.metadata.uid, at)
    if (object.kind === 'Node') this.#say(at, { type: now ? 'nodeReady' : 'nodeNotReady', name })
    else if (now) this.#say(at, { type: 'podReady', name })
  }

  #see(uid: string | undefined, at: number): void {
    if (uid === undefined) return
    this.seenAt.delete(uid)
    this.seenAt.set(uid, at)
    if (this.seenAt.size > MAX_SEEN) this.seenAt.delete(this.seenAt.keys().next().value as string)
  }

  #raft(at: number, machine: string, state: RaftState): void {
    const old = this.raft.get(machine)
    this.raft.set(machine, state)
    if (state.state !== 'StateLeader' || (old?.state === 'StateLeader' && old.term === state.term)) return
    const saying = { type: 'leader', machine, term: state.term } as const
    this.#addMark({ at, kind: 'election', saying })
    this.#say(at, saying)
  }

  #raftHeard({ from, to, raft }: PacketSummary): void {
    if (!raft || raft.reject) return
    const grow = (machine: string, index = 0, commit = 0) => {
      const old = this.raftLog.get(machine) ?? { index: 0, commit: 0 }
      this.raftLog.set(machine, { index: Math.max(old.index, index), commit: Math.max(old.commit, commit) })
    }
    if (raft.type === 'MsgAppResp') grow(from, raft.index)
    if (raft.type === 'MsgApp') grow(from, (raft.index ?? 0) + raft.entries, raft.commit)
    if (raft.type === 'MsgApp' || raft.type === 'MsgHeartbeat') grow(to, 0, raft.commit)
  }

  #scheduled(record: SchedulingRecord): void {
    this.scheduling.push(record)
    if (this.scheduling.length > MAX_SCHEDULING) this.scheduling.splice(0, MAX_SCHEDULING / 2)
    const { at, pod, node, totals, rejected } = record
    if (!node) return this.#say(at, { type: 'unschedulable', pod })
    const [of, out] = [Object.keys(totals).length, Object.keys(rejected).length]
    this.#say(at, { type: 'bound', pod, node, of, score: totals[node], out })
  }

  #pull(pull: Pull): void {
    const key = `${pull.machine} ${pull.image}`
    if (pull.done >= pull.total) this.pulls.delete(key)
    else this.pulls.set(key, pull)
  }

  #mark({ at, to, body }: Input): void {
    const fact = body as Fact
    if (to === 'fabric') {
      const saying = faultOf(fact)
      this.#addMark({ at, kind: 'fault', saying })
      this.#say(at, saying)
      return
    }
    const line = this.#typed.take(to, fact)
    if (line) this.#addMark({ at, kind: 'command', saying: { type: 'command', machine: to, line } })
  }

  #addMark(mark: Mark): void {
    const kept = this.marks.length >= MAX_MARKS ? this.marks.slice(MAX_MARKS / 2) : this.marks
    this.marks = [...kept, mark]
  }

  #say(at: number, saying: Saying): void {
    this.recent = [...this.recent.slice(-RECENT + 1), { at, saying }]
  }
}

const QUIET_KINDS = new Set(['Lease', 'Event', 'Endpoints', 'EndpointSlice', 'ConfigMap', 'ServiceAccount'])

/** The same array while nothing changed, so that nothing is drawn again. */
function same(old: readonly MachineState[], now: readonly MachineState[]): readonly MachineState[] {
  const equal = ({ name, on, plugged }: MachineState, other: MachineState | undefined) =>
    other?.name === name && other.on === on && other.plugged === plugged
  return old.length === now.length && now.every((machine, i) => equal(machine, old[i])) ? old : now
}

function faultOf(fact: Fact): Saying {
  const machine = String(fact['machine'])
  if (fact.type === 'power') return { type: 'power', machine, on: fact['on'] === true }
  if (fact.type === 'cable') return { type: 'cable', machine, plugged: fact['plugged'] === true }
  return { type: 'link', from: String(fact['from']), to: String(fact['to']) }
}
