import type { OwnerReference } from 'kubernetes-types/meta/v1'
import type { KubeObject } from '../../api/objects.ts'

export const ORPHAN = 'orphan'
export const FOREGROUND = 'foregroundDeletion'

/** Enough of an object to find it at the API server. */
export interface Identity {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string | undefined
  readonly name: string
  readonly uid: string
}

/** An object as the garbage collector sees it (kubernetes: pkg/controller/garbagecollector/graph.go). */
export interface GraphNode {
  identity: Identity
  owners: readonly OwnerReference[]
  readonly dependents: Set<GraphNode>
  beingDeleted: boolean
  /** It waits for its dependents to be gone. */
  deletingDependents: boolean
  /** Others name it as their owner, but it was not seen itself. */
  virtual: boolean
}

/** What a change of the graph makes worth a look. */
export interface Consequences {
  /** Perhaps to be deleted, or to be let go. */
  readonly examine: Set<GraphNode>
  /** Owners whose dependents are to be kept. */
  readonly orphan: Set<GraphNode>
}

/** Who depends on whom, by uid (graph_builder.go). */
export class OwnershipGraph {
  #nodes = new Map<string, GraphNode>()

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid)
  }

  get size(): number {
    return this.#nodes.size
  }

  /** An object was seen, or seen anew. */
  observe(object: KubeObject): Consequences {
    const result: Consequences = { examine: new Set(), orphan: new Set() }
    const { metadata } = object
    const node = this.#nodes.get(metadata.uid ?? '')
    if (!node) this.#insert(object, result)
    else {
      const wasBeingDeleted = node.beingDeleted
      const wasWaiting = node.deletingDependents
      node.virtual = false
      node.identity = identityOf(object)
      this.#setOwners(node, metadata.ownerReferences ?? [], result)
      this.#deletion(node, object, { wasBeingDeleted, wasWaiting }, result)
    }
    return result
  }

  /** An object is gone, or never was. */
  forget(uid: string): Consequences {
    const result: Consequences = { examine: new Set(), orphan: new Set() }
    const node = this.#nodes.get(uid)
    if (!node) return result
    this.#nodes.delete(uid)
    for (const reference of node.owners) {
      const owner = this.#nodes.get(reference.uid)
      owner?.dependents.delete(node)
      // Somebody who waits for its dependents may be waiting for this one.
      if (owner?.deletingDependents) result.examine.add(owner)
    }
    for (const dependent of node.dependents) result.examine.add(dependent)
    return result
  }

  #insert(object: KubeObject, result: Consequences): void {
    const node: GraphNode = {
      identity: identityOf(object),
      owners: [],
      dependents: new Set(),
      beingDeleted: false,
      deletingDependents: false,
      virtual: false,
    }
    this.#nodes.set(node.identity.uid, node)
    this.#setOwners(node, object.metadata.ownerReferences ?? [], result)
    this.#deletion(node, object, { wasBeingDeleted: false, wasWaiting: false }, result)
  }

  #setOwners(node: GraphNode, owners: readonly OwnerReference[], result: Consequences): void {
    const before = node.owners
    node.owners = owners
    for (const reference of before) {
      const now = owners.find(({ uid }) => uid === reference.uid)
      const owner = this.#nodes.get(reference.uid)
      if (!now) owner?.dependents.delete(node)
      const unblocked = reference.blockOwnerDeletion && !now?.blockOwnerDeletion
      if (unblocked && owner?.deletingDependents) result.examine.add(owner)
    }
    for (const reference of owners) {
      if (before.some(({ uid }) => uid === reference.uid)) continue
      const owner = this.#nodes.get(reference.uid) ?? this.#virtual(node, reference)
      owner.dependents.add(node)
      if (owner.virtual) result.examine.add(owner)
    }
  }

  /** An owner that was not seen yet; whether it is there must be asked. */
  #virtual(dependent: GraphNode, { apiVersion, kind, name, uid }: OwnerReference): GraphNode {
    const identity = { apiVersion, kind, name, uid, namespace: dependent.identity.namespace }
    const node: GraphNode = {
      identity,
      owners: [],
      dependents: new Set(),
      beingDeleted: false,
      deletingDependents: false,
      virtual: true,
    }
    this.#nodes.set(uid, node)
    return node
  }

  #deletion(
    node: GraphNode,
    { metadata }: KubeObject,
    before: { wasBeingDeleted: boolean; wasWaiting: boolean },
    result: Consequences,
  ): void {
    if (!metadata.deletionTimestamp) return
    node.beingDeleted = true
    if (metadata.finalizers?.includes(ORPHAN) && !before.wasBeingDeleted) result.orphan.add(node)
    if (metadata.finalizers?.includes(FOREGROUND)) {
      if (before.wasWaiting) return
      node.deletingDependents = true
      for (const dependent of node.dependents) result.examine.add(dependent)
      result.examine.add(node)
    }
  }
}

export const identityOf = ({ apiVersion, kind, metadata }: KubeObject): Identity => ({
  apiVersion,
  kind,
  namespace: metadata.namespace,
  name: metadata.name ?? '',
  uid: metadata.uid ?? '',
})

/** Dependents that hold up a foreground deletion (node.blockingDependents). */
export const blockingDependents = (node: GraphNode): GraphNode[] =>
  [...node.dependents].filter(({ owners }) =>
    owners.some(({ uid, blockOwnerDeletion }) => uid === node.identity.uid && blockOwnerDeletion),
  )
