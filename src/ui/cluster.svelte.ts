import { proxy, wrap, type Remote } from 'comlink'
import { createSubscriber } from 'svelte/reactivity'
import type { Message } from '../kernel/sim/packet.ts'
import { defaultCluster, type ClusterSpec } from '../kernel/presets/cluster-spec.ts'
import type { Batch, Placement, SessionApi } from '../workers/session-api.ts'
import type { SessionFile } from '../workers/session-file.ts'
import { ClusterModel } from './cluster-model.ts'

type BatchListener = (batch: Batch) => void

/** Phones have few cores: there all machines share the fabric's worker. */
const placementFor = (spec: ClusterSpec): Placement =>
  spec.nodes + spec.etcd > 18 || matchMedia('(max-width: 480px)').matches ? 'inline' : 'workers'

/** How far the start of a cluster has come. */
export type Phase = 'booting' | 'ready' | 'replaying' | 'failed'

/**
 * The only bridge between the page and the cluster. Components read `cluster.model` inside effects and templates and are told
 * when it has changed; whatever they do goes out as an input.
 */
class Cluster {
  readonly #model = new ClusterModel()
  readonly #worker = new Worker(new URL('../workers/fabric.web.ts', import.meta.url), { type: 'module', name: 'fabric' })
  readonly #remote: Remote<SessionApi> = wrap<SessionApi>(this.#worker)
  #changed = () => {}
  #scheduled = false
  readonly #subscribe = createSubscriber((update) => {
    this.#changed = update
  })
  #listeners = new Set<BatchListener>()
  spec = $state<ClusterSpec>(defaultCluster)
  phase = $state<Phase>('booting')
  failure = $state('')
  /** Counts clusters opened, so that terminals know to begin anew. */
  generation = $state(0)

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
    await this.#begin('replaying', { session })
    this.phase = 'ready'
  }

  input(to: string, body: Message & Record<string, unknown>): void {
    void this.#remote.input(to, body)
  }

  async #begin(phase: Phase, what: { spec: ClusterSpec } | { session: SessionFile }): Promise<void> {
    this.spec = 'spec' in what ? what.spec : what.session.spec
    this.phase = phase
    this.generation++
    try {
      await this.#remote.open(what, placementFor(this.spec), proxy((batch: Batch) => this.#apply(batch)))
    } catch (error) {
      this.phase = 'failed'
      this.failure = error instanceof Error ? error.message : String(error)
      throw error
    }
  }

  async #boot(): Promise<void> {
    const wanted = this.spec.nodes + 1
    for (let i = 0; i < 600 && this.#readyNodes() < wanted; i++) await this.#remote.runFor(200)
    this.phase = 'ready'
    await this.#remote.resume()
  }

  #readyNodes(): number {
    type Conditions = { status?: { conditions?: { type: string; status: string }[] } }
    const ready = (node: Conditions) => node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
    return this.#model.list<Conditions>('Node').filter(ready).length
  }

  #apply(batch: Batch): void {
    this.#model.apply(batch)
    for (const listener of this.#listeners) listener(batch)
    if (this.#scheduled) return
    this.#scheduled = true
    requestAnimationFrame(() => {
      this.#scheduled = false
      this.#changed()
    })
  }
}

export const cluster = new Cluster()
