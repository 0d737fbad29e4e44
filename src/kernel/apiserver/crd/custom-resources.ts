import { establishedStatus, namedStatus, servesTheSame } from '../../api/crd/accepted-names.ts'
import { customKind, type CustomKind } from '../../api/crd/custom-kind.ts'
import { isTrue, type CustomResourceDefinition, type DefinitionStatus } from '../../api/crd/definition.ts'
import type { KubeObject } from '../../api/objects.ts'
import { StatusError } from '../../api/status.ts'
import { parseTime } from '../../api/time.ts'
import { keepTrying, ownWriting } from '../bootstrap/own-writing.ts'
import type { Api } from '../call.ts'
import type { Entry } from '../entry.ts'
import { Resource, type Custom } from '../resources.ts'
import { update } from '../store.ts'
import type { Task } from '../task.ts'
import { cleanUp } from './clean-up.ts'
import { SharedCache } from './shared-cache.ts'

/** What is seen of a change in the server's own watch comes a little later than the answer to who made it. */
const LAG_MS = 5
/** Requests that began before a definition changed may go on so long with the views of before. */
const LINGER_MS = 60_000

/** Serve what CustomResourceDefinitions define, from now on (apiextensions-apiserver: pkg/apiserver). */
export function serveCustomResources(api: Api): void {
  const definitions = api.resources.ofKind('apiextensions.k8s.io', 'CustomResourceDefinition')
  if (definitions) new CustomResources(api, definitions).begin()
}

interface Served {
  readonly crd: CustomResourceDefinition
  readonly cache: SharedCache
  readonly resources: readonly Resource[]
}

class CustomResources {
  readonly #api: Api
  readonly #definitions: Resource
  readonly #served = new Map<string, Served>()
  readonly #lingering = new Map<string, SharedCache>()
  readonly #cleaning = new Set<string>()

  constructor(api: Api, definitions: Resource) {
    this.#api = api
    this.#definitions = definitions
  }

  begin(): void {
    this.#definitions.cache.follow((current, previous) => this.#changed(current, previous))
  }

  #changed(current: Entry | undefined, previous: Entry | undefined): void {
    const crd = (current ?? previous)?.object as CustomResourceDefinition | undefined
    const name = crd?.metadata.name ?? ''
    if (!current) this.#gone(name)
    else {
      if (isTrue(crd!, 'Established')) this.#serve(name, crd!)
      this.#later(name)
    }
    this.#attendWaiting(crd?.spec?.group, name)
  }

  #serve(name: string, crd: CustomResourceDefinition): void {
    const old = this.#served.get(name)
    if (old && servesTheSame(old.crd, crd)) return
    const cache = old?.cache ?? this.#cacheOf(name, crd)
    const resources = this.#resourcesOf(crd, cache)
    this.#served.set(name, { crd, cache, resources })
    this.#announce()
    if (old) this.#retire(old)
  }

  #cacheOf(name: string, { spec }: CustomResourceDefinition): SharedCache {
    const left = this.#lingering.get(name)
    this.#lingering.delete(name)
    if (left) return left
    const cache = new SharedCache(`${this.#api.storage.root}/${spec?.group}/${spec?.names?.plural}/`)
    this.#api.storage.add(cache)
    return cache
  }

  #resourcesOf(crd: CustomResourceDefinition, cache: SharedCache): Resource[] {
    const all = (crd.spec?.versions ?? []).map((version) => ({ version, kind: customKind(crd, version) }))
    const versions = new Map<string, CustomKind>(
      all.map(({ version, kind }) => [`${crd.spec?.group}/${version.name}`, kind]),
    )
    const storage = all.find(({ version }) => version.storage)!
    return all
      .filter(({ version }) => version.served)
      .map(({ kind }) => {
        const custom: Custom = {
          kind,
          versions,
          storageVersion: storage.version.name ?? '',
          terminating: isTrue(crd, 'Terminating'),
          establishedAt: establishedAt(crd),
          cache: cache.view(kind, storage.kind, this.#api.storage.revision),
        }
        return new Resource(kind.definition, '', undefined, custom)
      })
  }

  /** Watches of before end, so that their clients begin anew with what is served now. */
  #retire({ cache, resources }: Served): void {
    for (const resource of resources)
      for (const watcher of [...resource.cache.watchers.everyone()]) watcher.close()
    this.#api.os.after(LINGER_MS, () => {
      for (const resource of resources) cache.forget(resource.cache)
    })
  }

  #gone(name: string): void {
    const old = this.#served.get(name)
    if (!old) return
    this.#served.delete(name)
    this.#announce()
    this.#retire(old)
    this.#lingering.set(name, old.cache)
    this.#api.os.after(LINGER_MS, () => {
      if (this.#lingering.get(name) !== old.cache) return
      this.#lingering.delete(name)
      this.#api.storage.drop(old.cache)
    })
  }

  #announce(): void {
    const names = [...this.#served.keys()].sort()
    this.#api.resources.serveCustom(names.flatMap((name) => this.#served.get(name)!.resources))
    this.#api.documents.clear()
  }

  /** The next step in the life of a definition, by whichever controller takes it. */
  *#attend(name: string): Task<void> {
    const entry = this.#definitions.cache.get(name)
    if (!entry) return
    const crd = entry.object as unknown as CustomResourceDefinition
    if (crd.metadata.deletionTimestamp) return yield* this.#cleanUp(crd)
    const all = this.#definitions.cache
      .list()
      .map(({ object }) => object as unknown as CustomResourceDefinition)
    const { clock } = this.#api.os
    yield* this.#write(name, (now) => namedStatus(now, all, clock))
    yield* this.#write(name, (now) => establishedStatus(now, clock))
  }

  *#cleanUp(crd: CustomResourceDefinition): Task<void> {
    const { uid = '' } = crd.metadata
    if (this.#cleaning.has(uid)) return
    this.#cleaning.add(uid)
    try {
      yield* cleanUp(this.#api, this.#definitions, crd)
    } finally {
      this.#cleaning.delete(uid)
    }
  }

  /** Names that are free now may be what another definition waits for. */
  #attendWaiting(group: string | undefined, except: string): void {
    for (const { object } of this.#definitions.cache.list()) {
      const crd = object as unknown as CustomResourceDefinition
      const { name = '' } = crd.metadata
      if (name !== except && crd.spec?.group === group && !isTrue(crd, 'NamesAccepted')) this.#later(name)
    }
  }

  #later(name: string): void {
    this.#api.os.after(LAG_MS, () => keepTrying(this.#api, () => this.#attend(name)))
  }

  *#write(
    name: string,
    statusOf: (crd: CustomResourceDefinition) => DefinitionStatus | undefined,
  ): Task<void> {
    const produce = (old: KubeObject | undefined) => {
      const crd = old as CustomResourceDefinition
      const status = statusOf(crd)
      return (status ? { ...crd, status } : crd) as KubeObject
    }
    try {
      yield* update(
        ownWriting(this.#api),
        this.#definitions,
        { namespace: '', name },
        { subresource: 'status', produce },
      )
    } catch (error) {
      // It was deleted meanwhile.
      if (!(error instanceof StatusError) || error.status.code !== 404) throw error
    }
  }
}

function establishedAt({ status }: CustomResourceDefinition): number {
  const condition = status?.conditions?.find(({ type }) => type === 'Established')
  return parseTime(condition?.lastTransitionTime ?? '') ?? 0
}
