import type { ConfigMap, Secret } from 'kubernetes-types/core/v1'
import type { ApiClient } from '../client/api-client.ts'
import { Informer } from '../client/informer.ts'
import type { ResourceType } from '../client/resource.ts'
import type { Os } from '../host/program.ts'
import type { Sys } from '../host/sys.ts'
import { untilHeard } from './until-heard.ts'

const kinds = {
  configmap: { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true },
  secret: { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true },
} as const satisfies Record<string, ResourceType>

type Kind = keyof typeof kinds

/** How long an object is waited for that the API server does not tell of. */
const SYNC_TIMEOUT_MS = 30_000

interface Followed {
  readonly informer: Informer
  /** Uids of the pods that use it. */
  readonly users: Set<string>
}

/**
 * ConfigMaps and Secrets that pods of this node use: each is watched by name while a pod uses it
 * (kubernetes: pkg/kubelet/util/manager/watch_based_manager.go).
 */
export class ApiObjects {
  readonly #os: Os
  readonly #client: ApiClient
  readonly #changed: (podUid: string) => void
  #followed = new Map<string, Followed>()

  /** `changed` is called for each pod that uses an object that became another. */
  constructor(os: Os, client: ApiClient, changed: (podUid: string) => void) {
    this.#os = os
    this.#client = client
    this.#changed = changed
  }

  *configMap(podUid: string, namespace: string, name: string): Sys<ConfigMap | undefined> {
    return (yield* this.#get('configmap', podUid, namespace, name)) as ConfigMap | undefined
  }

  *secret(podUid: string, namespace: string, name: string): Sys<Secret | undefined> {
    return (yield* this.#get('secret', podUid, namespace, name)) as Secret | undefined
  }

  /** The pod is gone: what only it used is not followed any more. */
  release(podUid: string): void {
    for (const [key, { informer, users }] of this.#followed) {
      if (!users.delete(podUid) || users.size) continue
      informer.stop()
      this.#followed.delete(key)
    }
  }

  *#get(kind: Kind, podUid: string, namespace: string, name: string): Sys<unknown> {
    const followed = this.#follow(kind, namespace, name)
    followed.users.add(podUid)
    const { informer } = followed
    yield* untilHeard(informer, { os: this.#os, ms: SYNC_TIMEOUT_MS, what: kind })
    return informer.store.get(`${namespace}/${name}`)
  }

  #follow(kind: Kind, namespace: string, name: string): Followed {
    const key = `${kind} ${namespace}/${name}`
    const known = this.#followed.get(key)
    if (known) return known
    const informer = new Informer(this.#os, this.#client, kinds[kind], {
      namespace,
      fieldSelector: `metadata.name=${name}`,
    })
    const followed: Followed = { informer, users: new Set() }
    this.#followed.set(key, followed)
    informer.onChange(() => {
      if (informer.synced) for (const uid of followed.users) this.#changed(uid)
    })
    informer.start()
    return followed
  }
}
