import type { Pod } from 'kubernetes-types/core/v1'
import { invalid } from '../../api/field-error.ts'
import { goQuote } from '../../api/go-quote.ts'
import type { KubeObject, Stored } from '../../api/objects.ts'
import { badRequest, conflict, invalidObject, notFound, StatusError } from '../../api/status.ts'
import { formatTime } from '../../api/time.ts'
import type { HttpResponse } from '../../host/http.ts'
import { json } from '../answer.ts'
import type { Attributes } from '../admission/chain.ts'
import type { Bound, TokenClaims } from '../authn/service-account-tokens.ts'
import { decodeStruct } from '../body.ts'
import type { ResourceCall } from '../call.ts'
import { find } from '../read.ts'
import type { Task } from '../task.ts'
import { newUid } from '../uid.ts'
import { writeOptions } from '../write-options.ts'
import { ofCore, type Subresource } from './subresource.ts'

interface TokenSpec {
  readonly audiences?: readonly string[]
  readonly expirationSeconds?: number
  readonly boundObjectRef?: ObjectReference | null
}

interface ObjectReference {
  readonly apiVersion?: string
  readonly kind?: string
  readonly name?: string
  readonly uid?: string
}

/** A signed statement that its bearer is a service account (kubernetes: pkg/registry/core/serviceaccount/storage/token.go). */
export const token: Subresource = {
  name: 'token',
  serves: ofCore('serviceaccounts'),
  kind: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
  handlers: { create },
}

/** What kubelets ask for; such tokens are good for a year, lest old clients fail (WarnOnlyBoundTokenExpirationPeriod). */
const KUBELET_SECONDS = 60 * 60 + 7
const YEAR_SECONDS = 365 * 24 * 60 * 60
/** Ten minutes, and 2^32 seconds. */
const MIN_SECONDS = 600
const MAX_SECONDS = 4294967296

function* create(call: ResourceCall): Task<HttpResponse> {
  writeOptions(call, 'CreateOptions')
  const { api, target } = call
  const request = decodeStruct(call, 'authentication.v1.TokenRequest', 'TokenRequest')
  const account = (yield* find(call)).object
  const wanted = (request['spec'] ?? {}) as TokenSpec
  yield* api.admission.validate(attributesOf(call, request as unknown as KubeObject), api)
  const { expirationSeconds = 3600, boundObjectRef } = wanted
  checkExpiration(expirationSeconds)
  const audiences = wanted.audiences?.length ? wanted.audiences : api.audiences
  const bound = boundObjectRef ? yield* boundTo(call, boundObjectRef) : {}
  const now = Math.floor(api.os.clock / 1000)
  const longer = livesLonger(call, expirationSeconds, 'pod' in bound, wanted.audiences ?? [])
  const claims: TokenClaims = {
    aud: audiences,
    exp: now + (longer ? YEAR_SECONDS : expirationSeconds),
    iat: now,
    iss: api.flags.list('service-account-issuer')[0] ?? '',
    jti: newUid(api.os.random),
    'kubernetes.io': {
      namespace: target.namespace,
      ...bound,
      serviceaccount: { name: target.name, uid: account.metadata.uid },
      ...(longer ? { warnafter: now + expirationSeconds } : {}),
    },
    nbf: now,
    sub: `system:serviceaccount:${target.namespace}:${target.name}`,
  }
  return json(201, {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name: target.name, namespace: target.namespace, creationTimestamp: formatTime(api.os.clock) },
    spec: { audiences, expirationSeconds, boundObjectRef: boundObjectRef ?? null },
    status: {
      token: api.tokens.issue(claims),
      expirationTimestamp: formatTime((now + expirationSeconds) * 1000),
    },
  })
}

/** kubernetes: pkg/apis/authentication/validation/validation.go */
function checkExpiration(seconds: number): void {
  const why =
    seconds < MIN_SECONDS
      ? 'may not specify a duration less than 10 minutes'
      : seconds > MAX_SECONDS
        ? 'may not specify a duration larger than 2^32 seconds'
        : undefined
  if (!why) return
  const error = invalid('spec.expirationSeconds', seconds, why)
  throw new StatusError(invalidObject({ group: 'authentication.k8s.io', name: 'TokenRequest' }, '', [error]))
}

function livesLonger(
  { api }: ResourceCall,
  seconds: number,
  toPod: boolean,
  audiences: readonly string[],
): boolean {
  const ours = audiences.every((audience) => api.audiences.includes(audience))
  return (
    seconds === KUBELET_SECONDS && toPod && ours && api.flags.bool('service-account-extend-token-expiration')
  )
}

type BoundClaims = Partial<Record<'pod' | 'node' | 'secret', Bound>>

/** The object with whose life the token ends; a pod brings its node along. */
function* boundTo(call: ResourceCall, reference: ObjectReference): Task<BoundClaims> {
  const { kind = '', apiVersion = '', name = '', uid = '' } = reference
  const { namespace, name: account } = call.target
  if (apiVersion !== 'v1' || !['Pod', 'Secret', 'Node'].includes(kind))
    throw new StatusError(badRequest(`cannot bind token to object of type ${apiVersion}, Kind=${kind}`))
  const object = yield* lookUp(call, kind, kind === 'Node' ? '' : namespace, name)
  if (uid && uid !== object.metadata.uid) {
    const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`
    throw new StatusError(conflict({ group: '', name: `${kind.toLowerCase()}s` }, name, why))
  }
  const bound = { name: object.metadata.name, uid: object.metadata.uid }
  if (kind === 'Node') return { node: bound }
  if (kind === 'Secret') return { secret: bound }
  const { spec } = object as Pod
  if (spec?.serviceAccountName !== account)
    throw new StatusError(
      badRequest(
        `cannot bind token for serviceaccount ${goQuote(account)} to pod running with different serviceaccount name.`,
      ),
    )
  return { ...nodeOf(call, spec.nodeName), pod: bound }
}

function nodeOf({ api }: ResourceCall, name: string | undefined): BoundClaims {
  const node = name ? api.resources.ofKind('', 'Node')?.cache.get(name)?.object : undefined
  if (!name) return {}
  return { node: { name, uid: node?.metadata.uid ?? '' } }
}

function* lookUp({ api }: ResourceCall, kind: string, namespace: string, name: string): Task<Stored> {
  const resource = api.resources.ofKind('', kind)!
  const key = resource.keyOf(namespace, name)
  // Made a moment ago through another server: look again.
  if (!resource.cache.get(key)) yield* api.storage.fresh()
  const found = resource.cache.get(key)?.object
  if (!found) throw new StatusError(notFound(resource.groupResource, name))
  return found
}

const attributesOf = ({ resource, target, user }: ResourceCall, object: KubeObject): Attributes => ({
  operation: 'CREATE',
  resource,
  subresource: 'token',
  namespace: target.namespace,
  name: target.name,
  object,
  old: undefined,
  user,
  dryRun: false,
  warn: () => {},
})
