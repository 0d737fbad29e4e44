import type { KubeObject } from '../api/objects.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { Os } from '../host/program.ts'
import { POD } from './status-manager.ts'
import { CONFIG_HASH, CONFIG_MIRROR, type KubeletPod } from './types.ts'

const RETRY_MS = 5000

/** Shows static pods in the API: a mirror of each, made again when it goes (kubernetes: pkg/kubelet/pod/mirror_client.go). */
export class MirrorPods {
  readonly #os: Os
  readonly #client: ApiClient
  #creating = new Set<string>()

  constructor(os: Os, client: ApiClient) {
    this.#os = os
    this.#client = client
  }

  /** Bring the mirror of a pod to what it should be. `again` is called when it should be looked at later. */
  sync(
    pod: KubeletPod,
    mirror: KubeletPod | undefined,
    node: { name: string; uid: string },
    again: () => void,
  ): void {
    const { namespace, name, annotations } = pod.metadata
    const hash = annotations?.[CONFIG_HASH] ?? ''
    if (mirror) {
      const same = mirror.metadata.annotations?.[CONFIG_MIRROR] === hash
      if (!same || mirror.metadata.deletionTimestamp) this.remove(mirror)
      return
    }
    const key = `${namespace}/${name}`
    if (this.#creating.has(key)) return
    this.#creating.add(key)
    const { uid: _, ...metadata } = pod.metadata
    const object = {
      ...pod,
      metadata: {
        ...metadata,
        annotations: { ...annotations, [CONFIG_MIRROR]: hash },
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Node', name: node.name, uid: node.uid, controller: true },
        ],
      },
    }
    this.#client.create(POD, object as KubeObject, (outcome) => {
      this.#creating.delete(key)
      if (outcome.error || (outcome.status >= 300 && outcome.status !== 409)) {
        this.#os.stderr(`E mirror_client.go: "Failed creating a mirror pod" pod="${key}"\n`)
        this.#os.after(RETRY_MS, again)
      }
    })
  }

  remove({ metadata: { namespace, name, uid } }: KubeletPod): void {
    const options = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid } }
    this.#client.delete(POD, namespace, name, options, () => {})
  }
}
