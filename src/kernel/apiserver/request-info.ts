import { parsePath, type HttpRequest } from '../host/http.ts'

/** What a request is about (apiserver: pkg/endpoints/request/requestinfo.go). */
export interface RequestInfo {
  /** Without query and the slash at its end. */
  readonly path: string
  /** `get`, `list`, `watch`, `create` ...; of other paths the method in lower case. */
  readonly verb: string
  /** Undefined for paths that are no resource's. */
  readonly target: Target | undefined
  readonly query: Query
}

export interface Target {
  readonly group: string
  readonly version: string
  readonly namespace: string
  /** The plural, as in the path. */
  readonly resource: string
  readonly name: string
  readonly subresource: string
  /** What follows the subresource (proxy). */
  readonly rest: readonly string[]
}

/** Query parameters, each maybe several times. */
export class Query {
  readonly #values = new Map<string, string[]>()

  constructor(pairs: readonly (readonly [string, string])[]) {
    for (const [name, value] of pairs) {
      const values = this.#values.get(name)
      if (values) values.push(value)
      else this.#values.set(name, [value])
    }
  }

  /** The first value, as Go's url.Values.Get gives it; empty when absent. */
  get(name: string): string {
    return this.#values.get(name)?.[0] ?? ''
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? []
  }

  /** Go's conversion of a query to a bool: absent, `0` and `false` are false, anything else is true. */
  bool(name: string): boolean {
    const [value] = this.all(name)
    return value !== undefined && value !== '0' && value.toLowerCase() !== 'false'
  }

  get pairs(): [string, string][] {
    return [...this.#values].flatMap(([name, values]) =>
      values.map((value): [string, string] => [name, value]),
    )
  }
}

/** Verbs that old paths begin with; what follows the name in those of proxies is no subresource. */
const specialVerbs = ['proxy', 'watch']

const subresourcesOfNamespaces = ['status', 'finalize']

/** Requests without a query come again and again: events of a namespace, the lease of a node. */
const known = new Map<string, RequestInfo>()
const MAX_KNOWN = 200

/** Take a request apart. */
export function requestInfo(request: HttpRequest): RequestInfo {
  if (request.path.includes('?')) return taken(request)
  const key = `${request.method} ${request.path}`
  let info = known.get(key)
  if (!info) {
    info = taken(request)
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(key, info)
  }
  return info
}

function taken(request: HttpRequest): RequestInfo {
  const { path, queries } = parsePath(request.path)
  const query = new Query(queries)
  const parts = path.split('/').filter(Boolean).map(decoded)
  const method = request.method.toUpperCase()
  const base = { path: path.length > 1 ? path.replace(/\/+$/, '') : path, query }
  const [prefix, ...rest] = parts
  const isApi = (prefix === 'api' && rest.length > 1) || (prefix === 'apis' && rest.length > 2)
  if (!isApi) return { ...base, verb: method.toLowerCase(), target: undefined }
  const [group, version, segments] =
    prefix === 'api' ? ['', rest[0]!, rest.slice(1)] : [rest[0]!, rest[1]!, rest.slice(2)]
  const [special = ''] = segments
  if (!specialVerbs.includes(special) || segments.length === 1) {
    const target = targetOf(group, version, segments)
    return { ...base, target, verb: verbOf(method, target, query) }
  }
  const target = targetOf(group, version, segments.slice(1))
  return { ...base, target: special === 'proxy' ? { ...target, subresource: '' } : target, verb: special }
}

function targetOf(group: string, version: string, segments: readonly string[]): Target {
  if (
    segments[0] === 'namespaces' &&
    segments.length > 2 &&
    !subresourcesOfNamespaces.includes(segments[2]!)
  ) {
    const [, namespace = '', resource = '', name = '', subresource = '', ...rest] = segments
    return { group, version, namespace, resource, name, subresource, rest }
  }
  const [resource = '', name = '', subresource = '', ...rest] = segments
  const namespace = resource === 'namespaces' ? name : ''
  return { group, version, namespace, resource, name, subresource, rest }
}

function verbOf(method: string, { name, subresource }: Target, query: Query): string {
  if (method === 'POST') return 'create'
  if (method === 'PUT') return 'update'
  if (method === 'PATCH') return 'patch'
  if (method === 'DELETE') return name ? 'delete' : 'deletecollection'
  if (method !== 'GET' && method !== 'HEAD') return method.toLowerCase()
  if (name) return query.bool('watch') && !subresource ? 'watch' : 'get'
  return query.bool('watch') ? 'watch' : 'list'
}

function decoded(part: string): string {
  if (!part.includes('%')) return part
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
