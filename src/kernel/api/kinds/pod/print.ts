import type { Container, ContainerStatus, Pod } from 'kubernetes-types/core/v1'
import { humanDuration } from '../../duration.ts'
import type { Typed } from '../../kind.ts'
import { parseTime } from '../../time.ts'

/** What `kubectl get pods` shows of a pod. */
export interface PodRow {
  readonly ready: string
  readonly reason: string
  readonly restarts: string
}

const rows = new WeakMap<object, { readonly now: number; readonly row: PodRow }>()

/** kubernetes: pkg/printers/internalversion/printers.go printPod. Three columns ask, so the last answer is kept. */
export function podRow(pod: Typed<Pod>, now: number): PodRow {
  const known = rows.get(pod)
  if (known?.now === now) return known.row
  const row = computeRow(pod, now)
  rows.set(pod, { now, row })
  return row
}

/** Counts that the pass over the containers gathers. */
interface Tally {
  reason: string
  ready: number
  restarts: number
  lastRestart: number
}

function computeRow({ metadata, spec, status = {} }: Typed<Pod>, now: number): PodRow {
  const inits = new Map((spec?.initContainers ?? []).map((container) => [container.name, container]))
  const sidecars = [...inits.values()].filter(isSidecar)
  const scheduled = status.conditions?.find(({ type }) => type === 'PodScheduled')
  const gated = scheduled?.reason === 'SchedulingGated'
  const tally: Tally = {
    reason: gated ? 'SchedulingGated' : status.reason || (status.phase ?? ''),
    ready: 0,
    restarts: 0,
    lastRestart: 0,
  }
  const sidecarsOnly: Tally = { ...tally }
  const initializing = tallyInits(
    status.initContainerStatuses ?? [],
    inits,
    spec?.initContainers?.length ?? 0,
    tally,
    sidecarsOnly,
  )
  if (!initializing || isInitialized(status))
    tallyContainers(status.containerStatuses ?? [], status, tally, sidecarsOnly)
  if (metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') tally.reason = 'Unknown'
    else if (status.phase !== 'Succeeded' && status.phase !== 'Failed') tally.reason = 'Terminating'
  }
  const total = (spec?.containers?.length ?? 0) + sidecars.length
  const ago =
    tally.restarts > 0 && tally.lastRestart > 0 ? ` (${humanDuration(now - tally.lastRestart)} ago)` : ''
  return { ready: `${tally.ready}/${total}`, reason: tally.reason, restarts: `${tally.restarts}${ago}` }
}

const isSidecar = (container: Container | undefined): boolean => container?.restartPolicy === 'Always'

const isInitialized = ({ conditions }: NonNullable<Pod['status']>): boolean =>
  conditions?.some(({ type, status }) => type === 'Initialized' && status === 'True') ?? false

/** True while an init container is still at work; its state is the reason then. */
function tallyInits(
  statuses: readonly ContainerStatus[],
  inits: ReadonlyMap<string, Container>,
  count: number,
  tally: Tally,
  sidecars: Tally,
): boolean {
  for (const [i, status] of statuses.entries()) {
    const { terminated, waiting } = status.state ?? {}
    const sidecar = isSidecar(inits.get(status.name))
    addRestarts(tally, status)
    if (sidecar) addRestarts(sidecars, status)
    if (terminated && (terminated.exitCode ?? 0) === 0) continue
    if (sidecar && status.started) {
      if (status.ready) tally.ready++
      continue
    }
    if (terminated) tally.reason = `Init:${terminated.reason || endOf(terminated)}`
    else if (waiting?.reason && waiting.reason !== 'PodInitializing') tally.reason = `Init:${waiting.reason}`
    else tally.reason = `Init:${i}/${count}`
    return true
  }
  return false
}

function tallyContainers(
  statuses: readonly ContainerStatus[],
  pod: NonNullable<Pod['status']>,
  tally: Tally,
  sidecars: Tally,
): void {
  // Restarts of init containers do not count once the pod runs, but those of sidecars do.
  tally.restarts = sidecars.restarts
  tally.lastRestart = sidecars.lastRestart
  let running = false
  for (const status of [...statuses].reverse()) {
    const { waiting, terminated, running: up } = status.state ?? {}
    addRestarts(tally, status)
    if (waiting?.reason) tally.reason = waiting.reason
    else if (terminated) tally.reason = terminated.reason || endOf(terminated)
    else if (status.ready && up) {
      running = true
      tally.ready++
    }
  }
  if (tally.reason !== 'Completed' || !running) return
  const ready = pod.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
  tally.reason = ready ? 'Running' : 'NotReady'
}

function addRestarts(tally: Tally, { restartCount = 0, lastState }: ContainerStatus): void {
  tally.restarts += restartCount
  const finished = lastState?.terminated?.finishedAt
  const time = finished ? parseTime(finished) : undefined
  if (time !== undefined && time > tally.lastRestart) tally.lastRestart = time
}

const endOf = ({ signal, exitCode }: { readonly signal?: number; readonly exitCode?: number }): string =>
  signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`
