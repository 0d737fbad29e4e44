import type { Service, ServiceSpec } from 'kubernetes-types/core/v1'
import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { validateCIDR } from '../../ip.ts'
import type { Typed } from '../../kind.ts'
import { validatePortNumber } from '../../names.ts'
import { isExternallyAccessible, needsHealthCheck } from '../service-type.ts'
import { oneOf } from './container.ts'
import { invalids, qualifiedName } from './rules.ts'

// How a Service is reached from outside (kubernetes: pkg/apis/core/validation/validation.go ValidateService).

const policies = ['Cluster', 'Local']
const onlyForLoadBalancers = "may only be used when `type` is 'LoadBalancer'"
const rangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges'

export function validateSourceRanges({ metadata, spec = {} }: Typed<Service>): FieldError[] {
  const { type, loadBalancerSourceRanges: ranges = [] } = spec
  const check = (field: string, errors: FieldError[]): FieldError[] =>
    type === 'LoadBalancer' ? errors : [forbidden(field, onlyForLoadBalancers), ...errors]
  if (ranges.length > 0) {
    const field = 'spec.LoadBalancerSourceRanges'
    return check(
      field,
      ranges.flatMap((range, i) => validateCIDR(range.trim(), `${field}[${i}]`)),
    )
  }
  const annotation = metadata.annotations?.[rangesAnnotation]
  if (annotation === undefined) return []
  const field = `metadata.annotations[${rangesAnnotation}]`
  const listed = annotation.trim() === '' ? [] : annotation.trim().split(',')
  return check(
    field,
    listed.flatMap((range) => validateCIDR(range.trim(), field)),
  )
}

export function validateLoadBalancer({
  type,
  allocateLoadBalancerNodePorts: allocate,
  loadBalancerClass,
}: ServiceSpec): FieldError[] {
  const balanced = type === 'LoadBalancer'
  return [
    ...(allocate !== undefined && !balanced
      ? [forbidden('spec.allocateLoadBalancerNodePorts', onlyForLoadBalancers)]
      : []),
    ...(balanced && allocate === undefined ? [required('allocateLoadBalancerNodePorts')] : []),
    ...validateLoadBalancerClass(balanced, loadBalancerClass),
  ]
}

function validateLoadBalancerClass(balanced: boolean, name: string | undefined): FieldError[] {
  if (name === undefined) return []
  return balanced
    ? qualifiedName('spec.loadBalancerClass', name)
    : [forbidden('spec.loadBalancerClass', onlyForLoadBalancers)]
}

export function validateTrafficPolicies(spec: ServiceSpec): FieldError[] {
  const {
    externalTrafficPolicy: external = '',
    internalTrafficPolicy: internal,
    trafficDistribution,
    type = '',
  } = spec as ServiceSpec & {
    readonly trafficDistribution?: string
  }
  const field = 'spec.externalTrafficPolicy'
  const routed = ['ClusterIP', 'NodePort', 'LoadBalancer'].includes(type)
  return [
    ...(isExternallyAccessible(spec)
      ? oneOf(field, external, policies)
      : external
        ? [invalid(field, external, 'may only be set for externally-accessible services')]
        : []),
    ...validateHealthCheckPort(spec),
    ...(internal === undefined && routed ? [required('spec.internalTrafficPolicy')] : []),
    ...(internal !== undefined && !policies.includes(internal)
      ? [notSupported('spec.internalTrafficPolicy', internal, policies)]
      : []),
    ...(trafficDistribution !== undefined && trafficDistribution !== 'PreferClose'
      ? [notSupported('spec.trafficDistribution', trafficDistribution, ['PreferClose'])]
      : []),
  ]
}

/** The port is allocated after validation where it is needed, so that its absence is no error here. */
function validateHealthCheckPort(spec: ServiceSpec): FieldError[] {
  const { healthCheckNodePort: port = 0 } = spec
  const field = 'spec.healthCheckNodePort'
  if (port === 0) return []
  if (needsHealthCheck(spec)) return invalids(field, port, validatePortNumber(port))
  return [
    invalid(
      field,
      port,
      "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
    ),
  ]
}
