import type { Pod } from 'kubernetes-types/core/v1'
import { printDurationMs } from '../../api/duration.ts'
import type { JsonObject } from '../../api/objects.ts'
import { UserError } from '../../api/user-error.ts'
import type { Sys } from '../../host/sys.ts'
import { sleep } from '../../host/sys.ts'
import { hasReason, isNotFound, throwAll } from '../errors.ts'
import { dryRunOf, type Kubectl } from '../kubectl.ts'

// kubectl: pkg/drain/drain.go. What goroutines do there side by side is done here in rounds.

const RETRY_MS = 5000
const POLL_MS = 1000

interface Leaving {
  readonly pod: Pod
  readonly path: string
  evicted: boolean
  /** Do not ask again before this moment. */
  notBefore: number
}

/** Evict pods (or delete them) and wait until they are gone. */
export function* evictAll(kubectl: Kubectl, pods: readonly Pod[]): Sys<void> {
  const { flags, os } = kubectl
  const evict = !flags.bool('disable-eviction') && (pods.length === 0 || (yield* evictionServed(kubectl)))
  const timeoutMs = flags.ms('timeout')
  const deadline = timeoutMs ? os.now + timeoutMs : Number.POSITIVE_INFINITY
  let leaving: Leaving[] = pods.map((pod) => ({
    pod,
    path: `/api/v1/namespaces/${pod.metadata?.namespace}/pods/${pod.metadata?.name}`,
    evicted: false,
    notBefore: 0,
  }))
  const errors: Error[] = []
  while (leaving.length) {
    const next: Leaving[] = []
    for (const one of leaving) {
      try {
        if (!one.evicted && os.now >= one.notBefore) yield* remove(kubectl, one, evict)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        errors.push(error)
        continue
      }
      next.push(one)
    }
    leaving = yield* stillThere(kubectl, next, evict)
    if (leaving.length && os.now >= deadline) {
      errors.push(...leaving.map((one) => timedOut(one, timeoutMs, evict)))
      break
    }
    if (leaving.length) yield* sleep(POLL_MS)
  }
  throwAll(errors)
}

function timedOut({ pod, evicted }: Leaving, timeoutMs: number, evict: boolean): UserError {
  const why = `global timeout reached: ${printDurationMs(timeoutMs)}`
  const name = pod.metadata?.name
  return new UserError(
    !evict
      ? why
      : evicted
        ? `error when waiting for pod "${name}" in namespace "${pod.metadata?.namespace}" to terminate: ${why}`
        : `error when evicting pods/"${name}" -n "${pod.metadata?.namespace}": ${why}`,
  )
}

/** kubectl: drain.CheckEvictionSupport. */
function* evictionServed(kubectl: Kubectl): Sys<boolean> {
  const list = yield* kubectl.api.call({ path: '/api/v1', accept: 'application/json, */*' })
  return ((list['resources'] ?? []) as readonly { name: string; kind: string }[]).some(
    ({ name, kind }) => name === 'pods/eviction' && kind === 'Eviction',
  )
}

function* remove(kubectl: Kubectl, one: Leaving, evict: boolean): Sys<void> {
  const { flags, os } = kubectl
  const { name, namespace } = one.pod.metadata ?? {}
  const seconds = flags.int('grace-period')
  const options: JsonObject = {
    ...(seconds >= 0 ? { gracePeriodSeconds: seconds } : {}),
    ...(dryRunOf(kubectl) === 'server' ? { dryRun: ['All'] } : {}),
  }
  try {
    if (evict) {
      yield* kubectl.out(
        `evicting pod ${namespace}/${name}${dryRunOf(kubectl) === 'server' ? ' (server dry run)' : ''}\n`,
      )
      const body = {
        kind: 'Eviction',
        apiVersion: 'policy/v1',
        metadata: { name, namespace, creationTimestamp: null },
        deleteOptions: options,
      }
      yield* kubectl.api.call({ method: 'POST', path: `${one.path}/eviction`, body })
    } else yield* kubectl.api.call({ method: 'DELETE', path: one.path, body: options })
    one.evicted = true
  } catch (error) {
    if (isNotFound(error)) one.evicted = true
    else if (evict && hasReason(error, 'TooManyRequests')) {
      yield* kubectl.err(
        `error when evicting pods/"${name}" -n "${namespace}" (will retry after 5s): ${(error as Error).message}\n`,
      )
      one.notBefore = os.now + RETRY_MS
    } else
      throw new UserError(
        evict
          ? `error when evicting pods/"${name}" -n "${namespace}": ${(error as Error).message}`
          : (error as Error).message,
      )
  }
}

function* stillThere(kubectl: Kubectl, leaving: readonly Leaving[], evict: boolean): Sys<Leaving[]> {
  const left: Leaving[] = []
  for (const one of leaving) {
    if (one.evicted && (dryRunOf(kubectl) === 'server' || (yield* gone(kubectl, one))))
      yield* kubectl.out(`pod/${one.pod.metadata?.name} ${evict ? 'evicted' : 'deleted'}\n`)
    else left.push(one)
  }
  return left
}

function* gone(kubectl: Kubectl, { pod, path }: Leaving): Sys<boolean> {
  try {
    const now = yield* kubectl.api.call({ path })
    return (now['metadata'] as { uid?: string } | undefined)?.uid !== pod.metadata?.uid
  } catch (error) {
    if (isNotFound(error)) return true
    throw error
  }
}
