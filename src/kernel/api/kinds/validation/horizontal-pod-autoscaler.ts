import type {
  CrossVersionObjectReference,
  HorizontalPodAutoscalerSpec,
  HPAScalingPolicy,
  HPAScalingRules,
  MetricSpec,
  MetricTarget,
} from 'kubernetes-types/autoscaling/v2'
import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { validateLabelSelector } from '../../label-validation.ts'
import { validatePathSegmentName } from '../../names.ts'
import { compareQuantities, parseQuantity } from '../../quantity.ts'
import { goQuantity } from './go-struct.ts'
import { resourceName } from './resources.ts'
import { invalids, requiredThen } from './rules.ts'

// kubernetes: pkg/apis/autoscaling/validation/validation.go

export function validateHPASpec(spec: HorizontalPodAutoscalerSpec, field: string): FieldError[] {
  const { minReplicas: min, maxReplicas: max = 0, metrics = [], behavior } = spec
  const path = `${field}.maxReplicas`
  return [
    ...(min !== undefined && min < 1
      ? [invalid(`${field}.minReplicas`, min, 'must be greater than or equal to 1')]
      : []),
    ...(max < 1 ? [invalid(path, max, 'must be greater than 0')] : []),
    ...(min !== undefined && max < min
      ? [invalid(path, max, 'must be greater than or equal to `minReplicas`')]
      : []),
    ...validateReference(spec.scaleTargetRef ?? {}, `${field}.scaleTargetRef`),
    ...metrics.flatMap((metric, i) => validateMetric(metric, `${field}.metrics[${i}]`)),
    ...validateZero(min, metrics, `${field}.metrics`),
    ...(behavior?.scaleUp ? validateRules(behavior.scaleUp, `${field}.behavior.scaleUp`) : []),
    ...(behavior?.scaleDown ? validateRules(behavior.scaleDown, `${field}.behavior.scaleDown`) : []),
  ]
}

function validateZero(min: number | undefined, metrics: readonly MetricSpec[], field: string): FieldError[] {
  const independent = metrics.some(({ type }) => type === 'Object' || type === 'External')
  return min === 0 && !independent
    ? [
        forbidden(
          field,
          'must specify at least one Object or External metric to support scaling to zero replicas',
        ),
      ]
    : []
}

function validateReference(
  { kind, name }: Partial<CrossVersionObjectReference>,
  field: string,
): FieldError[] {
  const segment = (path: string, value: string) => invalids(path, value, validatePathSegmentName(value))
  return [...requiredThen(`${field}.kind`, kind, segment), ...requiredThen(`${field}.name`, name, segment)]
}

function validateRules(
  { stabilizationWindowSeconds: window, selectPolicy, policies = [] }: HPAScalingRules,
  field: string,
): FieldError[] {
  const path = `${field}.stabilizationWindowSeconds`
  const known = ['Disabled', 'Max', 'Min']
  return [
    ...(window !== undefined && window < 0
      ? [invalid(path, window, 'must be greater than or equal to zero')]
      : []),
    ...(window !== undefined && window > 3600
      ? [invalid(path, window, 'must be less than or equal to 3600')]
      : []),
    ...(selectPolicy !== undefined && !known.includes(selectPolicy)
      ? [notSupported(`${field}.selectPolicy`, selectPolicy, known)]
      : []),
    ...(policies.length > 0 ? [] : [required(`${field}.policies`, 'must specify at least one Policy')]),
    ...policies.flatMap((policy, i) => validatePolicy(policy, `${field}.policies[${i}]`)),
  ]
}

function validatePolicy(
  { type = '', value = 0, periodSeconds: period = 0 }: Partial<HPAScalingPolicy>,
  field: string,
): FieldError[] {
  const types = ['Percent', 'Pods']
  return [
    ...(types.includes(type) ? [] : [notSupported(`${field}.type`, type, types)]),
    ...(value > 0 ? [] : [invalid(`${field}.value`, value, 'must be greater than zero')]),
    ...(period > 0 ? [] : [invalid(`${field}.periodSeconds`, period, 'must be greater than zero')]),
    ...(period > 1800
      ? [invalid(`${field}.periodSeconds`, period, 'must be less than or equal to 1800')]
      : []),
  ]
}

/** Sources in the order in which upstream looks, with the type that goes with each. */
const sources = ['object', 'external', 'pods', 'resource', 'containerResource'] as const
type Source = (typeof sources)[number]

const types: Readonly<Record<string, Source>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
}

function validateMetric(metric: MetricSpec, field: string): FieldError[] {
  const { type = '' } = metric
  const given = sources.filter((source) => metric[source] !== undefined)
  const expected = types[type]
  const unknown = expected ? [] : [notSupported(`${field}.type`, type, Object.keys(types))]
  return [
    ...(type ? [] : [required(`${field}.type`, 'must specify a metric source type')]),
    ...unknown,
    ...(given[0] ? checks[given[0]](metric[given[0]] as never, `${field}.${given[0]}`) : []),
    ...(expected && !metric[expected]
      ? [required(`${field}.${expected}`, 'must populate information for the given metric source')]
      : []),
    ...unknown,
    ...(given.length === 1
      ? []
      : given
          .filter((source) => source !== expected)
          .map((source) => forbidden(`${field}.${source}`, 'must populate the given metric source only'))),
  ]
}

interface Measured {
  readonly metric?: {
    readonly name?: string
    readonly selector?: Parameters<typeof validateLabelSelector>[0]
  }
  readonly describedObject?: CrossVersionObjectReference
  readonly target?: MetricTarget
  readonly name?: string
  readonly container?: string
}

type Check = (source: Measured, field: string) => FieldError[]

const neither = (target: MetricTarget | undefined, field: string) =>
  target?.value === undefined && target?.averageValue === undefined
    ? [
        required(
          `${field}.target.averageValue`,
          'must set either a target value for metric or a per-pod target',
        ),
      ]
    : []

const checks: Readonly<Record<Source, Check>> = {
  object: ({ describedObject, metric, target }, field) => [
    ...validateReference(describedObject ?? {}, `${field}.describedObject`),
    ...validateIdentifier(metric, `${field}.metric`),
    ...validateTarget(target, `${field}.target`),
    ...(target?.value === undefined && target?.averageValue === undefined
      ? [required(`${field}.target.averageValue`, 'must set either a target value or averageValue')]
      : []),
  ],
  external: ({ metric, target }, field) => [
    ...validateIdentifier(metric, `${field}.metric`),
    ...validateTarget(target, `${field}.target`),
    ...neither(target, field),
    ...(target?.value !== undefined && target.averageValue !== undefined
      ? [
          forbidden(
            `${field}.target.value`,
            'may not set both a target value for metric and a per-pod target',
          ),
        ]
      : []),
  ],
  pods: ({ metric, target }, field) => [
    ...validateIdentifier(metric, `${field}.metric`),
    ...validateTarget(target, `${field}.target`),
    ...(target?.averageValue !== undefined
      ? []
      : [required(`${field}.target.averageValue`, 'must specify a positive target averageValue')]),
  ],
  resource: validateResource,
  containerResource: (source, field) => [
    ...validateResource(source, field).slice(0, source.name ? 0 : 1),
    ...(source.container ? [] : [required(`${field}.container`, 'must specify a container')]),
    ...validateResource(source, field).slice(source.name ? 0 : 1),
  ],
}

function validateIdentifier(metric: Measured['metric'], field: string): FieldError[] {
  return [
    ...requiredNamed(metric?.name, `${field}.name`),
    ...validateLabelSelector(metric?.selector, `${field}.selector`),
  ]
}

const requiredNamed = (name: string | undefined, field: string): FieldError[] =>
  name
    ? invalids(field, name, validatePathSegmentName(name))
    : [required(field, 'must specify a metric name')]

function validateResource({ name, target }: Measured, field: string): FieldError[] {
  const { averageUtilization: utilization, averageValue: average } = target ?? {}
  return [
    ...(name
      ? resourceName(`${field}.name`, name)
      : [required(`${field}.name`, 'must specify a resource name')]),
    ...validateTarget(target, `${field}.target`),
    ...(utilization === undefined && average === undefined
      ? [
          required(
            `${field}.target.averageUtilization`,
            'must set either a target raw value or a target utilization',
          ),
        ]
      : []),
    ...(utilization !== undefined && average !== undefined
      ? [
          forbidden(
            `${field}.target.averageValue`,
            'may not set both a target raw value and a target utilization',
          ),
        ]
      : []),
  ]
}

function validateTarget(target: MetricTarget | undefined, field: string): FieldError[] {
  const { type = '', value, averageValue, averageUtilization } = target ?? {}
  const known = ['Utilization', 'Value', 'AverageValue']
  const positive = (key: string, amount: string | undefined) =>
    amount === undefined || isPositive(amount)
      ? []
      : [invalid(`${field}.${key}`, goQuantity(parseQuantity(amount), amount), 'must be positive')]
  return [
    ...(type ? [] : [required(`${field}.type`, 'must specify a metric target type')]),
    ...(known.includes(type)
      ? []
      : [invalid(`${field}.type`, type, 'must be either Utilization, Value, or AverageValue')]),
    ...positive('value', value),
    ...positive('averageValue', averageValue),
    ...(averageUtilization !== undefined && averageUtilization < 1
      ? [invalid(`${field}.averageUtilization`, averageUtilization, 'must be greater than 0')]
      : []),
  ]
}

const isPositive = (quantity: string): boolean =>
  compareQuantities(parseQuantity(quantity), parseQuantity('0')) > 0
