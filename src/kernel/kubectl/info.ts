import type { JsonObject } from '../api/objects.ts'
import type { Sys } from '../host/sys.ts'
import type { Resource } from './discovery.ts'
import type { Kubectl, KubeLike } from './kubectl.ts'
import { kindName } from './mapper.ts'
import type { Query } from './transport.ts'

type Decoration = { readonly accept?: string; readonly query?: Query } | undefined

/** One object that a command works on, and where it is (cli-runtime: resource.Info, resource.Helper). */
export class Info {
  readonly kubectl: Kubectl
  readonly mapping: Resource
  namespace: string
  name: string
  source = ''
  subresource: string
  /** From a file, or as the server last gave it. */
  object: KubeLike | undefined
  readonly #decoration: Decoration

  constructor(
    kubectl: Kubectl,
    mapping: Resource,
    namespace: string,
    name: string,
    decoration?: Decoration,
    subresource = '',
  ) {
    this.kubectl = kubectl
    this.mapping = mapping
    this.namespace = namespace
    this.name = name
    this.#decoration = decoration
    this.subresource = subresource
  }

  /** `deployment.apps/web`. */
  get label(): string {
    return `${kindName(this.mapping)}/${this.name}`
  }

  get metadata(): JsonObject {
    return (this.object?.metadata ?? {}) as JsonObject
  }

  setNamespace(namespace: string): void {
    this.namespace = namespace
    if (this.object) this.object = { ...this.object, metadata: { ...this.metadata, namespace } }
  }

  /** Path of the collection, or of the object itself. */
  path(name = this.name, subresource = this.subresource): string {
    const { group, version, plural, namespaced } = this.mapping
    const head = group ? `/apis/${group}/${version}` : `/api/${version}`
    const within = namespaced && this.namespace ? `/namespaces/${this.namespace}` : ''
    const one = name ? `/${encodeURIComponent(name).replaceAll('%3A', ':')}` : ''
    return `${head}${within}/${plural}${one}${name && subresource ? `/${subresource}` : ''}`
  }

  *fetch(): Sys<KubeLike> {
    return this.keep(yield* this.kubectl.api.call({ path: this.path(), ...this.#decoration }))
  }

  /** Fetch the collection; returns the token of the next page. */
  *list(query: Query): Sys<string | undefined> {
    const decorated = { ...query, ...this.#decoration?.query }
    // A sorted list must be whole (kubectl get: TransformRequests).
    const { accept } = this.#decoration ?? {}
    const list = yield* this.kubectl.api.call({ path: this.path(''), query: decorated, accept })
    this.object = list as KubeLike
    return ((list.metadata as JsonObject | undefined)?.continue as string | undefined) || undefined
  }

  *create(object: JsonObject, query: Query): Sys<KubeLike> {
    // Nobody can ask for a version (cli-runtime: Helper.CreateWithOptions).
    const { resourceVersion: _, ...metadata } = (object['metadata'] ?? {}) as JsonObject
    const body = object['metadata'] ? { ...object, metadata } : object
    return this.keep(yield* this.kubectl.api.call({ method: 'POST', path: this.path(''), query, body }))
  }

  *replace(object: JsonObject, query: Query): Sys<KubeLike> {
    return this.keep(yield* this.kubectl.api.call({ method: 'PUT', path: this.path(), query, body: object }))
  }

  *patch(contentType: string, body: unknown, query: Query): Sys<KubeLike> {
    return this.keep(
      yield* this.kubectl.api.call({ method: 'PATCH', path: this.path(), query, body, contentType }),
    )
  }

  *delete(options: JsonObject): Sys<JsonObject> {
    return yield* this.kubectl.api.call({
      method: 'DELETE',
      path: this.path(),
      body: options,
      contentType: 'application/json',
    })
  }

  /** Take over what the server answered. */
  keep(object: JsonObject): KubeLike {
    this.object = object as KubeLike
    const { name, namespace } = this.metadata as { name?: string; namespace?: string }
    if (name && this.object.kind !== 'Status') this.name = name
    if (namespace && this.object.kind !== 'Status') this.namespace = namespace
    return this.object
  }
}

export const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const
