import type { Pod, PodCondition } from 'kubernetes-types/core/v1'
import type { JsonObject } from '../../api/objects.ts'
import { badRequest, StatusError } from '../../api/status.ts'
import { formatTime } from '../../api/time.ts'
import type { HttpResponse } from '../../host/http.ts'
import { decodeStruct } from '../body.ts'
import type { ResourceCall } from '../call.ts'
import { remove } from '../deletion.ts'
import { find } from '../read.ts'
import type { Outcome } from '../storage.ts'
import { DryRun } from '../store.ts'
import type { Task } from '../task.ts'
import { writeOptions, type Deletion } from '../write-options.ts'
import { writingOf } from '../write.ts'
import { success } from './binding.ts'
import { chargeBudget } from './disruption-budget.ts'
import { ofCore, type Subresource } from './subresource.ts'

/** A deletion that disruption budgets may refuse (kubernetes: pkg/registry/core/pod/storage/eviction.go). */
export const eviction: Subresource = {
  name: 'eviction',
  serves: ofCore('pods'),
  kind: { group: 'policy', version: 'v1', kind: 'Eviction' },
  handlers: { create: evict },
}

function* evict(call: ResourceCall): Task<HttpResponse> {
  const { target, resource } = call
  const options = writeOptions(call, 'CreateOptions')
  const { metadata, deleteOptions } = decodeStruct(call, 'policy.v1.Eviction', 'Eviction') as {
    metadata?: { name?: string }
    deleteOptions?: Deletion
  }
  if (metadata?.name && metadata.name !== target.name)
    throw new StatusError(badRequest('name in URL does not match name in Eviction object'))
  const { object } = yield* find(call)
  const dryRun = options.dryRun || (deleteOptions?.dryRun?.length ?? 0) > 0
  yield* chargeBudget(call, object as Pod, dryRun)
  if (!dryRun) yield* noteEviction(call)
  try {
    yield* remove(writingOf(call, { dryRun }), resource, target, deleteOptions ?? {})
  } catch (error) {
    if (!(error instanceof DryRun)) throw error
  }
  return success(201)
}

/** The pod says why it goes. */
function* noteEviction({ api, target, resource }: ResourceCall): Task<void> {
  const key = resource.keyOf(target.namespace, target.name)
  yield* api.storage.update(resource.cache, key, (current): Outcome => {
    const pod = current?.object as Pod | undefined
    if (!pod || pod.metadata?.deletionTimestamp) return { same: true }
    const conditions = [
      ...(pod.status?.conditions ?? []).filter(({ type }) => type !== 'DisruptionTarget'),
      evicted(api.os.clock),
    ]
    return { put: { ...pod, status: { ...pod.status, conditions } } as unknown as JsonObject }
  })
}

const evicted = (now: number): PodCondition => ({
  type: 'DisruptionTarget',
  status: 'True',
  lastProbeTime: null as unknown as string,
  lastTransitionTime: formatTime(now),
  reason: 'EvictionByEvictionAPI',
  message: 'Eviction API: evicting',
})
