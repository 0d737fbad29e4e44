import type { Node, Pod } from 'kubernetes-types/core/v1'
import { schedule, type Verdict as Decision } from '../../../src/kernel/scheduler/algorithm.ts'
import { SchedulerCache } from '../../../src/kernel/scheduler/cache.ts'
import type { Cycle, Plugin, Rejection, Snapshot, Storage } from '../../../src/kernel/scheduler/framework.ts'
import { NodeInfo, podInfo } from '../../../src/kernel/scheduler/node-info.ts'
import { difference, notApplicable, type Verdict } from '../suite.ts'

/** A status of the framework, as recordings have it. */
export interface GoStatus {
  readonly code?: number
  readonly reasons?: readonly string[]
}

export interface NodeScore {
  readonly Name: string
  readonly Score?: number
}

/** A NodeInfo of Go. */
export interface GoNodeInfo {
  readonly Allocatable?: Readonly<Record<string, unknown>>
  readonly Pods?: readonly { readonly Pod: Pod }[]
}

let count = 0

/** Pods of tests often have no name. */
export const named = (pod: Pod = {}): Pod => ({
  ...pod,
  metadata: { namespace: 'default', name: `unnamed-${count++}`, ...pod.metadata },
})

/** A cluster with these nodes, and pods on the nodes that they name. */
export function snapshotOf(
  nodes: readonly Node[] = [],
  pods: readonly Pod[] = [],
  storage?: Storage,
): Snapshot {
  const cache = new SchedulerCache()
  for (const node of nodes) cache.setNode(node)
  for (const pod of pods) if (pod.spec?.nodeName) cache.setPod(named(pod))
  const ordered = nodes.flatMap(({ metadata }) => cache.nodes.filter(({ name }) => name === metadata?.name))
  return {
    nodes: ordered,
    imageState: (name) => cache.imageState(name),
    namespaceLabels: (name) => namespaces[name] ?? {},
    ...(storage ? { storage } : {}),
  }
}

/** Namespaces that the tests of pod affinity have. */
const namespaces: Readonly<Record<string, Record<string, string>>> = {
  subteam1: { team: 'team1' },
  subteam2: { team: 'team2' },
  'subteam1.team1': { team: 'team1' },
  'subteam2.team1': { team: 'team1' },
  'subteam1.team2': { team: 'team2' },
  subteam1_team1: { team: 'team1' },
}

export function cycleOf(pod: Pod, snapshot: Snapshot): Cycle {
  const whole = named(pod)
  return { state: new Map(), info: podInfo(whole), pod: whole, snapshot }
}

/** What a plugin says of a node, its preparation included. */
export function filterBy(plugin: Plugin, cycle: Cycle, node: NodeInfo): Rejection | undefined {
  const before = plugin.preFilter?.(cycle)
  if (before === 'skip') return undefined
  if (before && 'reasons' in before) return before
  if (before && 'nodes' in before && !before.nodes.has(node.name))
    return { unresolvable: true, reasons: [`node(s) didn't satisfy plugin(s) [${plugin.name}]`] }
  return plugin.filter?.(cycle, node)
}

const UNSCHEDULABLE = 2
const UNRESOLVABLE = 3
const SKIP = 5

/** The same verdict; a recording's success and skip have no reasons. */
export function sameStatus(got: Rejection | undefined, want: GoStatus | undefined): Verdict {
  const code = want?.code ?? 0
  if (code === 0 || code === SKIP) return got ? `rejected: ${got.reasons.join(', ')}` : undefined
  if (code !== UNSCHEDULABLE && code !== UNRESOLVABLE) return notApplicable('an error of Go')
  if (!got) return `not rejected, want ${want?.reasons?.join(', ')}`
  return (
    difference(got.unresolvable, code === UNRESOLVABLE, '.unresolvable') ??
    (want?.reasons ? difference([...got.reasons].sort(), [...want.reasons].sort(), '.reasons') : undefined)
  )
}

/** Scores of all nodes, brought to 0..100 where the plugin does. */
export function scoresBy(
  plugin: Plugin,
  cycle: Cycle,
  nodes: readonly NodeInfo[] = cycle.snapshot.nodes,
  normalize = true,
): NodeScore[] | 'skip' {
  if (plugin.preScore?.(cycle, nodes) === 'skip') return 'skip'
  const raw = nodes.map((node) => plugin.score?.(cycle, node) ?? 0)
  const scores = normalize ? (plugin.normalize?.(cycle, raw, nodes) ?? raw) : raw
  return nodes.map(({ name }, i) => ({ Name: name, Score: scores[i] }))
}

export const sameScores = (got: readonly NodeScore[] | 'skip', want: readonly NodeScore[] = []): Verdict =>
  difference(
    got === 'skip' ? want.map(() => 0) : got.map(({ Score }) => Score),
    want.map(({ Score = 0 }) => Score),
  )

/** A node with the amounts and pods of a Go NodeInfo. */
export function nodeOf(info: GoNodeInfo, name = 'm1', allocatable?: Record<string, string>): NodeInfo {
  const node = new NodeInfo({ metadata: { name }, status: { allocatable: allocatable ?? {} } })
  for (const { Pod: pod } of info.Pods ?? []) node.add(podInfo(named(pod)))
  return node
}

export function decide(pod: Pod, snapshot: Snapshot, profile: Parameters<typeof schedule>[2]): Decision {
  return schedule(named(pod), snapshot, profile, () => 0)
}
