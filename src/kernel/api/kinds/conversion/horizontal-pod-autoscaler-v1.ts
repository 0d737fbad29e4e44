import type { HorizontalPodAutoscaler as V1 } from 'kubernetes-types/autoscaling/v1'
import type {
  HorizontalPodAutoscaler as V2,
  HorizontalPodAutoscalerBehavior,
  HorizontalPodAutoscalerStatus,
  MetricSpec,
  MetricStatus,
} from 'kubernetes-types/autoscaling/v2'
import { kind, type Typed } from '../../kind.ts'
import { horizontalPodAutoscaler } from '../horizontal-pod-autoscaler.ts'
import { fromV1Metric, fromV1MetricStatus, toV1Metric, toV1MetricStatus } from './hpa-metrics-v1.ts'

const prefix = 'autoscaling.alpha.kubernetes.io/'
const annotation = {
  metrics: `${prefix}metrics`,
  currentMetrics: `${prefix}current-metrics`,
  behavior: `${prefix}behavior`,
  conditions: `${prefix}conditions`,
} as const
const ours: readonly string[] = Object.values(annotation)

/** The older form knows the use of CPU only; what else there is travels in annotations (kubernetes: pkg/apis/autoscaling/v1/conversion.go). */
export const horizontalPodAutoscalerV1 = kind<Typed<V1>>({
  group: 'autoscaling',
  version: 'v1',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  status: true,
  defaults: (object) => ({ ...object, spec: { minReplicas: 1, ...object.spec } as V1['spec'] }),
  storedAs: {
    definition: horizontalPodAutoscaler,
    toStored: (object) => toV2(object as Typed<V1>),
    fromStored: (object) => toV1(object as Typed<V2>),
  },
})

function toV1(object: Typed<V2>): Typed<V1> {
  const { spec, status, metadata } = object
  const metrics = spec?.metrics ?? []
  const others = metrics.filter((metric) => !isCpuUse(metric))
  const found = metrics.find(isCpuUse)
  const annotations = {
    ...withoutOurs(metadata.annotations),
    ...written(annotation.metrics, others.map(toV1Metric)),
    ...written(annotation.currentMetrics, (status?.currentMetrics ?? []).map(toV1MetricStatus)),
    ...(spec?.behavior && { [annotation.behavior]: JSON.stringify(capitalized(spec.behavior)) }),
    ...written(annotation.conditions, status?.conditions ?? []),
  }
  return {
    ...object,
    apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(metadata, annotations),
    ...(spec && {
      spec: {
        scaleTargetRef: spec.scaleTargetRef,
        ...(spec.minReplicas !== undefined && { minReplicas: spec.minReplicas }),
        maxReplicas: spec.maxReplicas,
        ...(found && { targetCPUUtilizationPercentage: found.resource!.target.averageUtilization! }),
      },
    }),
    ...(status && { status: statusToV1(status) }),
  } as Typed<V1>
}

function statusToV1(status: HorizontalPodAutoscalerStatus): V1['status'] {
  const { conditions: _conditions, currentMetrics, currentReplicas, ...rest } = status
  const cpu = currentMetrics?.find(
    ({ resource }) => resource?.name === 'cpu' && resource.current.averageUtilization !== undefined,
  )
  const use = cpu?.resource?.current.averageUtilization
  return {
    ...rest,
    currentReplicas: currentReplicas ?? 0,
    ...(use !== undefined && { currentCPUUtilizationPercentage: use }),
  }
}

function toV2(object: Typed<V1>): Typed<V2> {
  const { spec, metadata } = object
  const kept = metadata.annotations ?? {}
  const { targetCPUUtilizationPercentage: use, ...rest } = spec ?? {}
  const cpu = use === undefined ? [] : [cpuUse(use)]
  const metrics = [...(read<object[]>(kept[annotation.metrics]) ?? []).map(fromV1Metric), ...cpu]
  const behavior = read<object>(kept[annotation.behavior])
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    metadata: withAnnotations(metadata, withoutOurs(kept)),
    ...(spec && {
      spec: {
        ...rest,
        // What the controller once took for granted is said now.
        metrics: metrics.length ? metrics : [cpuUse(80)],
        ...(behavior && { behavior: uncapitalized(behavior) as HorizontalPodAutoscalerBehavior }),
      },
    }),
    ...(object.status && { status: statusToV2(object.status, kept) }),
  } as Typed<V2>
}

function statusToV2(
  { currentCPUUtilizationPercentage: use, ...rest }: NonNullable<V1['status']>,
  kept: Readonly<Record<string, string>>,
): HorizontalPodAutoscalerStatus {
  const cpu = { name: 'cpu', current: { averageUtilization: use } }
  const metrics = read<object[]>(kept[annotation.currentMetrics])?.map(fromV1MetricStatus)
  const conditions = read<HorizontalPodAutoscalerStatus['conditions']>(kept[annotation.conditions])
  return {
    ...rest,
    currentMetrics: (metrics ?? (use === undefined ? undefined : [{ type: 'Resource', resource: cpu }])) as
      | MetricStatus[]
      | undefined,
    ...(conditions && { conditions }),
  } as HorizontalPodAutoscalerStatus
}

const isCpuUse = ({ type, resource }: MetricSpec): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target.averageUtilization !== undefined

const cpuUse = (averageUtilization: number): MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
})

const written = (name: string, list: readonly unknown[]): Record<string, string> =>
  list.length ? { [name]: JSON.stringify(list) } : {}

/** What somebody wrote into an annotation of ours and is no JSON counts for nothing. */
function read<T>(text: string | undefined): T | undefined {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as T
  } catch {
    return undefined
  }
}

const withoutOurs = (annotations: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(annotations).filter(([name]) => !ours.includes(name)))

function withAnnotations(
  { annotations: _before, ...rest }: Typed<V1>['metadata'],
  annotations: Readonly<Record<string, string>>,
): Typed<V1>['metadata'] {
  return Object.keys(annotations).length ? { ...rest, annotations } : rest
}

/** Upstream writes the behavior as Go names its fields. */
const capitalized = (value: unknown): unknown => renamed(value, (key) => key[0]!.toUpperCase() + key.slice(1))
const uncapitalized = (value: unknown): unknown =>
  renamed(value, (key) => key[0]!.toLowerCase() + key.slice(1))

function renamed(value: unknown, name: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, name))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key]) => key !== '')
  return Object.fromEntries(entries.map(([key, item]) => [name(key), renamed(item, name)]))
}
