import type { JsonObject } from '../api/objects.ts'
import type { HttpResponse } from '../host/http.ts'
import { json } from './answer.ts'
import type { Api, Call } from './call.ts'
import { parseAccept } from './negotiation.ts'
import { groupsOf, resourcesOf } from './resource-groups.ts'
import type { Resource } from './resources.ts'
import { hexHash, shortHash } from './sha256.ts'
import { subresourcesOf, type Subresource } from './subresources/index.ts'

/** `/api`, `/apis` and what is below, down to a group's version. Undefined: there is no such group. */
export function discovery(call: Call): HttpResponse | undefined {
  const [prefix, group, version] = call.info.path.split('/').slice(1)
  const { api } = call
  if (prefix === 'api') return group ? resourceList(api, '', group) : root(call, true)
  if (!group) return root(call, false)
  if (version) return resourceList(api, group, version)
  const found = groupsOf(api.resources).find((one) => one.group === group)
  return found && json(200, { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(found.group, found.versions) })
}

/** All at once if the client understands that, in either version of the format (KEP-3352). */
function root(call: Call, core: boolean): HttpResponse {
  const { api, request } = call
  const wanted = parseAccept(request.headers['accept'] ?? '').find(
    ({ type, parameters }) =>
      type === 'application/json' && (parameters['as'] === undefined || isAggregated(parameters)),
  )
  const version = wanted && isAggregated(wanted.parameters) ? wanted.parameters['v'] : undefined
  if (!version) return json(200, core ? legacyRoot(api) : groupList(api))
  const body = aggregated(api, core, version)
  const etag = `"${hexHash(JSON.stringify(body))}"`
  const headers = { etag, vary: 'Accept' }
  if (request.headers['if-none-match'] === etag) return { status: 304, headers }
  const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`
  return { status: 200, headers: { ...headers, 'content-type': type }, body }
}

const isAggregated = ({ as, g, v = '' }: Readonly<Record<string, string>>): boolean =>
  as === 'APIGroupDiscoveryList' && g === 'apidiscovery.k8s.io' && ['v2', 'v2beta1'].includes(v)

function legacyRoot({ flags }: Api): JsonObject {
  const address = flags.text('advertise-address') || flags.text('bind-address')
  const serverAddress = `${address}:${flags.text('secure-port')}`
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  }
}

const groupList = ({ resources }: Api): JsonObject => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: groupsOf(resources)
    .filter(({ group }) => group)
    .map(({ group, versions }) => apiGroup(group, versions)),
})

function apiGroup(name: string, versions: readonly string[]): JsonObject {
  const both = (version: string) => ({ groupVersion: `${name}/${version}`, version })
  return { name, versions: versions.map(both), preferredVersion: both(versions[0]!) }
}

function resourceList({ resources }: Api, group: string, version: string): HttpResponse | undefined {
  const found = resourcesOf(resources, group, version)
  if (found.length === 0) return undefined
  const list = found.flatMap((resource) => [
    listedResource(resource),
    ...subresourcesOf(resource).map((subresource) => listedSubresource(resource, subresource)),
  ])
  // Those that somebody defined are listed as they come, with their status before their scale.
  const byName = found[0]!.custom
    ? list
    : list.sort((a, b) => (String(a['name']) < String(b['name']) ? -1 : 1))
  const groupVersion = group ? `${group}/${version}` : version
  // The core group's list says no apiVersion.
  const head = group ? { kind: 'APIResourceList', apiVersion: 'v1' } : { kind: 'APIResourceList' }
  return json(200, { ...head, groupVersion, resources: byName })
}

/** Groups whose objects upstream keeps in an older version than it serves. */
const storedVersions: Readonly<Record<string, string>> = { 'apiextensions.k8s.io': 'v1beta1' }

function listedResource(resource: Resource): JsonObject {
  const { definition, verbs, cache } = resource
  const { kind, plural, singular, namespaced, shortNames, categories } = definition
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs,
    ...(shortNames?.length ? { shortNames } : {}),
    ...(categories?.length ? { categories } : {}),
    // apiserver: endpoints/discovery/storageversionhash.go
    ...(cache ? { storageVersionHash: shortHash(storageVersionOf(resource), 8) } : {}),
  }
}

const storageVersionOf = ({ custom, stored: { definition } }: Resource): string =>
  `${definition.group}/${custom?.storageVersion ?? storedVersions[definition.group] ?? definition.version}/${definition.kind}`

const listedSubresource = (
  { definition }: Resource,
  { name, kind, handlers, verbs }: Subresource,
): JsonObject => ({
  name: `${definition.plural}/${name}`,
  singularName: '',
  namespaced: definition.namespaced,
  ...(kind?.group ? { group: kind.group, version: kind.version } : {}),
  kind: kind?.kind ?? definition.kind,
  verbs: verbs ?? Object.keys(handlers).sort(),
})

function aggregated({ resources }: Api, core: boolean, version: string): JsonObject {
  const groups = groupsOf(resources).filter(({ group }) => (group === '') === core)
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map(({ group, versions }) => ({
      metadata: { ...(group ? { name: group } : {}), creationTimestamp: null },
      versions: versions.map((one) => ({
        version: one,
        resources: resourcesOf(resources, group, one).map(aggregatedResource),
        freshness: 'Current',
      })),
    })),
  }
}

function aggregatedResource(resource: Resource): JsonObject {
  const { kind, plural, singular, namespaced, shortNames, categories } = resource.definition
  const unsorted = subresourcesOf(resource)
  const subresources = resource.custom ? unsorted : unsorted.sort((a, b) => (a.name < b.name ? -1 : 1))
  // Kinds that somebody defined tell their group and version themselves.
  const group = resource.custom ? resource.definition.group : ''
  const version = resource.custom ? resource.definition.version : ''
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: resource.verbs,
    ...(shortNames?.length ? { shortNames } : {}),
    ...(categories?.length ? { categories } : {}),
    ...(subresources.length
      ? { subresources: subresources.map((one) => aggregatedSubresource({ group, version, kind }, one)) }
      : {}),
  }
}

const aggregatedSubresource = (
  own: { readonly group: string; readonly version: string; readonly kind: string },
  { name, kind, handlers, verbs }: Subresource,
): JsonObject => ({
  subresource: name,
  responseKind: {
    group: kind?.group ?? own.group,
    version: kind?.group ? kind.version : own.version,
    kind: kind?.kind ?? own.kind,
  },
  verbs: verbs ?? Object.keys(handlers).sort(),
})
