import type { KindDefinition } from '../kind.ts'
import type { Json, JsonObject } from '../objects.ts'
import { customTypeName, openApiName } from './openapi-schema.ts'
import { structNameOf } from './types.ts'

type Method = 'get' | 'put' | 'post' | 'patch' | 'delete'

/** Something below an object: `status`, `scale`, `log`. */
export interface Subresource {
  readonly name: string
  /** Type that goes in and out, e.g. `autoscaling.v1.Scale`; none is plain text or a stream. */
  readonly type?: string
  readonly verbs: readonly Method[]
  /** Names of query parameters beyond the usual, with their types. */
  readonly parameters?: Readonly<Record<string, 'string' | 'integer' | 'boolean'>>
}

/** The paths of a kind: collections, objects, subresources (kube-openapi: pkg/builder3, apiserver: endpoints/installer.go). */
export function operationsOf(
  definition: KindDefinition,
  subresources: readonly Subresource[],
  root: string,
): Record<string, Json> {
  const { plural, namespaced } = definition
  const collection = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`
  const inPath = namespaced ? [pathParameter('namespace')] : []
  const object = `${collection}/{name}`
  const listed = namespaced && (!definition.verbs || definition.verbs.includes('list'))
  return {
    ...(listed && {
      [`${root}/${plural}`]: { get: operation(definition, 'list', 'ForAllNamespaces'), parameters: [pretty] },
    }),
    [collection]: {
      ...methods(definition, { get: 'list', post: 'create', delete: 'deletecollection' }),
      parameters: [...inPath, pretty],
    },
    [object]: {
      ...methods(definition, { get: 'get', put: 'update', delete: 'delete', patch: 'patch' }),
      parameters: [pathParameter('name'), ...inPath, pretty],
    },
    ...Object.fromEntries(
      subresources.map((one) => [
        `${object}/${one.name}`,
        {
          ...subresourceMethods(definition, one),
          parameters: [pathParameter('name'), ...inPath, pretty, ...queryParameters(one.parameters ?? {})],
        },
      ]),
    ),
  }
}

type Verb = 'list' | 'create' | 'deletecollection' | 'get' | 'update' | 'delete' | 'patch'

/** Names of the actions and what operationId begins with. */
const actions: Readonly<Record<Verb, readonly [action: string, word: string]>> = {
  list: ['list', 'list'],
  create: ['post', 'create'],
  deletecollection: ['deletecollection', 'delete'],
  get: ['get', 'read'],
  update: ['put', 'replace'],
  delete: ['delete', 'delete'],
  patch: ['patch', 'patch'],
}

function methods(
  definition: KindDefinition,
  verbs: Partial<Record<Method, Verb>>,
): Record<string, JsonObject> {
  const served = Object.entries(verbs).filter(
    ([, verb]) => !definition.verbs || definition.verbs.includes(verb),
  )
  return Object.fromEntries(served.map(([method, verb]) => [method, operation(definition, verb, '')]))
}

function operation(definition: KindDefinition, verb: Verb, suffix: string): JsonObject {
  const { group, version, kind } = definition
  const own = structNameOf(group, version, kind) ?? customTypeName(group, version, kind)
  const answer =
    verb === 'list' ? `${own}List` : verb === 'delete' || verb === 'deletecollection' ? 'meta.v1.Status' : own
  const [action, word] = actions[verb]
  const scope = definition.namespaced && !suffix ? 'Namespaced' : ''
  const collection = verb === 'deletecollection' ? 'Collection' : ''
  return {
    tags: [tagOf(group, version)],
    description: describe(verb, kind),
    operationId: `${word}${titleOf(group, version)}${collection}${scope}${kind}${suffix}`,
    ...(parameters[verb].length > 0 && { parameters: parameters[verb] }),
    ...requestBody(verb, own),
    responses: responses(verb, answer),
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind },
  }
}

function subresourceMethods(
  definition: KindDefinition,
  { name, type, verbs }: Subresource,
): Record<string, JsonObject> {
  const { group, version, kind } = definition
  const toVerb: Readonly<Record<Method, Verb>> = {
    get: 'get',
    put: 'update',
    post: 'create',
    patch: 'patch',
    delete: 'delete',
  }
  const of = type && type !== structNameOf(group, version, kind) ? gvkOf(type) : { group, version, kind }
  return Object.fromEntries(
    verbs.map((method) => {
      const verb = toVerb[method]
      const base = operation(definition, verb, '')
      const operationId = `${String(base['operationId'])}${name.charAt(0).toUpperCase()}${name.slice(1)}`
      const text = {
        200: { description: 'OK', content: { 'text/plain': { schema: { type: 'string' } } } },
        401: { description: 'Unauthorized' },
      }
      const plain = { responses: text, 'x-kubernetes-action': verb === 'get' ? 'get' : 'connect' }
      const typed = type ? { ...requestBody(verb, type), responses: responses(verb, type) } : plain
      return [
        method,
        {
          ...base,
          description: `${verb} ${name} of the specified ${kind}`,
          operationId,
          ...typed,
          'x-kubernetes-group-version-kind': of,
        },
      ]
    }),
  )
}

function gvkOf(type: string): JsonObject {
  const [owner = '', version = '', kind = ''] = type.split('.')
  const groups: Readonly<Record<string, string>> = { core: '', authentication: 'authentication.k8s.io' }
  return { group: groups[owner] ?? owner, version, kind }
}

const describe = (verb: Verb, kind: string): string =>
  verb === 'list'
    ? `list or watch objects of kind ${kind}`
    : verb === 'deletecollection'
      ? `delete collection of ${kind}`
      : `${verb === 'get' ? 'read' : verb === 'update' ? 'replace' : verb === 'patch' ? 'partially update' : verb} ${article(kind, verb)}`

const article = (kind: string, verb: Verb): string =>
  verb === 'create' || verb === 'delete' ? `a ${kind}` : `the specified ${kind}`

const tagOf = (group: string, version: string): string =>
  `${group === '' ? 'core' : (group.split('.', 1)[0] ?? '')}_${version}`

/** `AppsV1`, as operationIds begin. */
export const titleOf = (group: string, version: string): string => {
  const words = [...(group || 'core').replace(/\.k8s\.io$/, '').split('.'), version]
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

const schemaOf = (type: string): JsonObject => ({
  schema: { $ref: `#/components/schemas/${openApiName(type)}` },
})

const patchTypes = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
]

function requestBody(verb: Verb, type: string): { readonly requestBody?: JsonObject } {
  if (verb === 'delete' || verb === 'deletecollection')
    return { requestBody: { content: { '*/*': schemaOf('meta.v1.DeleteOptions') } } }
  if (verb === 'create' || verb === 'update')
    return { requestBody: { content: { '*/*': schemaOf(type) }, required: true } }
  if (verb !== 'patch') return {}
  const content = Object.fromEntries(patchTypes.map((name) => [name, schemaOf('meta.v1.Patch')]))
  return { requestBody: { content, required: true } }
}

function responses(verb: Verb, type: string): JsonObject {
  const types = ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml']
  const streams = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch']
  const content = Object.fromEntries(
    [...types, ...(verb === 'list' ? streams : [])].sort().map((name) => [name, schemaOf(type)]),
  )
  const answer = (description: string) => ({ description, content })
  return {
    200: answer('OK'),
    ...((verb === 'create' || verb === 'update' || verb === 'patch') && { 201: answer('Created') }),
    ...((verb === 'create' || verb === 'delete') && { 202: answer('Accepted') }),
    401: { description: 'Unauthorized' },
  }
}

/** Query parameters by name (apiserver: the fields of metav1.ListOptions, CreateOptions, ...). */
const known: Readonly<Record<string, readonly ['string' | 'integer' | 'boolean', string]>> = {
  allowWatchBookmarks: ['boolean', 'Whether the watch may send events of type BOOKMARK.'],
  continue: ['string', 'Where the server said that the next page of the list begins.'],
  dryRun: ['string', 'When present, nothing is stored; `All` processes every stage of the request.'],
  fieldManager: ['string', 'Name of who makes the change; at most 128 printable characters.'],
  fieldSelector: ['string', 'Restricts the list by the fields of the objects. Defaults to everything.'],
  fieldValidation: [
    'string',
    'What happens to unknown and duplicate fields: Ignore, Warn (the default) or Strict.',
  ],
  force: ['boolean', 'Take over fields that another manager of server-side apply owns.'],
  gracePeriodSeconds: ['integer', 'Seconds before the object is deleted; zero deletes at once.'],
  ignoreStoreReadErrorWithClusterBreakingPotential: [
    'boolean',
    'Delete an object that cannot be read from the store any more.',
  ],
  labelSelector: ['string', 'Restricts the list by the labels of the objects. Defaults to everything.'],
  limit: ['integer', 'The most objects that one answer may hold; more come with `continue`.'],
  orphanDependents: ['boolean', 'Deprecated: use propagationPolicy. Whether dependents are orphaned.'],
  propagationPolicy: ['string', 'What happens to dependents: Orphan, Background or Foreground.'],
  resourceVersion: ['string', 'How fresh the answer must be, or where a watch begins.'],
  resourceVersionMatch: ['string', 'How resourceVersion is applied to a list: NotOlderThan or Exact.'],
  sendInitialEvents: ['boolean', 'Whether a watch begins with the objects that there are.'],
  timeoutSeconds: ['integer', 'How long a list or watch may take.'],
  watch: ['boolean', 'Stream the changes instead of a list.'],
}

const query = (name: string): JsonObject => {
  const [type, description] = known[name]!
  return { name, in: 'query', description, schema: { type, uniqueItems: true } }
}

const listNames = [
  'allowWatchBookmarks',
  'continue',
  'fieldSelector',
  'labelSelector',
  'limit',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'timeoutSeconds',
  'watch',
]
const writeNames = ['dryRun', 'fieldManager', 'fieldValidation']
const deleteNames = [
  'dryRun',
  'gracePeriodSeconds',
  'ignoreStoreReadErrorWithClusterBreakingPotential',
  'orphanDependents',
  'propagationPolicy',
]

const parameters: Readonly<Record<Verb, readonly JsonObject[]>> = {
  list: listNames.map(query),
  create: writeNames.map(query),
  update: writeNames.map(query),
  patch: [...writeNames, 'force'].map(query),
  get: [],
  delete: deleteNames.map(query),
  deletecollection: [
    ...deleteNames,
    ...listNames.filter((name) => name !== 'watch' && name !== 'allowWatchBookmarks'),
  ]
    .sort()
    .map(query),
}

const pathParameter = (name: 'name' | 'namespace'): JsonObject => ({
  name,
  in: 'path',
  description:
    name === 'name' ? 'name of the object' : 'object name and auth scope, such as for teams and projects',
  required: true,
  schema: { type: 'string', uniqueItems: true },
})

const pretty: JsonObject = {
  name: 'pretty',
  in: 'query',
  description: "If 'true', then the output is pretty printed.",
  schema: { type: 'string', uniqueItems: true },
}

const queryParameters = (names: Readonly<Record<string, string>>): JsonObject[] =>
  Object.entries(names).map(([name, type]) => ({ name, in: 'query', schema: { type, uniqueItems: true } }))
