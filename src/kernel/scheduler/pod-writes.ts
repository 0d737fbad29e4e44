import type { Pod } from 'kubernetes-types/core/v1'
import { keyOf } from '../api/objects.ts'
import { formatTime } from '../api/time.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { EventRecorder } from '../client/event-recorder.ts'
import type { ResourceType } from '../client/resource.ts'
import type { Os } from '../host/program.ts'

export const podType: ResourceType = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  namespaced: true,
}

/** What the scheduler writes about pods, bindings aside. */
export class PodWrites {
  readonly #os: Os
  readonly #client: ApiClient
  readonly #recorderOf: (name: string) => EventRecorder

  constructor(os: Os, client: ApiClient, recorderOf: (name: string) => EventRecorder) {
    this.#os = os
    this.#client = client
    this.#recorderOf = recorderOf
  }

  /** Tell a pod that it has to go, and remove it. */
  evict(preemptor: Pod, victim: Pod): void {
    const { namespace, name = '', uid } = victim.metadata ?? {}
    const by = keyOf(preemptor)
    this.#recorderOf(preemptor.spec?.schedulerName ?? '').event(
      victim as never,
      'Normal',
      'Preempted',
      `Preempted by pod ${preemptor.metadata?.uid} on node ${victim.spec?.nodeName}`,
    )
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'PreemptionByScheduler',
      lastTransitionTime: formatTime(this.#os.clock),
      message: `${preemptor.spec?.schedulerName}: preempting to accommodate a higher priority pod`,
    }
    this.#client.patch(
      podType,
      { namespace, name, subresource: 'status' },
      'strategic',
      { status: { conditions: [condition] } },
      () => {
        this.#client.delete(podType, namespace, name, { preconditions: { uid } }, () => {})
      },
    )
    this.#os.observe({ type: 'preempted', pod: keyOf(victim), by })
  }

  /** Why the pod has no node yet, and which it may get. */
  patchCondition(pod: Pod, reason: string, message: string, nominated?: string): void {
    const { namespace, name = '' } = pod.metadata ?? {}
    const old = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')
    if (
      old?.message === message &&
      old.reason === reason &&
      (nominated === undefined || nominated === (pod.status?.nominatedNodeName ?? ''))
    )
      return
    const lastTransitionTime = old?.status === 'False' ? old.lastTransitionTime : formatTime(this.#os.clock)
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason,
      message,
      lastProbeTime: null,
      lastTransitionTime,
    }
    const patch = {
      status: {
        conditions: [condition],
        ...(nominated === undefined ? {} : { nominatedNodeName: nominated || null }),
      },
    }
    this.#client.patch(podType, { namespace, name, subresource: 'status' }, 'strategic', patch, () => {})
  }
}
