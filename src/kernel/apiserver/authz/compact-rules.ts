import type { PolicyRule } from 'kubernetes-types/rbac/v1'
import { goQuote } from '../../api/go-quote.ts'

/** Rules about one resource that differ in nothing but their verbs become one (kubernetes: pkg/registry/rbac/validation/policy_compact.go). */
export function compactRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const simple = new Map<string, PolicyRule>()
  const compacted: PolicyRule[] = []
  for (const rule of rules) {
    const key = simpleKey(rule)
    const before = key === undefined ? undefined : simple.get(key)
    if (key === undefined) compacted.push(rule)
    else simple.set(key, before ? { ...before, verbs: [...before.verbs, ...rule.verbs] } : rule)
  }
  return [...compacted, ...simple.values()]
}

/** As Go prints it in refusals (kubernetes: pkg/apis/rbac/v1/helpers.go CompactString). */
export function printRule({
  apiGroups,
  resources,
  nonResourceURLs,
  resourceNames,
  verbs,
}: PolicyRule): string {
  const part = (name: string, values: readonly string[] | undefined) =>
    values?.length ? [`${name}:${goList(values)}`] : []
  const parts = [
    ...part('APIGroups', apiGroups),
    ...part('Resources', resources),
    ...part('NonResourceURLs', nonResourceURLs),
    ...part('ResourceNames', resourceNames),
    ...part('Verbs', verbs),
  ]
  return `{${parts.join(', ')}}`
}

/** A list of texts as %q prints it. */
export const goList = (texts: readonly string[]): string => `[${texts.map(goQuote).join(' ')}]`

function simpleKey({
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: PolicyRule): string | undefined {
  if (resourceNames.length > 1 || nonResourceURLs.length > 0) return undefined
  if (apiGroups.length !== 1 || resources.length !== 1) return undefined
  return JSON.stringify([apiGroups, resources, resourceNames])
}
