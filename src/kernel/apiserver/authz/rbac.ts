import type { PolicyRule } from 'kubernetes-types/rbac/v1'
import type { User } from '../call.ts'
import type { Attributes, Authorizer, Decision, UserRules } from './authorizer.ts'
import { ruleAllows, ruleCovers } from './policy-rules.ts'
import { grantsOf, type Grant, type RbacObjects } from './rbac-rules.ts'

/** Users whose rules are kept, and answers kept for each of them. */
const MAX_USERS = 2000
const MAX_ANSWERS = 2000

/** What is known of a user until a role or binding changes. */
interface Known {
  readonly grants: Map<string, readonly Grant[]>
  /** By what was wanted, without the name: the answer, or that it depends on the name. */
  readonly answers: Map<string, Decision | 'by name'>
}

/** Allows what a rule of a bound role allows (kubernetes: plugin/pkg/auth/authorizer/rbac/rbac.go). */
export class RbacAuthorizer implements Authorizer {
  readonly #objects: RbacObjects
  #known = new Map<string, Known>()

  constructor(objects: RbacObjects) {
    this.#objects = objects
  }

  /** A role or a binding has changed. */
  readonly forget = (): void => {
    if (this.#known.size) this.#known = new Map()
  }

  authorize(wanted: Attributes): Decision {
    const known = this.#of(wanted.user)
    const { verb, group, resource, subresource, namespace, path } = wanted
    const key = wanted.resourceRequest
      ? `${verb} ${group} ${resource} ${subresource} ${namespace}`
      : `${verb} ${path}`
    let answer = known.answers.get(key)
    if (answer === undefined) {
      answer = this.#answer(wanted, this.#grants(known, wanted.user, namespace))
      if (known.answers.size >= MAX_ANSWERS) known.answers.clear()
      known.answers.set(key, answer)
    }
    return answer === 'by name' ? decide(wanted, this.#grants(known, wanted.user, namespace)) : answer
  }

  /** The rules of a user, in the cluster and in a namespace; '' for the cluster alone. */
  grants(user: User, namespace: string): readonly Grant[] {
    return this.#grants(this.#of(user), user, namespace)
  }

  rulesFor(user: User, namespace: string): UserRules {
    const grants = this.grants(user, namespace)
    const rules = grants.flatMap(({ rule }) => rule ?? [])
    const errors = grants.flatMap(({ error }) => error ?? [])
    return {
      resourceRules: rules
        .filter(({ resources }) => resources?.length)
        .map(({ verbs, apiGroups, resources, resourceNames }) => ({
          verbs,
          apiGroups,
          resources,
          resourceNames,
        })),
      nonResourceRules: rules.flatMap(({ verbs, nonResourceURLs }) =>
        nonResourceURLs?.length ? [{ verbs, nonResourceURLs }] : [],
      ),
      ...(errors.length ? { incomplete: aggregate(errors) } : {}),
    }
  }

  /** The same for every name, or dependent on it. */
  #answer(wanted: Attributes, grants: readonly Grant[]): Decision | 'by name' {
    const named = ({ rule }: Grant) => rule?.resourceNames?.length && ruleCovers(rule, wanted)
    return wanted.resourceRequest && grants.some(named) ? 'by name' : decide(wanted, grants)
  }

  #of(user: User): Known {
    const key = user.groups.length ? `${user.name}\n${user.groups.join('\n')}` : user.name
    let known = this.#known.get(key)
    if (!known) {
      if (this.#known.size >= MAX_USERS) this.#known.clear()
      this.#known.set(key, (known = { grants: new Map(), answers: new Map() }))
    }
    return known
  }

  #grants(known: Known, user: User, namespace: string): readonly Grant[] {
    let grants = known.grants.get(namespace)
    if (!grants) {
      if (known.grants.size >= MAX_ANSWERS) known.grants.clear()
      known.grants.set(namespace, (grants = grantsOf(this.#objects, user, namespace)))
    }
    return grants
  }
}

function decide(wanted: Attributes, grants: readonly Grant[]): Decision {
  const found = grants.find(({ rule }) => rule && ruleAllows(rule, wanted))
  if (found) return { verdict: 'allow', reason: `RBAC: allowed by ${found.source()}` }
  const errors = grants.flatMap(({ error }) => error ?? [])
  return errors.length
    ? { verdict: 'no opinion', reason: `RBAC: ${aggregate(errors)}` }
    : { verdict: 'no opinion' }
}

/** apimachinery: pkg/util/errors Aggregate.Error */
function aggregate(errors: readonly string[]): string {
  const different = [...new Set(errors)]
  return different.length === 1 ? different[0]! : `[${different.join(', ')}]`
}

/** Whether any of the rules allows it. */
export const rulesAllow = (wanted: Attributes, rules: readonly PolicyRule[]): boolean =>
  rules.some((rule) => ruleAllows(rule, wanted))
