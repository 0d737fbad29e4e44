import { formatTime, parseTime } from '../../api/time.ts'
import type { Stored } from '../../api/objects.ts'
import type { Api, User } from '../call.ts'
import type { Bound, TokenClaims } from './service-account-tokens.ts'

type Objects = Pick<Api, 'resources' | 'os'>

const KEY = 'authentication.kubernetes.io'
/** A pod that is gone may still say good-bye (claims.go: CleanupGracePeriod is as long). */
const LEEWAY_MS = 60_000

/** Who bears a token, or why it is not good any more (kubernetes: pkg/serviceaccount/claims.go Validate). */
export function serviceAccountUser(api: Objects, claims: TokenClaims): User | { readonly error: string } {
  const { namespace, serviceaccount, pod, node, secret } = claims['kubernetes.io']
  const now = api.os.clock / 1000
  if (claims.exp <= now) return { error: 'service account token has expired' }
  if (claims.nbf > now)
    return { error: `service account token is not valid yet: ${formatTime(claims.nbf * 1000)}` }
  const account = `${namespace}/${serviceaccount.name}`
  if (!isThere(api, 'ServiceAccount', account, serviceaccount)) return invalidated
  if (pod && !isThere(api, 'Pod', `${namespace}/${pod.name}`, pod)) return invalidated
  if (secret && !isThere(api, 'Secret', `${namespace}/${secret.name}`, secret)) return invalidated
  // A pod's token says where it runs; that node may go before it.
  if (node && !pod && !isThere(api, 'Node', node.name, node)) return invalidated
  return {
    name: `system:serviceaccount:${namespace}:${serviceaccount.name}`,
    uid: serviceaccount.uid,
    groups: accountGroups(namespace),
    extra: {
      ...(claims.jti ? { [`${KEY}/credential-id`]: [`JTI=${claims.jti}`] } : {}),
      ...extraOf('node', node),
      ...extraOf('pod', pod),
    },
  }
}

/** The groups of every account of a namespace (apiserver: serviceaccount.MakeGroupNames). */
export const accountGroups = (namespace: string): string[] => [
  'system:serviceaccounts',
  `system:serviceaccounts:${namespace}`,
]

const invalidated = { error: 'service account token has been invalidated' }

const extraOf = (what: string, bound: Bound | undefined) =>
  bound ? { [`${KEY}/${what}-name`]: [bound.name], [`${KEY}/${what}-uid`]: [bound.uid] } : {}

function isThere({ resources, os }: Objects, kind: string, key: string, { uid }: Bound): boolean {
  const object: Stored | undefined = resources.ofKind('', kind)?.cache.get(key)?.object
  if (object?.metadata.uid !== uid) return false
  const { deletionTimestamp } = object.metadata
  return !deletionTimestamp || (parseTime(deletionTimestamp) ?? 0) + LEEWAY_MS > os.clock
}
