import { attempt, remove, type Writes } from '../../client/writes.ts'
import { byRevision } from './sets.ts'
import { replicasOf, type StoredDeployment, type StoredReplicaSet } from './types.ts'

const NO_LIMIT = 2147483647

/** Old sets beyond revisionHistoryLimit that nobody needs any more (sync.go cleanupDeployment). */
export function outdated(deployment: StoredDeployment, old: readonly StoredReplicaSet[]): StoredReplicaSet[] {
  const limit = deployment.spec?.revisionHistoryLimit
  if (limit === undefined || limit === NO_LIMIT) return []
  const alive = old.filter(({ metadata }) => !metadata.deletionTimestamp)
  return alive
    .sort(byRevision)
    .slice(0, Math.max(0, alive.length - limit))
    .filter(isEmptySet)
}

export function* cleanUpHistory(deployment: StoredDeployment, old: readonly StoredReplicaSet[]): Writes {
  for (const rs of outdated(deployment, old)) {
    const { error } = yield* attempt(remove(rs))
    if (error && error.code !== 404) throw error
  }
}

const isEmptySet = (rs: StoredReplicaSet): boolean =>
  !rs.status?.replicas &&
  replicasOf(rs) === 0 &&
  (rs.metadata.generation ?? 0) <= (rs.status?.observedGeneration ?? 0)
