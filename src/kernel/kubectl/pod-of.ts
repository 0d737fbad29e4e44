import { typed } from './typed.ts'
import type { Pod } from 'kubernetes-types/core/v1'
import {
  formatLabelSelector,
  printSelector,
  selectorFromObject,
  selectorFromSet,
  type LabelSelectorObject,
} from '../api/labels.ts'
import type { JsonObject } from '../api/objects.ts'
import { UserError } from '../api/user-error.ts'
import type { Sys } from '../host/sys.ts'
import type { Info } from './info.ts'
import type { Kubectl, KubeLike } from './kubectl.ts'
import { byLogging } from './pods.ts'

/** The label selector of the pods that an object stands for (kubectl: polymorphichelpers.SelectorsForObject). */
export function podSelector(object: KubeLike): string {
  const spec = (object['spec'] ?? {}) as { readonly selector?: JsonObject }
  switch (object.kind) {
    case 'ReplicationController':
    case 'Service': {
      const labels = (spec.selector ?? {}) as Record<string, string>
      if (object.kind === 'Service' && !Object.keys(labels).length)
        throw new UserError(
          `invalid service '${String(object.metadata?.['name'])}': Service is defined without a selector`,
        )
      return printSelector(selectorFromSet(labels))
    }
    case 'ReplicaSet':
    case 'Deployment':
    case 'DaemonSet':
    case 'StatefulSet':
    case 'Job': {
      if (!spec.selector) throw new UserError(`invalid label selector: ${formatLabelSelector(undefined)}`)
      return printSelector(selectorFromObject(spec.selector as LabelSelectorObject))
    }
  }
  throw new UserError(`selector for ${object.apiVersion}, Kind=${object.kind} not implemented`)
}

/** All pods of an object, best first. */
export function* podsOf(kubectl: Kubectl, info: Info): Sys<Pod[]> {
  if (info.object?.kind === 'Pod') return [info.object as unknown as Pod]
  const path = `/api/v1/namespaces/${info.namespace}/pods`
  const list = yield* kubectl.api.call({
    path,
    query: { labelSelector: podSelector(info.object as KubeLike) },
  })
  return (typed<{ items?: Pod[] }>(list).items ?? []).slice().sort(byLogging)
}

/** One pod of an object, waiting for the first to appear (polymorphichelpers.GetFirstPod). */
export function* onePodOf(
  kubectl: Kubectl,
  info: Info,
  timeoutMs: number,
): Sys<{ readonly pod: Pod; readonly count: number }> {
  const pods = yield* podsOf(kubectl, info)
  if (pods[0]) return { pod: pods[0], count: pods.length }
  const stream = yield* kubectl.api.open({
    path: `/api/v1/namespaces/${info.namespace}/pods`,
    query: { labelSelector: podSelector(info.object as KubeLike), watch: true, resourceVersion: '0' },
    timeoutMs,
  })
  const next = yield* stream.next()
  stream.cancel()
  if (next === 'timeout' || next === 'ended') throw new UserError('timed out waiting for the condition')
  return { pod: (next.data as { object: Pod }).object, count: 1 }
}
