import { goQuote } from '../../api/go-quote.ts'
import { forbiddenRequest, type Status } from '../../api/status.ts'
import { UserError } from '../../api/user-error.ts'
import { nodeRules } from '../bootstrap/policy.ts'
import type { User } from '../call.ts'
import type { Flags } from '../flags.ts'
import type { Resources } from '../resources.ts'
import type { Attributes, Authorizer, Decision, UserRules } from './authorizer.ts'
import { NodeAuthorizer } from './node.ts'
import { nodeObjects } from './node-objects.ts'
import { RbacAuthorizer } from './rbac.ts'
import { onRbacChange, rbacObjects } from './rbac-rules.ts'

const everything: UserRules = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
}
const nothing: UserRules = { resourceRules: [], nonResourceRules: [] }

/** Authorizers by the names that --authorization-mode gives them. Add a line. */
const modes: Readonly<Record<string, (resources: Resources, rbac: RbacAuthorizer) => Authorizer>> = {
  AlwaysAllow: () => ({ authorize: () => ({ verdict: 'allow' }), rulesFor: () => everything }),
  AlwaysDeny: () => ({
    authorize: () => ({ verdict: 'no opinion', reason: 'Everything is forbidden.' }),
    rulesFor: () => nothing,
  }),
  Node: (resources) => new NodeAuthorizer(nodeObjects(resources), nodeRules()),
  RBAC: (resources, rbac) => {
    onRbacChange(resources, rbac.forget)
    return rbac
  },
}

/** The superusers' group may do everything, whatever the modes are (apiserver: authorizerfactory.NewPrivilegedGroups). */
const privileged: Authorizer = {
  authorize: ({ user }) => ({ verdict: user.groups.includes('system:masters') ? 'allow' : 'no opinion' }),
}

/** Asks the authorizers of the flag in their order; the first with an opinion decides. */
export class Authorization {
  /** The rules that roles give, whether or not they decide; for the checks of who may give them away. */
  readonly rbac: RbacAuthorizer
  /** Whether the modes include RBAC. */
  readonly usesRbac: boolean
  readonly #authorizers: readonly Authorizer[]

  constructor(flags: Flags, resources: Resources) {
    const wanted = flags.list('authorization-mode')
    const known = ['ABAC', 'Webhook', ...Object.keys(modes)]
    const unknown = wanted.find((mode) => !known.includes(mode))
    if (unknown) throw new UserError(`authorization-mode ${goQuote(unknown)} is not a valid mode`)
    this.usesRbac = wanted.includes('RBAC')
    this.rbac = new RbacAuthorizer(rbacObjects(resources))
    this.#authorizers = [privileged, ...wanted.flatMap((mode) => modes[mode]?.(resources, this.rbac) ?? [])]
  }

  /** The decision of the first that has an opinion, or the reasons of all. */
  authorize(attributes: Attributes): Decision {
    let reasons: string[] | undefined
    for (const authorizer of this.#authorizers) {
      const decision = authorizer.authorize(attributes)
      if (decision.verdict !== 'no opinion') return decision
      if (decision.reason) reasons = [...(reasons ?? []), decision.reason]
    }
    return { verdict: 'no opinion', reason: reasons?.join('\n') }
  }

  /** What a user may do in a namespace, as far as the authorizers can tell. */
  rulesFor(user: User, namespace: string): UserRules {
    const all = this.#authorizers.flatMap((one) => one.rulesFor?.(user, namespace) ?? [])
    const why = all.flatMap(({ incomplete }) => incomplete ?? [])
    return {
      resourceRules: all.flatMap(({ resourceRules }) => resourceRules),
      nonResourceRules: all.flatMap(({ nonResourceRules }) => nonResourceRules),
      ...(why.length ? { incomplete: why.length === 1 ? why[0]! : `[${why.join(', ')}]` } : {}),
    }
  }

  /** Undefined: go ahead. Otherwise the Status that says no. */
  refusal(attributes: Attributes): Status | undefined {
    const { verdict, reason } = this.authorize(attributes)
    return verdict === 'allow' ? undefined : forbidden(attributes, reason ?? '')
  }
}

/** apiserver: endpoints/handlers/responsewriters/errors.go Forbidden, forbiddenMessage. */
export function forbidden(attributes: Attributes, reason: string): Status {
  const { user, verb, path, resourceRequest, group, resource, subresource, namespace, name } = attributes
  const who = `User ${goQuote(user.name)} cannot`
  const why = (text: string) => (reason ? `${text}: ${reason}` : text)
  if (!resourceRequest)
    return forbiddenRequest({ group: '', name: '' }, '', why(`${who} ${verb} path ${goQuote(path)}`))
  const full = subresource ? `${resource}/${subresource}` : resource
  const scope = namespace ? `in the namespace ${goQuote(namespace)}` : 'at the cluster scope'
  const text = `${who} ${verb} resource ${goQuote(full)} in API group ${goQuote(group)} ${scope}`
  return forbiddenRequest({ group, name: resource }, name, why(text))
}
