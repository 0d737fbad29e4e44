import type { Node, NodeSelectorRequirement, NodeSelectorTerm, Pod } from 'kubernetes-types/core/v1'

/** Whether any of the terms matches; a term without requirements matches nothing (component-helpers: nodeaffinity). */
export const matchesTerms = (terms: readonly NodeSelectorTerm[], node: Node): boolean =>
  terms.some((term) => matchesTerm(term, node))

export function matchesTerm(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  node: Node,
): boolean {
  if (!matchExpressions.length && !matchFields.length) return false
  const labels = node.metadata?.labels ?? {}
  return (
    matchExpressions.every((requirement) => matches(requirement, labels[requirement.key])) &&
    matchFields.every((requirement) =>
      matches(requirement, requirement.key === 'metadata.name' ? node.metadata?.name : undefined),
    )
  )
}

/** The pod's nodeSelector and required node affinity together. */
export function matchesNode({ spec }: Pod, node: Node): boolean {
  const labels = node.metadata?.labels ?? {}
  for (const [key, value] of Object.entries(spec?.nodeSelector ?? {})) if (labels[key] !== value) return false
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return !required || matchesTerms(required.nodeSelectorTerms, node)
}

function matches({ operator, values = [] }: NodeSelectorRequirement, actual: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return actual !== undefined && values.includes(actual)
    case 'NotIn':
      return actual === undefined || !values.includes(actual)
    case 'Exists':
      return actual !== undefined
    case 'DoesNotExist':
      return actual === undefined
    case 'Gt':
    case 'Lt':
      return compares(operator, actual, values[0])
    default:
      return false
  }
}

function compares(operator: 'Gt' | 'Lt', actual: string | undefined, bound: string | undefined): boolean {
  const INTEGER = /^[+-]?\d+$/
  if (!actual || !bound || !INTEGER.test(actual) || !INTEGER.test(bound)) return false
  return operator === 'Gt' ? BigInt(actual) > BigInt(bound) : BigInt(actual) < BigInt(bound)
}
