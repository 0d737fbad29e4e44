import type { PolicyRule } from 'kubernetes-types/rbac/v1'

// kubernetes: staging/src/k8s.io/component-helpers/auth/rbac/validation/policy_comparator.go

/** The parts of `wanted` that rules do not give, each about one verb and one resource or path; none: they cover it. */
export function rulesCover(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakDown).filter((part) => !owned.some((rule) => covers(rule, part)))
}

/** A rule taken apart into what it allows. */
export function breakDown({
  verbs,
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: PolicyRule): PolicyRule[] {
  const parts: PolicyRule[] = []
  for (const group of apiGroups)
    for (const resource of resources)
      for (const verb of verbs) {
        const part = { apiGroups: [group], resources: [resource], verbs: [verb] }
        if (resourceNames.length === 0) parts.push(part)
        for (const name of resourceNames) parts.push({ ...part, resourceNames: [name] })
      }
  for (const url of nonResourceURLs)
    for (const verb of verbs) parts.push({ nonResourceURLs: [url], verbs: [verb] })
  return parts
}

/** Whether a rule gives all that a part of another does. */
function covers(owner: PolicyRule, part: PolicyRule): boolean {
  const { apiGroups, resources, resourceNames, nonResourceURLs } = owner
  const names = resourceNames ?? []
  const wantedNames = part.resourceNames ?? []
  return (
    includesAll(owner.verbs, part.verbs) &&
    includesAll(apiGroups, part.apiGroups) &&
    resourcesCover(resources ?? [], part.resources ?? []) &&
    (wantedNames.length === 0
      ? names.length === 0
      : names.length === 0 || includesAll(names, wantedNames, false)) &&
    urlsCover(nonResourceURLs ?? [], part.nonResourceURLs ?? [])
  )
}

const includesAll = (has: readonly string[] = [], wanted: readonly string[] = [], star = true): boolean =>
  (star && has.includes('*')) || wanted.every((one) => has.includes(one))

const resourcesCover = (has: readonly string[], wanted: readonly string[]): boolean =>
  has.includes('*') ||
  wanted.every((resource) => {
    const [, subresource] = resource.split('/')
    return has.includes(resource) || (subresource !== undefined && has.includes(`*/${subresource}`))
  })

const urlsCover = (has: readonly string[], wanted: readonly string[]): boolean =>
  wanted.every((url) =>
    has.some((one) => one === url || (one.endsWith('*') && url.startsWith(one.replace(/\*+$/, '')))),
  )
