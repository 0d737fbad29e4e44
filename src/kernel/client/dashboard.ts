import { isTrue, type CustomResourceDefinition } from '../api/crd/definition.ts'
import type { KubeObject } from '../api/objects.ts'
import { kinds } from '../api/kinds/index.ts'
import type { Os, Program } from '../host/program.ts'
import { ApiClient } from './api-client.ts'
import { clientConfig } from './kubeconfig.ts'
import { Reflector, type ReflectorSink } from './reflector.ts'
import type { ResourceType } from './resource.ts'

/** What the page learns of the cluster: what any client that watches everything would. */
export type DashboardFact =
  | { readonly type: 'objects'; readonly kind: string; readonly objects: readonly KubeObject[] }
  | { readonly type: 'object'; readonly event: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }

/** Watches every kind with the kubeconfig it is given, and tells what it sees. */
export const dashboard: Program = (os) => {
  const flag = os.argv.find((word) => word.startsWith('--kubeconfig='))
  const { server, token } = clientConfig(os, { kubeconfig: flag?.slice('--kubeconfig='.length) })
  const client = new ApiClient(os, { server, token, userAgent: 'dashboard' })
  const custom = new CustomKinds(os, client)
  for (const resource of kinds.filter(
    ({ verbs, storedAs }) => !storedAs && (!verbs || verbs.includes('watch')),
  )) {
    const told = sinkFor(os, resource.kind)
    const sink = resource.kind === 'CustomResourceDefinition' ? custom.listening(told) : told
    new Reflector(os, client, resource, {}, sink).start()
  }
}

const sinkFor = (os: Os, kind: string): ReflectorSink => ({
  replace: (objects) => os.observe<DashboardFact>({ type: 'objects', kind, objects }),
  event: (event, object) => os.observe<DashboardFact>({ type: 'object', event, object }),
  bookmark: () => {},
})

/** Kinds that are defined while the cluster runs are watched from then on. */
class CustomKinds {
  readonly #os: Os
  readonly #client: ApiClient
  /** By the name of their definition. */
  readonly #watched = new Map<string, { readonly kind: string; readonly reflector: Reflector }>()

  constructor(os: Os, client: ApiClient) {
    this.#os = os
    this.#client = client
  }

  /** A sink that tells what it hears of definitions, and acts on it. */
  listening(sink: ReflectorSink): ReflectorSink {
    return {
      ...sink,
      replace: (definitions, revision) => {
        sink.replace(definitions, revision)
        const names = new Set(definitions.map(({ metadata }) => metadata.name ?? ''))
        for (const name of this.#watched.keys()) if (!names.has(name)) this.#leave(name)
        for (const definition of definitions) this.#follow(definition)
      },
      event: (type, definition) => {
        sink.event(type, definition)
        if (type === 'DELETED') this.#leave(definition.metadata.name ?? '')
        else this.#follow(definition)
      },
    }
  }

  #follow(definition: CustomResourceDefinition): void {
    const { name = '' } = definition.metadata
    const type = typeOf(definition)
    if (!type || !isTrue(definition, 'Established') || this.#watched.has(name)) return
    const { kind } = type
    const reflector = new Reflector(this.#os, this.#client, type, {}, sinkFor(this.#os, kind))
    this.#watched.set(name, { kind, reflector })
    reflector.start()
  }

  #leave(name: string): void {
    const watched = this.#watched.get(name)
    if (!watched) return
    this.#watched.delete(name)
    watched.reflector.stop()
    this.#os.observe<DashboardFact>({ type: 'objects', kind: watched.kind, objects: [] })
  }
}

/** In the version in which they are kept, or another that is served. */
function typeOf({ spec, status }: CustomResourceDefinition): ResourceType | undefined {
  const served = spec?.versions?.filter((version) => version.served) ?? []
  const version = served.find(({ storage }) => storage) ?? served[0]
  const { kind, plural } = status?.acceptedNames ?? {}
  if (!version?.name || !kind || !plural) return undefined
  const namespaced = spec?.scope === 'Namespaced'
  return { group: spec?.group ?? '', version: version.name, kind, plural, namespaced }
}
