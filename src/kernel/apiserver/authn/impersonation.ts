import { internalError, StatusError } from '../../api/status.ts'
import type { HttpRequest } from '../../host/http.ts'
import type { Attributes } from '../authz/authorizer.ts'
import { forbidden, type Authorization } from '../authz/authorization.ts'
import type { User } from '../call.ts'
import { accountGroups } from './service-account-user.ts'

const prefix = 'impersonate-extra-'

/**
 * The user that a request asks to be taken for, if its sender may (apiserver: endpoints/filters/impersonation.go).
 * Throws 403, and 500 when it does not say whom.
 */
export function impersonated(user: User, headers: HttpRequest['headers'], may: Authorization): User {
  const wanted = wantedOf(headers)
  if (!wanted) return user
  for (const part of partsOf(wanted)) {
    const attributes = { ...base, ...part, user }
    const { verdict, reason = '' } = may.authorize(attributes)
    if (verdict !== 'allow') throw new StatusError(forbidden(attributes, reason))
  }
  return { ...wanted, groups: groupsOf(wanted) }
}

const base = {
  verb: 'impersonate',
  resourceRequest: true,
  path: '',
  version: 'v1',
  group: '',
  subresource: '',
  namespace: '',
} as const

function wantedOf(headers: HttpRequest['headers']): User | undefined {
  const name = headers['impersonate-user']
  const groups = (headers['impersonate-group'] ?? '').split(',').flatMap((group) => group.trim() || [])
  const extra = extraOf(headers)
  const uid = headers['impersonate-uid'] ?? ''
  if (!name) {
    if (groups.length || uid || Object.keys(extra).length)
      throw new StatusError(internalError('requested impersonation without impersonating a user name'))
    return undefined
  }
  return { name, uid, groups, extra }
}

/** Those that were asked for, and those that come with the name. */
function groupsOf({ name, groups }: User): readonly string[] {
  const account = accountOf(name)
  const given = groups.length || !account ? groups : accountGroups(account.namespace)
  const everybody = name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated'
  const counted = given.includes(everybody) || given.includes('system:unauthenticated')
  return counted ? given : [...given, everybody]
}

type Part = Partial<Attributes> & Pick<Attributes, 'resource' | 'name'>

/** Each of these must be allowed. */
function partsOf({ name, uid, groups, extra = {} }: User): Part[] {
  const account = accountOf(name)
  const group = 'authentication.k8s.io'
  return [
    account ? { resource: 'serviceaccounts', ...account } : { resource: 'users', name },
    ...groups.map((one) => ({ resource: 'groups', name: one })),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value) => ({ group, resource: 'userextras', subresource: key, name: value })),
    ),
    ...(uid ? [{ group, resource: 'uids', name: uid }] : []),
  ]
}

function accountOf(user: string): { readonly namespace: string; readonly name: string } | undefined {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? []
  return namespace && name ? { namespace, name } : undefined
}

function extraOf(headers: HttpRequest['headers']): Record<string, readonly string[]> {
  const keys = Object.keys(headers).filter((header) => header.startsWith(prefix))
  return Object.fromEntries(
    keys.map((header) => [unescaped(header.slice(prefix.length)), (headers[header] ?? '').split(',')]),
  )
}

function unescaped(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}
