import type { Node, Pod } from 'kubernetes-types/core/v1'
import type { KubeObject } from '../../kernel/api/objects.ts'
import type { ClusterModel } from '../cluster-model.ts'
import type { Messages } from '../text/en.ts'
import { formatTime } from '../time-format.ts'
import { lookOf, nodeLook } from '../topology/pod-state.ts'
import { virtualTimeOf } from '../virtual-time.ts'
import { shortUser } from './short-user.ts'

interface Condition {
  readonly type: string
  readonly lastTransitionTime?: unknown
}

/** One plain sentence or two: the state, since when, and who caused it. */
export function sentenceOf(object: KubeObject, model: ClusterModel, t: Messages): string {
  const maker = model.causes.writesTo(object).find(({ what, code }) => what === 'create' && code < 300)
  const by = maker ? t.sentence.by(shortUser(maker.who)) : ''
  return stateOf(object, model, t) + by
}

function stateOf(object: KubeObject, model: ClusterModel, t: Messages): string {
  const since = formatTime(model.seenAt.get(object.metadata.uid ?? '') ?? sinceWhen(object))
  if (object.kind === 'Pod') {
    const pod = object as Pod
    const { word } = lookOf(pod)
    return pod.spec?.nodeName ? t.sentence.podOn(word, pod.spec.nodeName, since) : t.sentence.pod(word, since)
  }
  if (object.kind === 'Node') return t.sentence.node(nodeLook(object as Node).word, since)
  const { spec, status } = object as KubeObject & {
    spec?: { replicas?: number }
    status?: { readyReplicas?: number }
  }
  return spec?.replicas === undefined
    ? t.sentence.other(formatTime(virtualTimeOf(object.metadata.creationTimestamp)))
    : t.sentence.workload(status?.readyReplicas ?? 0, spec.replicas)
}

/** When it became Ready or ceased to be; for what never was, when it was made or asked to go. */
function sinceWhen({ metadata, ...rest }: KubeObject): number {
  if (metadata.deletionTimestamp) return virtualTimeOf(metadata.deletionTimestamp)
  const { conditions } = (rest as { status?: { conditions?: readonly Condition[] } }).status ?? {}
  const turned = conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime
  return virtualTimeOf(turned ?? metadata.creationTimestamp)
}
