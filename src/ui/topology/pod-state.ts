import type { Pod } from 'kubernetes-types/core/v1'

/** How a pod is drawn: shape and colour together, and the word that kubectl would print. */
export interface PodLook {
  readonly shape: 'solid' | 'hollow' | 'dashed' | 'triangle' | 'cross' | 'done'
  readonly tone: 'good' | 'warn' | 'bad' | 'dim' | 'accent'
  readonly word: string
}

/** The STATUS column's word (kubernetes: pkg/printers/internalversion/printers.go printPod), and a look for it. */
export function lookOf(pod: Pod): PodLook {
  const word = wordOf(pod)
  if (pod.metadata?.deletionTimestamp) return { shape: 'cross', tone: 'dim', word: 'Terminating' }
  if (word === 'Completed' || word === 'Succeeded') return { shape: 'done', tone: 'dim', word }
  if (word === 'Running') return isReady(pod) ? { shape: 'solid', tone: 'good', word } : { shape: 'hollow', tone: 'warn', word }
  if (word === 'Pending' || word === 'ContainerCreating' || word === 'PodInitializing' || word.startsWith('Init:')) {
    return { shape: 'dashed', tone: 'accent', word }
  }
  return { shape: 'triangle', tone: 'bad', word }
}

export const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false

function wordOf({ status }: Pod): string {
  for (const container of status?.containerStatuses ?? []) {
    const { waiting, terminated } = container.state ?? {}
    if (waiting?.reason) return waiting.reason
    if (terminated?.reason) return terminated.reason
  }
  return status?.reason ?? status?.phase ?? 'Pending'
}
