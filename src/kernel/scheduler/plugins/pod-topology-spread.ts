import type { Pod, TopologySpreadConstraint } from 'kubernetes-types/core/v1'
import { matchesLabels, selectorFromObject, type Selector } from '../../api/labels.ts'
import { MAX_SCORE, unresolvable, unschedulable, type Cycle, type Plugin } from '../framework.ts'
import { matchesNode } from '../node-selector.ts'
import type { NodeInfo, PodInfo } from '../node-info.ts'
import { tolerates } from './taint-toleration.ts'

const NAME = 'PodTopologySpread'
const REASON = "node(s) didn't match pod topology spread constraints"
const HOSTNAME = 'kubernetes.io/hostname'

interface Constraint {
  readonly maxSkew: number
  readonly topologyKey: string
  readonly selector: Selector
  readonly minDomains: number
  readonly honorsAffinity: boolean
  readonly honorsTaints: boolean
}

interface FilterState {
  readonly constraints: readonly Constraint[]
  /** Per constraint: topology value -> matching pods, of nodes that count. */
  readonly counts: readonly Map<string, number>[]
}

interface ScoreState {
  readonly constraints: readonly Constraint[]
  readonly ignored: ReadonlySet<string>
  readonly counts: readonly Map<string, number>[]
  readonly weights: readonly number[]
}

// kubernetes: pkg/scheduler/framework/plugins/podtopologyspread (filtering.go, scoring.go, common.go)
export const podTopologySpread: Plugin = {
  name: NAME,
  events: [
    'Pod/Add',
    'Pod/Delete',
    'Pod/UpdateLabel',
    'Node/Add',
    'Node/Delete',
    'Node/UpdateLabel',
    'Node/UpdateTaint',
  ],
  preFilter(cycle) {
    const constraints = constraintsOf(cycle.pod, 'DoNotSchedule')
    if (!constraints.length) return 'skip'
    const counts = constraints.map(() => new Map<string, number>())
    for (const node of cycle.snapshot.nodes) {
      const labels = labelsOf(node)
      if (!constraints.every(({ topologyKey }) => labels[topologyKey] !== undefined)) continue
      constraints.forEach((constraint, i) => {
        if (!includes(constraint, cycle.pod, node)) return
        const value = labels[constraint.topologyKey]
        counts[i].set(
          value,
          (counts[i].get(value) ?? 0) + matching(constraint, node.pods.values(), namespaceOf(cycle.pod)),
        )
      })
    }
    cycle.state.set(NAME, { constraints, counts } satisfies FilterState)
    return undefined
  },
  addPod: (cycle, added, node) => change(cycle, added, node, 1),
  removePod: (cycle, removed, node) => change(cycle, removed, node, -1),
  filter({ state, pod }, node) {
    const { constraints, counts } = state.get(NAME) as FilterState
    const labels = labelsOf(node)
    for (const [i, { topologyKey, selector, maxSkew, minDomains }] of constraints.entries()) {
      const value = labels[topologyKey]
      if (value === undefined) return unresolvable(`${REASON} (missing required label)`)
      const all = [...counts[i].values()]
      const min = counts[i].size < minDomains ? 0 : all.length ? Math.min(...all) : Number.MAX_SAFE_INTEGER
      const self = matchesLabels(selector, pod.metadata?.labels) ? 1 : 0
      if ((counts[i].get(value) ?? 0) + self - min > maxSkew) return unschedulable(REASON)
    }
    return undefined
  },
  preScore(cycle, nodes) {
    const own = constraintsOf(cycle.pod, 'ScheduleAnyway')
    if (!own.length || !nodes.length) return 'skip'
    cycle.state.set(`${NAME}/score`, scoreState(cycle, own, nodes))
    return undefined
  },
  score({ state, pod }, node) {
    const { constraints, ignored, counts, weights } = state.get(`${NAME}/score`) as ScoreState
    if (ignored.has(node.name)) return 0
    let sum = 0
    for (const [i, constraint] of constraints.entries()) {
      const value = labelsOf(node)[constraint.topologyKey]
      if (value === undefined) continue
      const number =
        constraint.topologyKey === HOSTNAME
          ? matching(constraint, node.pods.values(), namespaceOf(pod))
          : (counts[i].get(value) ?? 0)
      sum += number * weights[i] + (constraint.maxSkew - 1)
    }
    return Math.round(sum)
  },
  normalize({ state }, scores, nodes) {
    const { ignored } = state.get(`${NAME}/score`) as ScoreState
    const counted = scores.filter((_, i) => !ignored.has(nodes[i].name))
    const min = Math.min(...counted)
    const max = Math.max(0, ...counted)
    return scores.map((score, i) => {
      if (ignored.has(nodes[i].name)) return 0
      return max === 0 ? MAX_SCORE : Math.trunc((MAX_SCORE * (max + min - score)) / max)
    })
  },
}

function constraintsOf(pod: Pod, when: 'DoNotSchedule' | 'ScheduleAnyway'): Constraint[] {
  const given = pod.spec?.topologySpreadConstraints ?? []
  return given
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === when)
    .map((constraint) => ({
      maxSkew: constraint.maxSkew,
      topologyKey: constraint.topologyKey,
      selector: selectorOf(constraint, pod),
      minDomains: constraint.minDomains ?? 1,
      honorsAffinity: constraint.nodeAffinityPolicy !== 'Ignore',
      honorsTaints: constraint.nodeTaintsPolicy === 'Honor',
    }))
}

function selectorOf({ labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint, pod: Pod): Selector {
  const selector = selectorFromObject(labelSelector as never)
  const labels = pod.metadata?.labels ?? {}
  const keys = matchLabelKeys.filter((key) => labels[key] !== undefined)
  if (!keys.length) return selector
  return {
    ...selector,
    requirements: [
      ...selector.requirements,
      ...keys.map((key) => ({ key, operator: 'in' as const, values: [labels[key]] })),
    ],
  }
}

function change({ state, pod }: Cycle, { pod: changed }: PodInfo, node: NodeInfo, by: number): void {
  const filter = state.get(NAME) as FilterState | undefined
  if (!filter || namespaceOf(changed) !== namespaceOf(pod)) return
  const labels = labelsOf(node)
  if (!filter.constraints.every(({ topologyKey }) => labels[topologyKey] !== undefined)) return
  filter.constraints.forEach((constraint, i) => {
    if (!matchesLabels(constraint.selector, changed.metadata?.labels) || !includes(constraint, pod, node))
      return
    const value = labels[constraint.topologyKey]
    filter.counts[i].set(value, (filter.counts[i].get(value) ?? 0) + by)
  })
}

function scoreState(
  cycle: Cycle,
  constraints: readonly Constraint[],
  nodes: readonly NodeInfo[],
): ScoreState {
  const ignored = new Set<string>()
  const counts = constraints.map(() => new Map<string, number>())
  for (const node of nodes) {
    const labels = labelsOf(node)
    if (!constraints.every(({ topologyKey }) => labels[topologyKey] !== undefined)) ignored.add(node.name)
    else
      constraints.forEach(({ topologyKey }, i) => {
        if (topologyKey !== HOSTNAME)
          counts[i].set(labels[topologyKey], counts[i].get(labels[topologyKey]) ?? 0)
      })
  }
  for (const node of cycle.snapshot.nodes) {
    const labels = labelsOf(node)
    if (!constraints.every(({ topologyKey }) => labels[topologyKey] !== undefined)) continue
    constraints.forEach((constraint, i) => {
      const value = labels[constraint.topologyKey]
      if (!counts[i].has(value) || !includes(constraint, cycle.pod, node)) return
      counts[i].set(
        value,
        (counts[i].get(value) as number) + matching(constraint, node.pods.values(), namespaceOf(cycle.pod)),
      )
    })
  }
  const weights = constraints.map(({ topologyKey }, i) =>
    naturalLog((topologyKey === HOSTNAME ? nodes.length - ignored.size : counts[i].size) + 2),
  )
  return { constraints, ignored, counts, weights }
}

/** A node counts when the pod could go there, as far as the constraint's policies say. */
function includes({ honorsAffinity, honorsTaints }: Constraint, pod: Pod, { node }: NodeInfo): boolean {
  if (honorsAffinity && !matchesNode(pod, node)) return false
  if (!honorsTaints) return true
  return !(node.spec?.taints ?? []).some(
    (taint) =>
      taint.effect !== 'PreferNoSchedule' &&
      !pod.spec?.tolerations?.some((toleration) => tolerates(toleration, taint)),
  )
}

function matching({ selector }: Constraint, pods: Iterable<PodInfo>, namespace: string): number {
  let count = 0
  for (const { pod } of pods) {
    if (pod.metadata?.deletionTimestamp || namespaceOf(pod) !== namespace) continue
    if (matchesLabels(selector, pod.metadata?.labels)) count++
  }
  return count
}

const labelsOf = ({ node }: NodeInfo): Record<string, string> => node.metadata?.labels ?? {}
const namespaceOf = (pod: Pod): string => pod.metadata?.namespace ?? 'default'

/** ln x for integers x >= 2, by a series of + - * / only, which all engines round alike; their logarithms differ. */
function naturalLog(x: number): number {
  let halvings = 0
  let y = x
  while (y > 1.5) {
    y /= 2
    halvings++
  }
  const z = (y - 1) / (y + 1)
  let sum = 0
  let power = z
  for (let k = 1; k < 60; k += 2) {
    sum += power / k
    power *= z * z
  }
  return 2 * sum + halvings * Math.LN2
}
