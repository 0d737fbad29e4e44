import { proxy, wrap, type Remote } from 'comlink'
import { flushSync } from 'svelte'
import { createSubscriber } from 'svelte/reactivity'
import type { Message } from '../kernel/sim/packet.ts'
import { defaultCluster, type ClusterSpec } from '../kernel/presets/cluster-spec.ts'
import { lifeLock } from '../workers/worker-life.ts'
import type { Batch, Placement, SessionApi } from '../workers/session-api.ts'
import type { SessionFile } from '../workers/session-file.ts'
import { ClusterModel } from './cluster-model.ts'
import { fabricWorker } from './fabric-worker.ts'
import { Journal } from './journal.ts'
import { isReady } from './topology/pod-state.ts'

type BatchListener = (batch: Batch) => void

/** Phones have few cores: there all machines share the fabric's worker, as they do in large clusters. */
const placementFor = (spec: ClusterSpec): Placement =>
  spec.nodes + spec.etcd > 18 || matchMedia('(max-width: 480px)').matches ? 'inline' : 'workers'

/** How far the start of a cluster has come; `dead` when its worker is gone. */
export type Phase = 'booting' | 'ready' | 'replaying' | 'failed' | 'dead'

/** Something that takes long, towards a moment in virtual time. */
interface Activity {
  readonly kind: 'replaying' | 'seeking' | 'running'
  readonly from: number
  readonly to: number
}

const BOOT_STEP_MS = 200
const FRAME_MS = 8
/** So many times as long as drawing took, others get the thread. */
const REST = 3
const MAX_BOOT_STEPS = 600

/**
 * The only bridge between the page and the cluster. Components read `cluster.model` inside effects and templates and are told
 * when it has changed; whatever they do goes out as an input.
 */
class Cluster {
  readonly #model = new ClusterModel()
  readonly #journal = new Journal()
  #worker: Worker | undefined
  #remote!: Remote<SessionApi>
  #changed = () => {}
  #scheduled = false
  #notBefore = 0
  readonly #subscribe = createSubscriber((update) => {
    this.#changed = update
  })
  #listeners = new Set<BatchListener>()
  spec = $state<ClusterSpec>(defaultCluster)
  phase = $state<Phase>('booting')
  failure = $state('')
  activity = $state.raw<Activity | undefined>(undefined)
  /** Counts clusters opened, so that terminals know to begin anew. */
  generation = $state(0)

  constructor() {
    this.#hire()
  }

  /** What is known; reading it in an effect or template subscribes to changes. */
  get model(): ClusterModel {
    this.#subscribe()
    return this.#model
  }

  /** The same for code that must not subscribe. */
  get peek(): ClusterModel {
    return this.#model
  }

  /** The worker's side, for calls. */
  get remote(): Remote<SessionApi> {
    return this.#remote
  }

  /** True while time can be moved. */
  get usable(): boolean {
    return this.phase === 'ready' && !this.activity
  }

  /** The session so far, known here even when the worker is dead. */
  get record(): SessionFile {
    const { journal, endsAt } = this.#journal
    return { format: 'tabernetes-session', version: 1, spec: $state.snapshot(this.spec), journal, endsAt }
  }

  /** See every batch, in order (terminals, the embedding API). Returns how to stop. */
  onBatch(listener: BatchListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Start a new cluster and let it boot as fast as it can; it runs at its usual pace once every node is Ready. */
  async open(spec: ClusterSpec): Promise<void> {
    await this.#begin('booting', { spec })
    await this.#boot()
  }

  /** Play a saved session again, up to where it was left, and stay there. */
  async replay(session: SessionFile): Promise<void> {
    const opened = this.#begin('replaying', { session })
    await this.#during({ kind: 'replaying', from: 0, to: session.endsAt }, () => opened)
    this.phase = 'ready'
  }

  /** Do something to a machine, or to the fabric. While history is played again nothing may be added to it. */
  input(to: string, body: Message & Record<string, unknown>): void {
    if (this.phase === 'replaying' || this.phase === 'dead') return
    if (this.activity && this.activity.kind !== 'running') return
    void this.#remote.input(to, body)
  }

  /** Go to a moment and stay there. */
  async seek(time: number): Promise<void> {
    await this.#remote.pause()
    const from = time < this.#model.now ? 0 : this.#model.now
    await this.#during({ kind: 'seeking', from, to: time }, () => this.#remote.seek(time))
  }

  async step(kind: 'message' | 'event' | 'quiet'): Promise<void> {
    const { now } = this.#model
    await this.#during({ kind: 'running', from: now, to: now }, () => this.#remote.step(kind))
  }

  async switchBranch(index: number): Promise<void> {
    const branch = (await this.#remote.branches())[index]
    if (!branch) return
    await this.#during({ kind: 'replaying', from: 0, to: branch.endsAt }, () =>
      this.#remote.switchBranch(index),
    )
  }

  /** End the worker and all in it, e.g. because it hangs. */
  dismiss(why: string): void {
    this.#worker?.terminate()
    this.#died(this.#worker, why)
  }

  #hire(): void {
    const worker = fabricWorker()
    this.#worker = worker
    this.#remote = wrap<SessionApi>(worker)
    worker.addEventListener('error', (event) => this.#died(worker, event.message))
    lifeLock(worker, () => this.#died(worker, ''))
  }

  #died(worker: Worker | undefined, why: string): void {
    if (worker !== this.#worker || this.phase === 'dead') return
    worker?.terminate()
    this.#worker = undefined
    this.failure = why
    this.activity = undefined
    this.phase = 'dead'
  }

  async #begin(phase: Phase, what: { spec: ClusterSpec } | { session: SessionFile }): Promise<void> {
    if (!this.#worker) this.#hire()
    this.spec = 'spec' in what ? what.spec : what.session.spec
    this.phase = phase
    this.generation++
    this.#journal.begin('session' in what ? what.session : undefined)
    try {
      const tell = proxy((batch: Batch) => this.#apply(batch))
      await this.#remote.open(what, placementFor(this.spec), tell)
    } catch (error) {
      this.phase = 'failed'
      this.failure = error instanceof Error ? error.message : String(error)
      throw error
    }
  }

  async #boot(): Promise<void> {
    const { generation } = this
    const wanted = this.spec.nodes + 1
    for (
      let i = 0;
      i < MAX_BOOT_STEPS &&
      !(this.#readyNodes() >= wanted && this.#model.get('ServiceAccount', 'default', 'default'));
      i++
    ) {
      await this.#remote.runFor(BOOT_STEP_MS)
      if (generation !== this.generation) return
    }
    this.phase = 'ready'
    performance.mark('tabernetes:ready')
    await this.#remote.resume()
  }

  async #during(activity: Activity, act: () => Promise<unknown>): Promise<void> {
    this.activity = activity
    try {
      await act()
    } finally {
      if (this.activity === activity) this.activity = undefined
    }
  }

  #readyNodes(): number {
    return this.#model.list('Node').filter((node) => isReady(node as never)).length
  }

  #apply(batch: Batch): void {
    if (!batch.now && batch.machines.length) performance.mark('tabernetes:switched-on')
    this.#journal.apply(batch)
    this.#model.apply(batch)
    for (const listener of this.#listeners) listener(batch)
    if (this.#scheduled) return
    this.#scheduled = true
    const wait = this.#notBefore - performance.now()
    if (wait > 0) setTimeout(() => requestAnimationFrame(() => this.#draw()), wait)
    else requestAnimationFrame(() => this.#draw())
  }

  /** What takes long to draw is drawn less often: the page stays alive however large the cluster is. */
  #draw(): void {
    this.#scheduled = false
    const began = performance.now()
    flushSync(() => this.#changed())
    const now = performance.now()
    if (now - began > FRAME_MS) this.#notBefore = now + REST * (now - began)
  }
}

export const cluster = new Cluster()
