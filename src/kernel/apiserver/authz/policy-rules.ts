import type { PolicyRule } from 'kubernetes-types/rbac/v1'
import type { Attributes } from './authorizer.ts'

// kubernetes: pkg/apis/rbac/v1/evaluation_helpers.go, plugin/pkg/auth/authorizer/rbac/rbac.go RuleAllows

/** Whether a rule allows something. */
export const ruleAllows = (rule: PolicyRule, wanted: Attributes): boolean =>
  wanted.resourceRequest
    ? ruleCovers(rule, wanted) && nameMatches(rule, wanted.name)
    : has(rule.verbs, wanted.verb) && urlMatches(rule, wanted.path)

/** Whether a rule is about that resource and verb, whatever the name. */
export const ruleCovers = (rule: PolicyRule, wanted: Attributes): boolean =>
  has(rule.verbs, wanted.verb) && has(rule.apiGroups, wanted.group) && resourceMatches(rule, wanted)

const has = (list: readonly string[] | undefined, wanted: string): boolean =>
  list !== undefined && (list.includes(wanted) || list.includes('*'))

function resourceMatches({ resources = [] }: PolicyRule, { resource, subresource }: Attributes): boolean {
  const combined = subresource ? `${resource}/${subresource}` : resource
  return resources.some(
    (one) => one === '*' || one === combined || (subresource !== '' && one === `*/${subresource}`),
  )
}

const nameMatches = ({ resourceNames = [] }: PolicyRule, name: string): boolean =>
  resourceNames.length === 0 || resourceNames.includes(name)

const urlMatches = ({ nonResourceURLs = [] }: PolicyRule, path: string): boolean =>
  nonResourceURLs.some(
    (url) => url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, ''))),
  )
