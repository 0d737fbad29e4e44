import type { Node, Pod } from 'kubernetes-types/core/v1'
import { schedule, type Verdict as Decision } from '../../../src/kernel/scheduler/algorithm.ts'
import { SchedulerCache } from '../../../src/kernel/scheduler/cache.ts'
import { preempt } from '../../../src/kernel/scheduler/preemption.ts'
import { defaultProfile } from '../../../src/kernel/scheduler/plugins/index.ts'
import { failureMessage } from '../../../src/kernel/scheduler/failure-message.ts'
import { difference, jsonLines, type OracleSuite } from '../suite.ts'

interface Scenario {
  readonly seed: number
  readonly nodes: readonly Node[]
  readonly existing: readonly Pod[]
  readonly steps: readonly (Step | Stop)[]
}

/** The recorder stopped here: a preemption left the cluster in a state that it did not record. */
interface Stop {
  readonly stop: string
}

interface Step {
  readonly pod: Pod
  readonly result: {
    readonly node?: string
    readonly unschedulable?: string
    readonly nominatedNodeName?: string | null
  }
  readonly scores?: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly final?: Readonly<Record<string, number>>
  readonly victims?: readonly string[] | null
}

/** The recorder's priority classes; only their order counts. */
const PRIORITIES: Readonly<Record<string, number>> = { low: 100, mid: 1000, noprem: 50000, high: 10_000 }

/** Random clusters and the real scheduler's decisions: every step is a case, played on the cluster as the real one left it. */
export const schedulerScenarioSuite: OracleSuite = {
  pattern: /^scheduler\/scenarios.*\.jsonl(\.gz)?$/,
  run(_path, text) {
    const failures: string[] = []
    let total = 0
    for (const scenario of jsonLines<Scenario>(text)) {
      const cache = new SchedulerCache()
      for (const node of scenario.nodes) cache.setNode(node)
      for (const pod of scenario.existing) cache.setPod(admitted(pod))
      for (const [i, step] of scenario.steps.entries()) {
        if ('stop' in step) break
        total++
        const wrong = judge(cache, step)
        if (wrong) failures.push(`seed ${scenario.seed} step ${i} ${step.pod.metadata?.name}: ${wrong}`)
        follow(cache, step)
      }
    }
    return { passed: total - failures.length, total, failures }
  },
}

function judge(cache: SchedulerCache, step: Step): string | undefined {
  const pod = admitted(step.pod)
  const decision = schedule(
    pod,
    { nodes: cache.nodes, imageState: (name: string) => cache.imageState(name), namespaceLabels: () => ({}) },
    defaultProfile,
    () => 0,
  )
  const { result } = step
  if (result.unschedulable !== undefined) {
    const plan = decision.preFilter || decision.node ? undefined : preempt(decision, [])
    const message = decision.node ? `scheduled to ${decision.node}` : failureMessage(decision, plan?.message)
    const got = {
      message,
      nominated: plan?.node,
      victims: plan?.victims.map(({ pod: victim }) => victim.metadata?.name).sort() ?? [],
    }
    const want = {
      message: result.unschedulable,
      nominated: result.nominatedNodeName ?? undefined,
      victims: [...(step.victims ?? [])].sort(),
    }
    return difference(got, want)
  }
  return wrongScores(decision, step) ?? wrongNode(decision, result.node)
}

function wrongScores(decision: Decision, { scores = {}, final = {} }: Step): string | undefined {
  if (!Object.keys(scores).length) return undefined
  const got = Object.fromEntries(
    [...decision.scores].map(([node, plugins]) => [
      node,
      Object.fromEntries([...plugins].map(([name, { weighted }]) => [name, weighted])),
    ]),
  )
  return difference(got, scores) ?? difference(Object.fromEntries(decision.totals), final)
}

/** Among nodes of equal score the real one draws; any of them is right. */
function wrongNode(decision: Decision, node: string | undefined): string | undefined {
  if (decision.node === node) return undefined
  const top = Math.max(...decision.totals.values())
  return node && decision.totals.get(node) === top
    ? undefined
    : `got ${decision.node ?? failureMessage(decision, undefined)}, want ${node}`
}

/** Leave the cluster as the real one was after the step. */
function follow(cache: SchedulerCache, { pod, result, victims }: Step): void {
  for (const victim of victims ?? []) cache.removePod(`default/${victim}`)
  const node = result.node ?? result.nominatedNodeName
  if (node)
    cache.setPod({
      ...admitted(pod),
      spec: { ...pod.spec, priority: priorityOf(pod), nodeName: node } as Pod['spec'],
    })
}

const admitted = (pod: Pod): Pod => ({
  ...pod,
  metadata: { namespace: 'default', ...pod.metadata },
  spec: { ...pod.spec, priority: priorityOf(pod), ...preemptionPolicyOf(pod) } as Pod['spec'],
})

const priorityOf = (pod: Pod): number => PRIORITIES[pod.spec?.priorityClassName ?? ''] ?? 0

const preemptionPolicyOf = (pod: Pod) =>
  pod.spec?.priorityClassName === 'noprem' ? { preemptionPolicy: 'Never' } : {}
