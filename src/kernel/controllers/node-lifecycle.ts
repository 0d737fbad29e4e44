import type { Node, Pod } from 'kubernetes-types/core/v1'
import type { KubeObject, Stored } from '../api/objects.ts'
import { formatTime } from '../api/time.ts'
import { follow, type Controller, type ControllerContext } from '../client/controller.ts'
import { attempt, event, patch, updateStatus, type Writes } from '../client/writes.ts'
import { carryOut, every } from './background.ts'
import { EvictionQueue } from './node/eviction-queue.ts'
import { probe, readyOf, silentConditions, type NodeHealth } from './node/health.ts'
import {
  hasTaint,
  NOT_READY,
  swapTaint,
  UNREACHABLE,
  withNoScheduleTaints,
  writeTaints,
} from './node/taints.ts'
import { evictionRate, zoneOf, zoneStates, type ZoneLimits, type ZoneState } from './node/zones.ts'
import type { ControllerOptions } from './options.ts'
import { conditionOf } from './pods.ts'

const NAME = 'node-controller'
/** kubernetes: pkg/controller/nodelifecycle nodeEvictionPeriod */
const EVICTION_PERIOD_MS = 100

type StoredNode = Stored<Node>

/** Notices nodes that fall silent, taints them and marks their pods (kubernetes: pkg/controller/nodelifecycle). */
export function nodeLifecycleController(): Controller<ControllerOptions> {
  return {
    name: NAME,
    kinds: ['Node', 'Pod', 'Lease'],
    indexes: { Pod: { node: podsByNode } },
    start: (context) => new NodeLifecycle(context).start(),
  }
}

export function podsByNode(object: KubeObject): string[] {
  const { nodeName } = (object as unknown as Pod).spec ?? {}
  return nodeName ? [nodeName] : []
}

class NodeLifecycle {
  readonly #context: ControllerContext<ControllerOptions>
  readonly #limits: ZoneLimits
  #health = new Map<string, NodeHealth>()
  #queues = new Map<string, EvictionQueue>()
  #zones = new Map<string, ZoneState>()
  /** Nodes whose pods could not all be marked yet. */
  #unmarked = new Set<string>()
  #tainting = new Set<string>()
  #evictionTimer: (() => void) | undefined

  constructor(context: ControllerContext<ControllerOptions>) {
    const { options } = context
    this.#context = context
    this.#limits = {
      rate: options['node-eviction-rate'],
      secondaryRate: options['secondary-node-eviction-rate'],
      unhealthyThreshold: options['unhealthy-zone-threshold'],
      largeThreshold: options['large-cluster-size-threshold'],
    }
  }

  start(): void {
    const { informers, options } = this.#context
    follow(informers, 'Node', ({ type, object }) => {
      if (type === 'deleted') this.#forget(object as StoredNode)
      else this.#taintBySchedule(object as StoredNode)
    })
    every(this.#context, options['node-monitor-period'], (done) =>
      carryOut(this.#context, NAME, this.#monitor(), done),
    )
  }

  #forget({ metadata }: StoredNode): void {
    this.#health.delete(metadata.name)
    for (const queue of this.#queues.values()) queue.remove(metadata.name)
  }

  /** Conditions and cordoning are NoSchedule taints at once. One write a node at a time. */
  #taintBySchedule(node: StoredNode): void {
    const { name } = node.metadata
    if (this.#tainting.has(name)) return
    const taints = withNoScheduleTaints(node, this.#context.os.clock)
    if (!taints) return
    this.#tainting.add(name)
    carryOut(this.#context, NAME, writeOnce(writeTaints(node, taints)), () => {
      // What changed meanwhile comes with the next look; a conflict is such a change.
      this.#context.os.after(10, () => {
        this.#tainting.delete(name)
        const current = this.#context.informers.get('Node', name)
        if (current) this.#taintBySchedule(current)
      })
    })
  }

  /** One look at all nodes (monitorNodeHealth). */
  *#monitor(): Writes {
    const { informers } = this.#context
    const nodes = informers.list('Node')
    for (const node of nodes) if (!this.#queues.has(zoneOf(node))) this.#addZone(zoneOf(node))
    const current: StoredNode[] = []
    for (const node of nodes) current.push(yield* this.#check(node))
    yield* this.#handleDisruption(current)
  }

  #addZone(zone: string): void {
    this.#queues.set(zone, new EvictionQueue(this.#limits.rate, this.#context.os.now))
  }

  *#check(node: StoredNode): Writes<StoredNode> {
    const { informers, options, os } = this.#context
    const { name } = node.metadata
    const health = probe(
      this.#health.get(name),
      node,
      informers.get('Lease', `kube-node-lease/${name}`),
      os.clock,
    )
    this.#health.set(name, health)
    const observed = readyOf(node)?.status ?? 'Unknown'
    const grace = health.ready ? options['node-monitor-grace-period'] : options['node-startup-grace-period']
    const conditions = os.clock > health.probedAt + grace ? silentConditions(node, os.clock) : undefined
    const current = conditions ? yield* this.#writeConditions(node, conditions) : node
    const ready = readyOf(current)?.status ?? 'Unknown'
    this.#health.set(name, { ...health, ready: readyOf(current) })
    yield* this.#evict(current, observed)
    const fellSilent = ready !== 'True' && observed === 'True'
    if (fellSilent) yield event(node, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`)
    if (fellSilent || (ready !== 'True' && this.#unmarked.has(name))) yield* this.#markPods(name)
    else this.#unmarked.delete(name)
    return current
  }

  *#writeConditions(
    node: StoredNode,
    conditions: NonNullable<Node['status']>['conditions'],
  ): Writes<StoredNode> {
    const wanted = { ...node, status: { ...node.status, conditions } }
    const { object, error } = yield* attempt<StoredNode>(updateStatus(wanted as KubeObject))
    if (error)
      this.#context.os.stderr(`${NAME}: error updating node ${node.metadata.name}: ${error.message}\n`)
    return object ?? node
  }

  /** Which NoExecute taint the node's state asks for (processTaintBaseEviction). */
  *#evict(node: StoredNode, ready: string): Writes {
    const queue = this.#queues.get(zoneOf(node))
    const now = this.#context.os.clock
    if (ready === 'True') {
      queue?.remove(node.metadata.name)
      const taints = swapTaint(node, undefined, [NOT_READY, UNREACHABLE], now)
      if (taints) yield* attempt(writeTaints(node, taints))
      return
    }
    const [add, drop] = ready === 'False' ? [NOT_READY, UNREACHABLE] : [UNREACHABLE, NOT_READY]
    if (hasTaint(node, drop, 'NoExecute')) {
      const taints = swapTaint(node, add, [drop], now)
      if (taints) yield* attempt(writeTaints(node, taints))
    } else if (!hasTaint(node, add, 'NoExecute')) {
      queue?.add(node.metadata.name)
      this.#scheduleEviction()
    }
  }

  #scheduleEviction(): void {
    this.#evictionTimer ??= this.#context.os.after(EVICTION_PERIOD_MS, () => {
      this.#evictionTimer = undefined
      for (const queue of this.#queues.values()) this.#taintNext(queue)
    })
  }

  /** Taint the next node whose turn has come (doNoExecuteTaintingPass). */
  #taintNext(queue: EvictionQueue): void {
    const name = queue.next(this.#context.os.now)
    if (name === undefined) {
      if (!queue.isEmpty) this.#scheduleEviction()
      return
    }
    const node = this.#context.informers.get('Node', name)
    const ready = node && (readyOf(node)?.status ?? 'Unknown')
    queue.remove(name)
    if (!node || ready === 'True') return this.#scheduleEviction()
    const [add, drop] = ready === 'False' ? [NOT_READY, UNREACHABLE] : [UNREACHABLE, NOT_READY]
    const taints = swapTaint(node, add, [drop], this.#context.os.clock)
    if (!taints) return this.#scheduleEviction()
    carryOut(this.#context, NAME, writeOnce(writeTaints(node, taints)), (error) => {
      if (error) queue.add(name)
      this.#scheduleEviction()
    })
  }

  /** Pods of a silent node are not ready, whatever they say (controller_utils.go MarkPodsNotReady). */
  *#markPods(node: string): Writes {
    const { informers, os } = this.#context
    this.#unmarked.delete(node)
    for (const pod of informers.byIndex('Pod', 'node', node)) {
      if (conditionOf(pod, 'Ready')?.status !== 'True') continue
      const condition = { type: 'Ready', status: 'False', lastTransitionTime: formatTime(os.clock) }
      const { error } = yield* attempt(
        patch(pod as KubeObject, { status: { conditions: [condition] } }, 'strategic', 'status'),
      )
      if (error && error.code !== 404) this.#unmarked.add(node)
      else if (!error) yield event(pod as KubeObject, 'Warning', 'NodeNotReady', 'Node is not ready')
    }
  }

  /** When all zones fall silent at once it is this side that is cut off: nothing is evicted (handleDisruption). */
  *#handleDisruption(nodes: readonly StoredNode[]): Writes {
    const { os } = this.#context
    const states = zoneStates(nodes, this.#limits.unhealthyThreshold)
    const isTotal = (zones: ReadonlyMap<string, ZoneState>) =>
      zones.size > 0 && [...zones.values()].every((state) => state === 'FullDisruption')
    const wasTotal = isTotal(this.#zones)
    if (isTotal(states)) {
      if (!wasTotal) yield* this.#stopEvictions(nodes)
    } else {
      // Nodes could not be heard: they get the whole grace period anew.
      if (wasTotal)
        for (const [name, health] of this.#health) this.#health.set(name, { ...health, probedAt: os.clock })
      for (const [zone, state] of states) {
        const size = nodes.filter((node) => zoneOf(node) === zone).length
        this.#queues.get(zone)?.setRate(evictionRate(state, size, this.#limits))
      }
    }
    this.#zones = states
  }

  *#stopEvictions(nodes: readonly StoredNode[]): Writes {
    for (const queue of this.#queues.values()) queue.setRate(0)
    for (const node of nodes) {
      for (const queue of this.#queues.values()) queue.remove(node.metadata.name)
      const taints = swapTaint(node, undefined, [NOT_READY, UNREACHABLE], this.#context.os.clock)
      if (taints) yield* attempt(writeTaints(node, taints))
    }
  }
}

function* writeOnce(write: Parameters<typeof attempt>[0]): Writes {
  yield write
}
