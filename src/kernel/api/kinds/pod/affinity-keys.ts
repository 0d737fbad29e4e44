import type { Affinity, PodAffinityTerm, WeightedPodAffinityTerm } from 'kubernetes-types/core/v1'

type Labels = Readonly<Record<string, string>> | undefined

/** matchLabelKeys and mismatchLabelKeys become requirements on create (kubernetes: pkg/registry/core/pod/strategy.go mutatePodAffinity). */
export function withLabelKeys(affinity: Affinity, labels: Labels): Affinity {
  const { podAffinity, podAntiAffinity } = affinity
  return {
    ...affinity,
    ...(podAffinity && { podAffinity: mutated(podAffinity, labels) }),
    ...(podAntiAffinity && { podAntiAffinity: mutated(podAntiAffinity, labels) }),
  }
}

interface Terms {
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[]
  preferredDuringSchedulingIgnoredDuringExecution?: WeightedPodAffinityTerm[]
}

function mutated(terms: Terms, labels: Labels): Terms {
  const needed = terms.requiredDuringSchedulingIgnoredDuringExecution
  const preferred = terms.preferredDuringSchedulingIgnoredDuringExecution
  return {
    ...terms,
    ...(needed && {
      requiredDuringSchedulingIgnoredDuringExecution: needed.map((term) => mutatedTerm(term, labels)),
    }),
    ...(preferred && {
      preferredDuringSchedulingIgnoredDuringExecution: preferred.map((term) => ({
        ...term,
        podAffinityTerm: mutatedTerm(term.podAffinityTerm, labels),
      })),
    }),
  }
}

function mutatedTerm(term: PodAffinityTerm, labels: Labels): PodAffinityTerm {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term
  if (!labelSelector || (matchLabelKeys.length === 0 && mismatchLabelKeys.length === 0)) return term
  const added = (keys: readonly string[], operator: string) =>
    keys.flatMap((key) => (labels?.[key] === undefined ? [] : [{ key, operator, values: [labels[key]] }]))
  const requirements = [...added(matchLabelKeys, 'In'), ...added(mismatchLabelKeys, 'NotIn')]
  if (requirements.length === 0) return term
  return {
    ...term,
    labelSelector: {
      ...labelSelector,
      matchExpressions: [...(labelSelector.matchExpressions ?? []), ...requirements],
    },
  }
}
