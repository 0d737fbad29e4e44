import type { KindDefinition } from '../api/kind.ts'
import type { JsonObject } from '../api/objects.ts'
import type { Exchange, HttpRequest, HttpResponse } from '../host/http.ts'
import type { Os } from '../host/program.ts'
import type { Admission } from './admission/chain.ts'
import type { Authenticator } from './authn/authenticator.ts'
import type { ServiceAccountTokens } from './authn/service-account-tokens.ts'
import type { Authorization } from './authz/authorization.ts'
import type { Backends } from './backend.ts'
import type { Documentation } from './docs.ts'
import type { EtcdClient } from './etcd-client.ts'
import type { Flags } from './flags.ts'
import type { Form } from './negotiation.ts'
import type { Query, RequestInfo, Target } from './request-info.ts'
import type { Resource, Resources } from './resources.ts'
import type { ResourceCache } from './resource-cache.ts'
import type { ServiceAllocator } from './service-allocator.ts'
import type { Storage } from './storage.ts'
import type { Task } from './task.ts'

/** Who asks (authentication.k8s.io UserInfo). */
export interface User {
  readonly name: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

/** What every handler may use. */
export interface Api {
  readonly os: Os
  readonly flags: Flags
  readonly kinds: readonly KindDefinition[]
  readonly resources: Resources
  readonly storage: Storage
  readonly etcd: EtcdClient
  /** Requests answered, by the labels of the metric. */
  readonly requests: Map<string, number>
  readonly admission: Admission
  readonly docs: Documentation
  /** OpenAPI documents that were asked for, by path. */
  readonly documents: Map<string, JsonObject>
  readonly backends: Backends
  readonly services: ServiceAllocator
  /** One entry for each API server that is alive. */
  readonly masterLeases: ResourceCache
  readonly tokens: ServiceAccountTokens
  /** Names by which tokens may mean this server (`--api-audiences`). */
  readonly audiences: readonly string[]
  readonly authenticator: Authenticator
  readonly authorization: Authorization
}

/** One request under way. */
export interface Call {
  readonly api: Api
  readonly exchange: Exchange
  readonly request: HttpRequest
  readonly info: RequestInfo
  readonly query: Query
  readonly user: User
  /** Texts for Warning headers. */
  readonly warnings: string[]
}

/** A request for a resource that is served. */
export interface ResourceCall extends Call {
  readonly target: Target
  readonly resource: Resource
  readonly form: Form
}

/** Answers a request; undefined when it has answered by a stream of its own. */
export type Handler = (call: ResourceCall) => Task<HttpResponse | undefined>
