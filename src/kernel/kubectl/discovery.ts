import { StatusError } from '../api/status.ts'
import type { Sys } from '../host/sys.ts'
import type { Api } from './transport.ts'

/** One resource of one group and version, as discovery tells it. */
export interface Resource {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly namespaced: boolean
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly verbs: readonly string[]
  readonly subresources: readonly string[]
}

/** A group with its versions, the preferred first. */
export interface ResourceGroup {
  readonly name: string
  readonly versions: readonly { readonly version: string; readonly resources: readonly Resource[] }[]
}

/** What the server serves, in its order. */
export function* discover(api: Api): Sys<ResourceGroup[]> {
  const core = yield* groupsAt(api, '/api')
  const others = yield* groupsAt(api, '/apis')
  return [...core, ...others]
}

const aggregated = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(',')

function* groupsAt(api: Api, path: string): Sys<ResourceGroup[]> {
  const body: unknown = yield* api.call({ path, query: { timeout: '32s' }, accept: aggregated })
  const document = body as DiscoveryList & LegacyVersions & LegacyGroups
  if (document.kind === 'APIGroupDiscoveryList') return document.items.map(fromAggregated)
  if (path === '/api') {
    const versions = []
    for (const version of document.versions ?? [])
      versions.push({ version, resources: yield* legacyResources(api, '', version) })
    return [{ name: '', versions }]
  }
  const groups: ResourceGroup[] = []
  for (const group of document.groups ?? []) groups.push(yield* legacyGroup(api, group))
  return groups
}

interface DiscoveryList {
  readonly kind: string
  readonly items: readonly {
    readonly metadata: { readonly name?: string }
    readonly versions: readonly {
      readonly version: string
      readonly resources?: readonly {
        readonly resource: string
        readonly responseKind?: { readonly group?: string; readonly version?: string; readonly kind: string }
        readonly scope: string
        readonly singularResource: string
        readonly verbs: readonly string[]
        readonly shortNames?: readonly string[]
        readonly categories?: readonly string[]
        readonly subresources?: readonly { readonly subresource: string }[]
      }[]
    }[]
  }[]
}

interface LegacyVersions {
  readonly versions?: readonly string[]
}
interface LegacyGroups {
  readonly groups?: readonly LegacyGroup[]
}
interface LegacyGroup {
  readonly name: string
  readonly versions: readonly { readonly version: string }[]
}
interface LegacyResource {
  readonly name: string
  readonly singularName: string
  readonly namespaced: boolean
  readonly kind: string
  readonly verbs: readonly string[]
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
}

function fromAggregated({ metadata, versions }: DiscoveryList['items'][number]): ResourceGroup {
  const group = metadata.name ?? ''
  return {
    name: group,
    versions: versions.map(({ version, resources = [] }) => ({
      version,
      resources: resources
        .filter(({ responseKind }) => responseKind?.kind)
        .map((resource) => ({
          group,
          version,
          kind: resource.responseKind?.kind ?? '',
          plural: resource.resource,
          singular: resource.singularResource || (resource.responseKind?.kind ?? '').toLowerCase(),
          namespaced: resource.scope === 'Namespaced',
          shortNames: resource.shortNames ?? [],
          categories: resource.categories ?? [],
          verbs: resource.verbs,
          subresources: (resource.subresources ?? []).map(({ subresource }) => subresource),
        })),
    })),
  }
}

function* legacyGroup(api: Api, { name, versions }: LegacyGroup): Sys<ResourceGroup> {
  const found = []
  for (const { version } of versions)
    found.push({ version, resources: yield* legacyResources(api, name, version) })
  return { name, versions: found }
}

function* legacyResources(api: Api, group: string, version: string): Sys<Resource[]> {
  const path = group ? `/apis/${group}/${version}` : `/api/${version}`
  let listed: readonly LegacyResource[] = []
  try {
    const body: unknown = yield* api.call({ path, query: { timeout: '32s' } })
    listed = (body as { resources?: readonly LegacyResource[] }).resources ?? []
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
  }
  return listed
    .filter(({ name }) => !name.includes('/'))
    .map((resource) => ({
      group,
      version,
      kind: resource.kind,
      plural: resource.name,
      singular: resource.singularName || resource.kind.toLowerCase(),
      namespaced: resource.namespaced,
      shortNames: resource.shortNames ?? [],
      categories: resource.categories ?? [],
      verbs: resource.verbs,
      subresources: listed
        .filter(({ name }) => name.startsWith(`${resource.name}/`))
        .map(({ name }) => name.slice(resource.name.length + 1)),
    }))
}
