import type { Container, PodTemplateSpec } from 'kubernetes-types/core/v1'
import type { KubeObject } from '../../api/objects.ts'
import {
  attemptAll,
  create,
  event,
  patch,
  remove,
  type Write,
  type WriteError,
  type Writes,
} from '../../client/writes.ts'
import { compareActive } from '../pod-ranking.ts'
import { isReady, podFromTemplate } from '../pods.ts'
import { isNamespaceTerminating } from '../replicaset.ts'
import { remainingBackoffMs } from './backoff.ts'
import { duplicates, failureCounts, indexesDue, pendingIndexes } from './indexed.ts'
import {
  COMPLETION_INDEX,
  hasLimitPerIndex,
  INDEX_FAILURES,
  INDEX_IGNORED_FAILURES,
  isIndexed,
  isSuspended,
  isTracked,
  replacesOnlyFailed,
  TRACKING,
  type JobPod,
  type StoredJob,
} from './job-pods.ts'
import type { JobSync } from './job-sync.ts'

/** At most so many pods are made or removed in one look (MaxPodCreateDeletePerSync). */
const BURST = 500
/** names.MaxGeneratedNameLength */
const MAX_PREFIX = 58

/** What came of it: when to look again, and what went wrong. */
export interface Managed {
  readonly waitMs: number
  readonly error: WriteError | undefined
}

/** Bring the number of active pods to what it should be (kubernetes: pkg/controller/job/job_controller.go manageJob). */
export function* manageJob(sync: JobSync): Writes<Managed> {
  const { job, activePods } = sync
  if (isSuspended(job)) return yield* removeJobPods(sync, surplusOf(job, activePods, activePods.length))
  const wanted = wantedActive(sync)
  const surplus = surplusOf(job, activePods, Math.max(0, sync.active - wanted)).slice(0, BURST)
  if (surplus.length) return yield* removeJobPods(sync, surplus)
  const leaving = replacesOnlyFailed(job) ? sync.terminating : 0
  const missing = Math.min(BURST, wanted - leaving - sync.active)
  return missing > 0 ? yield* addPods(sync, missing) : { waitMs: 0, error: undefined }
}

function wantedActive({ job, succeeded, active }: JobSync): number {
  const { completions, parallelism = 1 } = job.spec ?? {}
  // Without a number of completions, the first success ends the work: what runs may end, nothing more is begun.
  if (completions === undefined || completions === null) return succeeded > 0 ? active : parallelism
  return Math.max(0, Math.min(parallelism, completions - succeeded))
}

function surplusOf(job: StoredJob, active: readonly JobPod[], atLeast: number): JobPod[] {
  const { surplus, left } = isIndexed(job)
    ? duplicates(active, job.spec?.completions ?? 0)
    : { surplus: [], left: [...active] }
  const more = Math.max(0, atLeast - surplus.length)
  return [...surplus, ...left.sort(compareActive).slice(0, more)]
}

/** Remove pods that nobody will count: their finalizer first. */
function* removeJobPods(sync: JobSync, pods: readonly JobPod[]): Writes<Managed> {
  const tracked = pods.filter(isTracked)
  const patched = yield* attemptAll(tracked.map(untrack))
  const error = patched.find((result) => result.error && result.error.code !== 404)?.error
  return { waitMs: 0, error: (yield* deletePods(sync, pods)) ?? error }
}

/** Patch away the tracking finalizer (removeTrackingFinalizerPatch). */
export const untrack = (pod: JobPod): Write =>
  patch(pod, { metadata: { uid: pod.metadata.uid, '$deleteFromPrimitiveList/finalizers': [TRACKING] } })

/** Delete pods; what counts as active, ready and terminating follows. */
export function* deletePods(sync: JobSync, pods: readonly JobPod[]): Writes<WriteError | undefined> {
  const results = yield* attemptAll(pods.map((pod) => remove(pod)))
  let failure: WriteError | undefined
  for (const [i, { error }] of results.entries()) {
    const pod = pods[i]
    if (error && error.code !== 404) {
      failure ??= error
      yield event(sync.job, 'Warning', 'FailedDelete', `Error deleting: ${error.message}`)
      continue
    }
    if (!error) yield event(sync.job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
    sync.active--
    sync.terminating++
    if (isReady(pod)) sync.ready--
  }
  return failure
}

function* addPods(sync: JobSync, missing: number): Writes<Managed> {
  const { job, activePods, indexes, now } = sync
  let waitMs = hasLimitPerIndex(job) ? 0 : remainingBackoffMs(sync.backoff, now)
  if (waitMs > 0) return { waitMs, error: undefined }
  if (!indexes)
    return {
      waitMs,
      error: yield* createPods(
        sync,
        Array.from({ length: missing }, () => -1),
      ),
    }
  const done = indexes.failed ? [indexes.succeeded, indexes.failed] : [indexes.succeeded]
  let wanted = pendingIndexes(activePods, done, missing, job.spec?.completions ?? 0)
  if (hasLimitPerIndex(job)) ({ due: wanted, waitMs } = indexesDue(wanted, indexes.lastFailed, now))
  return { waitMs, error: yield* createPods(sync, wanted) }
}

/** A first pod, then two, four ...; -1 is a pod without index. */
function* createPods(sync: JobSync, indexes: readonly number[]): Writes<WriteError | undefined> {
  const { job } = sync
  const template = trackedTemplate(job)
  for (let from = 0, batch = 1; from < indexes.length; from += batch, batch *= 2) {
    const pods = indexes.slice(from, from + batch).map((index) => podFor(sync, template, index))
    const results = yield* attemptAll(pods.map((pod) => create(pod)))
    let failure: WriteError | undefined
    for (const { object, error } of results) {
      if (object) {
        sync.active++
        yield event(job, 'Normal', 'SuccessfulCreate', `Created pod: ${object.metadata.name}`)
      } else if (!isNamespaceTerminating(error)) {
        failure ??= error
        yield event(job, 'Warning', 'FailedCreate', `Error creating: ${error.message}`)
      }
    }
    if (failure) return failure
  }
  return undefined
}

function trackedTemplate(job: StoredJob): PodTemplateSpec {
  const { metadata, spec } = job.spec?.template ?? {}
  const finalizers = (metadata?.finalizers ?? []).filter((finalizer) => finalizer !== TRACKING)
  const withIndex = (container: Container): Container =>
    container.env?.some(({ name }) => name === 'JOB_COMPLETION_INDEX')
      ? container
      : { ...container, env: [...(container.env ?? []), completionIndexVariable] }
  return {
    metadata: { ...metadata, finalizers: [...finalizers, TRACKING] },
    spec:
      isIndexed(job) && spec
        ? {
            ...spec,
            ...(spec.initContainers ? { initContainers: spec.initContainers.map(withIndex) } : {}),
            containers: spec.containers.map(withIndex),
          }
        : spec,
  }
}

const completionIndexVariable = {
  name: 'JOB_COMPLETION_INDEX',
  valueFrom: { fieldRef: { fieldPath: `metadata.labels['${COMPLETION_INDEX}']` } },
}

function podFor({ job, indexes }: JobSync, template: PodTemplateSpec, index: number): KubeObject {
  const pod = podFromTemplate(template, job)
  if (index < 0) return pod
  const { counted, ignored } = failureCounts(job, indexes?.lastFailed.get(index))
  const failures = {
    [INDEX_FAILURES]: `${counted}`,
    ...(ignored > 0 ? { [INDEX_IGNORED_FAILURES]: `${ignored}` } : {}),
  }
  const { metadata, spec } = pod
  return {
    ...pod,
    metadata: {
      ...metadata,
      generateName: indexedPrefix(job.metadata.name, index),
      labels: { ...metadata.labels, [COMPLETION_INDEX]: `${index}` },
      annotations: {
        ...metadata.annotations,
        [COMPLETION_INDEX]: `${index}`,
        ...(hasLimitPerIndex(job) ? failures : {}),
      },
    },
    spec: { ...spec, hostname: `${job.metadata.name}-${index}` },
  } as KubeObject
}

/** `NAME-INDEX-`, the name cut to fit (podGenerateNameWithIndex). */
export function indexedPrefix(name: string, index: number): string {
  const end = `-${index}-`
  return `${name.slice(0, MAX_PREFIX - end.length)}${end}`
}
