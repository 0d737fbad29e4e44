import type { Pod, Container } from 'kubernetes-types/core/v1'
import { goQuote } from '../api/go-quote.ts'
import { parseTime } from '../api/time.ts'
import { UserError } from '../api/user-error.ts'

export const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container'

/** All containers of a pod in the order in which kubectl names them. */
export const containersOf = (
  pod: Pod,
): { readonly name: string; readonly kind: '' | 'init' | 'ephem'; readonly container: Container }[] => [
  ...(pod.spec?.containers ?? []).map((container) => ({
    name: container.name,
    kind: '' as const,
    container,
  })),
  ...(pod.spec?.ephemeralContainers ?? []).map((container) => ({
    name: container.name,
    kind: 'ephem' as const,
    container: container as Container,
  })),
  ...(pod.spec?.initContainers ?? []).map((container) => ({
    name: container.name,
    kind: 'init' as const,
    container,
  })),
]

/** The container that is meant when none is named; `note` says so (kubectl: podcmd.FindOrDefaultContainerByName). */
export function chosenContainer(
  pod: Pod,
  name: string,
): { readonly container: Container; readonly note: string } {
  const all = containersOf(pod)
  if (!all.length)
    throw new UserError(`pod ${pod.metadata?.namespace}/${pod.metadata?.name} does not have any containers`)
  if (name) {
    const found = all.find((one) => one.name === name)
    if (!found) throw new UserError(`container ${name} not found in pod ${pod.metadata?.name}`)
    return { container: found.container, note: '' }
  }
  const preferred = pod.metadata?.annotations?.[DEFAULT_CONTAINER]
  const annotated = preferred ? all.find((one) => one.name === preferred) : undefined
  if (annotated) return { container: annotated.container, note: '' }
  const { container } = all[0] as (typeof all)[0]
  return {
    container,
    note:
      all.length > 1 ? `Defaulted container ${goQuote(container.name)} out of: ${containerNames(pod)}\n` : '',
  }
}

/** `a, b, c (init)`. */
export const containerNames = (pod: Pod): string =>
  containersOf(pod)
    .map(({ name, kind }) => (kind ? `${name} (${kind})` : name))
    .join(', ')

/** The order in which a pod is picked of several: those that are most likely to say something first (kubectl: podutils.ByLogging). */
export function byLogging(a: Pod, b: Pod): number {
  const score = (pod: Pod): number[] => [
    pod.spec?.nodeName ? 0 : 1,
    { Running: 0, Unknown: 1, Pending: 2 }[pod.status?.phase ?? ''] ?? 3,
    isReady(pod) ? 0 : 1,
  ]
  const [left, right] = [score(a), score(b)]
  for (let i = 0; i < left.length; i++)
    if (left[i] !== right[i]) return (left[i] as number) - (right[i] as number)
  const readySince = (pod: Pod) =>
    parseTime(
      String(pod.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? ''),
    ) ?? 0
  if (isReady(a) && readySince(a) !== readySince(b)) return readySince(b) - readySince(a)
  const restarts = (pod: Pod) =>
    Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount))
  if (restarts(a) !== restarts(b)) return restarts(b) - restarts(a)
  const created = (pod: Pod) => parseTime(String(pod.metadata?.creationTimestamp ?? '')) ?? 0
  return created(b) - created(a)
}

/** The order of `attach` and `exec`: ready ones first (podutils.ActivePods, reversed). */
export const byActive = byLogging

export const isReady = (pod: Pod): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
