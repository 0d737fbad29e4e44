import type { Pod } from 'kubernetes-types/core/v1'
import { goQuote } from '../../api/go-quote.ts'
import { equalJson } from '../../api/json.ts'
import type { Json, JsonObject, KubeObject } from '../../api/objects.ts'
import { notFound, StatusError } from '../../api/status.ts'
import { podReferences } from '../authz/pod-references.ts'
import type { NodeRequest } from './node-restriction.ts'
import { forbiddenIn } from './pod.ts'

/** Mirror pods come and go; of others the status is told, and they are evicted. */
export function checkPods(request: NodeRequest): void {
  const { subresource } = request
  if (subresource === '') checkPod(request)
  else if (subresource === 'status') checkPodStatus(request)
  else if (subresource === 'eviction') checkEviction(request)
  else
    throw forbiddenIn(
      request,
      `unexpected pod subresource ${goQuote(subresource)}, only 'status' and 'eviction' are allowed`,
    )
}

function checkPod(request: NodeRequest): void {
  const { operation, node, old } = request
  if (operation === 'CREATE') return checkMirrorPod(request)
  if (operation !== 'DELETE')
    throw forbiddenIn(
      request,
      `unexpected operation ${goQuote(operation)}, node ${goQuote(node)} can only create and delete mirror pods`,
    )
  const pod = (old ?? existingPod(request, request.name)) as Pod
  if (pod.spec?.nodeName !== node)
    throw forbiddenIn(request, `node ${goQuote(node)} can only delete pods with spec.nodeName set to itself`)
}

const mirror = 'kubernetes.io/config.mirror'

function checkMirrorPod(request: NodeRequest): void {
  const { node } = request
  const pod = request.object as Pod & KubeObject
  const quoted = goQuote(node)
  const refuse = (why: string) => forbiddenIn(request, why)
  if (pod.metadata.annotations?.[mirror] === undefined)
    throw refuse(`pod does not have "${mirror}" annotation, node ${quoted} can only create mirror pods`)
  if (pod.spec?.nodeName !== node)
    throw refuse(`node ${quoted} can only create pods with spec.nodeName set to itself`)
  checkOwner(request, pod)
  const cannot = (what: string) => refuse(`node ${quoted} can not create pods that reference ${what}`)
  if (pod.spec?.serviceAccountName) throw cannot('a service account')
  const { secrets, configMaps } = podReferences(pod)
  if (secrets.size) throw cannot('secrets')
  if (configMaps.size) throw cannot('configmaps')
  const volumes = pod.spec?.volumes ?? []
  const bundles = volumes.some(({ projected }) =>
    projected?.sources?.some((source) => (source as JsonObject)['clusterTrustBundle']),
  )
  if (bundles) throw cannot('clustertrustbundles')
  if (volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim))
    throw cannot('persistentvolumeclaims')
  const claims = (pod.spec as unknown as { resourceClaims?: readonly unknown[] }).resourceClaims
  if (claims?.length) throw cannot('resourceclaims')
}

function checkOwner(request: NodeRequest, { metadata }: KubeObject): void {
  const { node, api } = request
  const quoted = goQuote(node)
  const refuse = (why: string) => forbiddenIn(request, why)
  const [owner, ...more] = metadata.ownerReferences ?? []
  if (more.length)
    throw refuse(`node ${quoted} can only create pods with a single owner reference set to itself`)
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node)
    throw refuse(`node ${quoted} can only create pods with an owner reference set to itself`)
  if (!owner.controller)
    throw refuse(`node ${quoted} can only create pods with a controller owner reference set to itself`)
  if (owner.blockOwnerDeletion)
    throw refuse(`node ${quoted} must not set blockOwnerDeletion on an owner reference`)
  const own = api.resources.ofKind('', 'Node')?.cache.get(node)?.object
  if (!own) throw new StatusError(notFound({ group: '', name: 'node' }, node))
  if (owner.uid !== own.metadata.uid)
    throw refuse(`node ${node} UID mismatch: expected ${owner.uid} got ${own.metadata.uid}`)
}

function checkPodStatus(request: NodeRequest): void {
  const { operation, node } = request
  if (operation !== 'UPDATE') throw forbiddenIn(request, `unexpected operation ${goQuote(operation)}`)
  const [pod, old] = [request.object as Pod, request.old as Pod]
  const quoted = goQuote(node)
  if (old.spec?.nodeName !== node)
    throw forbiddenIn(
      request,
      `node ${quoted} can only update pod status for pods with spec.nodeName set to itself`,
    )
  if (!equalJson(old.metadata?.labels ?? {}, pod.metadata?.labels ?? {}))
    throw forbiddenIn(request, `node ${quoted} cannot update labels through pod status`)
  const claims = (one: Pod) =>
    ((one.status as JsonObject | undefined)?.['resourceClaimStatuses'] ?? []) as Json
  if (!equalJson(claims(old), claims(pod)))
    throw forbiddenIn(request, `node ${quoted} cannot update resource claim statues`)
}

function checkEviction(request: NodeRequest): void {
  const { operation, node, name, object } = request
  if (operation !== 'CREATE') throw forbiddenIn(request, `unexpected operation ${operation}`)
  const podName = name || object?.metadata?.name
  if (!podName) throw forbiddenIn(request, 'could not determine pod from request data')
  if (existingPod(request, podName).spec?.nodeName !== node)
    throw forbiddenIn(request, `node ${node} can only evict pods with spec.nodeName set to itself`)
}

export function existingPod({ api, namespace }: NodeRequest, name: string): Pod {
  const found = api.resources.ofKind('', 'Pod')?.cache.get(`${namespace}/${name}`)?.object
  if (!found) throw new StatusError(notFound({ group: '', name: 'pod' }, name))
  return found as Pod
}
