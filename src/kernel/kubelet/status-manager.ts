import type { PodStatus } from 'kubernetes-types/core/v1'
import { equalJson } from '../api/json.ts'
import type { Json, JsonObject } from '../api/objects.ts'
import { patchSchemaOf } from '../api/patch/patch-schema.ts'
import { twoWayPatch } from '../api/patch/two-way.ts'
import type { ApiClient, ApiOutcome } from '../client/api-client.ts'
import type { ResourceType } from '../client/resource.ts'
import type { Os } from '../host/program.ts'
import { isStatic, type KubeletPod } from './types.ts'

export const POD: ResourceType = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true }

/** kubernetes: pkg/kubelet/status/status_manager.go syncPeriod: what failed is tried again then. */
const SYNC_MS = 10_000

interface Kept {
  pod: KubeletPod
  status: PodStatus
  /** What the API server has, as far as this kubelet knows. */
  sent: PodStatus
  inFlight: boolean
  ended: boolean
  deleted: boolean
}

/** Tells the API server how pods are: only what changed, one patch a pod at a time, the newest status only. */
export class StatusManager {
  readonly #os: Os
  readonly #client: ApiClient
  /** The pod in the API server for a static one. */
  readonly #mirrorOf: (pod: KubeletPod) => KubeletPod | undefined
  #kept = new Map<string, Kept>()

  constructor(os: Os, client: ApiClient, mirrorOf: (pod: KubeletPod) => KubeletPod | undefined) {
    this.#os = os
    this.#client = client
    this.#mirrorOf = mirrorOf
  }

  /** The newest status of a pod. */
  get(uid: string): PodStatus | undefined {
    return this.#kept.get(uid)?.status
  }

  /** `ended`: nothing of the pod runs any more, so that a deleted one may go. */
  set(pod: KubeletPod, status: PodStatus, ended: boolean): void {
    const kept = this.#kept.get(pod.metadata.uid)
    if (!kept) {
      const sent = isStatic(pod) ? (this.#mirrorOf(pod)?.status ?? {}) : (pod.status ?? {})
      this.#kept.set(pod.metadata.uid, { pod, status, sent, inFlight: false, ended, deleted: false })
    } else {
      kept.pod = pod
      kept.status = status
      kept.ended ||= ended
    }
    this.#sync(pod.metadata.uid)
  }

  /** A mirror pod came or changed, or a pod was asked to go: look again. */
  touch(uid: string, pod?: KubeletPod): void {
    const kept = this.#kept.get(uid)
    if (kept && pod) kept.pod = pod
    this.#sync(uid)
  }

  forget(uid: string): void {
    this.#kept.delete(uid)
  }

  #sync(uid: string): void {
    const kept = this.#kept.get(uid)
    if (!kept || kept.inFlight || kept.deleted) return
    const target = isStatic(kept.pod) ? this.#mirrorOf(kept.pod) : kept.pod
    if (!target) return
    if (isStatic(kept.pod) && !kept.sent.phase) kept.sent = target.status ?? {}
    if (!equalJson(kept.status as Json, kept.sent as Json)) return this.#patch(uid, kept, target)
    if (kept.ended && target.metadata.deletionTimestamp) this.#delete(uid, kept, target)
  }

  #patch(uid: string, kept: Kept, target: KubeletPod): void {
    const { status, sent } = kept
    const patch = twoWayPatch(
      { status: sent } as unknown as JsonObject,
      { status } as unknown as JsonObject,
      patchSchemaOf('core.v1.Pod'),
    )
    if (!Object.keys(patch).length) {
      kept.sent = status
      return this.#sync(uid)
    }
    const { name, namespace } = target.metadata
    kept.inFlight = true
    const body = { metadata: { uid: target.metadata.uid }, ...patch }
    this.#client.patch(POD, { namespace, name, subresource: 'status' }, 'strategic', body, (outcome) => {
      kept.inFlight = false
      if (this.#kept.get(uid) !== kept) return
      if (this.#failed(uid, kept, outcome)) return
      kept.sent = status
      this.#sync(uid)
    })
  }

  /** The end of a graceful deletion: only this kubelet may say that nothing runs any more. */
  #delete(uid: string, kept: Kept, { metadata: { name, namespace, uid: target } }: KubeletPod): void {
    kept.inFlight = true
    const options = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      gracePeriodSeconds: 0,
      preconditions: { uid: target },
    }
    this.#client.delete(POD, namespace, name, options, (outcome) => {
      kept.inFlight = false
      if (this.#failed(uid, kept, outcome)) return
      kept.deleted = true
    })
  }

  /** True when nothing more is to be done now. */
  #failed(uid: string, kept: Kept, outcome: ApiOutcome): boolean {
    if (!outcome.error && outcome.status < 300) return false
    // Gone, or another pod of that name: its own deletion will be heard.
    if (!outcome.error && (outcome.status === 404 || outcome.status === 409)) return true
    this.#os.after(SYNC_MS, () => {
      if (this.#kept.get(uid) === kept) this.#sync(uid)
    })
    return true
  }
}
