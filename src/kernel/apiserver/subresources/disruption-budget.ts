import type { Pod } from 'kubernetes-types/core/v1'
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1'
import { matchesLabels, selectorFromObject } from '../../api/labels.ts'
import type { JsonObject } from '../../api/objects.ts'
import { forbiddenRequest, internalError, StatusError, tooManyRequests } from '../../api/status.ts'
import { formatTime } from '../../api/time.ts'
import type { ResourceCall } from '../call.ts'
import type { Entry } from '../entry.ts'
import { trackedOwnStatus } from '../field-tracking.ts'
import type { Outcome } from '../storage.ts'
import type { Task } from '../task.ts'

// kubernetes: pkg/registry/core/pod/storage/eviction.go

const group = { group: 'policy', name: 'poddisruptionbudgets' }
const refusal = "Cannot evict pod as it would violate the pod's disruption budget."

/** Charge the budget that guards a pod; throws 429 when it has nothing left. */
export function* chargeBudget({ api, target }: ResourceCall, pod: Pod, dryRun: boolean): Task<void> {
  const resource = api.resources.ofKind('policy', 'PodDisruptionBudget')
  const cache = resource?.cache
  if (!cache || isExempt(pod)) return
  const budgets = cache
    .list(target.namespace)
    .filter(({ object }) => guards(object as PodDisruptionBudget, pod))
  const [budget, another] = budgets
  if (!budget) return
  if (another)
    throw new StatusError(
      internalError(
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
      ),
    )
  if (isFree(budget.object as PodDisruptionBudget, pod)) return
  if (dryRun) return void charged(budget, pod, api.os.clock)
  yield* api.storage.update(cache, budget.key, (current): Outcome => {
    const put = current && charged(current, pod, api.os.clock)
    return put ? { put: trackedOwnStatus(resource, current, put, api.os.clock) } : { same: true }
  })
}

const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false

/** Whoever does not run, or is going anyway, disrupts nothing (canIgnorePDB). */
const isExempt = ({ metadata, status }: Pod): boolean =>
  ['Pending', 'Succeeded', 'Failed'].includes(status?.phase ?? '') ||
  metadata?.deletionTimestamp !== undefined

const guards = ({ spec }: PodDisruptionBudget, pod: Pod): boolean =>
  matchesLabels(selectorFromObject(spec?.selector), pod.metadata?.labels)

/** A pod that is not ready counts for nothing: it may go while enough others are healthy, or always, as the budget says. */
function isFree({ spec, status }: PodDisruptionBudget, pod: Pod): boolean {
  if (isReady(pod)) return false
  const { unhealthyPodEvictionPolicy: policy } = (spec ?? {}) as { unhealthyPodEvictionPolicy?: string }
  if (policy === 'AlwaysAllow') return true
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {}
  return currentHealthy >= desiredHealthy && desiredHealthy > 0
}

function charged({ object }: Entry, pod: Pod, now: number): JsonObject {
  const budget = object as PodDisruptionBudget
  const { name = '', generation = 0 } = budget.metadata ?? {}
  const { observedGeneration = 0, disruptionsAllowed = 0, disruptedPods = {} } = budget.status ?? {}
  if (observedGeneration < generation)
    throw tooMany(`The disruption budget ${name} is still being processed by the server.`, 10)
  if (disruptionsAllowed < 0)
    throw new StatusError(forbiddenRequest(group, name, 'pdb disruptions allowed is negative'))
  if (disruptionsAllowed === 0) throw tooMany(why(budget), 0)
  const podName = pod.metadata?.name ?? ''
  const status = {
    ...budget.status,
    disruptionsAllowed: disruptionsAllowed - 1,
    disruptedPods: { ...disruptedPods, [podName]: formatTime(now) },
  }
  return { ...budget, status } as unknown as JsonObject
}

function why({ metadata, status }: PodDisruptionBudget): string {
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {}
  return currentHealthy <= desiredHealthy
    ? `The disruption budget ${metadata?.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`
    : `The disruption budget ${metadata?.name} does not allow evicting pods currently`
}

function tooMany(message: string, retryAfterSeconds: number): StatusError {
  const status = tooManyRequests(refusal, retryAfterSeconds)
  const causes = [{ reason: 'DisruptionBudget', message }]
  return new StatusError({ ...status, details: { causes, ...status.details } })
}
