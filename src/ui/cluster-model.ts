import type { KubeObject } from '../kernel/api/objects.ts'
import type { Observation } from '../kernel/sim/machine.ts'
import type { Batch, MachineState, PacketSummary } from '../workers/session-api.ts'

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
  readonly rejected: Readonly<Record<string, { readonly plugin: string; readonly reasons: readonly string[] }>>
  readonly scores: Readonly<Record<string, Readonly<Record<string, { readonly raw: number; readonly normalized: number; readonly weighted: number }>>>>
  readonly totals: Readonly<Record<string, number>>
}

/** A mark on the time bar. */
export interface Mark {
  readonly at: number
  readonly kind: 'command' | 'fault' | 'election' | 'rollout'
  readonly text: string
}

/** A progress bar: an image that is being pulled. */
export interface Pull {
  readonly machine: string
  readonly image: string
  readonly done: number
  readonly total: number
}

const MAX_MARKS = 2000
const MAX_SCHEDULING = 2000
const RECENT = 40

type Fact = { readonly type: string } & Readonly<Record<string, unknown>>

/** Everything the page knows of the cluster: objects by kind, machines, what was told lately. Changed only by batches. */
export class ClusterModel {
  now = 0
  endsAt = 0
  paused = true
  rate = 1
  machines: readonly MachineState[] = []
  packets: readonly PacketSummary[] = []
  packetsOmitted = 0
  readonly objects = new Map<string, Map<string, KubeObject>>()
  readonly raft = new Map<string, RaftState>()
  readonly scheduling: SchedulingRecord[] = []
  readonly pulls = new Map<string, Pull>()
  readonly units = new Map<string, string>()
  marks: Mark[] = []
  /** The last things that happened, in words, newest last. */
  readonly recent: { readonly at: number; readonly text: string }[] = []
  lost: readonly { readonly machine: string; readonly reason: string }[] = []

  /** Take in what happened. */
  apply(batch: Batch): void {
    if (batch.restarted) this.#clear()
    this.now = batch.now
    this.endsAt = batch.endsAt
    this.paused = batch.paused
    this.rate = batch.rate
    this.machines = batch.machines
    this.packets = batch.packets
    this.packetsOmitted = batch.packetsOmitted
    if (batch.lost.length) this.lost = batch.lost
    for (const { at, to, body } of batch.inputs) this.#mark(at, to, body as Fact)
    for (const observation of batch.observations) this.#observe(observation)
  }

  /** All objects of a kind, by name. */
  list<T = KubeObject>(kind: string, namespace?: string): T[] {
    const all = [...(this.objects.get(kind)?.values() ?? [])]
    const within = namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace)
    return within.sort(byName) as T[]
  }

  get(kind: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.objects.get(kind)?.get(`${namespace ?? ''}/${name}`)
  }

  #clear(): void {
    this.objects.clear()
    this.raft.clear()
    this.scheduling.length = 0
    this.pulls.clear()
    this.units.clear()
    this.marks = []
    this.recent.length = 0
    this.lost = []
  }

  #observe({ at, machine, body }: Observation): void {
    const fact = body as Fact
    switch (fact.type) {
      case 'objects':
        return this.#replace(String(fact['kind']), fact['objects'] as readonly KubeObject[])
      case 'object':
        return this.#event(at, String(fact['event']), fact['object'] as KubeObject)
      case 'raft-state':
        return this.#raft(at, machine, fact as unknown as RaftState)
      case 'scheduled':
        this.scheduling.push({ ...(fact as unknown as SchedulingRecord), at })
        if (this.scheduling.length > MAX_SCHEDULING) this.scheduling.splice(0, MAX_SCHEDULING / 2)
        return this.#say(at, schedulingSentence(fact as unknown as SchedulingRecord))
      case 'pull-progress': {
        const pull = { machine, ...(fact as unknown as Omit<Pull, 'machine'>) }
        const key = `${machine} ${pull.image}`
        if (pull.done >= pull.total) this.pulls.delete(key)
        else this.pulls.set(key, pull)
        return
      }
      case 'unit':
        this.units.set(`${machine}/${fact['unit']}`, String(fact['state']))
        return
      case 'oom-kill':
        return this.#say(at, `${machine}: out of memory, ${fact['command']} was killed`)
    }
  }

  #replace(kind: string, objects: readonly KubeObject[]): void {
    this.objects.set(kind, new Map(objects.map((object) => [keyOf(object), object])))
  }

  #event(at: number, event: string, object: KubeObject): void {
    let all = this.objects.get(object.kind)
    if (!all) this.objects.set(object.kind, (all = new Map()))
    if (event === 'DELETED') all.delete(keyOf(object))
    else all.set(keyOf(object), object)
    if (QUIET_KINDS.has(object.kind) || event === 'MODIFIED') return
    this.#say(at, `${object.kind} ${object.metadata.name} ${event === 'ADDED' ? 'created' : 'deleted'}`)
  }

  #raft(at: number, machine: string, state: RaftState): void {
    const old = this.raft.get(machine)
    this.raft.set(machine, state)
    if (state.state !== 'StateLeader' || (old?.state === 'StateLeader' && old.term === state.term)) return
    this.marks.push({ at, kind: 'election', text: `${machine} leads term ${state.term}` })
    this.#say(at, `${machine} is the leader of term ${state.term}`)
  }

  #mark(at: number, to: string, body: Fact): void {
    if (this.marks.length > MAX_MARKS) this.marks.splice(0, MAX_MARKS / 2)
    if (to === 'fabric') this.marks.push({ at, kind: 'fault', text: faultText(body) })
    else if (body.type === 'exec') this.marks.push({ at, kind: 'command', text: String(body['line']) })
    else if (body.type === 'tty-input' && String(body['keys']).includes('\r')) this.marks.push({ at, kind: 'command', text: to })
  }

  #say(at: number, text: string): void {
    this.recent.push({ at, text })
    if (this.recent.length > RECENT) this.recent.shift()
  }
}

const QUIET_KINDS = new Set(['Lease', 'Event', 'Endpoints'])

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`
const byName = (a: KubeObject, b: KubeObject): number => {
  const [left, right] = [keyOf(a), keyOf(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

function faultText(body: Fact): string {
  if (body.type === 'power') return `power ${body['on'] ? 'on' : 'off'} ${body['machine']}`
  if (body.type === 'cable') return `cable ${body['plugged'] ? 'in' : 'out'} ${body['machine']}`
  return `link ${body['from']} → ${body['to']}`
}

function schedulingSentence({ pod, node, totals, rejected }: SchedulingRecord): string {
  if (!node) return `scheduler found no node for ${pod}`
  const of = Object.keys(totals).length
  return of > 1 ? `scheduler bound ${pod} to ${node}: best of ${of}, score ${totals[node]}` : `scheduler bound ${pod} to ${node}: ${Object.keys(rejected).length} others were filtered out`
}
