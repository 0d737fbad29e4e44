import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1'
import type { PodTemplateSpec } from 'kubernetes-types/core/v1'
import { creationOf } from '../pods.ts'
import { semanticEqual } from '../semantic-equal.ts'
import { revisionOf } from './annotations.ts'
import { replicasOf, type Sets, type StoredReplicaSet } from './types.ts'

export const HASH_LABEL = 'pod-template-hash'

/** Whether two templates make the same pods (EqualIgnoreHash). */
export function equalIgnoringHash(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  return semanticEqual(withoutHash(a), withoutHash(b))
}

function withoutHash(template: PodTemplateSpec | undefined): PodTemplateSpec {
  const { [HASH_LABEL]: _hash, ...labels } = template?.metadata?.labels ?? {}
  return { ...template, metadata: { ...template?.metadata, labels } }
}

/** Oldest first; of the same age by name (ReplicaSetsByCreationTimestamp). */
export const byCreation = (a: ReplicaSet, b: ReplicaSet): number =>
  creationOf(a) - creationOf(b) || compareNames(a, b)

/** Smallest revision first (ReplicaSetsByRevision). */
export const byRevision = (a: ReplicaSet, b: ReplicaSet): number =>
  revisionOf(a) - revisionOf(b) || byCreation(a, b)

/** Biggest first, newer before older (ReplicaSetsBySizeNewer). */
export const bySizeNewer = (a: ReplicaSet, b: ReplicaSet): number =>
  replicasOf(b) - replicasOf(a) || byCreation(b, a)

/** Biggest first, older before newer (ReplicaSetsBySizeOlder). */
export const bySizeOlder = (a: ReplicaSet, b: ReplicaSet): number =>
  replicasOf(b) - replicasOf(a) || byCreation(a, b)

export const isActiveSet = (rs: ReplicaSet): boolean => replicasOf(rs) > 0

/** The set of the deployment's template, the oldest if there are several, and the others (FindNewReplicaSet). */
export function divide(deployment: Deployment, sets: readonly StoredReplicaSet[]): Sets {
  const current = [...sets]
    .sort(byCreation)
    .find((rs) => equalIgnoringHash(rs.spec?.template, deployment.spec?.template))
  return { current, old: sets.filter((rs) => rs.metadata.uid !== current?.metadata.uid) }
}

/** The one set to scale when nothing is rolling: the only active one, or the newest (FindActiveOrLatest). */
export function activeOrLatest({ current, old }: Sets): StoredReplicaSet | undefined {
  const active = [...old, ...(current ? [current] : [])].filter(isActiveSet)
  if (active.length > 1) return undefined
  return active[0] ?? current ?? [...old].sort(byCreation).reverse()[0]
}

const compareNames = (a: ReplicaSet, b: ReplicaSet): number => {
  const [left, right] = [a.metadata?.name ?? '', b.metadata?.name ?? '']
  return left < right ? -1 : left > right ? 1 : 0
}
