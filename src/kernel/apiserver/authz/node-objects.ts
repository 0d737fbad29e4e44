import type { PersistentVolume, Pod } from 'kubernetes-types/core/v1'
import type { VolumeAttachment } from 'kubernetes-types/storage/v1'
import type { Entry } from '../entry.ts'
import type { Resources } from '../resources.ts'
import { podReferences } from './pod-references.ts'

/** What may concern a node (kubernetes: plugin/pkg/auth/authorizer/node/graph.go, asked instead of kept). */
export type Related =
  | 'pod'
  | 'secret'
  | 'configmap'
  | 'pvc'
  | 'pv'
  | 'resourceclaim'
  | 'resourceslice'
  | 'va'
  | 'serviceAccount'

/** Where the node authorizer looks. */
export interface NodeObjects {
  pod(namespace: string, name: string): Pod | undefined
  podsOn(node: string): Iterable<Pod>
  volumes(): Iterable<PersistentVolume>
  attachment(name: string): VolumeAttachment | undefined
  /** The node of a ResourceSlice. */
  sliceNode(name: string): string | undefined
}

/** The objects of the caches; pods are kept by their nodes. */
export function nodeObjects(resources: Resources): NodeObjects {
  const pods = resources.ofKind('', 'Pod')?.cache
  const volumes = resources.ofKind('', 'PersistentVolume')?.cache
  const attachments = resources.ofKind('storage.k8s.io', 'VolumeAttachment')?.cache
  const byNode = new Map<string, Map<string, Pod>>()
  const nodeOf = (entry: Entry | undefined) => (entry?.object as Pod | undefined)?.spec?.nodeName
  pods?.follow((current, previous) => {
    const [now, before] = [nodeOf(current), nodeOf(previous)]
    if (before && before !== now) byNode.get(before)?.delete(previous!.key)
    if (!now) return
    const onNode = byNode.get(now)
    if (onNode) onNode.set(current!.key, current!.object as Pod)
    else byNode.set(now, new Map([[current!.key, current!.object as Pod]]))
  })
  return {
    pod: (namespace, name) => pods?.get(`${namespace}/${name}`)?.object as Pod | undefined,
    podsOn: (node) => byNode.get(node)?.values() ?? [],
    volumes: () => (volumes?.list() ?? []).map(({ object }) => object as PersistentVolume),
    attachment: (name) => attachments?.get(name)?.object as VolumeAttachment | undefined,
    sliceNode: () => undefined,
  }
}

/** Whether an object is a node's business: through the pods that are bound to it, mirror pods apart. */
export function concerns(
  objects: NodeObjects,
  node: string,
  kind: Related,
  namespace: string,
  name: string,
): boolean {
  if (kind === 'pod') return objects.pod(namespace, name)?.spec?.nodeName === node
  if (kind === 'va') return objects.attachment(name)?.spec.nodeName === node
  if (kind === 'resourceslice') return objects.sliceNode(name) === node
  if (kind === 'pv') return boundVolumes(objects, node).some(({ metadata }) => metadata?.name === name)
  for (const pod of realPods(objects, node))
    if (pod.metadata?.namespace === namespace && refersTo(pod, kind, name)) return true
  return (
    kind === 'secret' &&
    boundVolumes(objects, node).some((volume) => secretsOf(volume).includes(`${namespace}/${name}`))
  )
}

/** Mirror pods give their nodes nothing to see. */
function* realPods(objects: NodeObjects, node: string): Iterable<Pod> {
  for (const pod of objects.podsOn(node))
    if (pod.metadata?.annotations?.['kubernetes.io/config.mirror'] === undefined) yield pod
}

function refersTo(pod: Pod, kind: Related, name: string): boolean {
  if (kind === 'serviceAccount') return pod.spec?.serviceAccountName === name
  const references = podReferences(pod)
  if (kind === 'secret') return references.secrets.has(name)
  if (kind === 'configmap') return references.configMaps.has(name)
  if (kind === 'pvc') return references.claims.has(name)
  return kind === 'resourceclaim' && references.resourceClaims.has(name)
}

/** Volumes whose claims pods of the node use. */
function boundVolumes(objects: NodeObjects, node: string): PersistentVolume[] {
  const claims = new Set<string>()
  for (const pod of realPods(objects, node))
    for (const claim of podReferences(pod).claims) claims.add(`${pod.metadata?.namespace}/${claim}`)
  if (claims.size === 0) return []
  return [...objects.volumes()].filter(({ spec }) =>
    claims.has(`${spec?.claimRef?.namespace}/${spec?.claimRef?.name}`),
  )
}

/** kubernetes: pkg/api/v1/persistentvolume/util.go VisitPVSecretNames, without those that only controllers need. */
function secretsOf({ spec }: PersistentVolume): string[] {
  const ofClaim = spec?.claimRef?.namespace ?? ''
  const { azureFile, cephfs, cinder, csi, flexVolume, iscsi, rbd, scaleIO, storageos } = spec ?? {}
  const references = [
    azureFile && { namespace: azureFile.secretNamespace, name: azureFile.secretName },
    cephfs?.secretRef,
    cinder?.secretRef,
    csi?.nodePublishSecretRef,
    csi?.nodeStageSecretRef,
    csi?.nodeExpandSecretRef,
    flexVolume?.secretRef,
    iscsi?.secretRef,
    rbd?.secretRef,
    scaleIO?.secretRef,
    storageos?.secretRef,
  ]
  return references.flatMap((one) => (one?.name ? [`${one.namespace || ofClaim}/${one.name}`] : []))
}
