import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1'
import { matchesLabels, selectorFromObject } from '../api/labels.ts'
import { parseTime } from '../api/time.ts'
import { copyState } from './cycle-state.ts'
import { filterNode, type NodeVerdict, type Run, type Verdict } from './algorithm.ts'
import type { NodeInfo, PodInfo } from './node-info.ts'

/** Where the pod could go if these pods were gone; or why nowhere, by node, in upstream's words. */
export interface Preemption {
  readonly node: string | undefined
  readonly victims: readonly PodInfo[]
  readonly message: string
  /** A node that it was to have is no longer kept for it. */
  readonly forgets?: boolean
}

interface Candidate {
  readonly node: NodeInfo
  readonly victims: readonly PodInfo[]
  readonly violations: number
}

// kubernetes: pkg/scheduler/framework/preemption and plugins/defaultpreemption
export function preempt(
  verdict: Verdict & { run: Run },
  budgets: readonly PodDisruptionBudget[],
): Preemption {
  const { run } = verdict
  const { pod, snapshot } = run.cycle
  if (pod.spec?.preemptionPolicy === 'Never') return nowhere('not eligible due to preemptionPolicy=Never.')
  if (isWaiting(run, verdict)) return nowhere('not eligible due to a terminating pod on the nominated node.')
  // What no node can help is beyond preemption.
  if (verdict.preFilter?.unresolvable) {
    const all = snapshot.nodes.map(() => 'Preemption is not helpful for scheduling')
    return { ...nowhere(`${summary(all.length, all)}.`), forgets: true }
  }
  const reasons: string[] = []
  const candidates: Candidate[] = []
  for (const node of snapshot.nodes) {
    const rejection = verdict.rejected.get(node.name)
    if (!rejection) continue
    if (rejection.unresolvable) {
      reasons.push('Preemption is not helpful for scheduling')
      continue
    }
    const found = dryRun(run, node, budgets)
    if (Array.isArray(found)) reasons.push(...found)
    else candidates.push(found as Candidate)
  }
  if (!candidates.length) return { ...nowhere(`${summary(snapshot.nodes.length, reasons)}.`), forgets: true }
  const { node, victims } = choose(candidates)
  return { node: node.name, victims, message: '' }
}

const nowhere = (message: string): Preemption => ({ node: undefined, victims: [], message })

/** `0/4 nodes are available: 1 x, 3 y`; reasons are counted and sorted as text. */
export function summary(nodes: number, reasons: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`).sort()
  return `0/${nodes} nodes are available: ${parts.join(', ')}`
}

/** A pod that is already waiting for victims on its nominated node must not make more. */
function isWaiting({ cycle }: Run, { rejected }: Verdict): boolean {
  const name = cycle.pod.status?.nominatedNodeName
  if (!name || rejected.get(name)?.unresolvable) return false
  const node = cycle.snapshot.nodes.find((candidate) => candidate.name === name)
  return [...(node?.pods.values() ?? [])].some(
    ({ pod, priority }) => pod.metadata?.deletionTimestamp !== undefined && priority < cycle.info.priority,
  )
}

/** Take all pods of lower priority away, see whether it would fit, and give back as many as possible. */
function dryRun(
  run: Run,
  original: NodeInfo,
  budgets: readonly PodDisruptionBudget[],
): Candidate | readonly string[] {
  const node = original.copy()
  const trial: Run = { ...run, cycle: { ...run.cycle, state: copyState(run.cycle.state) } }
  const { priority } = run.cycle.info
  const lower = [...node.pods.values()].filter((info) => info.priority < priority)
  if (!lower.length) return ['No preemption victims found for incoming pod']
  for (const info of lower) take(trial, node, info)
  const rejection = filterNode(trial, node)
  if (rejection) return (rejection as NodeVerdict).reasons
  const byImportance = lower.sort(moreImportant)
  const { violating, others } = splitByBudgets(byImportance, budgets)
  const victims: PodInfo[] = []
  let violations = 0
  for (const info of violating) {
    if (!giveBack(trial, node, info)) {
      victims.push(info)
      violations++
    }
  }
  for (const info of others) if (!giveBack(trial, node, info)) victims.push(info)
  return { node: original, victims: victims.sort(moreImportant), violations }
}

function take({ cycle, filters }: Run, node: NodeInfo, info: PodInfo): void {
  node.remove(info.key)
  for (const plugin of filters) plugin.removePod?.(cycle, info, node)
}

function giveBack(run: Run, node: NodeInfo, info: PodInfo): boolean {
  node.add(info)
  for (const plugin of run.filters) plugin.addPod?.(run.cycle, info, node)
  if (!filterNode(run, node)) return true
  take(run, node, info)
  return false
}

function splitByBudgets(pods: readonly PodInfo[], budgets: readonly PodDisruptionBudget[]) {
  const left = budgets.map(({ status }) => status?.disruptionsAllowed ?? 0)
  const violating: PodInfo[] = []
  const others: PodInfo[] = []
  for (const info of pods) {
    let violates = false
    budgets.forEach((budget, i) => {
      const { metadata, spec, status } = budget
      if (
        metadata?.namespace !== info.pod.metadata?.namespace ||
        !Object.keys(info.pod.metadata?.labels ?? {}).length
      )
        return
      if (!matchesLabels(selectorFromObject(spec?.selector as never), info.pod.metadata?.labels)) return
      if (status?.disruptedPods && info.pod.metadata?.name && info.pod.metadata.name in status.disruptedPods)
        return
      if (--left[i] < 0) violates = true
    })
    ;(violates ? violating : others).push(info)
  }
  return { violating, others }
}

/** Fewest broken budgets; lowest highest priority; lowest sum; fewest pods; latest start; first (pickOneNodeForPreemption). */
function choose(candidates: readonly Candidate[]): Candidate {
  const MIN_PRIORITY = 2147483648
  const rules: ((candidate: Candidate) => number)[] = [
    ({ violations }) => violations,
    ({ victims }) => victims[0]?.priority ?? Number.NEGATIVE_INFINITY,
    ({ victims }) => victims.reduce((sum, { priority }) => sum + priority + MIN_PRIORITY, 0),
    ({ victims }) => victims.length,
    ({ victims }) => -earliestStart(victims),
  ]
  let left = candidates
  for (const rule of rules) {
    const best = Math.min(...left.map(rule))
    left = left.filter((candidate) => rule(candidate) === best)
    if (left.length === 1) break
  }
  return left[0]
}

/** When the first of the most important victims started. */
export function earliestStart(victims: readonly PodInfo[]): number {
  const top = victims.filter(({ priority }) => priority === victims[0]?.priority)
  return Math.min(...top.map(startOf))
}

const startOf = ({ pod }: PodInfo): number =>
  parseTime(pod.status?.startTime ?? '') ?? Number.MAX_SAFE_INTEGER

export const moreImportant = (a: PodInfo, b: PodInfo): number =>
  b.priority - a.priority || startOf(a) - startOf(b) || (a.key < b.key ? -1 : 1)
