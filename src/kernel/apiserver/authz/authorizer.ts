import { parseFieldSelector, type FieldSelector } from '../../api/fields.ts'
import type { User } from '../call.ts'
import type { RequestInfo } from '../request-info.ts'

/** What somebody wants to do (apiserver: pkg/authorization/authorizer Attributes). */
export interface Attributes {
  readonly user: User
  readonly verb: string
  /** False for paths that are no resource's. */
  readonly resourceRequest: boolean
  readonly path: string
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  /** Only where somebody selects by fields. */
  readonly fields?: FieldSelector
}

/** `no opinion`: another authorizer may decide. */
export interface Decision {
  readonly verdict: 'allow' | 'deny' | 'no opinion'
  readonly reason?: string
}

/** What may be done with resources, as a SelfSubjectRulesReview says it. */
export interface ResourceRule {
  readonly verbs: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
}

export interface NonResourceRule {
  readonly verbs: readonly string[]
  readonly nonResourceURLs: readonly string[]
}

export interface UserRules {
  readonly resourceRules: readonly ResourceRule[]
  readonly nonResourceRules: readonly NonResourceRule[]
  /** Why they are not all. */
  readonly incomplete?: string
}

export interface Authorizer {
  authorize(attributes: Attributes): Decision
  /** What a user may do in a namespace, where that can be said. */
  rulesFor?(user: User, namespace: string): UserRules
}

export const noOpinion: Decision = { verdict: 'no opinion' }

/** A request as its authorizers see it; the name that a collection is narrowed to counts as its name (requestinfo.go). */
export function attributesOf(user: User, { verb, target, path, query }: RequestInfo): Attributes {
  if (!target) {
    const empty = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '' }
    return { user, verb, path, resourceRequest: false, ...empty }
  }
  const { group, version, resource, subresource, namespace, name } = target
  const base = { user, verb, path, resourceRequest: true, group, version, resource, subresource, namespace }
  const selector = selective.includes(verb) ? query.get('fieldSelector') : ''
  if (!selector) return { ...base, name }
  const fields = parsed(selector)
  const only = fields.find(({ field, negated }) => field === 'metadata.name' && !negated)?.value
  return { ...base, name: name || (only ?? ''), fields }
}

const selective = ['list', 'watch', 'deletecollection']

/** A selector that nobody understands selects nothing for authorizers; its error is the handler's. */
function parsed(selector: string): FieldSelector {
  try {
    return parseFieldSelector(selector)
  } catch {
    return []
  }
}
