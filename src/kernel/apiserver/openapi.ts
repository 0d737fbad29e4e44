import type { Json, JsonObject } from '../api/objects.ts'
import { openApiDocument, type ServedKind } from '../api/schema/openapi.ts'
import type { HttpResponse } from '../host/http.ts'
import { json, pageNotFound } from './answer.ts'
import type { CustomKind } from '../api/crd/custom-kind.ts'
import { customSchemas, referredTypes } from '../api/crd/openapi.ts'
import type { DocsOf } from '../api/schema/openapi-schema.ts'
import type { Api, Call } from './call.ts'
import { groupsOf } from './resource-groups.ts'
import type { Resource } from './resources.ts'
import { hexHash } from './sha256.ts'
import type { Task } from './task.ts'
import { versionInfo } from './version.ts'

/** `/openapi/v3`, `/openapi/v3/apis/apps/v1`, `/openapi/v2` (kube-openapi: pkg/handler3). */
export function* openApi(call: Call): Task<HttpResponse> {
  const { api, info, request } = call
  const [, , version, ...rest] = info.path.split('/')
  if (version === 'v2') return rest.length ? pageNotFound() : yield* swagger(call)
  if (rest.length === 0) return json(200, { paths: index(api) })
  const found = groupVersionsOf(api).find(({ path }) => path === rest.join('/'))
  if (!found) return pageNotFound()
  const etag = `"${hashOf(api, found)}"`
  const headers = { etag, 'cache-control': 'public, immutable', vary: 'Accept' }
  if (request.headers['if-none-match'] === etag) return { status: 304, headers }
  yield* api.docs.load()
  return json(200, documentOf(api, found), headers)
}

interface GroupVersion {
  readonly group: string
  readonly version: string
  /** `apis/apps/v1` */
  readonly path: string
}

const groupVersionsOf = ({ resources }: Api): GroupVersion[] =>
  groupsOf(resources).flatMap(({ group, versions }) =>
    versions.map((version) => ({
      group,
      version,
      path: group ? `apis/${group}/${version}` : `api/${version}`,
    })),
  )

function index(api: Api): JsonObject {
  const entries = groupVersionsOf(api).map((one): [string, Json] => [
    one.path,
    { serverRelativeURL: `/openapi/v3/${one.path}?hash=${hashOf(api, one)}` },
  ])
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** What is served in a group, without making the document. */
function hashOf({ resources }: Api, { group, version }: GroupVersion): string {
  const served = resources.all.filter(
    ({ definition }) => definition.group === group && definition.version === version,
  )
  // What Go knows does not change; other schemas do.
  const texts = served.map(({ definition: { kind }, custom }) =>
    custom ? `${kind} ${schemaHash(custom.kind)}` : kind,
  )
  return hexHash(`${versionInfo.gitVersion} ${group}/${version} ${texts.join(' ')}`)
}

const schemaHashes = new WeakMap<CustomKind, string>()

function schemaHash(kind: CustomKind): string {
  let hash = schemaHashes.get(kind)
  if (!hash) schemaHashes.set(kind, (hash = hexHash(JSON.stringify(kind.schema))))
  return hash
}

function documentOf(api: Api, { group, version, path }: GroupVersion): JsonObject {
  let document = api.documents.get(path)
  if (!document) {
    const served = api.resources.all.map(servedKind)
    document = openApiDocument(group, version, served, api.docs.ofType)
    api.documents.set(path, document)
  }
  return document
}

function servedKind({ definition, custom }: Resource): ServedKind {
  if (!custom) return { definition }
  const { kind } = custom
  const of = (name: string, docsOf: DocsOf) => customSchemas(kind, name, docsOf)
  return { definition, custom: { of, types: referredTypes } }
}

/** The older format: everything in one document. */
function* swagger({ api, request }: Call): Task<HttpResponse> {
  const etag = `"${hexHash(
    groupVersionsOf(api)
      .map((one) => hashOf(api, one))
      .join(' '),
  )}"`
  const headers = { etag, vary: 'Accept' }
  if (request.headers['if-none-match'] === etag) return { status: 304, headers }
  yield* api.docs.load()
  const documents = groupVersionsOf(api).map((one) => documentOf(api, one))
  const definitions = documents.map((one) => (one['components'] as JsonObject)['schemas'] as JsonObject)
  const text = JSON.stringify(Object.assign({}, ...definitions)).replaceAll(
    '#/components/schemas/',
    '#/definitions/',
  )
  return json(
    200,
    {
      swagger: '2.0',
      info: { title: 'Kubernetes', version: versionInfo.gitVersion },
      paths: Object.assign({}, ...documents.map((one) => one['paths'])),
      definitions: JSON.parse(text) as JsonObject,
    },
    headers,
  )
}
