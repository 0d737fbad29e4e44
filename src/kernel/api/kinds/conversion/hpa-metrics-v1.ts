import type {
  CrossVersionObjectReference,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from 'kubernetes-types/autoscaling/v2'
import type { LabelSelector } from 'kubernetes-types/meta/v1'

// Metrics as autoscaling/v1 has them in its annotations: k8s.io/api autoscaling/v1 MetricSpec, MetricStatus.

interface V1Source {
  readonly name?: string
  readonly container?: string
  readonly metricName?: string
  readonly selector?: LabelSelector
  readonly metricSelector?: LabelSelector
  /** A number of replicas in v1 external and object sources, the object itself in others. */
  readonly target?: CrossVersionObjectReference
  readonly targetAverageUtilization?: number
  readonly targetAverageValue?: string
  readonly targetValue?: string
  readonly averageValue?: string
  readonly currentAverageUtilization?: number
  readonly currentAverageValue?: string
  readonly currentValue?: string
}

type V1Metric = { readonly type: string } & Partial<Record<SourceName, V1Source>>
type SourceName = 'resource' | 'containerResource' | 'pods' | 'object' | 'external'

export function toV1Metric(metric: MetricSpec): object {
  const { type, resource, containerResource, pods, object, external } = metric
  const ofTarget = ({ averageUtilization, averageValue }: MetricTarget) => ({
    targetAverageUtilization: averageUtilization,
    targetAverageValue: averageValue,
  })
  return defined({
    type,
    resource: resource && { name: resource.name, ...ofTarget(resource.target) },
    containerResource: containerResource && {
      name: containerResource.name,
      ...ofTarget(containerResource.target),
      container: containerResource.container,
    },
    pods: pods && {
      metricName: pods.metric.name,
      targetAverageValue: pods.target.averageValue,
      selector: pods.metric.selector,
    },
    object: object && {
      target: object.describedObject,
      metricName: object.metric.name,
      targetValue: object.target.value ?? '0',
      selector: object.metric.selector,
      averageValue: object.target.averageValue,
    },
    external: external && {
      metricName: external.metric.name,
      metricSelector: external.metric.selector,
      targetValue: external.target.value,
      targetAverageValue: external.target.averageValue,
    },
  })
}

export function fromV1Metric(given: object): MetricSpec {
  const { type, resource, containerResource, pods, object, external } = given as V1Metric
  return defined({
    type,
    resource: resource && { name: resource.name, target: useOrValue(resource) },
    containerResource: containerResource && {
      name: containerResource.name,
      container: containerResource.container,
      target: useOrValue(containerResource),
    },
    pods: pods && {
      metric: { name: pods.metricName, selector: pods.selector },
      target: { type: 'AverageValue', averageValue: pods.targetAverageValue },
    },
    object: object && {
      describedObject: object.target,
      metric: { name: object.metricName, selector: object.selector },
      target:
        object.averageValue === undefined
          ? { type: 'Value', value: object.targetValue }
          : { type: 'AverageValue', value: object.targetValue, averageValue: object.averageValue },
    },
    external: external && {
      metric: { name: external.metricName, selector: external.metricSelector },
      target:
        external.targetValue === undefined
          ? { type: 'AverageValue', averageValue: external.targetAverageValue }
          : { type: 'Value', value: external.targetValue, averageValue: external.targetAverageValue },
    },
  }) as MetricSpec
}

export function toV1MetricStatus(metric: MetricStatus): object {
  const { type, resource, containerResource, pods, object, external } = metric
  const ofCurrent = ({ averageUtilization, averageValue }: MetricValueStatus) => ({
    currentAverageUtilization: averageUtilization,
    currentAverageValue: averageValue ?? '0',
  })
  return defined({
    type,
    resource: resource && { name: resource.name, ...ofCurrent(resource.current) },
    containerResource: containerResource && {
      name: containerResource.name,
      ...ofCurrent(containerResource.current),
      container: containerResource.container,
    },
    pods: pods && {
      metricName: pods.metric.name,
      currentAverageValue: pods.current.averageValue ?? '0',
      selector: pods.metric.selector,
    },
    object: object && {
      target: object.describedObject,
      metricName: object.metric.name,
      currentValue: object.current.value ?? '0',
      selector: object.metric.selector,
      averageValue: object.current.averageValue,
    },
    external: external && {
      metricName: external.metric.name,
      metricSelector: external.metric.selector,
      currentValue: external.current.value ?? '0',
      currentAverageValue: external.current.averageValue,
    },
  })
}

export function fromV1MetricStatus(given: object): MetricStatus {
  const { type, resource, containerResource, pods, object, external } = given as V1Metric
  const current = (source: V1Source) => ({
    averageUtilization: source.currentAverageUtilization,
    averageValue: source.currentAverageValue,
  })
  return defined({
    type,
    resource: resource && { name: resource.name, current: current(resource) },
    containerResource: containerResource && {
      name: containerResource.name,
      container: containerResource.container,
      current: current(containerResource),
    },
    pods: pods && {
      metric: { name: pods.metricName, selector: pods.selector },
      current: { averageValue: pods.currentAverageValue },
    },
    object: object && {
      describedObject: object.target,
      metric: { name: object.metricName, selector: object.selector },
      current: { value: object.currentValue, averageValue: object.averageValue },
    },
    external: external && {
      metric: { name: external.metricName, selector: external.metricSelector },
      current: { value: external.currentValue, averageValue: external.currentAverageValue },
    },
  }) as MetricStatus
}

/** A share of the request, or an amount. */
const useOrValue = ({ targetAverageUtilization: use, targetAverageValue: value }: V1Source): MetricTarget =>
  use === undefined
    ? { type: 'AverageValue', ...(value !== undefined && { averageValue: value }) }
    : { type: 'Utilization', averageUtilization: use, ...(value !== undefined && { averageValue: value }) }

/** Without what is not there, at any depth. */
function defined<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => defined(item)) as T
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(entries.map(([key, item]) => [key, defined(item as unknown)])) as T
}
