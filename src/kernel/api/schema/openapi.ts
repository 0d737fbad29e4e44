import type { KindDefinition } from '../kind.ts'
import type { Json, JsonObject } from '../objects.ts'
import {
  customTypeName,
  openApiName,
  openApiSchema,
  referencesOf,
  scalarSchemas,
  type DocsOf,
} from './openapi-schema.ts'
import { operationsOf, titleOf, type Subresource } from './openapi-paths.ts'
import { requireStruct, structNameOf, structType } from './types.ts'

/** A kind with what stands below it. */
export interface ServedKind {
  readonly definition: KindDefinition
  /** Of a kind that Go does not know. */
  readonly custom?: CustomSchemas
  /** Beyond status and scale, which the definition tells itself. */
  readonly subresources?: readonly Subresource[]
}

/** Schemas by name, and the types that they refer to. */
export interface CustomSchemas {
  of(name: string, docsOf: DocsOf): Readonly<Record<string, JsonObject>>
  readonly types: readonly string[]
}

/** Types that every document has, for they are in every operation. */
const commonTypes = [
  'meta.v1.APIResourceList',
  'meta.v1.DeleteOptions',
  'meta.v1.Status',
  'meta.v1.WatchEvent',
]

/**
 * The OpenAPI v3 document of one group and version (`/openapi/v3/apis/apps/v1`): the types with their x-kubernetes
 * extensions, and the paths with their parameters, as `kubectl explain`, `apply` and the query checks of kubectl read them.
 */
export function openApiDocument(
  group: string,
  version: string,
  kinds: readonly ServedKind[],
  docsOf: DocsOf,
): JsonObject {
  const served = kinds.filter(
    ({ definition }) => definition.group === group && definition.version === version,
  )
  const paths: Record<string, Json> = { [`${rootOf(group, version)}/`]: resourcesPath(group, version) }
  const roots = [...commonTypes]
  const schemas: Record<string, JsonObject> = {}
  for (const { definition, custom, subresources = [] } of served) {
    const all = [...ownSubresources(definition), ...subresources]
    Object.assign(paths, operationsOf(definition, all, rootOf(group, version)))
    const name =
      structNameOf(group, version, definition.kind) ?? customTypeName(group, version, definition.kind)
    if (custom) Object.assign(schemas, custom.of(name, docsOf))
    roots.push(...(custom?.types ?? []))
    roots.push(name, `${name}List`, ...all.flatMap(({ type }) => type ?? []))
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: '1.32' },
    paths: sortedKeys(paths),
    components: {
      schemas: sortedKeys({ ...componentsOf(roots, groupVersionsOf(kinds), docsOf), ...schemas }),
      securitySchemes: {
        BearerToken: {
          type: 'apiKey',
          description: 'Bearer Token authentication',
          name: 'authorization',
          in: 'header',
        },
      },
    },
  }
}

/** `/api/v1`, `/apis/apps/v1`. */
export const rootOf = (group: string, version: string): string =>
  group ? `/apis/${group}/${version}` : `/api/${version}`

function ownSubresources({ status, scale, group, version, kind }: KindDefinition): Subresource[] {
  const own = structNameOf(group, version, kind) ?? customTypeName(group, version, kind)
  return [
    ...(scale
      ? [{ name: 'scale', type: 'autoscaling.v1.Scale', verbs: ['get', 'put', 'patch'] as const }]
      : []),
    ...(status && own ? [{ name: 'status', type: own, verbs: ['get', 'put', 'patch'] as const }] : []),
  ]
}

function resourcesPath(group: string, version: string): JsonObject {
  const reference = { $ref: `#/components/schemas/${openApiName('meta.v1.APIResourceList')}` }
  const content = { 'application/json': { schema: reference }, 'application/yaml': { schema: reference } }
  return {
    get: {
      tags: [`${group === '' ? 'core' : group.split('.', 1)[0]!}_${version}`],
      description: 'get available resources',
      operationId: `get${titleOf(group, version)}APIResources`,
      responses: { 200: { description: 'OK', content }, 401: { description: 'Unauthorized' } },
    },
  }
}

/** The types of `roots` and all that they refer to. */
function componentsOf(
  roots: readonly string[],
  versions: readonly JsonObject[],
  docsOf: DocsOf,
): Record<string, JsonObject> {
  const components: Record<string, JsonObject> = {
    'io.k8s.apimachinery.pkg.apis.meta.v1.Patch': {
      description: 'Patch is provided to give a concrete name and type to the Kubernetes PATCH request body.',
      type: 'object',
    },
  }
  const open = [...roots]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const struct = structType(name)
    if (!struct || components[openApiName(name)]) continue
    components[openApiName(name)] = openApiSchema(requireStruct(name), docsOf, kindsOf(name, versions))
    const { structs, scalars } = referencesOf(struct)
    open.push(...structs)
    for (const scalar of scalars) {
      const named = scalarSchemas[scalar]
      if (named) components[named.name] = named.schema
    }
  }
  return components
}

/** Types that every group shares are a kind of each. */
const everyGroup = ['meta.v1.DeleteOptions', 'meta.v1.WatchEvent']

/** x-kubernetes-group-version-kind of a type; none for a part of a kind. */
function kindsOf(name: string, versions: readonly JsonObject[]): JsonObject[] {
  const kind = name.slice(name.lastIndexOf('.') + 1)
  if (everyGroup.includes(name)) return versions.map(({ group, version }) => ({ group, kind, version }))
  if (name === 'meta.v1.Status') return [{ group: '', kind, version: 'v1' }]
  const fields = requireStruct(name).fields
  if (!fields.has('apiVersion') || !fields.has('kind') || !fields.has('metadata')) return []
  const version = versions.find(
    (one) => structNameOf(String(one['group']), String(one['version']), kind) === name,
  )
  return version ? [{ group: version['group'], kind, version: version['version'] }] : []
}

function groupVersionsOf(kinds: readonly ServedKind[]): JsonObject[] {
  const all = kinds.map(({ definition: { group, version } }) => `${group}/${version}`)
  const extra = ['autoscaling/v1', 'policy/v1', 'authentication.k8s.io/v1', '/v1']
  return [...new Set([...all, ...extra])].sort().map((key) => {
    const slash = key.lastIndexOf('/')
    return { group: key.slice(0, slash), version: key.slice(slash + 1) }
  })
}

const sortedKeys = <T>(object: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))
