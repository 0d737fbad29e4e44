import type { DaemonSet } from 'kubernetes-types/apps/v1'
import type { Affinity, Pod, PodTemplateSpec, Toleration } from 'kubernetes-types/core/v1'
import type { Stored } from '../../api/objects.ts'

// kubernetes: pkg/controller/daemon/util/daemonset_util.go

export type StoredSet = Stored<DaemonSet>
export type StoredPod = Stored<Pod>

export const HASH = 'controller-revision-hash'
export const TEMPLATE_GENERATION = 'pod-template-generation'
const GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation'

const daemonTolerations: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
]
const hostNetworkToleration: Toleration = {
  key: 'node.kubernetes.io/network-unavailable',
  operator: 'Exists',
  effect: 'NoSchedule',
}

/** Daemons stay where other pods must go (AddOrUpdateDaemonPodTolerations). */
export function tolerationsOf({ spec }: PodTemplateSpec): Toleration[] {
  const added = spec?.hostNetwork ? [...daemonTolerations, hostNetworkToleration] : daemonTolerations
  const same = (a: Toleration, b: Toleration) =>
    a.key === b.key &&
    a.effect === b.effect &&
    a.operator === b.operator &&
    (a.value ?? '') === (b.value ?? '')
  const own = (spec?.tolerations ?? []).map(
    (toleration) => added.find((other) => same(other, toleration)) ?? toleration,
  )
  return [...own, ...added.filter((toleration) => !own.includes(toleration))]
}

/** Each change of the template has a number; an annotation keeps it. */
export function templateGeneration({ metadata }: DaemonSet): string | undefined {
  const text = metadata?.annotations?.[GENERATION_ANNOTATION]
  return text !== undefined && /^\d+$/.test(text) ? text : undefined
}

/** The template of a pod for one node (CreatePodTemplate, ReplaceDaemonSetPodNodeNameNodeAffinity). */
export function templateFor(set: DaemonSet, hash: string, node: string): PodTemplateSpec {
  const template = set.spec?.template ?? {}
  const generation = templateGeneration(set)
  const labels = {
    ...template.metadata?.labels,
    ...(generation === undefined ? {} : { [TEMPLATE_GENERATION]: generation }),
    [HASH]: hash,
  }
  const spec = {
    ...template.spec,
    tolerations: tolerationsOf(template),
    affinity: onNode(template.spec?.affinity, node),
  }
  return { ...template, metadata: { ...template.metadata, labels }, spec: spec as PodTemplateSpec['spec'] }
}

export function onNode(affinity: Affinity | undefined, node: string): Affinity {
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }
  const required = { nodeSelectorTerms: [term] }
  return {
    ...affinity,
    nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: required },
  } as Affinity
}

/** The node a pod is on, or is meant for (GetTargetNodeName). */
export function targetNode({ spec }: Pod): string | undefined {
  if (spec?.nodeName) return spec.nodeName
  const terms =
    spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  for (const { matchFields = [] } of terms) {
    const field = matchFields.find(
      ({ key, operator, values }) => key === 'metadata.name' && operator === 'In' && values?.length === 1,
    )
    if (field) return field.values?.[0]
  }
  return undefined
}

export function isUpdated(pod: Pod, hash: string, generation: string | undefined): boolean {
  const labels = pod.metadata?.labels ?? {}
  return (
    (generation !== undefined && labels[TEMPLATE_GENERATION] === generation) ||
    (!!hash && labels[HASH] === hash)
  )
}
