import type { ReplicaSet } from 'kubernetes-types/apps/v1'
import { podTemplateHash } from '../../api/hash.ts'
import { controllerOf, type JsonObject, type KubeObject } from '../../api/objects.ts'
import {
  attempt,
  create,
  event,
  perform,
  read,
  update,
  updateStatus,
  type WriteError,
  type Writes,
} from '../../client/writes.ts'
import { controllerRef } from '../pods.ts'
import { isNamespaceTerminating } from '../replicaset.ts'
import { semanticEqual } from '../semantic-equal.ts'
import { maxRevision, REVISION, setAnnotations } from './annotations.ts'
import { newSetSize } from './rolling-size.ts'
import { equalIgnoringHash, HASH_LABEL } from './sets.ts'
import { conditionOfStatus, hasProgressDeadline, newCondition, setCondition } from './status.ts'
import type { Rollout, StoredDeployment, StoredReplicaSet } from './types.ts'

// kubernetes: pkg/controller/deployment/sync.go getNewReplicaSet

/** Number the current set as the newest revision; make it, if it is missing and `makeIt`. */
export function* syncRevision(rollout: Rollout, makeIt: boolean): Writes<Rollout> {
  const revision = `${maxRevision(rollout.old) + 1}`
  if (rollout.current) return yield* renumber(rollout, rollout.current, revision)
  return makeIt ? yield* makeCurrent(rollout, revision) : rollout
}

function* renumber(rollout: Rollout, current: StoredReplicaSet, revision: string): Writes<Rollout> {
  const { deployment, now } = rollout
  const annotations = setAnnotations(deployment, current, revision, true)
  const minReadySeconds = deployment.spec?.minReadySeconds ?? 0
  const ripens = (current.spec?.minReadySeconds ?? 0) !== minReadySeconds
  if (ripens || !semanticEqual(annotations, current.metadata.annotations)) {
    const metadata = { ...current.metadata, annotations }
    const wanted = {
      ...current,
      metadata,
      spec: ripens ? { ...current.spec, minReadySeconds } : current.spec,
    }
    return { ...rollout, current: yield* perform<StoredReplicaSet>(update(wanted as KubeObject)) }
  }
  const message = `Found new replica set ${JSON.stringify(current.metadata.name)}`
  const found = newCondition('Progressing', 'True', 'FoundNewReplicaSet', message, now)
  const isNews = hasProgressDeadline(deployment) && !conditionOfStatus(deployment.status, 'Progressing')
  const number = annotations[REVISION] ?? ''
  return { ...rollout, deployment: yield* note(deployment, number, isNews ? found : undefined) }
}

function* makeCurrent(rollout: Rollout, revision: string): Writes<Rollout> {
  const { deployment, old, now } = rollout
  const wanted = setFor(deployment, old, revision)
  const { name } = wanted.metadata
  const { object: made, error } = yield* attempt<StoredReplicaSet>(create(wanted as KubeObject))
  if (error && error.reason !== 'AlreadyExists') return yield* refused(rollout, wanted, error)
  const current = made ?? (yield* settleCollision(deployment, wanted, error))
  const size = wanted.spec?.replicas ?? 0
  if (made && size > 0) {
    yield event(deployment, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${name} from 0 to ${size}`)
  }
  const message = `Created new replica set ${JSON.stringify(name)}`
  const created = newCondition('Progressing', 'True', 'NewReplicaSetCreated', message, now)
  const isNews = made && hasProgressDeadline(deployment)
  return { ...rollout, deployment: yield* note(deployment, revision, isNews ? created : undefined), current }
}

/** The set that a deployment's template asks for. */
function setFor(deployment: StoredDeployment, old: readonly StoredReplicaSet[], revision: string) {
  const { spec, status, metadata } = deployment
  const hash = podTemplateHash((spec?.template ?? {}) as JsonObject, status?.collisionCount)
  const labels = { ...spec?.template.metadata?.labels, [HASH_LABEL]: hash }
  const selector = { ...spec?.selector, matchLabels: { ...spec?.selector.matchLabels, [HASH_LABEL]: hash } }
  const template = { ...spec?.template, metadata: { ...spec?.template.metadata, labels } }
  const rs = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: setName(metadata.name, hash),
      namespace: metadata.namespace,
      labels,
      ownerReferences: [controllerRef(deployment)],
    },
    spec: { replicas: 0, ...ripening(spec?.minReadySeconds), selector, template },
  } as unknown as ReplicaSet & KubeObject
  const replicas = newSetSize(deployment, [...old, rs], 0)
  const annotations = setAnnotations(deployment, rs, revision, false)
  return { ...rs, metadata: { ...rs.metadata, annotations }, spec: { ...rs.spec, replicas } } as ReplicaSet &
    KubeObject
}

const ripening = (minReadySeconds = 0) => (minReadySeconds ? { minReadySeconds } : {})

/** At most 253 bytes with the hash (generateReplicaSetName). */
const setName = (name: string, hash: string): string => `${name.slice(0, 253 - 1 - hash.length)}-${hash}`

/** The name is taken: by the very set we mean, which the cache did not know yet, or by another whose hash is the same. */
function* settleCollision(
  deployment: StoredDeployment,
  wanted: KubeObject & ReplicaSet,
  error: WriteError,
): Writes<StoredReplicaSet> {
  const taken = yield* perform<StoredReplicaSet>(read(wanted))
  const isOurs = controllerOf(taken)?.uid === deployment.metadata.uid
  if (isOurs && equalIgnoringHash(deployment.spec?.template, taken.spec?.template)) return taken
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1
  yield updateStatus({ ...deployment, status: { ...deployment.status, collisionCount } } as KubeObject)
  throw error
}

function* refused(rollout: Rollout, wanted: KubeObject, error: WriteError): Writes<Rollout> {
  const { deployment, now } = rollout
  if (isNamespaceTerminating(error)) throw error
  const message = `Failed to create new replica set ${JSON.stringify(wanted.metadata.name)}: ${error.message}`
  if (hasProgressDeadline(deployment)) {
    const failed = newCondition('Progressing', 'False', 'ReplicaSetCreateError', message, now)
    const status = setCondition(deployment.status ?? {}, failed)
    yield* attempt(updateStatus({ ...deployment, status } as KubeObject))
  }
  yield event(deployment, 'Warning', 'ReplicaSetCreateError', message)
  throw error
}

/** Write revision and progress into the deployment, both through its status (SetDeploymentRevision, UpdateStatus). */
function* note(
  deployment: StoredDeployment,
  revision: string,
  condition: Parameters<typeof setCondition>[1] | undefined,
): Writes<StoredDeployment> {
  const { metadata } = deployment
  if (metadata.annotations?.[REVISION] === revision && !condition) return deployment
  const annotations = { ...metadata.annotations, [REVISION]: revision }
  const status = condition ? setCondition(deployment.status ?? {}, condition) : deployment.status
  return yield* perform<StoredDeployment>(
    updateStatus({ ...deployment, metadata: { ...metadata, annotations }, status } as KubeObject),
  )
}
