import type { Pod, PodSpec } from 'kubernetes-types/core/v1'
import type { KubeObject } from '../../api/objects.ts'
import { forbiddenRequest, StatusError } from '../../api/status.ts'
import type { Attributes } from './chain.ts'

/** The pod that a request makes or changes through its main endpoint. */
export function podIn({ resource, subresource, object }: Attributes): (Pod & KubeObject) | undefined {
  const isPod = resource.definition.group === '' && resource.definition.kind === 'Pod' && !subresource
  return isPod ? (object as (Pod & KubeObject) | undefined) : undefined
}

/** The pod with changes to its spec. */
export const withSpec = (pod: Pod & KubeObject, changes: Partial<PodSpec>): KubeObject =>
  ({ ...pod, spec: { ...pod.spec, ...changes } }) as KubeObject

/** The kubelet made it from a file of its own. */
export const isMirror = (pod: Pod): boolean =>
  pod.metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined

/** `pods "web" is forbidden: WHY`. */
export const forbiddenIn = ({ resource, name }: Attributes, why: string): StatusError =>
  new StatusError(forbiddenRequest(resource.groupResource, name, why))
