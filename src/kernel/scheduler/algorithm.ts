import type { Pod } from 'kubernetes-types/core/v1'
import type { Random } from '../sim/random.ts'
import { copyState } from './cycle-state.ts'
import type { Cycle, Plugin, Rejection, Snapshot } from './framework.ts'
import { podInfo, type NodeInfo } from './node-info.ts'
import type { Enabled } from './plugins/index.ts'

/** What one plugin said of one node. */
export interface NodeVerdict extends Rejection {
  readonly plugin: string
}

/** Score of one plugin for one node: as computed, brought to 0..100, and times the plugin's weight. */
export interface Score {
  readonly raw: number
  readonly normalized: number
  readonly weighted: number
}

/** Everything one scheduling cycle found out about a pod: data for the event, the condition and the page. */
export interface Verdict {
  /** Where it goes, if anywhere. */
  readonly node: string | undefined
  readonly nodes: number
  /** Why nodes were filtered out, by node. */
  readonly rejected: ReadonlyMap<string, NodeVerdict>
  /** Set when a plugin rejected the pod before any node was looked at. */
  readonly preFilter: NodeVerdict | undefined
  /** By node, then plugin; empty when no more than one node was left. */
  readonly scores: ReadonlyMap<string, ReadonlyMap<string, Score>>
  readonly totals: ReadonlyMap<string, number>
  /** Nodes that were looked at (a large cluster is sampled). */
  readonly evaluated: number
}

/** kubernetes: pkg/scheduler/schedule_one.go numFeasibleNodesToFind */
const MIN_FEASIBLE = 100
const MIN_PERCENT = 5

/** A cycle under way, with the plugins that have something to say to this pod. */
export interface Run {
  readonly cycle: Cycle
  readonly filters: readonly Plugin[]
}

/** Decide where a pod goes. `start` is the node to begin with, so that all nodes get their turn. */
export function schedule(
  pod: Pod,
  snapshot: Snapshot,
  profile: readonly Enabled[],
  draw: Random,
  start = 0,
  percentage = 0,
): Verdict & { run: Run } {
  const cycle: Cycle = { state: new Map(), info: podInfo(pod), pod, snapshot }
  const before = preFilter(cycle, profile)
  const none = {
    node: undefined,
    nodes: snapshot.nodes.length,
    scores: new Map(),
    totals: new Map(),
    evaluated: 0,
  }
  if ('rejection' in before) {
    return { ...none, rejected: new Map(), preFilter: before.rejection, run: { cycle, filters: [] } }
  }
  const run = { cycle, filters: before.filters }
  const { feasible, rejected, evaluated } = findFeasible(run, before.only, start, percentage)
  const found = { nodes: snapshot.nodes.length, rejected, preFilter: undefined, evaluated, run }
  if (feasible.length <= 1) return { ...none, ...found, node: feasible[0]?.name }
  const { scores, totals } = prioritize(cycle, feasible, profile)
  return { ...found, scores, totals, node: pick(totals, draw) }
}

/** Also with the pods that are to come here, having made room for themselves (RunFilterPluginsWithNominatedPods). */
function filterWithNominated(run: Run, node: NodeInfo): NodeVerdict | undefined {
  const { info, snapshot, state } = run.cycle
  const coming = snapshot
    .nominated?.(node.name)
    .filter((other) => other.priority >= info.priority && other.key !== info.key)
  if (!coming?.length) return filterNode(run, node)
  const full = node.copy()
  const trial: Run = { ...run, cycle: { ...run.cycle, state: copyState(state) } }
  for (const other of coming) {
    full.add(other)
    for (const plugin of run.filters) plugin.addPod?.(trial.cycle, other, full)
  }
  return filterNode(trial, full) ?? filterNode(run, node)
}

/** Run every filter on a node; the first rejection counts. */
export function filterNode({ cycle, filters }: Run, node: NodeInfo): NodeVerdict | undefined {
  for (const plugin of filters) {
    const rejection = plugin.filter?.(cycle, node)
    if (rejection) return { plugin: plugin.name, ...rejection }
  }
  return undefined
}

/** A cycle whose plugins are prepared, whatever they said. */
export function preparedRun(pod: Pod, snapshot: Snapshot, profile: readonly Enabled[]): Run {
  const cycle: Cycle = { state: new Map(), info: podInfo(pod), pod, snapshot }
  const before = preFilter(cycle, profile)
  return { cycle, filters: 'filters' in before ? before.filters : [] }
}

type PreFiltered =
  | { rejection: NodeVerdict }
  | { filters: Plugin[]; only: { plugin: string; nodes: ReadonlySet<string> } | undefined }

function preFilter(cycle: Cycle, profile: readonly Enabled[]): PreFiltered {
  const filters: Plugin[] = []
  let only: { plugin: string; nodes: ReadonlySet<string> } | undefined
  for (const { plugin } of profile) {
    const result = plugin.preFilter?.(cycle)
    if (result === 'skip') continue
    if (result && 'reasons' in result) return { rejection: { plugin: plugin.name, ...result } }
    if (result) {
      const { nodes } = result
      only = {
        plugin: plugin.name,
        nodes: only ? new Set([...only.nodes].filter((name) => nodes.has(name))) : nodes,
      }
    }
    if (plugin.filter) filters.push(plugin)
  }
  return { filters, only }
}

function findFeasible(
  run: Run,
  only: { plugin: string; nodes: ReadonlySet<string> } | undefined,
  start: number,
  percentage: number,
) {
  const all = run.cycle.snapshot.nodes
  const wanted = feasibleWanted(all.length, percentage)
  const feasible: NodeInfo[] = []
  const rejected = new Map<string, NodeVerdict>()
  let evaluated = 0
  for (let i = 0; i < all.length && feasible.length < wanted; i++) {
    const node = all[(start + i) % all.length]
    evaluated++
    const verdict = only && !only.nodes.has(node.name) ? outside(only.plugin) : filterWithNominated(run, node)
    if (verdict) rejected.set(node.name, verdict)
    else feasible.push(node)
  }
  return { feasible, rejected, evaluated }
}

const outside = (plugin: string): NodeVerdict => ({
  plugin,
  unresolvable: true,
  reasons: [`node(s) didn't satisfy plugin(s) [${plugin}]`],
})

/** In large clusters it is enough to find some: 50 % less 1 % for every 125 nodes, at least 5 % and 100 nodes. */
export function feasibleWanted(nodes: number, wanted = 0): number {
  if (nodes < MIN_FEASIBLE || wanted >= 100) return nodes
  const percent = wanted || Math.max(MIN_PERCENT, 50 - Math.floor(nodes / 125))
  return Math.max(MIN_FEASIBLE, Math.floor((nodes * percent) / 100))
}

function prioritize(cycle: Cycle, nodes: readonly NodeInfo[], profile: readonly Enabled[]) {
  const scores = new Map<string, Map<string, Score>>(nodes.map(({ name }) => [name, new Map()]))
  const totals = new Map<string, number>(nodes.map(({ name }) => [name, 0]))
  for (const { plugin, weight } of profile) {
    if (!plugin.score || weight === 0 || plugin.preScore?.(cycle, nodes) === 'skip') continue
    const raw = nodes.map((node) => plugin.score?.(cycle, node) ?? 0)
    const normalized = plugin.normalize?.(cycle, raw, nodes) ?? raw
    nodes.forEach(({ name }, i) => {
      const weighted = normalized[i] * weight
      scores.get(name)?.set(plugin.name, { raw: raw[i], normalized: normalized[i], weighted })
      totals.set(name, (totals.get(name) ?? 0) + weighted)
    })
  }
  return { scores, totals }
}

/** The best; among equals each has the same chance (schedule_one.go selectHost). */
function pick(totals: ReadonlyMap<string, number>, draw: Random): string | undefined {
  let best: string | undefined
  let top = Number.NEGATIVE_INFINITY
  let equal = 0
  for (const [name, total] of totals) {
    if (total > top) {
      best = name
      top = total
      equal = 1
    } else if (total === top && draw() * ++equal < 1) best = name
  }
  return best
}
