import { encodeBase64, decodeBase64 } from '../api/base64.ts'
import type { KubeObject } from '../api/objects.ts'
import { badRequest, expired, notFound, StatusError } from '../api/status.ts'
import { utf8Bytes } from '../api/utf8.ts'
import type { HttpResponse } from '../host/http.ts'
import type { ResourceCall } from './call.ts'
import type { Entry } from './entry.ts'
import { listOptions, parseRevision, selects, type ListOptions } from './list-options.ts'
import { render } from './render.ts'
import type { Resource } from './resources.ts'
import { isCompacted } from './etcd-client.ts'
import type { Task } from './task.ts'
import { Transform, type ListMeta } from './transform.ts'

/** GET of one object. */
export function* get(call: ResourceCall): Task<HttpResponse> {
  const transform = transformOf(call)
  const entry = yield* find(call)
  return render(call.form, 200, transform.one(entry.object as KubeObject))
}

/** The object that a request names, as fresh as it asks for; throws 404. */
export function* find({ api, query, target, resource }: ResourceCall): Task<Entry> {
  yield* freshness(api.storage, query.get('resourceVersion'))
  const entry = resource.cache.get(resource.keyOf(target.namespace, target.name))
  if (!entry) throw new StatusError(notFound(resource.stored.groupResource, target.name))
  return entry
}

/** GET of a collection. */
export function* list(call: ResourceCall): Task<HttpResponse> {
  const { api, query, target, resource } = call
  const options = listOptions(query, resource, false)
  const transform = transformOf(call)
  const page = yield* readPage(api.storage, resource, target.namespace, options)
  return render(
    call.form,
    200,
    transform.list(
      page.entries.map(({ object }) => object as KubeObject),
      page.metadata,
    ),
  )
}

/** The representation that a request asks for. */
export const transformOf = ({ api, query, resource, form }: ResourceCall): Transform =>
  new Transform(resource, form, {
    includeObject: query.get('includeObject'),
    now: () => api.os.clock,
    docs: () => api.docs.known,
  })

type Storage = ResourceCall['api']['storage']

/** Wait until the cache is as fresh as a resourceVersion asks: empty is "as of now", 0 anything. */
export function* freshness(storage: Storage, resourceVersion: string): Task<void> {
  if (resourceVersion === '') yield* storage.fresh()
  else if (resourceVersion !== '0') yield* storage.atLeast(parseRevision(resourceVersion))
}

interface Page {
  readonly entries: readonly Entry[]
  readonly metadata: ListMeta
}

/** A list, or a page of one (apiserver: storage/etcd3/store.go GetList and the cacher before it). */
export function* readPage(
  storage: Storage,
  resource: Resource,
  namespace: string,
  options: ListOptions,
): Task<Page> {
  const { resourceVersion: version, resourceVersionMatch: match } = options
  const matches = selects(resource, options)
  const request = { resource, namespace, options, matches }
  if (options.continue) return yield* continued(storage, request)
  const exact = match === 'Exact' || (match === '' && options.limit > 0 && version !== '' && version !== '0')
  if (exact) return yield* pageAt(storage, request, parseRevision(version), '')
  yield* freshness(storage, version)
  // A list from whatever the cache holds is never cut.
  const limit = version === '0' ? 0 : options.limit
  const { cache } = resource
  const within = namespace || undefined
  const entries = cache.list(within, limit > 0 && matchesAll(options) ? limit : undefined)
  return pageOf(request, entries, storage.revision, limit, cache.count(within) - entries.length)
}

interface PageRequest {
  readonly resource: Resource
  readonly namespace: string
  readonly options: ListOptions
  readonly matches: (entry: Entry) => boolean
}

function* continued(storage: Storage, request: PageRequest): Task<Page> {
  if (request.options.resourceVersion && request.options.resourceVersion !== '0')
    throw new StatusError(badRequest('specifying resource version is not allowed when using continue'))
  const { revision, start } = decodeContinue(request.options.continue)
  if (revision >= 0) return yield* pageAt(storage, request, revision, start)
  yield* storage.fresh()
  return yield* pageAt(storage, request, storage.revision, start)
}

/** From the cache if nothing has changed since that revision, otherwise from etcd. */
function* pageAt(storage: Storage, request: PageRequest, revision: number, start: string): Task<Page> {
  const { resource, namespace, options } = request
  const from = start ? `${namespace ? `${namespace}/` : ''}${start}` : ''
  yield* storage.atLeast(revision)
  if (resource.cache.changesAfter(revision)?.length === 0) {
    const rest = resource.cache.list(namespace || undefined).filter(({ key }) => key >= from)
    return pageOf(request, rest, revision, options.limit)
  }
  const below = namespace ? `${namespace}0` : '\uffff'
  const begin = from || (namespace ? `${namespace}/` : '')
  try {
    const all = yield* storage.rangeAt(resource.cache, { from: begin, below, limit: 0, revision })
    return pageOf(request, all.entries, revision, options.limit)
  } catch (error) {
    if (!isCompacted(error)) throw error
    throw start
      ? expiredContinue(start)
      : new StatusError(expired('The resourceVersion for the provided list is too old.'))
  }
}

/** `beyond`: how many more there are behind the entries, all of which match. */
function pageOf(
  { resource, namespace, options, matches }: PageRequest,
  entries: readonly Entry[],
  revision: number,
  limit: number,
  beyond = 0,
): Page {
  const metadata: ListMeta = { resourceVersion: String(revision) }
  const selected = matchesAll(options) ? entries : entries.filter(matches)
  const total = selected.length + beyond
  if (limit === 0 || total <= limit) return { entries: selected, metadata }
  const page = selected.slice(0, limit)
  const last = page.at(-1)!.key
  const start = `${namespace && resource.definition.namespaced ? last.slice(namespace.length + 1) : last}\0`
  const remaining = matchesAll(options) ? { remainingItemCount: total - limit } : {}
  return { entries: page, metadata: { ...metadata, continue: encodeContinue(revision, start), ...remaining } }
}

const matchesAll = ({ labels, fields }: ListOptions): boolean =>
  labels.requirements.length === 0 && !labels.nothing && fields.length === 0

// apiserver: pkg/storage/continue.go

const tokenVersion = 'meta.k8s.io/v1'

/** A key does not say that it is a path; the token is base64 for URLs, without padding. */
function encodeContinue(revision: number, start: string): string {
  const token = JSON.stringify({ v: tokenVersion, rv: revision, start })
  return encodeBase64(utf8Bytes(token)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function decodeContinue(token: string): { revision: number; start: string } {
  const invalid = (why: string) => new StatusError(badRequest(`invalid continue token: ${why}`))
  const wrongAt = /[^A-Za-z0-9_-]/.exec(token)?.index ?? (token.length % 4 === 1 ? token.length - 1 : -1)
  const padded = token
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .padEnd(Math.ceil(token.length / 4) * 4, '=')
  const decoded = decodeBase64(padded)
  if (wrongAt >= 0 || 'wrongAt' in decoded)
    throw invalid(
      `continue key is not valid: illegal base64 data at input byte ${wrongAt >= 0 ? wrongAt : token.length - 1}`,
    )
  let value: { v?: unknown; rv?: unknown; start?: unknown }
  try {
    value = JSON.parse(String.fromCharCode(...decoded.bytes)) as typeof value
  } catch {
    throw invalid('continue key is not valid: invalid character in continue token')
  }
  if (value.v !== tokenVersion)
    throw invalid(
      `continue key is not valid: server does not recognize this encoded version ${JSON.stringify(value.v ?? '')}`,
    )
  if (value.rv === undefined || value.rv === 0)
    throw invalid(
      'continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
    )
  if (typeof value.start !== 'string' || value.start === '')
    throw invalid('continue key is not valid: encoded start key empty (version meta.k8s.io/v1)')
  const start = value.start.replace(/^\//, '')
  if (`/${start}`.split('/').includes('..')) throw invalid(`continue key is not valid: ${value.start}`)
  return { revision: Number(value.rv), start }
}

/** The client may go on with what there is now. */
function expiredContinue(start: string): StatusError {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
    'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
    'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
    'deleted between the time the first chunk was returned and now may show up in the list.'
  return new StatusError({ ...expired(message), metadata: { continue: encodeContinue(-1, start) } as never })
}
