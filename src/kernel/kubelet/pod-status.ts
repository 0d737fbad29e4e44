import type { ContainerStatus, PodCondition, PodStatus } from 'kubernetes-types/core/v1'
import { formatTime } from '../api/time.ts'
import { podQOSClass } from '../api/kinds/pod/qos.ts'
import { containerStatuses, type ContainerFacts } from './container-status.ts'
import { isSidecar, sandboxOf, type KubeletPod, type PodRuntime } from './types.ts'

/** Why the kubelet ended a pod; `disruption` is the reason of the condition DisruptionTarget. */
export interface Verdict {
  readonly reason: string
  readonly message: string
  readonly disruption?: string
  /** It was never let in: nothing is known of its containers. */
  readonly rejected?: boolean
}

export interface PodFacts extends ContainerFacts {
  /** Milliseconds since the Unix epoch. */
  readonly now: number
  readonly nodeIP: string
  /** Set once the kubelet itself has ended the pod: eviction, deadline, admission. */
  readonly verdict: Verdict | undefined
  /** It will not start anything any more. */
  readonly terminal: boolean
}

type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed'

/** The status of a pod as of now (kubernetes: pkg/kubelet/kubelet_pods.go generateAPIPodStatus). */
export function podStatus(pod: KubeletPod, old: PodStatus, runtime: PodRuntime, facts: PodFacts): PodStatus {
  const { spec } = pod
  const init = containerStatuses(
    pod,
    spec.initContainers ?? [],
    old.initContainerStatuses ?? [],
    runtime,
    facts,
    true,
  )
  const main = containerStatuses(pod, spec.containers, old.containerStatuses ?? [], runtime, facts, false)
  const phase = facts.verdict ? 'Failed' : keptPhase(old, phaseOf(pod, init, main, facts.terminal))
  const started = unready(pod, { init, main }, phase)
  const sandbox = sandboxOf(runtime)
  const { qosClass = podQOSClass(spec) } = old
  return {
    phase,
    ...carried(facts.verdict ?? old),
    conditions: conditions(pod, old, started, sandbox?.state === 'SANDBOX_READY', facts),
    hostIP: facts.nodeIP,
    hostIPs: [{ ip: facts.nodeIP }],
    ...addresses(pod, old, runtime, facts),
    startTime: old.startTime ?? formatTime(facts.now),
    ...(init.length ? { initContainerStatuses: init } : {}),
    containerStatuses: main,
    qosClass,
  }
}

const carried = ({ reason, message }: Pick<PodStatus, 'reason' | 'message'>): object => ({
  ...(reason ? { reason } : {}),
  ...(message ? { message } : {}),
})

/** A pod that has ended does not come back. */
const keptPhase = (old: PodStatus, phase: Phase): Phase =>
  old.phase === 'Failed' || old.phase === 'Succeeded' ? old.phase : phase

function addresses(pod: KubeletPod, old: PodStatus, runtime: PodRuntime, facts: PodFacts): object {
  const ready = runtime.sandboxes.find(({ state }) => state === 'SANDBOX_READY')
  const ip = pod.spec.hostNetwork
    ? runtime.sandboxes.length
      ? facts.nodeIP
      : undefined
    : ready?.network.ip || old.podIP
  return ip ? { podIP: ip, podIPs: [{ ip }] } : {}
}

/** kubernetes: pkg/kubelet/kubelet_pods.go getPhase. */
export function phaseOf(
  { spec }: KubeletPod,
  init: readonly ContainerStatus[],
  main: readonly ContainerStatus[],
  terminal: boolean,
): Phase {
  const regular = init.filter((_, i) => !isSidecar((spec.initContainers ?? [])[i]))
  const anyStarted = main.some(
    ({ state, lastState }) => state?.running || state?.terminated || lastState?.terminated,
  )
  for (const { state, lastState } of regular) {
    if (state?.running) return 'Pending'
    if (state?.terminated) {
      if (state.terminated.exitCode !== 0) return spec.restartPolicy === 'Never' ? 'Failed' : 'Pending'
    } else if (!anyStarted) {
      if (terminal && lastState?.terminated?.exitCode) return 'Failed'
      return terminal ? 'Failed' : 'Pending'
    }
  }
  let running = 0
  let waiting = 0
  let stopped = 0
  let succeeded = 0
  for (const { state, lastState } of main) {
    if (state?.running) running++
    else if (state?.terminated) {
      stopped++
      if (state.terminated.exitCode === 0) succeeded++
    } else if (lastState?.terminated) stopped++
    else waiting++
  }
  if (waiting > 0) return terminal && !running ? 'Failed' : 'Pending'
  if (running > 0) return 'Running'
  if (terminal) return succeeded === stopped ? 'Succeeded' : 'Failed'
  if (spec.restartPolicy === 'Always' || spec.restartPolicy === undefined) return 'Running'
  if (stopped === succeeded) return 'Succeeded'
  return spec.restartPolicy === 'Never' ? 'Failed' : 'Running'
}

interface Readiness {
  readonly initialized: Partial<PodCondition>
  readonly containers: Partial<PodCondition>
}

const YES = { status: 'True' }
const no = (reason: string, message?: string): Partial<PodCondition> => ({
  status: 'False',
  reason,
  ...(message ? { message } : {}),
})
const names = (statuses: readonly string[]): string => `[${statuses.join(' ')}]`

/** kubernetes: pkg/kubelet/status/generate.go. */
function unready(
  { spec }: KubeletPod,
  { init, main }: { init: ContainerStatus[]; main: ContainerStatus[] },
  phase: Phase,
): Readiness {
  const sidecars = init.filter((_, i) => isSidecar((spec.initContainers ?? [])[i]))
  const notReady = [...sidecars, ...inSpecOrder(spec.containers, main)]
    .filter(({ ready }) => !ready)
    .map(({ name }) => name)
  const incomplete = init
    .filter((status) => (sidecars.includes(status) ? !status.started : !status.ready))
    .map(({ name }) => name)
  const anyStarted = main.some(
    ({ state, lastState }) => state?.running || state?.terminated || lastState?.terminated,
  )
  const ended = phase === 'Succeeded' ? no('PodCompleted') : phase === 'Failed' ? no('PodFailed') : undefined
  return {
    initialized:
      phase === 'Succeeded'
        ? { ...YES, reason: 'PodCompleted' }
        : anyStarted || !incomplete.length
          ? YES
          : no('ContainersNotInitialized', `containers with incomplete status: ${names(incomplete)}`),
    containers:
      ended ??
      (notReady.length
        ? no('ContainersNotReady', `containers with unready status: ${names(notReady)}`)
        : YES),
  }
}

const inSpecOrder = (
  specs: readonly { name: string }[],
  statuses: readonly ContainerStatus[],
): ContainerStatus[] => specs.flatMap(({ name }) => statuses.find((status) => status.name === name) ?? [])

function conditions(
  pod: KubeletPod,
  old: PodStatus,
  { initialized, containers }: Readiness,
  sandboxReady: boolean,
  { terminal, verdict, now }: PodFacts,
): PodCondition[] {
  const own: Record<string, Partial<PodCondition>> = {
    PodReadyToStartContainers: { status: sandboxReady && !terminal ? 'True' : 'False' },
    Initialized: initialized,
    Ready: containers.status === 'True' ? gates(pod, old) : containers,
    ContainersReady: containers,
    PodScheduled: YES,
  }
  if (verdict?.disruption)
    own['DisruptionTarget'] = { status: 'True', reason: verdict.disruption, message: verdict.message }
  const others = (old.conditions ?? []).filter(({ type }) => !(type in own))
  return [...others, ...Object.entries(own).map(([type, condition]) => withTimes(type, condition, old, now))]
}

function gates({ spec }: KubeletPod, { conditions: known = [] }: PodStatus): Partial<PodCondition> {
  const messages: string[] = []
  for (const { conditionType } of spec.readinessGates ?? []) {
    const gate = known.find(({ type }) => type === conditionType)
    if (!gate)
      messages.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`)
    else if (gate.status !== 'True')
      messages.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`)
  }
  return messages.length ? no('ReadinessGatesNotReady', messages.join(', ')) : YES
}

function withTimes(
  type: string,
  condition: Partial<PodCondition>,
  old: PodStatus,
  now: number,
): PodCondition {
  const before = old.conditions?.find((other) => other.type === type)
  const lastTransitionTime =
    before?.status === condition.status ? before?.lastTransitionTime : formatTime(now)
  return { type, ...condition, lastTransitionTime } as PodCondition
}
