import type { Node, Pod } from 'kubernetes-types/core/v1'

export type Shape =
  | 'solid'
  | 'hollow'
  | 'dashed'
  | 'triangle'
  | 'cross'
  | 'done'
  | 'dot'
  | 'ring'
  | 'half'
  | 'star'
export type Tone = 'good' | 'warn' | 'bad' | 'dim' | 'accent'

/** How a state is drawn: shape and colour together, and the word that kubectl would print. */
export interface Look {
  readonly shape: Shape
  readonly tone: Tone
  readonly word: string
}

/** The STATUS column's word (kubernetes: pkg/printers/internalversion/printers.go printPod), and a look for it. */
export function lookOf(pod: Pod): Look {
  const word = wordOf(pod)
  if (pod.metadata?.deletionTimestamp) return { shape: 'cross', tone: 'dim', word: 'Terminating' }
  if (word === 'Completed' || word === 'Succeeded') return { shape: 'done', tone: 'dim', word }
  if (word === 'Running')
    return isReady(pod) ? { shape: 'solid', tone: 'good', word } : { shape: 'hollow', tone: 'warn', word }
  if (STARTING.has(word) || word.startsWith('Init:')) return { shape: 'dashed', tone: 'accent', word }
  return { shape: 'triangle', tone: 'bad', word }
}

export const isReady = (object: {
  status?: { conditions?: readonly { type: string; status: string }[] }
}): boolean =>
  object.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false

/** The STATUS column of `kubectl get nodes`. */
export function nodeLook(node: Node): Look {
  const cordoned = node.spec?.unschedulable ? ',SchedulingDisabled' : ''
  return isReady(node as never)
    ? { shape: 'dot', tone: cordoned ? 'warn' : 'good', word: `Ready${cordoned}` }
    : { shape: 'triangle', tone: 'bad', word: `NotReady${cordoned}` }
}

/** Why a pod is not Ready, in the words of whoever found out; nothing for one that is. */
export function reasonOf(pod: Pod): string | undefined {
  if (isReady(pod) || pod.status?.phase === 'Succeeded') return undefined
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  for (const { state, lastState, name } of statuses) {
    const message = state?.waiting?.message ?? state?.terminated?.message
    if (message) return message
    const { exitCode, reason } = state?.terminated ?? lastState?.terminated ?? {}
    if (exitCode) return `${name}: ${reason ?? 'Error'}, exit code ${exitCode}`
  }
  const unmet = pod.status?.conditions?.find(({ status, message }) => status === 'False' && message)
  return unmet?.message ?? pod.status?.message
}

/** A pod's name without the hash of its template, which all pods of a ReplicaSet share. */
export function shortName({ metadata }: Pod): string {
  const hash = metadata?.labels?.['pod-template-hash']
  return hash ? (metadata?.name ?? '').replace(`-${hash}-`, '-…') : (metadata?.name ?? '')
}

/** What Kubernetes says of a node that is not Ready. */
export const nodeReason = (node: Node): string | undefined =>
  isReady(node as never) ? undefined : node.status?.conditions?.find(({ type }) => type === 'Ready')?.message

/** How many of the wanted replicas are ready; nothing for what has none. */
export function replicaLook(object: object): Look | undefined {
  const { spec, status } = object as {
    spec?: { replicas?: number }
    status?: { readyReplicas?: number; numberReady?: number; desiredNumberScheduled?: number }
  }
  const wanted = spec?.replicas ?? status?.desiredNumberScheduled
  if (wanted === undefined) return undefined
  const ready = status?.readyReplicas ?? status?.numberReady ?? 0
  const well = ready >= wanted
  return { shape: well ? 'solid' : 'hollow', tone: well ? 'good' : 'warn', word: `${ready}/${wanted}` }
}

const STARTING = new Set(['Pending', 'ContainerCreating', 'PodInitializing'])

function wordOf({ status }: Pod): string {
  const initial = initWord(status)
  if (initial) return initial
  for (const container of status?.containerStatuses ?? []) {
    const { waiting, terminated } = container.state ?? {}
    if (waiting?.reason) return waiting.reason
    if (terminated?.reason) return terminated.reason
  }
  return status?.reason ?? status?.phase ?? 'Pending'
}

/** `Init:0/1`, while init containers have not all ended well. */
function initWord(status: Pod['status']): string | undefined {
  const all = status?.initContainerStatuses ?? []
  const done = all.filter(({ state }) => state?.terminated?.exitCode === 0).length
  if (!all.length || done === all.length || status?.phase !== 'Pending') return undefined
  const reason = all[done]?.state?.waiting?.reason ?? all[done]?.state?.terminated?.reason
  return reason && reason !== 'PodInitializing' ? `Init:${reason}` : `Init:${done}/${all.length}`
}
