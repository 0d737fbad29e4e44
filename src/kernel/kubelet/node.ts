import type { Node, NodeStatus } from 'kubernetes-types/core/v1'
import type { Lease } from 'kubernetes-types/coordination/v1'
import { equalJson } from '../api/json.ts'
import type { Json, JsonObject, KubeObject } from '../api/objects.ts'
import { patchSchemaOf } from '../api/patch/patch-schema.ts'
import { twoWayPatch } from '../api/patch/two-way.ts'
import { formatMicroTime } from '../api/time.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { EventRecorder } from '../client/event-recorder.ts'
import type { ResourceType } from '../client/resource.ts'
import { goWords } from '../host/errno.ts'
import type { Os } from '../host/program.ts'
import type { KubeletConfig } from './config.ts'
import { initialNode, nodeStatus, withoutHeartbeats, type RuntimeHealth } from './node-status.ts'

export const NODE: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  namespaced: false,
}
const LEASE: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
}
const LEASE_NAMESPACE = 'kube-node-lease'

/** kubernetes: kubelet_node_status.go registerWithAPIServer: 100 ms, doubling up to 7 s. */
const REGISTER_MS = 100
const MAX_REGISTER_MS = 7000
const LEASE_RETRY_MS = 1000

type StoredNode = Node & { metadata: { uid: string; name: string } }

/** This machine as an object of the API: registered once, its status told when it changes, its lease renewed. */
export class NodeReporter {
  readonly #os: Os
  readonly #client: ApiClient
  readonly #config: KubeletConfig
  readonly #recorder: EventRecorder
  readonly #health: () => RuntimeHealth
  node: StoredNode | undefined
  #reportedAt = Number.NEGATIVE_INFINITY
  #lease: Lease | undefined
  #busy = false
  #wasReady: boolean | undefined
  readonly #registered: () => void

  constructor(
    os: Os,
    client: ApiClient,
    config: KubeletConfig,
    recorder: EventRecorder,
    health: () => RuntimeHealth,
    registered: () => void,
  ) {
    this.#os = os
    this.#client = client
    this.#config = config
    this.#recorder = recorder
    this.#health = health
    this.#registered = registered
  }

  start(): void {
    if (this.#config.registerNode) this.#register(REGISTER_MS)
    this.#renew()
  }

  /** Something that the status shows may have changed. */
  update(): void {
    if (!this.node || this.#busy) return
    const { nodeStatusReportFrequencyMs } = this.#config
    const old = this.node.status ?? {}
    const status = nodeStatus(this.#os, this.#config, old, this.#health())
    const changed = !equalJson(withoutHeartbeats(status) as Json, withoutHeartbeats(old) as Json)
    if (changed || this.#os.now - this.#reportedAt >= nodeStatusReportFrequencyMs) this.#patch(old, status)
  }

  event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    const { nodeName } = this.#config
    this.#recorder.eventAbout({ kind: 'Node', name: nodeName, uid: nodeName }, type, reason, message)
  }

  #register(waitMs: number): void {
    const again = () =>
      void this.#os.after(waitMs, () => this.#register(Math.min(waitMs * 2, MAX_REGISTER_MS)))
    const node = initialNode(this.#os, this.#config)
    const complete = { ...node, status: nodeStatus(this.#os, this.#config, {}, this.#health()) }
    this.#client.create(NODE, complete as KubeObject, (outcome) => {
      if (outcome.error) {
        this.#os.stderr(
          `E kubelet_node_status.go: "Unable to register node with API server" err="${goWords(outcome.error)}" node="${this.#config.nodeName}"\n`,
        )
        return again()
      }
      if (outcome.status === 409) return this.#reconcile(again)
      if (outcome.status >= 300) return again()
      this.#took(outcome.body as StoredNode)
    })
  }

  /** It was here before: its labels are brought up to date, all else stays (tryRegisterWithAPIServer). */
  #reconcile(again: () => void): void {
    const { nodeName } = this.#config
    this.#client.get(NODE, undefined, nodeName, (outcome) => {
      if (outcome.error || outcome.status !== 200) return again()
      const node = outcome.body as StoredNode
      const labels =
        (initialNode(this.#os, this.#config).metadata as { labels?: Record<string, string> }).labels ?? {}
      const missing = Object.entries(labels).filter(([key, value]) => node.metadata.labels?.[key] !== value)
      if (!missing.length) return this.#took(node)
      this.#client.patch(
        NODE,
        { name: nodeName },
        'strategic',
        { metadata: { labels: Object.fromEntries(missing) } },
        (answer) => {
          if (answer.error || answer.status !== 200) again()
          else this.#took(answer.body as StoredNode)
        },
      )
    })
  }

  #took(node: StoredNode): void {
    const first = !this.node
    this.node = node
    this.#os.stderr(
      `I kubelet_node_status.go: "Successfully registered node" node="${this.#config.nodeName}"\n`,
    )
    // Told only now: an event that cannot be delivered holds up all that come after it.
    if (first) this.event('Normal', 'Starting', 'Starting kubelet.')
    this.#registered()
    this.update()
    if (first) this.#tick()
  }

  #tick(): void {
    this.#os.after(this.#config.nodeStatusUpdateFrequencyMs, () => {
      this.update()
      this.#tick()
    })
  }

  #patch(old: NodeStatus, status: NodeStatus): void {
    const patch = twoWayPatch(
      { status: old } as unknown as JsonObject,
      { status } as unknown as JsonObject,
      patchSchemaOf('core.v1.Node'),
    )
    this.#tellChanges(status)
    this.#busy = true
    this.#client.patch(
      NODE,
      { name: this.#config.nodeName, subresource: 'status' },
      'strategic',
      patch,
      (outcome) => {
        this.#busy = false
        if (outcome.error) {
          this.#os.stderr(
            `E kubelet_node_status.go: "Error updating node status, will retry" err="${goWords(outcome.error)}"\n`,
          )
          return
        }
        if (outcome.status === 404) return this.#register(REGISTER_MS)
        if (outcome.status !== 200) return
        this.node = outcome.body as StoredNode
        this.#reportedAt = this.#os.now
      },
    )
  }

  /** kubernetes: pkg/kubelet/nodestatus/setters.go. */
  #tellChanges(status: NodeStatus): void {
    const ready = status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
    const tell = (what: string) =>
      this.event('Normal', what, `Node ${this.#config.nodeName} status is now: ${what}`)
    if (this.#wasReady === undefined)
      for (const what of ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID'])
        tell(what)
    if (this.#wasReady !== ready && (ready || this.#wasReady !== undefined))
      tell(ready ? 'NodeReady' : 'NodeNotReady')
    this.#wasReady = ready
  }

  /** Every quarter of its duration (kubernetes: component-helpers/apimachinery/lease/controller.go). */
  #renew(): void {
    const renewMs = this.#config.nodeLeaseDurationSeconds * 250
    const done = (lease: Lease | undefined) => {
      this.#lease = lease
      this.#os.after(lease ? renewMs : LEASE_RETRY_MS, () => this.#renew())
    }
    if (this.#lease) this.#update(this.#lease, done)
    else this.#find(done)
  }

  #update(old: Lease, done: (lease: Lease | undefined) => void): void {
    const lease = {
      ...old,
      metadata: this.#withOwner(old.metadata),
      spec: { ...old.spec, ...this.#leaseSpec() },
    }
    this.#client.update(LEASE, lease as KubeObject, (outcome) => {
      if (outcome.error) this.#os.after(LEASE_RETRY_MS, () => this.#renew())
      else done(outcome.status === 200 ? (outcome.body as Lease) : undefined)
    })
  }

  #find(done: (lease: Lease | undefined) => void): void {
    const { nodeName } = this.#config
    this.#client.get(LEASE, LEASE_NAMESPACE, nodeName, (outcome) => {
      if (outcome.error || (outcome.status !== 404 && outcome.status !== 200)) return done(undefined)
      if (outcome.status === 200) return this.#update(outcome.body as Lease, done)
      const metadata = this.#withOwner({ name: nodeName, namespace: LEASE_NAMESPACE })
      const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: this.#leaseSpec() }
      this.#client.create(LEASE, lease as KubeObject, (created) =>
        done(!created.error && created.status < 300 ? (created.body as Lease) : undefined),
      )
    })
  }

  #leaseSpec(): NonNullable<Lease['spec']> {
    const { nodeLeaseDurationSeconds: leaseDurationSeconds, nodeName: holderIdentity } = this.#config
    return { holderIdentity, leaseDurationSeconds, renewTime: formatMicroTime(this.#os.clock) }
  }

  #withOwner(metadata: Lease['metadata']): Lease['metadata'] {
    if (!this.node || metadata?.ownerReferences?.length) return metadata
    const { name, uid } = this.node.metadata
    return { ...metadata, ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }] }
  }
}
