import type { Node } from 'kubernetes-types/core/v1'
import { goQuote } from '../../api/go-quote.ts'
import { equalJson } from '../../api/json.ts'
import type { Json, JsonObject, KubeObject } from '../../api/objects.ts'
import { nodeIdentity } from '../authz/node.ts'
import type { Api } from '../call.ts'
import type { AdmissionPlugin, Attributes } from './chain.ts'
import { checkAudience } from './node-audience.ts'
import { forbiddenNodeLabels, modifiedKeys } from './node-labels.ts'
import { checkPods, existingPod } from './node-pods.ts'
import { forbiddenIn } from './pod.ts'

/** What a check needs to know. */
export interface NodeRequest extends Attributes {
  /** The node that asks. */
  readonly node: string
  readonly api: Pick<Api, 'resources'>
}

type Check = (request: NodeRequest) => void

/** By group and resource. */
const checks: Readonly<Record<string, Check>> = {
  '/pods': checkPods,
  '/nodes': checkNode,
  '/persistentvolumeclaims': checkClaim,
  '/serviceaccounts': checkToken,
  'coordination.k8s.io/leases': checkLease,
  'storage.k8s.io/csinodes': checkCsiNode,
  'resource.k8s.io/resourceslices': checkSlice,
}

/** A kubelet changes its own node and the pods on it, and no more (kubernetes: plugin/pkg/admission/noderestriction). */
export const nodeRestriction: AdmissionPlugin = {
  name: 'NodeRestriction',
  mutate(attributes, api): KubeObject | undefined {
    restrict(attributes, api)
    return attributes.object
  },
  /** Deletions and questions of subresources come here alone. */
  validate(attributes, api): void {
    if (attributes.operation === 'DELETE' || ['token', 'eviction'].includes(attributes.subresource))
      restrict(attributes, api)
  },
}

/** Throws what the plugin says to a node's request. */
export function restrict(attributes: Attributes, api: Pick<Api, 'resources'>): void {
  const node = nodeIdentity(attributes.user)
  if (node === undefined) return
  if (!node)
    throw forbiddenIn(attributes, `could not determine node from user ${goQuote(attributes.user.name)}`)
  const { group, plural } = attributes.resource.definition
  checks[`${group}/${plural}`]?.({ ...attributes, node, api })
}

function checkNode(request: NodeRequest): void {
  const { operation, node, name } = request
  const quoted = goQuote(node)
  const requested = name || request.object?.metadata.name || ''
  if (requested !== node)
    throw forbiddenIn(request, `node ${quoted} is not allowed to modify node ${goQuote(requested)}`)
  if (operation === 'CREATE') checkNewNode(request)
  if (operation === 'UPDATE') checkChangedNode(request)
}

const configSource = (node: Node): Json | undefined => (node.spec as JsonObject | undefined)?.['configSource']

function checkNewNode(request: NodeRequest): void {
  const node = request.object as Node
  const quoted = goQuote(request.node)
  if (configSource(node))
    throw forbiddenIn(request, `node ${quoted} is not allowed to create pods with a non-nil configSource`)
  const labels = forbiddenNodeLabels(modifiedKeys(node.metadata?.labels, undefined))
  if (labels.length)
    throw forbiddenIn(
      request,
      `node ${quoted} is not allowed to set the following labels: ${labels.join(', ')}`,
    )
}

function checkChangedNode(request: NodeRequest): void {
  const [node, old] = [request.object as Node, request.old as Node]
  const quoted = goQuote(request.node)
  const same = (a: unknown, b: unknown) => equalJson((a ?? null) as Json, (b ?? null) as Json)
  if (configSource(node) && !same(configSource(node), configSource(old)))
    throw forbiddenIn(
      request,
      `node ${quoted} is not allowed to update configSource to a new non-nil configSource`,
    )
  if (!same(node.spec?.taints ?? [], old.spec?.taints ?? []))
    throw forbiddenIn(request, `node ${quoted} is not allowed to modify taints`)
  const labels = forbiddenNodeLabels(modifiedKeys(node.metadata?.labels, old.metadata?.labels))
  if (labels.length) throw forbiddenIn(request, `is not allowed to modify labels: ${labels.join(', ')}`)
  if (!same(node.metadata?.ownerReferences ?? [], old.metadata?.ownerReferences ?? []))
    throw forbiddenIn(request, `node ${quoted} is not allowed to modify ownerReferences`)
}

/** Fields of a claim's status that a kubelet tells. */
const claimStatus = ['capacity', 'conditions', 'allocatedResources', 'allocatedResourceStatuses']

function checkClaim(request: NodeRequest): void {
  const { subresource, operation, node } = request
  if (subresource !== 'status') throw forbiddenIn(request, 'may only update PVC status')
  if (operation !== 'UPDATE') throw forbiddenIn(request, `unexpected operation ${goQuote(operation)}`)
  const rest = (claim: KubeObject | undefined): Json => {
    const { metadata, status, ...other } = claim as unknown as { metadata: JsonObject; status?: JsonObject }
    const left = (from: JsonObject, names: readonly string[]) =>
      Object.fromEntries(Object.entries(from).filter(([key]) => !names.includes(key)))
    const meta = left(metadata ?? {}, ['resourceVersion', 'managedFields'])
    return { ...other, metadata: meta, status: left(status ?? {}, claimStatus) } as Json
  }
  if (!equalJson(rest(request.object), rest(request.old)))
    throw forbiddenIn(
      request,
      `node ${goQuote(node)} is not allowed to update fields other than status.capacity and status.conditions`,
    )
}

interface TokenRequest {
  readonly spec?: {
    readonly audiences?: readonly string[]
    readonly boundObjectRef?: { apiVersion?: string; kind?: string; name?: string; uid?: string }
  }
}

function checkToken(request: NodeRequest): void {
  const { operation, subresource, node } = request
  if (operation !== 'CREATE' || subresource !== 'token') return
  const { boundObjectRef: to, audiences = [] } = (request.object as TokenRequest).spec ?? {}
  const refuse = (why: string) => forbiddenIn(request, why)
  if (to?.apiVersion !== 'v1' || to.kind !== 'Pod' || !to.name)
    throw refuse('node requested token not bound to a pod')
  if (!to.uid) throw refuse('node requested token with a pod binding without a uid')
  const pod = existingPod(request, to.name)
  if (to.uid !== pod.metadata?.uid)
    throw refuse(
      `the UID in the bound object reference (${to.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    )
  if (pod.spec?.nodeName !== node)
    throw refuse('node requested token bound to a pod scheduled on a different node')
  checkAudience(request, pod, audiences)
}

function checkLease(request: NodeRequest): void {
  const { namespace, node } = request
  if (namespace !== 'kube-node-lease')
    throw forbiddenIn(request, 'can only access leases in the "kube-node-lease" system namespace')
  if (nameOf(request) !== node)
    throw forbiddenIn(request, 'can only access node lease with the same name as the requesting node')
}

function checkCsiNode(request: NodeRequest): void {
  if (nameOf(request) !== request.node)
    throw forbiddenIn(request, 'can only access CSINode with the same name as the requesting node')
}

const nameOf = ({ operation, object, name }: NodeRequest): string =>
  operation === 'CREATE' ? (object?.metadata?.name ?? '') : name

function checkSlice(request: NodeRequest): void {
  const { operation, node } = request
  const verb = operation === 'CREATE' ? 'create' : operation === 'DELETE' ? 'delete' : undefined
  const slice = (operation === 'DELETE' ? request.old : request.object) as { spec?: { nodeName?: string } }
  if (verb && slice?.spec?.nodeName !== node)
    throw forbiddenIn(request, `can only ${verb} ResourceSlice with the same NodeName as the requesting node`)
}
