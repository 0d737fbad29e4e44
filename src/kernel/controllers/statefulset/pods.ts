import type { PersistentVolumeClaim, Pod, PodTemplateSpec } from 'kubernetes-types/core/v1'
import type { StatefulSet } from 'kubernetes-types/apps/v1'
import type { KubeObject, Stored } from '../../api/objects.ts'
import { isAvailable, isReady, podFromTemplate } from '../pods.ts'

// kubernetes: pkg/controller/statefulset/stateful_set_utils.go

export type StoredSet = Stored<StatefulSet>
export type StoredPod = Stored<Pod>
export type StoredClaim = Stored<PersistentVolumeClaim>

export const POD_NAME = 'statefulset.kubernetes.io/pod-name'
export const POD_INDEX = 'apps.kubernetes.io/pod-index'
export const REVISION = 'controller-revision-hash'

/** The number at the end of a pod's name; -1 when the name is not of this set's form. */
export function ordinalOf(pod: { readonly metadata?: { readonly name?: string } }, set: string): number {
  const [, parent, ordinal] = /^(.*)-(\d{1,10})$/.exec(pod.metadata?.name ?? '') ?? []
  return parent === set && Number(ordinal) <= 2147483647 ? Number(ordinal) : -1
}

export const startOf = ({ spec }: StatefulSet): number =>
  (spec as { ordinals?: { start?: number } } | undefined)?.ordinals?.start ?? 0

export const isCreated = ({ status }: Pod): boolean => !!status?.phase
export const isTerminating = ({ metadata }: Pod): boolean => metadata?.deletionTimestamp !== undefined
export const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && isReady(pod)
export const isHealthy = (pod: Pod): boolean => isRunningAndReady(pod) && !isTerminating(pod)
export const isRunningAndAvailable = (pod: Pod, minReadySeconds: number, now: number): boolean =>
  isRunningAndReady(pod) && isAvailable(pod, minReadySeconds, now)
export const revisionOf = ({ metadata }: Pod): string => metadata?.labels?.[REVISION] ?? ''

/** One at a time, in order (OrderedReady), or all at once. */
export const isOrdered = ({ spec }: StatefulSet): boolean => spec?.podManagementPolicy !== 'Parallel'

/** The pod with a number (newStatefulSetPod). */
export function podFor(
  set: StoredSet,
  template: PodTemplateSpec,
  revision: string,
  ordinal: number,
): StoredPod {
  const pod = podFromTemplate(template, set)
  const { generateName: _prefix, ...metadata } = pod.metadata
  const name = `${set.metadata.name}-${ordinal}`
  const labels = { ...metadata.labels, [POD_NAME]: name, [POD_INDEX]: `${ordinal}`, [REVISION]: revision }
  return {
    ...pod,
    metadata: { ...metadata, name, labels },
    spec: withStorage(
      set,
      { ...pod.spec, hostname: name, subdomain: set.spec?.serviceName || undefined } as NonNullable<
        Pod['spec']
      >,
      ordinal,
    ),
  } as unknown as StoredPod
}

/** Claims of the set's templates come in place of volumes of the same name (updateStorage). */
function withStorage(
  set: StoredSet,
  spec: NonNullable<Pod['spec']>,
  ordinal: number,
): NonNullable<Pod['spec']> {
  const claims = set.spec?.volumeClaimTemplates ?? []
  if (!claims.length) return spec
  const names = new Set(claims.map(({ metadata }) => metadata?.name))
  const fromClaims = claims.map(({ metadata }) => ({
    name: metadata?.name ?? '',
    persistentVolumeClaim: { claimName: claimName(set, metadata?.name ?? '', ordinal) },
  }))
  const others = (spec.volumes ?? []).filter(({ name }) => !names.has(name))
  return { ...spec, volumes: [...fromClaims, ...others] }
}

export const claimName = (set: StoredSet, template: string, ordinal: number): string =>
  `${template}-${set.metadata.name}-${ordinal}`

/** The claims of the pod with this number (getPersistentVolumeClaims). */
export function claimsFor(set: StoredSet, ordinal: number): KubeObject[] {
  return (set.spec?.volumeClaimTemplates ?? []).map((template) => {
    const { metadata } = template
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: claimName(set, metadata?.name ?? '', ordinal),
        namespace: set.metadata.namespace,
        labels: { ...metadata?.labels, ...set.spec?.selector.matchLabels },
        ...(metadata?.annotations ? { annotations: metadata.annotations } : {}),
      },
      spec: template.spec,
    } as KubeObject
  })
}

/** Name, labels, host name and claims are the set's (identityMatches, storageMatches). */
export function isOwnPod(set: StoredSet, pod: StoredPod): boolean {
  const ordinal = ordinalOf(pod, set.metadata.name)
  const claims = set.spec?.volumeClaimTemplates ?? []
  return (
    ordinal >= 0 &&
    pod.metadata.labels?.[POD_NAME] === pod.metadata.name &&
    claims.every(({ metadata }) =>
      pod.spec?.volumes?.some(
        ({ name, persistentVolumeClaim }) =>
          name === metadata?.name && persistentVolumeClaim?.claimName === claimName(set, name ?? '', ordinal),
      ),
    )
  )
}
