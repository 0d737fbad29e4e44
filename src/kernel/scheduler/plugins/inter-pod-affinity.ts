import type { Pod } from 'kubernetes-types/core/v1'
import { MAX_SCORE, unresolvable, unschedulable, type Cycle, type Plugin } from '../framework.ts'
import type { NodeInfo, PodInfo } from '../node-info.ts'
import {
  preferredAffinity,
  preferredAntiAffinity,
  requiredAffinity,
  requiredAntiAffinity,
  termMatches,
  type Term,
} from './pod-terms.ts'

const NAME = 'InterPodAffinity'
/** args.hardPodAffinityWeight of the default configuration. */
const HARD_WEIGHT = 1

/** How many pods match, by topology key and value. */
type Counts = Map<string, number>

interface State {
  readonly affinity: readonly Term[]
  readonly antiAffinity: readonly Term[]
  readonly matchingAffinity: Counts
  readonly matchingAntiAffinity: Counts
  /** Where pods are whose own anti-affinity speaks of this pod. */
  readonly existingAntiAffinity: Counts
}

// kubernetes: pkg/scheduler/framework/plugins/interpodaffinity (filtering.go, scoring.go)
export const interPodAffinityWith = (
  hardWeight: number,
  ignorePreferredTermsOfExistingPods = false,
): Plugin => ({
  name: NAME,
  events: ['Pod/Add', 'Pod/Delete', 'Pod/UpdateLabel', 'Node/Add', 'Node/UpdateLabel'],
  preFilter(cycle) {
    const { pod, snapshot } = cycle
    const state: State = {
      affinity: requiredAffinity(pod),
      antiAffinity: requiredAntiAffinity(pod),
      matchingAffinity: new Map(),
      matchingAntiAffinity: new Map(),
      existingAntiAffinity: new Map(),
    }
    cycle.state.set(NAME, state)
    const seeks = state.affinity.length > 0 || state.antiAffinity.length > 0
    for (const node of snapshot.nodes)
      for (const existing of (seeks ? node.pods : node.affine).values())
        count(cycle, state, existing, node, 1)
    const idle = !seeks && !state.existingAntiAffinity.size
    return idle ? 'skip' : undefined
  },
  addPod: (cycle, added, node) => count(cycle, cycle.state.get(NAME) as State, added, node, 1),
  removePod: (cycle, removed, node) => count(cycle, cycle.state.get(NAME) as State, removed, node, -1),
  filter(cycle, { node }) {
    const state = cycle.state.get(NAME) as State
    const labels = node.metadata?.labels ?? {}
    if (!affinityHolds(cycle, state, labels)) return unresolvable("node(s) didn't match pod affinity rules")
    for (const { topologyKey } of state.antiAffinity) {
      const value = labels[topologyKey]
      if (value !== undefined && (state.matchingAntiAffinity.get(`${topologyKey}=${value}`) ?? 0) > 0) {
        return unschedulable("node(s) didn't match pod anti-affinity rules")
      }
    }
    for (const [key, value] of Object.entries(labels)) {
      if ((state.existingAntiAffinity.get(`${key}=${value}`) ?? 0) > 0) {
        return unschedulable("node(s) didn't satisfy existing pods anti-affinity rules")
      }
    }
    return undefined
  },
  preScore(cycle, nodes) {
    const scores: Counts = new Map()
    const prefers = preferredAffinity(cycle.pod).length + preferredAntiAffinity(cycle.pod).length > 0
    if (!prefers && ignorePreferredTermsOfExistingPods) return 'skip'
    for (const node of cycle.snapshot.nodes) {
      for (const { pod } of (prefers ? node.pods : node.affine).values())
        weigh(cycle, scores, pod, node, hardWeight)
    }
    if (!scores.size || !nodes.length) return 'skip'
    cycle.state.set(`${NAME}/scores`, scores)
    return undefined
  },
  score(cycle, { node }) {
    const scores = cycle.state.get(`${NAME}/scores`) as Counts
    let sum = 0
    for (const [key, value] of Object.entries(node.metadata?.labels ?? {}))
      sum += scores.get(`${key}=${value}`) ?? 0
    return sum
  },
  normalize(_cycle, scores) {
    const min = Math.min(...scores)
    const range = Math.max(...scores) - min
    return scores.map((score) => (range > 0 ? Math.trunc((MAX_SCORE * (score - min)) / range) : 0))
  },
})

export const interPodAffinity = interPodAffinityWith(HARD_WEIGHT)

/** Every term must find a match in the node's topology; the first pod of a group that seeks itself finds one anywhere. */
function affinityHolds({ pod, snapshot }: Cycle, state: State, labels: Record<string, string>): boolean {
  if (!state.affinity.length) return true
  let matched = true
  for (const { topologyKey } of state.affinity) {
    const value = labels[topologyKey]
    if (value === undefined) return false
    if ((state.matchingAffinity.get(`${topologyKey}=${value}`) ?? 0) <= 0) matched = false
  }
  if (matched) return true
  const nobody = [...state.matchingAffinity.values()].every((number) => number <= 0)
  return nobody && state.affinity.every((term) => termMatches(term, pod, snapshot))
}

function count({ pod, snapshot }: Cycle, state: State, existing: PodInfo, node: NodeInfo, by: number): void {
  const labels = node.node.metadata?.labels ?? {}
  const bump = (counts: Counts, key: string) => {
    const value = labels[key]
    if (value !== undefined) counts.set(`${key}=${value}`, (counts.get(`${key}=${value}`) ?? 0) + by)
  }
  if (state.affinity.length && state.affinity.every((term) => termMatches(term, existing.pod, snapshot))) {
    for (const { topologyKey } of state.affinity) bump(state.matchingAffinity, topologyKey)
  }
  for (const term of state.antiAffinity) {
    if (termMatches(term, existing.pod, snapshot)) bump(state.matchingAntiAffinity, term.topologyKey)
  }
  if (!existing.pod.spec?.affinity?.podAntiAffinity) return
  for (const term of requiredAntiAffinity(existing.pod)) {
    if (termMatches(term, pod, snapshot)) bump(state.existingAntiAffinity, term.topologyKey)
  }
}

function weigh(
  { pod, snapshot }: Cycle,
  scores: Counts,
  existing: Pod,
  { node }: NodeInfo,
  hardWeight: number,
): void {
  const labels = node.metadata?.labels ?? {}
  const add = (term: Term, about: Pod, weight: number) => {
    const value = labels[term.topologyKey]
    if (value === undefined || !termMatches(term, about, snapshot)) return
    const key = `${term.topologyKey}=${value}`
    scores.set(key, (scores.get(key) ?? 0) + weight)
  }
  for (const term of preferredAffinity(pod)) add(term, existing, term.weight)
  for (const term of preferredAntiAffinity(pod)) add(term, existing, -term.weight)
  for (const term of requiredAffinity(existing)) add(term, pod, hardWeight)
  for (const term of preferredAffinity(existing)) add(term, pod, term.weight)
  for (const term of preferredAntiAffinity(existing)) add(term, pod, -term.weight)
}
