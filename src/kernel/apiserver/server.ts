import { unauthorized, type Status } from '../api/status.ts'
import type { KindDefinition } from '../api/kind.ts'
import { serveHttp, type Exchange, type HttpRequest, type HttpResponse } from '../host/http.ts'
import type { Os } from '../host/program.ts'
import { admissionOf } from './admission/index.ts'
import { panicStatus, requestTimedOut, statusAnswer, statusOf, text } from './answer.ts'
import { Authenticator } from './authn/authenticator.ts'
import { impersonated } from './authn/impersonation.ts'
import { signingTokens } from './authn/signing-keys.ts'
import { attributesOf } from './authz/authorizer.ts'
import { Authorization } from './authz/authorization.ts'
import { Backends } from './backend.ts'
import type { Api, Call, ResourceCall, User } from './call.ts'
import { beforeCustom } from './crd/before-custom.ts'
import { Documentation } from './docs.ts'
import { EtcdClient } from './etcd-client.ts'
import type { Flags } from './flags.ts'
import { negotiate, parseAccept } from './negotiation.ts'
import { nonResourceAnswer } from './paths.ts'
import { render } from './render.ts'
import { requestInfo, type RequestInfo } from './request-info.ts'
import { ResourceCache } from './resource-cache.ts'
import { Resources } from './resources.ts'
import { routeOf } from './routes.ts'
import { ServiceAllocator } from './service-allocator.ts'
import { Seats } from './seats.ts'
import { Storage } from './storage.ts'
import { runTask, type Task } from './task.ts'

/** Requests that may wait (apiserver: the queues of the priority level `workload-low`). */
const QUEUE_LIMIT = 6400

const mutating = ['create', 'update', 'patch', 'delete', 'deletecollection']

/** The API server: takes requests, finds who asks and what is asked, and answers. */
export class Server {
  readonly api: Api
  readonly #os: Os
  readonly #seats: Seats

  constructor(os: Os, flags: Flags, kinds: readonly KindDefinition[]) {
    this.#os = os
    const root = flags.text('etcd-prefix').replace(/\/$/, '')
    const resources = new Resources(kinds, root)
    const etcd = new EtcdClient(os, flags.list('etcd-servers'))
    const masterLeases = new ResourceCache(`${root}/masterleases/`)
    const ranges = new ResourceCache(`${root}/ranges/`)
    const caches = [...resources.all.map(({ cache }) => cache), masterLeases, ranges]
    const storage = new Storage(os, etcd, root, caches)
    const serviceResource = resources.ofKind('', 'Service')
    const services = new ServiceAllocator(flags, serviceResource?.cache ?? ranges, ranges)
    if (serviceResource) {
      serviceResource.allocate = (...args) => services.allocate(...args)
    }
    const audiences = flags.list('api-audiences')
    const api: Omit<Api, 'authenticator'> = {
      os,
      flags,
      kinds,
      resources,
      storage,
      etcd,
      tokens: signingTokens(os, flags, root),
      audiences: audiences.length ? audiences : flags.list('service-account-issuer').slice(0, 1),
      authorization: new Authorization(flags, resources),
      requests: new Map(),
      docs: new Documentation(os),
      documents: new Map(),
      admission: admissionOf(flags),
      backends: new Backends(),
      services,
      masterLeases,
    }
    this.api = Object.assign(api, { authenticator: new Authenticator(api) })
    const seats = flags.number('max-requests-inflight') + flags.number('max-mutating-requests-inflight')
    this.#seats = new Seats(seats, QUEUE_LIMIT)
  }

  /** Begin to listen. */
  serve(): void {
    const { flags } = this.api
    const bind = flags.text('bind-address')
    const address = bind === '0.0.0.0' || bind === '::' ? {} : { address: bind }
    serveHttp(this.#os, flags.number('secure-port'), (exchange) => this.#handle(exchange), address)
  }

  #handle(exchange: Exchange): void {
    const { request } = exchange
    const info = requestInfo(request)
    const user = this.#admitted(request, info)
    if ('status' in user) return exchange.respond(inForm(request, statusAnswer(user)))
    const call: Call = { api: this.api, exchange, request, info, query: info.query, user, warnings: [] }
    if (isLong(info)) return this.#begin(call, () => {})
    if (!this.#seats.enter(() => this.#begin(call, () => this.#seats.leave()))) exchange.respond(tooMany())
  }

  /** Who asks, or is to be taken to ask; or the Status that keeps them out. */
  #admitted(request: HttpRequest, info: RequestInfo): User | Status {
    const { authenticator, authorization } = this.api
    const sender = authenticator.identify(request)
    if (!sender) return unauthorized('Unauthorized')
    try {
      const user = impersonated(sender, request.headers, authorization)
      return authorization.refusal(attributesOf(user, info)) ?? user
    } catch (error) {
      return this.#statusOf(error)
    }
  }

  /** Work on a request; `over` is called when it is answered. */
  #begin(call: Call, over: () => void): void {
    const { info, request, exchange } = call
    let answered = false
    const answer = (response: HttpResponse | undefined) => {
      if (answered) return
      answered = true
      stopTimer()
      this.#count(call, response)
      if (mutating.includes(info.verb) && info.target) this.#audit(call, response)
      if (response) exchange.respond(withWarnings(response, call.warnings))
      over()
    }
    const timeoutMs = this.api.flags.milliseconds('request-timeout')
    const late = () => answer(statusAnswer(requestTimedOut().status))
    const stopTimer = isLong(info) ? () => {} : this.#os.after(timeoutMs, late)
    const fail = (error: unknown) => answer(inForm(request, statusAnswer(this.#statusOf(error))))
    runTask(this.#answer(call), answer, fail)
  }

  *#answer(call: Call): Task<HttpResponse | undefined> {
    const { target } = call.info
    if (!target) return yield* nonResourceAnswer(call)
    const resource = this.api.resources.find(target.group, target.version, target.resource)
    const handler = routeOf(resource, call.info.verb, target)
    const accept = call.request.headers['accept']
    const form = negotiate(accept, { collection: !target.name, transform: true })
    const resourceCall: ResourceCall = { ...call, target, resource: resource!, form }
    if (resource?.custom) yield* beforeCustom(resourceCall, resource.custom)
    return yield* handler(resourceCall)
  }

  #statusOf(error: unknown): Status {
    try {
      return statusOf(error)
    } catch {
      // A mistake of ours must not end the server, but everyone shall see it.
      this.#os.stderr(`E apiserver panic'd: ${this.#os.recovered(error).message}\n`)
      return panicStatus()
    }
  }

  #count({ info, request }: Call, response: HttpResponse | undefined): void {
    const { group = '', resource = '', version = '' } = info.target ?? {}
    const verb = info.target ? info.verb.toUpperCase() : request.method
    const code = response?.status ?? 200
    const labels = `code="${code}",group="${group}",resource="${resource}",verb="${verb}",version="${version}"`
    this.api.requests.set(labels, (this.api.requests.get(labels) ?? 0) + 1)
  }

  #audit({ info, user }: Call, response: HttpResponse | undefined): void {
    const { resource, subresource, namespace, name } = info.target!
    this.#os.observe({
      type: 'audit',
      verb: info.verb,
      resource: subresource ? `${resource}/${subresource}` : resource,
      namespace,
      name: name || nameIn(response?.body),
      user: user.name,
      code: response?.status ?? 200,
    } as never)
  }
}

/** apiserver: filters/maxinflight.go tooManyRequests. */
function tooMany(): HttpResponse {
  const { headers, ...rest } = text(429, 'Too many requests, please try again later.\n')
  return { ...rest, headers: { ...headers, 'retry-after': '1' } }
}

/** Requests that may last: apiserver: server/config.go BasicLongRunningRequestCheck. */
const longSubresources = ['attach', 'exec', 'proxy', 'log', 'portforward']

const isLong = ({ verb, target }: RequestInfo): boolean =>
  verb === 'watch' || (target !== undefined && longSubresources.includes(target.subresource))

/** A Status too is sent in YAML to those who want that. */
function inForm({ headers }: HttpRequest, answer: HttpResponse): HttpResponse {
  const [first] = parseAccept(headers['accept'] ?? '')
  if (first?.type !== 'application/yaml') return answer
  const rendered = render({ media: 'application/yaml' }, answer.status, answer.body)
  return { ...rendered, headers: { ...answer.headers, ...rendered.headers } }
}

function nameIn(body: unknown): string {
  const { metadata, details } = (body ?? {}) as { metadata?: { name?: string }; details?: { name?: string } }
  return metadata?.name ?? details?.name ?? ''
}

/** One Warning header with all texts, each once (apimachinery: pkg/util/net NewWarningHeader). */
function withWarnings(response: HttpResponse, warnings: readonly string[]): HttpResponse {
  if (warnings.length === 0) return response
  const texts = [...new Set(warnings)].map((text) => `299 - "${text.replace(/[\\"]/g, '\\$&')}"`)
  return { ...response, headers: { ...response.headers, warning: texts.join(', ') } }
}
