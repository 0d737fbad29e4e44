import type { Input } from '../kernel/sim/fabric.ts'
import type { Observation } from '../kernel/sim/machine.ts'
import type { Packet } from '../kernel/sim/packet.ts'
import { Pace, type WallClock } from './pace.ts'
import { carriesRaft, summarize } from './packet-label.ts'
import type { HostFactory } from './rack.ts'
import { Session } from './session.ts'
import type { Batch, BranchInfo, PacketSummary, Placement, SessionApi } from './session-api.ts'
import { checkSpec, type SessionFile } from './session-file.ts'

const MAX_PACKETS = 400
const MAX_BRANCH_NAME = 60
/** Objects of these kinds change all the time; a cluster where nothing else changes is quiet. */
const RESTLESS = new Set(['Lease', 'Node', 'Event'])
const QUIET_MS = 3000
const QUIET_LIMIT_MS = 600_000

const branchesOf = ({ branches }: Session): BranchInfo[] =>
  branches.map(({ name, forkedAt, endsAt }) => ({ name, forkedAt, endsAt }))

/** What a session needs of the place it runs in. */
export interface Surroundings {
  readonly clock: WallClock
  readonly hosts: Readonly<Record<Placement, () => Promise<HostFactory>>>
}

/** Answers the page: holds one session, its pace, and tells what happened in batches. */
export class SessionHost implements SessionApi {
  readonly #surroundings: Surroundings
  #session: Session | undefined
  #pace: Pace | undefined
  #tell: (batch: Batch) => void = () => {}
  #restarted = false
  #observations: Observation[] = []
  #packets: PacketSummary[] = []
  #packetsOmitted = 0
  #watched: 'all' | 'raft' = 'raft'
  #inputs: Input[] = []
  #lost: { machine: string; reason: string }[] = []
  #lastChange = 0
  #changes = 0
  #stopping = false

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
  }

  async open(
    what: Parameters<SessionApi['open']>[0],
    placement: Placement,
    batch: (batch: Batch) => void,
  ): Promise<void> {
    const file = 'session' in what ? what.session : undefined
    const spec = 'session' in what ? what.session.spec : what.spec
    checkSpec(spec)
    this.#close()
    this.#tell = batch
    this.#begin(spec, await this.#surroundings.hosts[placement](), file)
    if (file) await this.seek(file.endsAt)
    this.#flush()
  }

  async watchPackets(which: 'all' | 'raft'): Promise<void> {
    this.#watched = which
  }

  async input(to: string, body: Parameters<SessionApi['input']>[1]): Promise<void> {
    this.#current.session.input(to, body)
    this.#flush()
  }

  async pause(): Promise<void> {
    await this.#current.pace.pause()
    this.#flush()
  }

  async resume(): Promise<void> {
    this.#current.pace.resume()
    this.#flush()
  }

  async setPace(rate: number): Promise<void> {
    this.#current.pace.setRate(rate)
    this.#flush()
  }

  async runFor(ms: number): Promise<void> {
    await this.#run(ms)
    this.#flush()
  }

  async stopRunning(): Promise<void> {
    this.#stopping = true
  }

  async step(kind: 'message' | 'event' | 'quiet'): Promise<void> {
    const { session, pace } = this.#current
    await pace.pause()
    if (kind === 'message') await pace.stepWindow()
    else if (kind === 'event') {
      const before = this.#changes
      this.#stopping = false
      while (this.#changes === before && Number.isFinite(session.nextAt) && !this.#stopping)
        await pace.stepWindow()
    } else {
      this.#lastChange = session.now
      await this.#run(QUIET_LIMIT_MS, () => session.now - this.#lastChange > QUIET_MS)
    }
    this.#flush()
  }

  async seek(time: number): Promise<void> {
    const { session, pace } = this.#current
    const wasPaused = pace.state.paused
    await pace.pause()
    const target = Math.max(0, time)
    if (target < session.now) await session.rewind()
    await this.#run(target - session.now)
    this.#flush()
    if (!wasPaused && session.now >= session.endsAt) pace.resume()
  }

  async exportSession(): Promise<SessionFile> {
    return this.#current.session.export()
  }

  async branches() {
    return branchesOf(this.#current.session)
  }

  async nameBranch(name: string): Promise<void> {
    this.#current.session.branch = name.trim().slice(0, MAX_BRANCH_NAME) || this.#current.session.branch
    this.#flush()
  }

  async switchBranch(index: number): Promise<void> {
    const { session } = this.#current
    const branch = session.branches[index]
    if (!branch) throw new Error(`there is no branch ${index}`)
    session.switchTo(index)
    await this.seek(branch.endsAt)
  }

  async disk(machine: string) {
    return this.#current.session.disk(machine)
  }

  async hash(): Promise<string> {
    return this.#current.session.hash
  }

  async stop(): Promise<void> {
    this.#close()
  }

  #run(ms: number, done: () => boolean = () => false): Promise<void> {
    this.#stopping = false
    return this.#current.pace.runFor(ms, () => this.#stopping || done())
  }

  get #current(): { session: Session; pace: Pace } {
    if (!this.#session || !this.#pace) throw new Error('no cluster is open')
    return { session: this.#session, pace: this.#pace }
  }

  #begin(spec: Session['spec'], hosts: HostFactory, file: SessionFile | undefined): void {
    this.#restarted = true
    this.#session = new Session(
      spec,
      { hosts, hash: true },
      {
        observed: (observation) => this.#observed(observation),
        packet: (packet, arrives) => this.#sent(packet, arrives),
        input: (input) => this.#inputs.push(input),
        lost: (machine, error) =>
          this.#lost.push({ machine, reason: error instanceof Error ? error.message : String(error) }),
        restarted: () => this.#forget(),
      },
    )
    if (file) this.#session.load(file)
    this.#pace = new Pace(this.#session, this.#surroundings.clock, () => this.#flush())
  }

  #sent(packet: Packet, arrives: number | undefined): void {
    if (this.#watched === 'raft' && !carriesRaft(packet)) return
    if (this.#packets.length < MAX_PACKETS) this.#packets.push(summarize(packet, arrives))
    else this.#packetsOmitted++
  }

  #observed(observation: Observation): void {
    this.#observations.push(observation)
    const { body } = observation as { body: { type: string; object?: { kind: string } } }
    if (body.type !== 'object' || RESTLESS.has(body.object?.kind ?? '')) return
    this.#changes++
    this.#lastChange = observation.at
  }

  #forget(): void {
    this.#restarted = true
    this.#observations = []
    this.#packets = []
    this.#packetsOmitted = 0
    this.#inputs = []
  }

  #flush(): void {
    const session = this.#session
    const pace = this.#pace
    if (!session || !pace) return
    this.#tell({
      now: session.now,
      endsAt: session.endsAt,
      ...pace.state,
      branch: session.branch,
      branches: branchesOf(session),
      machines: session.machines,
      restarted: this.#restarted,
      observations: this.#observations,
      packets: this.#packets,
      packetsOmitted: this.#packetsOmitted,
      inputs: this.#inputs,
      lost: this.#lost,
    })
    this.#restarted = false
    this.#observations = []
    this.#packets = []
    this.#packetsOmitted = 0
    this.#inputs = []
    this.#lost = []
  }

  #close(): void {
    this.#pace?.stop()
    this.#session?.stop()
    this.#session = undefined
    this.#pace = undefined
    this.#forget()
  }
}
