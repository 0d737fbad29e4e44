import type { KubeObject } from '../api/objects.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { Store } from '../client/store.ts'
import type { Os } from '../host/program.ts'
import { POD } from './status-manager.ts'
import { CONFIG_HASH, CONFIG_MIRROR, isMirror, type KubeletPod } from './types.ts'

const RETRY_MS = 5000

interface NodeName {
  readonly name: string
  readonly uid: string
}

/** Shows static pods in the API: a mirror of each, made again when it goes (kubernetes: pkg/kubelet/pod/mirror_client.go). */
export class MirrorPods {
  readonly #os: Os
  readonly #client: ApiClient
  /** This node's pods in the API, by namespace and name. */
  readonly #pods: Store
  #creating = new Set<string>()

  constructor(os: Os, client: ApiClient, pods: Store) {
    this.#os = os
    this.#client = client
    this.#pods = pods
  }

  /** The mirror of a static pod, if it is of this version of it. */
  of(pod: KubeletPod): KubeletPod | undefined {
    const mirror = this.#named(pod)
    return mirror && isMirrorOf(mirror, pod) ? mirror : undefined
  }

  /** The static pod that a mirror shows. */
  staticOf(
    { metadata: { namespace, name } }: KubeletPod,
    pods: Iterable<KubeletPod>,
  ): KubeletPod | undefined {
    return [...pods].find(({ metadata }) => metadata.name === name && metadata.namespace === namespace)
  }

  /** Bring all mirrors to what they should be. */
  sync(pods: readonly KubeletPod[], node: NodeName): void {
    for (const pod of pods) {
      const mirror = this.#named(pod)
      if (!mirror) this.#create(pod, node)
      else if (!isMirrorOf(mirror, pod) || mirror.metadata.deletionTimestamp) this.#remove(mirror)
    }
    for (const object of this.#pods.values()) {
      const mirror = object as KubeletPod
      if (isMirror(mirror) && !this.staticOf(mirror, pods)) this.#remove(mirror)
    }
  }

  #named({ metadata: { namespace, name } }: KubeletPod): KubeletPod | undefined {
    return this.#pods.get(`${namespace}/${name}`) as KubeletPod | undefined
  }

  #create(pod: KubeletPod, node: NodeName): void {
    const key = `${pod.metadata.namespace}/${pod.metadata.name}`
    if (this.#creating.has(key)) return
    this.#creating.add(key)
    this.#client.create(POD, mirrorOf(pod, node), (outcome) => {
      this.#creating.delete(key)
      if (!outcome.error && (outcome.status < 300 || outcome.status === 409)) return
      this.#os.stderr(`E mirror_client.go: "Failed creating a mirror pod" pod="${key}"\n`)
      this.#os.after(RETRY_MS, () => {
        if (!this.#named(pod)) this.#create(pod, node)
      })
    })
  }

  #remove({ metadata: { namespace, name, uid } }: KubeletPod): void {
    const options = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid } }
    this.#client.delete(POD, namespace, name, options, () => {})
  }
}

const isMirrorOf = (mirror: KubeletPod, pod: KubeletPod): boolean =>
  mirror.metadata.annotations?.[CONFIG_MIRROR] === pod.metadata.annotations?.[CONFIG_HASH]

function mirrorOf(pod: KubeletPod, { name, uid }: NodeName): KubeObject {
  const { uid: _, annotations, ...metadata } = pod.metadata
  return {
    ...pod,
    metadata: {
      ...metadata,
      annotations: { ...annotations, [CONFIG_MIRROR]: annotations?.[CONFIG_HASH] ?? '' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid, controller: true }],
    },
  }
}
