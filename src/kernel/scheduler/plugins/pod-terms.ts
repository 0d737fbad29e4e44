import type { Pod, PodAffinityTerm } from 'kubernetes-types/core/v1'
import { matchesLabels, selectorFromObject, type Selector } from '../../api/labels.ts'
import type { Snapshot } from '../framework.ts'

/** A pod (anti-)affinity term, worked out for the pod that carries it. */
export interface Term {
  readonly selector: Selector
  readonly topologyKey: string
  readonly namespaces: ReadonlySet<string>
  readonly namespaceSelector: Selector | undefined
  readonly weight: number
}

const cache = new WeakMap<PodAffinityTerm, Term>()

export function termOf(term: PodAffinityTerm, owner: Pod, weight = 1): Term {
  let worked = cache.get(term)
  if (!worked) {
    const own = !term.namespaces?.length && !term.namespaceSelector
    worked = {
      selector: withLabelKeys(term, owner),
      topologyKey: term.topologyKey,
      namespaces: new Set(own ? [owner.metadata?.namespace ?? 'default'] : term.namespaces),
      namespaceSelector: term.namespaceSelector && selectorFromObject(term.namespaceSelector as never),
      weight,
    }
    cache.set(term, worked)
  }
  return worked
}

/** matchLabelKeys narrow the selector by the carrier's own values. */
function withLabelKeys(term: PodAffinityTerm, owner: Pod): Selector {
  const selector = selectorFromObject(term.labelSelector as never)
  const more = (keys: readonly string[] = [], operator: 'in' | 'notin') =>
    keys.flatMap((key) => {
      const value = owner.metadata?.labels?.[key]
      return value === undefined ? [] : [{ key, operator, values: [value] }]
    })
  const added = [...more(term.matchLabelKeys, 'in'), ...more(term.mismatchLabelKeys, 'notin')]
  return added.length ? { ...selector, requirements: [...selector.requirements, ...added] } : selector
}

/** Whether a term speaks of a pod. */
export function termMatches(term: Term, pod: Pod, snapshot: Snapshot): boolean {
  const namespace = pod.metadata?.namespace ?? 'default'
  const inNamespace =
    term.namespaces.has(namespace) ||
    (term.namespaceSelector !== undefined &&
      matchesLabels(term.namespaceSelector, snapshot.namespaceLabels(namespace)))
  return inNamespace && matchesLabels(term.selector, pod.metadata?.labels)
}

export const requiredAffinity = (pod: Pod): Term[] =>
  (pod.spec?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) =>
    termOf(term, pod),
  )
export const requiredAntiAffinity = (pod: Pod): Term[] =>
  (pod.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) =>
    termOf(term, pod),
  )
export const preferredAffinity = (pod: Pod): Term[] =>
  (pod.spec?.affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
    ({ weight, podAffinityTerm }) => termOf(podAffinityTerm, pod, weight),
  )
export const preferredAntiAffinity = (pod: Pod): Term[] =>
  (pod.spec?.affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
    ({ weight, podAffinityTerm }) => termOf(podAffinityTerm, pod, weight),
  )
