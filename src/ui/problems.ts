import type { Node, Pod } from 'kubernetes-types/core/v1'
import type { KubeObject } from '../kernel/api/objects.ts'
import type { ClusterModel } from './cluster-model.ts'
import { ownersOf } from './inspector/owners.ts'
import type { Selection } from './page-state.svelte.ts'
import type { Messages } from './text/en.ts'
import { isReady, lookOf, nodeReason, reasonOf, type Tone } from './topology/pod-state.ts'
import { virtualTimeOf } from './virtual-time.ts'

/** Something that is not well: in a sentence, with the words of whoever found out, and where to look. */
export interface Problem {
  readonly tone: Tone
  readonly text: string
  readonly detail: string | undefined
  readonly selection: Selection
}

/** What starts is given so long before it is a problem that it has not. */
const PATIENCE_MS = 8000
const STARTING_PATIENCE_MS = 30_000
/** What a container that fails again and again says in turn. */
const SAME: Readonly<Record<string, string>> = { ErrImagePull: 'ImagePullBackOff', Error: 'CrashLoopBackOff' }

/** What is not well in the cluster, the worst first. */
export function problemsOf(model: ClusterModel, t: Messages): Problem[] {
  return [...quorumProblem(model, t), ...machineProblems(model, t), ...podProblems(model, t)]
}

function quorumProblem(model: ClusterModel, t: Messages): Problem[] {
  const members = model.machines.filter(({ name }) => model.raft.has(name))
  const up = members.filter(({ on, plugged }) => on && plugged)
  const led = up.some(({ name }) => model.raft.get(name)?.state === 'StateLeader')
  const majority = Math.floor(members.length / 2) + 1
  if (!members.length || (led && up.length >= majority)) return []
  const [first] = members
  return [
    {
      tone: 'bad',
      text: t.problem.noLeader(up.length, members.length, majority),
      detail: t.problem.noLeaderMeans,
      selection: { type: 'machine', name: first?.name ?? '' },
    },
  ]
}

function machineProblems(model: ClusterModel, t: Messages): Problem[] {
  return model.machines.flatMap(({ name, on, plugged }): Problem[] => {
    const node = model.get('Node', undefined, name) as Node | undefined
    const selection: Selection = { type: 'machine', name }
    const says = node && (isReady(node as never) ? t.problem.stillReady : nodeReason(node))
    if (!on) return [{ tone: 'bad', text: t.problem.off(name), detail: says, selection }]
    if (!plugged) return [{ tone: 'bad', text: t.problem.unplugged(name), detail: says, selection }]
    if (!node || isReady(node as never)) return []
    return [{ tone: 'bad', text: t.problem.notReady(name), detail: nodeReason(node), selection }]
  })
}

/** Pods of one owner in one state are one problem. */
function podProblems(model: ClusterModel, t: Messages): Problem[] {
  const groups = new Map<string, { pods: Pod[]; owner: KubeObject | undefined; word: string; tone: Tone }>()
  for (const pod of unwell(model.list<Pod>('Pod'))) {
    const { tone, word } = lookOf(pod)
    const patience = tone === 'accent' ? STARTING_PATIENCE_MS : PATIENCE_MS
    if (tone !== 'bad' && !isUnschedulable(pod) && model.now - since(pod, model) < patience) continue
    const owner = ownersOf(pod as KubeObject, model).at(-1)
    const said = isUnschedulable(pod) ? 'Unschedulable' : (SAME[word] ?? word)
    const key = `${owner?.metadata.uid ?? pod.metadata?.uid} ${said}`
    const group = groups.get(key) ?? { pods: [], owner, word: said, tone }
    group.pods.push(pod)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ pods, owner, word, tone }) => {
    const [first] = pods as [Pod, ...Pod[]]
    const state = word === 'Running' ? t.problem.running : word
    const what = owner
      ? t.problem.podsOf(pods.length, `${owner.kind} ${owner.metadata.name}`, state)
      : t.problem.pod(first.metadata?.name ?? '', state)
    return {
      tone: tone === 'accent' ? 'warn' : tone,
      text: what,
      detail: reasonOf(first),
      selection: {
        type: 'object',
        kind: 'Pod',
        namespace: first.metadata?.namespace,
        name: first.metadata?.name ?? '',
      },
    }
  })
}

/** Found once for each list of pods. */
const found = new WeakMap<readonly Pod[], readonly Pod[]>()

function unwell(pods: readonly Pod[]): readonly Pod[] {
  const known = found.get(pods)
  if (known) return known
  const some = pods.filter(({ metadata, ...pod }) => {
    const { tone } = lookOf({ metadata, ...pod })
    return tone !== 'good' && tone !== 'dim'
  })
  found.set(pods, some)
  return some
}

const isUnschedulable = (pod: Pod): boolean =>
  !pod.spec?.nodeName &&
  (pod.status?.conditions?.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'Unschedulable',
  ) ??
    false)

const since = ({ metadata }: Pod, model: ClusterModel): number =>
  model.seenAt.get(metadata?.uid ?? '') ?? virtualTimeOf(metadata?.creationTimestamp)
