import { goQuote } from '../api/go-quote.ts'
import { forbiddenRequest, type Status } from '../api/status.ts'
import { UserError } from '../api/user-error.ts'
import type { User } from './call.ts'
import type { Flags } from './flags.ts'
import type { RequestInfo } from './request-info.ts'

/** What somebody wants to do (apiserver: pkg/authorization/authorizer). */
export interface AuthorizationRequest {
  readonly user: User
  readonly info: RequestInfo
}

/** `no opinion`: another authorizer may decide. */
export interface Decision {
  readonly verdict: 'allow' | 'deny' | 'no opinion'
  readonly reason?: string
}

export interface Authorizer {
  authorize(request: AuthorizationRequest): Decision
}

/** Authorizers by the names that --authorization-mode gives them. Add a line. */
const modes: Readonly<Record<string, Authorizer>> = {
  AlwaysAllow: { authorize: () => ({ verdict: 'allow' }) },
  AlwaysDeny: { authorize: () => ({ verdict: 'no opinion', reason: 'Everything is forbidden.' }) },
}

/** The superusers' group may do everything, whatever the modes are (apiserver: authorizerfactory.NewPrivilegedGroups). */
const privileged: Authorizer = {
  authorize: ({ user }) => ({ verdict: user.groups.includes('system:masters') ? 'allow' : 'no opinion' }),
}

/** Asks the authorizers of the flag in their order; the first with an opinion decides. */
export class Authorization {
  readonly #authorizers: readonly Authorizer[]

  constructor(flags: Flags) {
    const wanted = flags.list('authorization-mode')
    const known = ['ABAC', 'Node', 'RBAC', 'Webhook', ...Object.keys(modes)]
    const unknown = wanted.find((mode) => !known.includes(mode))
    if (unknown) throw new UserError(`authorization-mode ${goQuote(unknown)} is not a valid mode`)
    this.#authorizers = [privileged, ...wanted.flatMap((mode) => modes[mode] ?? [])]
  }

  /** Undefined: go ahead. Otherwise the Status that says no. */
  refusal(request: AuthorizationRequest): Status | undefined {
    const reasons: string[] = []
    for (const authorizer of this.#authorizers) {
      const { verdict, reason } = authorizer.authorize(request)
      if (verdict === 'allow') return undefined
      if (reason) reasons.push(reason)
      if (verdict === 'deny') break
    }
    return forbidden(request, reasons.join('\n'))
  }
}

/** apiserver: endpoints/handlers/responsewriters/errors.go forbiddenMessage. */
function forbidden({ user, info }: AuthorizationRequest, reason: string): Status {
  const { target, verb, path } = info
  const who = `User ${goQuote(user.name)} cannot`
  const why = (text: string) => (reason ? `${text}: ${reason}` : text)
  if (!target)
    return forbiddenRequest({ group: '', name: '' }, '', why(`${who} ${verb} path ${goQuote(path)}`))
  const { group, resource, subresource, namespace, name } = target
  const full = subresource ? `${resource}/${subresource}` : resource
  const scope = namespace ? `in the namespace ${goQuote(namespace)}` : 'at the cluster scope'
  const text = `${who} ${verb} resource ${goQuote(full)} in API group ${goQuote(group)} ${scope}`
  return forbiddenRequest({ group, name: resource }, name, why(text))
}
