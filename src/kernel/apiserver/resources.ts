import type { Pod } from 'kubernetes-types/core/v1'
import { exactFieldMatch, type FieldSelector } from '../api/fields.ts'
import type { CustomKind } from '../api/crd/custom-kind.ts'
import type { KindDefinition } from '../api/kind.ts'
import type { JsonObject, KubeObject, Stored } from '../api/objects.ts'
import { encode } from '../api/schema/encode.ts'
import { structNameOf } from '../api/schema/types.ts'
import type { GroupName } from '../api/status.ts'
import type { Api } from './call.ts'
import type { Entry } from './entry.ts'
import { ResourceCache } from './resource-cache.ts'
import type { Also } from './storage.ts'

/** Where upstream keeps resources under another name (kubernetes: pkg/kubeapiserver/default_storage_factory_builder.go). */
const specialPrefixes: Readonly<Record<string, string>> = {
  replicationcontrollers: 'controllers',
  endpoints: 'services/endpoints',
  nodes: 'minions',
  services: 'services/specs',
  ingresses: 'ingress',
  'customresourcedefinitions.apiextensions.k8s.io': 'apiextensions.k8s.io/customresourcedefinitions',
  'apiservices.apiregistration.k8s.io': 'apiregistration.k8s.io/apiservices',
}

/** Selectors by these fields find their watchers without asking all of them (kubernetes: IndexerFuncs of the strategies). */
const indexedFields: Readonly<Record<string, { readonly field: string; of(entry: Entry): string }>> = {
  pods: { field: 'spec.nodeName', of: ({ object }) => (object as Pod).spec?.nodeName ?? '' },
}

export const allVerbs: readonly string[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
]

export type Allocate = (
  api: Api,
  object: JsonObject,
  old: Stored | undefined,
) => { readonly object: JsonObject; readonly also?: Also }

/** What a resource is besides its definition when a CustomResourceDefinition made it. */
export interface Custom {
  readonly kind: CustomKind
  /** Its objects in this version. */
  readonly cache: ResourceCache
  /** The same kind in all of its versions, by apiVersion. */
  readonly versions: ReadonlyMap<string, CustomKind>
  /** The version in which objects are kept. */
  readonly storageVersion: string
  /** True while everything is being deleted with its definition. */
  readonly terminating: boolean
  /** When it was established, in milliseconds since the epoch. */
  readonly establishedAt: number
}

/** A kind of the table as the server serves it. */
export class Resource {
  readonly definition: KindDefinition
  readonly cache: ResourceCache
  /** The type that the schema describes: `core.v1.Pod`. */
  readonly struct: string
  readonly verbs: readonly string[]
  readonly indexedField: string | undefined
  /** The resource as which the objects are kept: this one itself, unless it is another view of them. */
  readonly stored: Resource
  /** All views of the same objects, by apiVersion, where there is more than one. */
  readonly views = new Map<string, Resource>()
  /** Whether the schema knows the type. */
  readonly typed: boolean
  /** Of a resource that somebody defined: what is known of its type. */
  readonly custom: Custom | undefined
  /** Give the object what only one object may have, e.g. a cluster IP; the store's last step before a write. */
  allocate: Allocate = (_api, object) => ({ object })

  constructor(definition: KindDefinition, root: string, stored?: Resource, custom?: Custom) {
    this.definition = definition
    this.custom = custom
    this.stored = stored ?? this
    const { group, version, kind, plural } = definition
    const struct = structNameOf(group, version, kind)
    this.typed = struct !== undefined
    this.struct = struct ?? `${group}.${version}.${kind}`
    this.verbs = definition.verbs ?? allVerbs
    const prefix = specialPrefixes[group ? `${plural}.${group}` : plural] ?? specialPrefixes[plural] ?? plural
    const indexed = group === '' ? indexedFields[plural] : undefined
    this.indexedField = indexed?.field
    this.cache = custom?.cache ?? stored?.cache ?? new ResourceCache(`${root}/${prefix}/`, indexed?.of)
  }

  get groupResource(): GroupName {
    return { group: this.definition.group, name: this.definition.plural }
  }

  get groupKind(): GroupName {
    return { group: this.definition.group, name: this.definition.kind }
  }

  get apiVersion(): string {
    const { group, version } = this.definition
    return group ? `${group}/${version}` : version
  }

  keyOf(namespace: string, name: string): string {
    return this.definition.namespaced ? `${namespace}/${name}` : name
  }

  /** A stored object as this resource shows it. */
  shown<T extends KubeObject>(object: T): T {
    const { storedAs } = this.definition
    if (!storedAs) return object
    const view = storedAs.fromStored(object)
    return (this.typed ? encode(this.struct, view as unknown as JsonObject) : view) as unknown as T
  }

  /** An object of this resource as it is stored. */
  kept(object: KubeObject): KubeObject {
    return this.definition.storedAs?.toStored(object) ?? object
  }

  /** What field selectors see. */
  fieldsOf(entry: Entry): Readonly<Record<string, string>> {
    const object = this.shown(entry.object as KubeObject)
    const { name = '', namespace } = object.metadata
    const own = this.definition.selectableFields?.(object)
    const meta: Readonly<Record<string, string>> = this.definition.namespaced
      ? { 'metadata.name': name, 'metadata.namespace': namespace ?? '' }
      : { 'metadata.name': name }
    return own ? { ...meta, ...own } : meta
  }

  /** The key, field or namespace by which a watcher with this selector is found. */
  watchIndex(
    namespace: string,
    selector: FieldSelector,
  ): { key?: string; indexed?: string; namespace?: string } {
    const name = exactFieldMatch(selector, 'metadata.name')
    if (name && (namespace || !this.definition.namespaced)) return { key: this.keyOf(namespace, name) }
    const indexed = this.indexedField && exactFieldMatch(selector, this.indexedField)
    if (indexed !== undefined) return { indexed }
    return namespace ? { namespace } : {}
  }
}

/** All resources that are served: those of the table, and those that somebody defines while the server runs. */
export class Resources {
  readonly builtIn: readonly Resource[]
  #all: readonly Resource[]
  #byPath = new Map<string, Resource>()
  #byKind = new Map<string, Resource>()

  constructor(kinds: readonly KindDefinition[], root: string) {
    this.builtIn = builtInResources(kinds, root)
    this.#all = this.builtIn
    this.serveCustom([])
  }

  get all(): readonly Resource[] {
    return this.#all
  }

  /** Serve these besides those of the table, which come first. */
  serveCustom(custom: readonly Resource[]): void {
    this.#all = [...this.builtIn, ...custom]
    this.#byPath = new Map()
    this.#byKind = new Map()
    for (const resource of this.#all.toReversed()) {
      const { group, version, plural, kind } = resource.definition
      this.#byPath.set(`${group}/${version}/${plural}`, resource)
      this.#byKind.set(`${group}/${kind}`, resource)
    }
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`)
  }

  /** By group and kind, in whatever version. */
  ofKind(group: string, kind: string): Resource | undefined {
    return this.#byKind.get(`${group}/${kind}`)
  }

  serves(group: string, version: string): boolean {
    return this.all.some(({ definition }) => definition.group === group && definition.version === version)
  }
}

/** The resources of the table; those that are views of others share their objects. */
function builtInResources(kinds: readonly KindDefinition[], root: string): Resource[] {
  const own = kinds.filter(({ storedAs }) => !storedAs).map((definition) => new Resource(definition, root))
  const views = kinds.flatMap((definition) => {
    const form = definition.storedAs?.definition
    const stored = own.find(({ definition: { group, kind } }) => group === form?.group && kind === form.kind)
    if (!stored) return []
    const view = new Resource(definition, root, stored)
    for (const one of [stored, view]) {
      stored.views.set(one.apiVersion, one)
      view.views.set(one.apiVersion, one)
    }
    return [view]
  })
  return [...own, ...views]
}
