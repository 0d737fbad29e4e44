import { kinds } from '../api/kinds/index.ts'
import { groupVersionOf } from '../api/objects.ts'
import type { Controller, ControllerContext } from '../client/controller.ts'
import { Informer } from '../client/informer.ts'
import { apiVersionOf, type ResourceType } from '../client/resource.ts'
import type { Writes } from '../client/writes.ts'
import { carryOut } from './background.ts'
import { discover, type ServedResource } from './discovery.ts'
import { examine, orphan } from './garbage/collect.ts'
import { OwnershipGraph, type Consequences, type GraphNode } from './garbage/graph.ts'
import type { ControllerOptions } from './options.ts'

const NAME = 'garbage-collector-controller'
const FIRST_RETRY_MS = 5
const LAST_RETRY_MS = 1_000_000
const ABSENT_OWNERS = 500

/** Deletes what nobody owns any more: in the background, in the foreground, or not at all (kubernetes: pkg/controller/garbagecollector). */
export function garbageCollector(): Controller<ControllerOptions> {
  return { name: NAME, kinds: [], start: (context) => new GarbageCollector(context).start() }
}

class GarbageCollector {
  readonly #context: ControllerContext<ControllerOptions>
  readonly #graph = new OwnershipGraph()
  readonly #absent = new Set<string>()
  #types = new Map<string, ResourceType>()
  #informers: Informer[] = []
  #queue = new Map<GraphNode, 'examine' | 'orphan'>()
  #failures = new Map<GraphNode, number>()
  #busy = new Set<GraphNode>()
  #synced = false

  constructor(context: ControllerContext<ControllerOptions>) {
    this.#context = { ...context, resourceOf: (object) => this.#typeOf(object) ?? context.resourceOf(object) }
  }

  start(): void {
    carryOut(this.#context, NAME, this.#follow(), (error) => {
      if (error) this.#context.os.after(1000, () => this.start())
    })
    const definitions = kinds.find(({ kind }) => kind === 'CustomResourceDefinition')
    if (definitions) {
      this.#context.informers.add(definitions).onChange(() => {
        this.#context.os.after(1000, () => carryOut(this.#context, NAME, this.#follow()))
      })
    }
  }

  /** Watch every kind whose objects can be deleted. */
  *#follow(): Writes {
    const { resources, error } = yield* discover()
    if (!resources.length && error) throw error
    for (const resource of resources) {
      const key = `${apiVersionOf(resource)} ${resource.kind}`
      if (this.#types.has(key) || !isCollectable(resource)) continue
      this.#types.set(key, resource)
      this.#watch(resource)
    }
  }

  #watch(resource: ResourceType): void {
    const informer = this.#informerOf(resource)
    this.#informers.push(informer)
    for (const object of informer.store.values()) this.#take(this.#graph.observe(object))
    informer.onChange(({ type, object }) => {
      const uid = object.metadata.uid ?? ''
      this.#take(type === 'deleted' ? this.#graph.forget(uid) : this.#graph.observe(object))
    })
    informer.onHeard(() => this.#look())
  }

  /** The one that other controllers use, if it is of the same group. */
  #informerOf(resource: ResourceType): Informer {
    const { informers, os, client } = this.#context
    const shared = kinds.find(({ kind }) => kind === resource.kind)
    if (shared?.group === resource.group && shared.version === resource.version) return informers.add(shared)
    const own = new Informer(os, client, resource)
    own.start()
    return own
  }

  #take({ examine, orphan }: Consequences): void {
    for (const node of examine) this.#add(node, 'examine')
    for (const node of orphan) this.#add(node, 'orphan')
    if (examine.size || orphan.size) this.#look()
  }

  #add(node: GraphNode, what: 'examine' | 'orphan'): void {
    if (this.#queue.get(node) !== 'orphan') this.#queue.set(node, what)
  }

  /** Nothing is judged before everything was heard of: an owner may be among what is missing. */
  #look(): void {
    this.#synced ||= this.#informers.length > 0 && this.#informers.every(({ synced }) => synced)
    if (!this.#synced) return
    for (const [node, what] of this.#queue) {
      if (this.#busy.size >= this.#context.options['concurrent-gc-syncs']) return
      if (this.#busy.has(node)) continue
      this.#queue.delete(node)
      this.#busy.add(node)
      const work = what === 'orphan' ? orphan(node) : this.#examine(node)
      carryOut(this.#context, NAME, work, (error) => this.#done(node, what, error !== undefined))
    }
  }

  *#examine(node: GraphNode): Writes {
    const { absent, examine: others } = yield* examine(node, {
      absent: this.#absent,
      isServed: (identity) => this.#typeOf(identity) !== undefined,
      isNamespaced: (identity) => this.#typeOf(identity)?.namespaced ?? true,
    })
    if (absent) this.#forget(node)
    for (const other of others ?? []) this.#add(other, 'examine')
  }

  #forget(node: GraphNode): void {
    const { namespace, uid } = node.identity
    if (node.virtual) {
      this.#absent.add(`${this.#typeOf(node.identity)?.namespaced === false ? '' : namespace}/${uid}`)
      if (this.#absent.size > ABSENT_OWNERS)
        for (const oldest of this.#absent) if (this.#absent.delete(oldest)) break
    }
    if (this.#graph.get(uid) === node) this.#take(this.#graph.forget(uid))
  }

  #done(node: GraphNode, what: 'examine' | 'orphan', failed: boolean): void {
    this.#busy.delete(node)
    if (failed && this.#graph.get(node.identity.uid) === node) {
      const failures = this.#failures.get(node) ?? 0
      this.#failures.set(node, failures + 1)
      this.#context.os.after(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 30)), () => {
        this.#add(node, what)
        this.#look()
      })
    } else this.#failures.delete(node)
    this.#look()
  }

  #typeOf({
    apiVersion,
    kind,
  }: {
    readonly apiVersion: string
    readonly kind: string
  }): ResourceType | undefined {
    const known = this.#types.get(`${apiVersion} ${kind}`)
    if (known) return known
    const [group, version] = groupVersionOf(apiVersion)
    return kinds.find((type) => type.group === group && type.version === version && type.kind === kind)
  }
}

/** Events have no dependents and are too many (garbagecollector.go DefaultIgnoredResources). */
function isCollectable({ verbs, plural }: ServedResource): boolean {
  return plural !== 'events' && ['delete', 'list', 'watch'].every((verb) => verbs.includes(verb))
}
