import type { Sys } from '../host/sys.ts'
import type { ContainerEvent, ContainerStatus, PodSandboxStatus } from '../runtime/cri.ts'
import type { CriClient } from '../runtime/cri-client.ts'
import { POD_UID, emptyRuntime, type PodRuntime } from './types.ts'

/** What the runtime holds, by pod uid; kept up to date by its events, so that nobody polls (KEP-3386, Evented PLEG). */
export class RuntimeCache {
  #pods = new Map<string, PodRuntime>()

  get(uid: string): PodRuntime {
    return this.#pods.get(uid) ?? emptyRuntime
  }

  get uids(): string[] {
    return [...this.#pods.keys()]
  }

  /** Ask for everything, after a start or when the connection was lost. */
  *relist(cri: CriClient): Sys<void> {
    const pods = new Map<string, { sandboxes: PodSandboxStatus[]; containers: ContainerStatus[] }>()
    const { items } = yield* cri.call('ListPodSandbox', {})
    for (const { id, labels } of items) {
      const uid = labels[POD_UID]
      if (!uid) continue
      const { status } = yield* cri.call('PodSandboxStatus', { podSandboxId: id })
      const pod = pods.get(uid) ?? { sandboxes: [], containers: [] }
      pod.sandboxes.push(status)
      pods.set(uid, pod)
    }
    const { containers } = yield* cri.call('ListContainers', {})
    for (const { id, labels } of containers) {
      const pod = pods.get(labels[POD_UID] ?? '')
      if (pod) pod.containers.push((yield* cri.call('ContainerStatus', { containerId: id })).status)
    }
    this.#pods = new Map([...pods].map(([uid, pod]) => [uid, sorted(pod)]))
  }

  /** Take an event in; gives the pod's uid. */
  take({
    podSandboxStatus: sandbox,
    containersStatuses,
    containerEventType,
    containerId,
  }: ContainerEvent): string {
    const { uid } = sandbox.metadata
    const old = this.get(uid)
    const deleted = containerEventType === 'CONTAINER_DELETED_EVENT'
    const others = old.containers.filter(({ podSandboxId }) => podSandboxId !== sandbox.id)
    this.#pods.set(
      uid,
      sorted({
        sandboxes: [sandbox, ...old.sandboxes.filter(({ id }) => id !== sandbox.id)],
        containers: [...containersStatuses.filter(({ id }) => !deleted || id !== containerId), ...others],
      }),
    )
    return uid
  }

  forget(uid: string): void {
    this.#pods.delete(uid)
  }
}

/** Newest first. What was made at the same moment stays as it was told. */
const sorted = ({ sandboxes, containers }: PodRuntime): PodRuntime => ({
  sandboxes: [...sandboxes].sort((a, b) => b.metadata.attempt - a.metadata.attempt),
  containers: [...containers].sort(
    (a, b) => b.createdAt - a.createdAt || b.metadata.attempt - a.metadata.attempt,
  ),
})
