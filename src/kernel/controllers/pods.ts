import type { Pod, PodCondition, PodTemplateSpec } from 'kubernetes-types/core/v1'
import type { OwnerReference } from 'kubernetes-types/meta/v1'
import type { KubeObject } from '../api/objects.ts'
import { parseTime } from '../api/time.ts'
import { maskTrailingDash, validateDNS1123Subdomain } from '../api/names.ts'

/** What the functions here need of a pod; those of the API server and those of tests alike. */
export type PodLike = Pick<Pod, 'metadata' | 'spec' | 'status'>

/** Not over and not on its way out (kubernetes: pkg/controller/controller_utils.go IsPodActive). */
export const isActive = ({ metadata, status }: PodLike): boolean =>
  status?.phase !== 'Succeeded' && status?.phase !== 'Failed' && !metadata?.deletionTimestamp

export const isTerminal = ({ status }: PodLike): boolean =>
  status?.phase === 'Succeeded' || status?.phase === 'Failed'

export const conditionOf = ({ status }: PodLike, type: string): PodCondition | undefined =>
  status?.conditions?.find((condition) => condition.type === type)

export const isReady = (pod: PodLike): boolean => conditionOf(pod, 'Ready')?.status === 'True'

/** Ready for `minReadySeconds` (pkg/api/v1/pod/util.go IsPodAvailable); `now` in milliseconds since the epoch. */
export function isAvailable(pod: PodLike, minReadySeconds: number, now: number): boolean {
  const ready = conditionOf(pod, 'Ready')
  if (ready?.status !== 'True') return false
  if (minReadySeconds === 0) return true
  const since = ready.lastTransitionTime ? parseTime(`${ready.lastTransitionTime}`) : undefined
  return since !== undefined && since + minReadySeconds * 1000 < now
}

/** Milliseconds since the epoch; 0 if it never was. */
export const timeOf = (time: unknown): number => (time ? (parseTime(`${time}`) ?? 0) : 0)

export const creationOf = ({ metadata }: { readonly metadata?: { creationTimestamp?: unknown } }): number =>
  timeOf(metadata?.creationTimestamp)

/** The reference by which a controller owns what it makes (apimachinery: metav1.NewControllerRef). */
export const controllerRef = ({ apiVersion, kind, metadata }: KubeObject): OwnerReference => ({
  apiVersion,
  kind,
  name: metadata.name ?? '',
  uid: metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
})

/** A pod as a template describes it (controller_utils.go GetPodFromTemplate). */
export function podFromTemplate(template: PodTemplateSpec, parent: KubeObject): KubeObject & Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {}
  const { name = '', namespace } = parent.metadata
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: podPrefix(name),
      namespace,
      ...(labels ? { labels: { ...labels } } : {}),
      ...(annotations ? { annotations: { ...annotations } } : {}),
      ...(finalizers ? { finalizers: [...finalizers] } : {}),
      ownerReferences: [controllerRef(parent)],
    },
    spec: template.spec ?? { containers: [] },
  }
}

/** A dash where the name stays valid with one (controller_utils.go getPodsPrefix). */
const podPrefix = (name: string): string =>
  validateDNS1123Subdomain(maskTrailingDash(`${name}-`)).length === 0 ? `${name}-` : name
