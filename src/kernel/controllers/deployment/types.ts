import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1'
import type { Stored } from '../../api/objects.ts'

export type StoredDeployment = Stored<Deployment>
export type StoredReplicaSet = Stored<ReplicaSet>

/** The ReplicaSets of a deployment: the one of its template, if there is one, and all others. */
export interface Sets {
  readonly current: StoredReplicaSet | undefined
  readonly old: readonly StoredReplicaSet[]
}

/** A deployment in the middle of being looked at: writes give newer versions of it and of its sets. */
export interface Rollout extends Sets {
  readonly deployment: StoredDeployment
  /** Milliseconds since the epoch. */
  readonly now: number
}

export const allSets = ({ current, old }: Sets): StoredReplicaSet[] =>
  current ? [...old, current] : [...old]

/** A nil pointer means the default, one. */
export const replicasOf = ({ spec }: { readonly spec?: { readonly replicas?: number } }): number =>
  spec?.replicas ?? 1
