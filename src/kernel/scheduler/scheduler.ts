import type { Binding, Node, Pod } from 'kubernetes-types/core/v1'
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1'
import { kindOf } from '../api/kinds/index.ts'
import { keyOf } from '../api/objects.ts'
import type { ApiClient, ApiOutcome } from '../client/api-client.ts'
import type { EventRecorder } from '../client/event-recorder.ts'
import { Informers, type Change } from '../client/informer.ts'
import { objectPath, type ResourceType } from '../client/resource.ts'
import type { Os } from '../host/program.ts'
import { schedule, type Run, type Verdict } from './algorithm.ts'
import { SchedulerCache } from './cache.ts'
import { preempt, type Preemption } from './preemption.ts'
import type { Profile } from './configuration.ts'
import { bindingPlan } from './plugins/volume-binding.ts'
import { failureMessage } from './failure-message.ts'
import { podType as pods, PodWrites } from './pod-writes.ts'
import { PreBind } from './pre-bind.ts'
import { Nominations } from './nominations.ts'
import { SchedulingQueue, type QueuedPod } from './queue.ts'
import { StorageView } from './storage-view.ts'

const nodes: ResourceType = { group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false }
const namespaces: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
}
const budgets: ResourceType = {
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  namespaced: true,
}

/** Virtual time that one cycle takes: about a thousand pods a second, as measured on the real one. */
const CYCLE_MS = 1

export interface SchedulerOptions {
  /** Schedulers of different names, one queue. */
  readonly profiles: readonly Profile[]
}

/** Finds a node for each pod that has none (kubernetes: pkg/scheduler/schedule_one.go). */
export class Scheduler {
  readonly #os: Os
  readonly #client: ApiClient
  readonly #recorderOf: (name: string) => EventRecorder
  readonly #nominated: Nominations = new Nominations()
  readonly #writes: PodWrites
  readonly #options: SchedulerOptions
  readonly #informers: Informers
  readonly #cache = new SchedulerCache()
  readonly #queue = new SchedulingQueue()
  readonly #storage: StorageView
  readonly #preBind: PreBind
  readonly #events: ReadonlyMap<string, ReadonlySet<string>>
  readonly #hasBudgets = kindOf('policy', 'v1', 'PodDisruptionBudget') !== undefined
  #running = false
  #busy = false
  #flushTimer: { at: number; cancel(): void } | undefined
  #start = 0

  constructor(
    os: Os,
    client: ApiClient,
    recorderOf: (name: string) => EventRecorder,
    options: SchedulerOptions,
  ) {
    this.#os = os
    this.#client = client
    this.#recorderOf = recorderOf
    this.#writes = new PodWrites(os, client, recorderOf)
    this.#options = options
    const plugins = options.profiles.flatMap((profile) => profile.plugins)
    this.#events = new Map(plugins.map(({ plugin }) => [plugin.name, new Set(plugin.events ?? [])]))
    this.#informers = new Informers(os, client)
    this.#informers.add(nodes).onChange((change) => this.#nodeChanged(change as Change<Node>))
    this.#informers
      .add(pods, { fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' })
      .onChange((change) => this.#podChanged(change as Change<Pod>))
    this.#informers.add(namespaces)
    this.#storage = new StorageView(this.#informers, (event) => this.#storageChanged(event))
    this.#preBind = new PreBind(os, client, this.#storage)
    if (this.#hasBudgets) this.#informers.add(budgets)
    this.#informers.start()
  }

  /** Begin to schedule, once what there is has been heard of. */
  run(): void {
    this.#informers.whenSynced(() => {
      this.#running = true
      this.#wake()
    })
  }

  #profileOf({ spec }: Pod): Profile | undefined {
    return this.#options.profiles.find(({ name }) => name === spec?.schedulerName)
  }

  #podChanged(change: Change<Pod>): void {
    const { object: pod } = change
    const key = keyOf(pod)
    if (change.type === 'deleted' || pod.spec?.nodeName) this.#nominated.delete(key)
    if (change.type === 'deleted') {
      this.#queue.delete(key)
      this.#cache.removePod(key)
      if (pod.spec?.nodeName) this.#moved('Pod/Delete')
    } else if (pod.spec?.nodeName) {
      this.#queue.delete(key)
      const known = change.type === 'updated' && change.old.spec?.nodeName !== undefined
      this.#cache.setPod(pod)
      if (!known) this.#moved('Pod/Add')
      else if (change.old.metadata?.labels !== pod.metadata?.labels) this.#moved('Pod/UpdateLabel')
    } else if (this.#profileOf(pod)) this.#pending(change)
    this.#wake()
  }

  #pending(change: Change<Pod>): void {
    const { object: pod } = change
    const key = keyOf(pod)
    if (pod.metadata?.deletionTimestamp) return this.#queue.delete(key)
    if (this.#cache.isAssumed(key)) return
    this.#nominated.set(pod, pod.status?.nominatedNodeName)
    const profile = this.#profileOf(pod)?.plugins ?? []
    const gate = profile.map(({ plugin }) => plugin.preEnqueue?.(pod)).find(Boolean)
    if (gate) {
      this.#queue.delete(key)
      if (change.type === 'added')
        this.#writes.patchCondition(
          pod,
          'SchedulingGated',
          'Scheduling is blocked due to non-empty scheduling gates',
        )
      return
    }
    const changed = change.type === 'updated' && JSON.stringify(change.old.spec) !== JSON.stringify(pod.spec)
    if (change.type === 'updated')
      this.#queue.update(pod, this.#os.now, changed || change.old.metadata?.labels !== pod.metadata?.labels)
    else this.#queue.add(pod, this.#os.now)
  }

  #nodeChanged(change: Change<Node>): void {
    const { object: node } = change
    if (change.type === 'deleted') {
      this.#cache.removeNode(node.metadata?.name ?? '')
      return this.#moved('Node/Delete')
    }
    this.#cache.setNode(node)
    if (change.type === 'added') return this.#moved('Node/Add')
    const same = (of: (node: Node) => unknown) => JSON.stringify(of(change.old)) === JSON.stringify(of(node))
    if (!same(({ spec }) => [spec?.taints, spec?.unschedulable])) this.#moved('Node/UpdateTaint')
    if (!same(({ metadata }) => metadata?.labels)) this.#moved('Node/UpdateLabel')
    if (!same(({ status }) => status?.allocatable)) this.#moved('Node/UpdateAllocatable')
  }

  #storageChanged(event: string): void {
    this.#preBind.look()
    this.#moved(event)
  }

  #moved(event: string): void {
    this.#queue.moveOn(event, this.#events, this.#os.now)
    this.#wake()
  }

  /** Schedule the next pod, one cycle after the other. */
  #wake(): void {
    if (!this.#running || this.#busy) return
    this.#busy = true
    this.#os.after(0, () => this.#next())
  }

  #next(): void {
    this.#queue.flush(this.#os.now)
    const queued = this.#queue.pop()
    if (!queued) {
      this.#busy = false
      return this.#sleepUntilFlush()
    }
    this.#scheduleOne(queued)
    this.#os.after(CYCLE_MS, () => this.#next())
  }

  #sleepUntilFlush(): void {
    const at = this.#queue.nextFlush
    if (this.#flushTimer?.at === at) return
    this.#flushTimer?.cancel()
    this.#flushTimer = undefined
    if (!Number.isFinite(at)) return
    const cancel = this.#os.after(Math.max(0, at - this.#os.now), () => {
      this.#flushTimer = undefined
      this.#wake()
    })
    this.#flushTimer = { at, cancel }
  }

  #scheduleOne(queued: QueuedPod): void {
    const snapshot = {
      nodes: this.#cache.nodes,
      imageState: (name: string) => this.#cache.imageState(name),
      namespaceLabels: (name: string) => this.#informers.get('Namespace', name)?.metadata?.labels ?? {},
      storage: this.#storage,
      nominated: (node: string) => this.#nominated.of(node),
    }
    const profile = this.#profileOf(queued.pod)
    if (!profile) return this.#queue.done(queued.key)
    const { plugins, percentage } = profile
    const verdict = schedule(queued.pod, snapshot, plugins, this.#os.random, this.#start, percentage)
    this.#start = snapshot.nodes.length ? (this.#start + verdict.evaluated) % snapshot.nodes.length : 0
    this.#tell(queued, verdict)
    if (verdict.node) this.#reserve(queued, verdict.node, verdict.run)
    else this.#failed(queued, verdict)
  }

  /** From now on the pod counts on its node; it is bound when its volumes are. */
  #reserve(queued: QueuedPod, node: string, run: Run): void {
    this.#cache.assume(queued.pod, node)
    const plan = bindingPlan(run.cycle.state, node)
    if (!plan) return this.#bind(queued, node)
    this.#preBind.run(plan, node, (error) => {
      if (!error) return this.#bind(queued, node)
      this.#cache.forget(queued.key)
      this.#recorderOf(queued.pod.spec?.schedulerName ?? '').event(
        queued.pod as never,
        'Warning',
        'FailedScheduling',
        error,
      )
      this.#queue.park(queued, new Set(), this.#events, this.#os.now)
      this.#wake()
    })
  }

  #bind(queued: QueuedPod, node: string): void {
    const { pod, key } = queued
    const { namespace = '', name = '', uid } = pod.metadata ?? {}
    const body: Binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace, uid },
      target: { kind: 'Node', name: node },
    }
    this.#client.request(
      { method: 'POST', path: objectPath(pods, namespace, name, 'binding'), body },
      (outcome) => {
        if (succeeded(outcome)) {
          this.#queue.done(key)
          this.#recorderOf(pod.spec?.schedulerName ?? '').event(
            pod as never,
            'Normal',
            'Scheduled',
            `Successfully assigned ${key} to ${node}`,
          )
          return
        }
        this.#cache.forget(key)
        if (!outcome.error && outcome.status === 404) this.#queue.done(key)
        else this.#queue.park(queued, new Set(), this.#events, this.#os.now)
        this.#wake()
      },
    )
  }

  #failed(queued: QueuedPod, verdict: Verdict & { run: Run }): void {
    const { pod } = queued
    const plan = this.#preempt(verdict)
    const message = failureMessage(verdict, plan.message)
    this.#recorderOf(pod.spec?.schedulerName ?? '').event(
      pod as never,
      'Warning',
      'FailedScheduling',
      message,
    )
    const nominated = plan.node ?? (plan.forgets ? '' : undefined)
    if (nominated !== undefined) this.#nominated.set(pod, nominated)
    this.#writes.patchCondition(pod, 'Unschedulable', message, nominated)
    for (const victim of plan.victims) this.#writes.evict(pod, victim.pod)
    this.#queue.park(queued, rejectorsOf(verdict), this.#events, this.#os.now)
  }

  #preempt(verdict: Verdict & { run: Run }): Preemption {
    const found = this.#hasBudgets ? this.#informers.list('PodDisruptionBudget') : []
    return preempt(verdict, found as PodDisruptionBudget[])
  }

  #tell({ key, attempts }: QueuedPod, verdict: Verdict): void {
    const scores = Object.fromEntries(
      [...verdict.scores].map(([node, byPlugin]) => [node, Object.fromEntries(byPlugin)]),
    )
    this.#os.observe({
      type: 'scheduled',
      pod: key,
      attempt: attempts,
      node: verdict.node,
      rejected: Object.fromEntries(verdict.rejected),
      preFilter: verdict.preFilter,
      scores,
      totals: Object.fromEntries(verdict.totals),
    })
  }
}

const rejectorsOf = ({ rejected, preFilter }: Verdict): ReadonlySet<string> =>
  new Set([...(preFilter ? [preFilter.plugin] : []), ...[...rejected.values()].map(({ plugin }) => plugin)])

const succeeded = (outcome: ApiOutcome): boolean => !outcome.error && outcome.status < 300
