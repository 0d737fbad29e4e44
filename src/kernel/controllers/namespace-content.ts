import type { NamespaceCondition } from 'kubernetes-types/core/v1'
import type { KubeObject } from '../api/objects.ts'
import { printGroupName } from '../api/status.ts'
import { formatTime } from '../api/time.ts'
import { collectionPath } from '../client/resource.ts'
import { attempt, request, type Writes } from '../client/writes.ts'
import { discover, type ServedResource } from './discovery.ts'

/** What is left in a namespace that is being deleted, and what went wrong. */
export interface Remains {
  /** Seconds until it is worth looking again; 0 when everything is gone. */
  estimate: number
  discoveryError?: string
  readonly contentErrors: string[]
  /** How many objects by resource, and how many wait for which finalizer. */
  readonly resources: Map<string, number>
  readonly finalizers: Map<string, number>
}

/** kubernetes: pkg/controller/namespace/deletion finalizerEstimateSeconds */
const FINALIZER_ESTIMATE = 15

/** Delete all that is in a namespace, kind by kind (namespaced_resources_deleter.go deleteAllContent). */
export function* deleteContent(namespace: string): Writes<Remains> {
  const remains: Remains = { estimate: 0, contentErrors: [], resources: new Map(), finalizers: new Map() }
  const { resources, error } = yield* discover()
  if (error) remains.discoveryError = error.message
  const deletable = resources.filter(({ namespaced, verbs }) => namespaced && verbs.includes('delete'))
  for (const resource of deletable) yield* deleteKind(resource, namespace, remains)
  return remains
}

function* deleteKind(resource: ServedResource, namespace: string, remains: Remains): Writes {
  const path = collectionPath(resource, namespace)
  if (resource.verbs.includes('deletecollection')) {
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' }
    const { error } = yield* attempt(request({ method: 'DELETE', path, body }))
    if (error && error.code !== 404 && error.code !== 405) {
      remains.contentErrors.push(error.message)
      return
    }
  }
  if (!resource.verbs.includes('list')) return
  const { object, error } = yield* attempt<{ items?: KubeObject[] }>(request({ method: 'GET', path }))
  if (error) {
    if (error.code !== 404) remains.contentErrors.push(error.message)
    return
  }
  note(resource, object.items ?? [], remains)
}

function note(resource: ServedResource, items: readonly KubeObject[], remains: Remains): void {
  if (!items.length) return
  remains.resources.set(printGroupName({ group: resource.group, name: resource.plural }), items.length)
  const finalizers = items.flatMap(({ metadata }) => metadata.finalizers ?? [])
  for (const finalizer of finalizers)
    remains.finalizers.set(finalizer, (remains.finalizers.get(finalizer) ?? 0) + 1)
  const grace = resource.plural === 'pods' && !resource.group ? longestGrace(items) : 0
  remains.estimate = Math.max(
    remains.estimate,
    grace,
    finalizers.length ? FINALIZER_ESTIMATE : 0,
    grace ? 0 : 1,
  )
}

/** Pods go when their grace is over (estimateGracefulTerminationForPods). */
function longestGrace(pods: readonly KubeObject[]): number {
  const graces = pods.map((pod) => {
    const { phase } = (pod as { status?: { phase?: string } }).status ?? {}
    if (phase === 'Succeeded' || phase === 'Failed') return 0
    return (
      (pod as { spec?: { terminationGracePeriodSeconds?: number } }).spec?.terminationGracePeriodSeconds ?? 0
    )
  })
  return Math.max(...graces)
}

/** The conditions that tell of it (status_condition_utils.go). */
export function namespaceConditions(
  before: readonly NamespaceCondition[],
  remains: Remains,
  now: number,
): NamespaceCondition[] {
  const wanted = [
    remains.discoveryError === undefined
      ? condition(
          'NamespaceDeletionDiscoveryFailure',
          'False',
          'ResourcesDiscovered',
          'All resources successfully discovered',
        )
      : condition(
          'NamespaceDeletionDiscoveryFailure',
          'True',
          'DiscoveryFailed',
          `Discovery failed for some groups, 1 failing: ${remains.discoveryError}`,
        ),
    condition(
      'NamespaceDeletionGroupVersionParsingFailure',
      'False',
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    remains.contentErrors.length
      ? condition(
          'NamespaceDeletionContentFailure',
          'True',
          'ContentDeletionFailed',
          contentFailure(remains.contentErrors),
        )
      : condition(
          'NamespaceDeletionContentFailure',
          'False',
          'ContentDeleted',
          'All content successfully deleted, may be waiting on finalization',
        ),
    remains.resources.size
      ? condition(
          'NamespaceContentRemaining',
          'True',
          'SomeResourcesRemain',
          `Some resources are remaining: ${listed(remains.resources, (name, count) => `${name} has ${count} resource instances`)}`,
        )
      : condition('NamespaceContentRemaining', 'False', 'ContentRemoved', 'All content successfully removed'),
    remains.finalizers.size
      ? condition(
          'NamespaceFinalizersRemaining',
          'True',
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${listed(remains.finalizers, (name, count) => `${name} in ${count} resource instances`)}`,
        )
      : condition(
          'NamespaceFinalizersRemaining',
          'False',
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        ),
  ]
  const known = before.map((condition) => {
    const next = wanted.find(({ type }) => type === condition.type)
    return next ? settled(condition, next, now) : condition
  })
  const added = wanted.filter(({ type }) => !before.some((condition) => condition.type === type))
  return [...known, ...added.map((next) => settled(undefined, next, now))]
}

const contentFailure = (errors: readonly string[]): string =>
  `Failed to delete all resource types, ${errors.length} remaining: ${[...errors].sort().join(', ')}`

const condition = (
  type: string,
  status: 'True' | 'False',
  reason: string,
  message: string,
): NamespaceCondition => ({
  type,
  status,
  reason,
  message,
})

const listed = (
  counts: ReadonlyMap<string, number>,
  print: (name: string, count: number) => string,
): string =>
  [...counts]
    .map(([name, count]) => print(name, count))
    .sort()
    .join(', ')

function settled(
  before: NamespaceCondition | undefined,
  next: NamespaceCondition,
  now: number,
): NamespaceCondition {
  const same =
    before &&
    before.status === next.status &&
    before.message === next.message &&
    before.reason === next.reason
  if (same) return before
  const { type, status, ...rest } = next
  const time = before?.status === status ? before.lastTransitionTime : formatTime(now)
  return { type, status, lastTransitionTime: time, ...rest }
}
