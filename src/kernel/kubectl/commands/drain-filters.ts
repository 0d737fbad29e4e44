import { typed } from '../typed.ts'
import type { Pod } from 'kubernetes-types/core/v1'
import { controllerOf } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { parseTime } from '../../api/time.ts'
import { isNotFound, throwAll } from '../errors.ts'
import type { Kubectl } from '../kubectl.ts'

// kubectl: pkg/drain/filters.go

interface Verdict {
  readonly remove: boolean
  readonly warning?: string
  readonly error?: string
}

const ok: Verdict = { remove: true }
const skip: Verdict = { remove: false }

export interface PodsToDelete {
  readonly pods: readonly Pod[]
  /** Reasons with the pods they concern, one line. */
  readonly warnings: string
}

/** Pods of a node that a drain removes; throws what forbids it. */
export function* podsToDelete(kubectl: Kubectl, node: string): Sys<PodsToDelete> {
  const { flags } = kubectl
  const list = yield* kubectl.api.call({
    path: '/api/v1/pods',
    query: {
      fieldSelector: `spec.nodeName=${node}`,
      labelSelector: flags.string('pod-selector') || undefined,
      limit: flags.int('chunk-size') || undefined,
    },
  })
  const pods: Pod[] = []
  const warnings = new Map<string, string[]>()
  const errors = new Map<string, string[]>()
  const note = (map: Map<string, string[]>, reason: string, pod: Pod) =>
    map.set(reason, [...(map.get(reason) ?? []), `${pod.metadata?.namespace}/${pod.metadata?.name}`])
  for (const pod of typed<{ items?: Pod[] }>(list).items ?? []) {
    const verdict = yield* judge(kubectl, pod)
    if (verdict.warning) note(warnings, verdict.warning, pod)
    if (verdict.error) note(errors, verdict.error, pod)
    if (verdict.remove) pods.push(pod)
  }
  throwAll([...errors].map(([reason, names]) => new UserError(`${reason}: ${names.join(', ')}`)))
  return {
    pods,
    warnings: [...warnings].map(([reason, names]) => `${reason}: ${names.join(', ')}`).join('; '),
  }
}

function* judge(kubectl: Kubectl, pod: Pod): Sys<Verdict> {
  let verdict: Verdict = ok
  for (const filter of [skipDeleted, daemonSet, mirror, localStorage, unreplicated]) {
    const next: Verdict = yield* filter(kubectl, pod)
    verdict = { ...next, warning: next.warning ?? verdict.warning, error: next.error ?? verdict.error }
    if (!next.remove) return verdict
  }
  return verdict
}

const finished = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed'

function* skipDeleted({ flags, os }: Kubectl, { metadata }: Pod): Sys<Verdict> {
  const limit = flags.int('skip-wait-for-delete-timeout')
  const deleted = parseTime(String(metadata?.deletionTimestamp ?? ''))
  return limit > 0 && deleted !== undefined && os.clock - deleted > limit * 1000 ? skip : ok
}

function* daemonSet({ flags, api }: Kubectl, pod: Pod): Sys<Verdict> {
  const controller = controllerOf(pod as never)
  if (controller?.kind !== 'DaemonSet' || finished(pod)) return ok
  try {
    yield* api.call({
      path: `/apis/apps/v1/namespaces/${pod.metadata?.namespace}/daemonsets/${controller.name}`,
    })
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    if (isNotFound(error) && flags.bool('force')) return { remove: true, warning: error.message }
    return { remove: false, error: error.message }
  }
  if (!flags.bool('ignore-daemonsets'))
    return {
      remove: false,
      error: 'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)',
    }
  return { remove: false, warning: 'ignoring DaemonSet-managed Pods' }
}

function* mirror(_kubectl: Kubectl, { metadata }: Pod): Sys<Verdict> {
  return metadata?.annotations?.['kubernetes.io/config.mirror'] ? skip : ok
}

function* localStorage({ flags }: Kubectl, pod: Pod): Sys<Verdict> {
  if (!pod.spec?.volumes?.some(({ emptyDir }) => emptyDir) || finished(pod)) return ok
  if (!flags.bool('delete-emptydir-data') && !flags.bool('delete-local-data'))
    return {
      remove: false,
      error: 'cannot delete Pods with local storage (use --delete-emptydir-data to override)',
    }
  return { remove: true, warning: 'deleting Pods with local storage' }
}

function* unreplicated({ flags }: Kubectl, pod: Pod): Sys<Verdict> {
  if (finished(pod) || controllerOf(pod as never)) return ok
  if (flags.bool('force')) return { remove: true, warning: 'deleting Pods that declare no controller' }
  return { remove: false, error: 'cannot delete Pods that declare no controller (use --force to override)' }
}
