import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1'
import { maxSurge } from './rolling-size.ts'
import { replicasOf } from './types.ts'

// kubernetes: pkg/controller/deployment/util/deployment_util.go

export const REVISION = 'deployment.kubernetes.io/revision'
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history'
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas'
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas'
const ROLLBACK_TO = 'deprecated.deployment.rollback.to'
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const MAX_HISTORY_LENGTH = 2000

/** Annotations of the deployment that its sets do not get. */
const notCopied = new Set([
  LAST_APPLIED,
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  ROLLBACK_TO,
])

type Annotations = Readonly<Record<string, string>>
type Annotated = { readonly metadata?: { readonly annotations?: Annotations } }

/** The revision of a set or deployment; 0 when it has none. */
export function revisionOf({ metadata }: Annotated): number {
  const text = metadata?.annotations?.[REVISION] ?? ''
  return /^-?\d+$/.test(text) ? Number(text) : 0
}

export const maxRevision = (sets: readonly Annotated[]): number =>
  sets.reduce((max, set) => Math.max(max, revisionOf(set)), 0)

/** GetNonNegativeInt32FromAnnotation: undefined when it is absent or no such number. */
export function countFromAnnotation({ metadata }: Annotated, name: string): number | undefined {
  const text = metadata?.annotations?.[name]
  if (text === undefined || !/^\+?\d+$/.test(text) || Number(text) > 2147483647) return undefined
  return Number(text)
}

export const desiredReplicas = (rs: Annotated): number | undefined =>
  countFromAnnotation(rs, DESIRED_REPLICAS)

/** The annotations of the set of the current template (SetNewReplicaSetAnnotations). */
export function setAnnotations(
  deployment: Deployment,
  rs: Pick<ReplicaSet, 'metadata'>,
  revision: string,
  exists: boolean,
): Annotations {
  const copied = copyAnnotations(deployment, rs)
  const revised = withRevision(copied, revision)
  return exists ? revised : withReplicas(revised, deployment)
}

/** The sizes a set was last scaled for (SetReplicasAnnotations). */
export function withReplicas(annotations: Annotations, deployment: Deployment): Annotations {
  const desired = replicasOf(deployment)
  return {
    ...annotations,
    [DESIRED_REPLICAS]: `${desired}`,
    [MAX_REPLICAS]: `${desired + maxSurge(deployment)}`,
  }
}

export const replicasAnnotationsNeedUpdate = (rs: Annotated, desired: number, max: number): boolean => {
  const annotations = rs.metadata?.annotations
  return annotations?.[DESIRED_REPLICAS] !== `${desired}` || annotations?.[MAX_REPLICAS] !== `${max}`
}

function copyAnnotations(deployment: Deployment, rs: Pick<ReplicaSet, 'metadata'>): Annotations {
  const copied = Object.entries(deployment.metadata?.annotations ?? {}).filter(
    ([name]) => !notCopied.has(name),
  )
  return { ...rs.metadata?.annotations, ...Object.fromEntries(copied) }
}

/** A set that is taken up again keeps the revisions it had before. */
function withRevision(annotations: Annotations, revision: string): Annotations {
  const before = annotations[REVISION]
  if (before !== undefined && before !== '' && !/^-?\d+$/.test(before)) return annotations
  if (Number(before ?? 0) >= Number(revision)) return annotations
  const revised = { ...annotations, [REVISION]: revision }
  if (before === undefined) return revised
  return { ...revised, [REVISION_HISTORY]: extendHistory(annotations[REVISION_HISTORY] ?? '', before) }
}

function extendHistory(history: string, revision: string): string {
  if (history === '') return revision
  let revisions = history.split(',')
  let length = history.length + revision.length + 1
  while (length > MAX_HISTORY_LENGTH && revisions.length) {
    length -= revisions[0].length + 1
    revisions = revisions.slice(1)
  }
  return [...revisions, revision].join(',')
}
