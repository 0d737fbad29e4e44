import type {
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from 'kubernetes-types/autoscaling/v2'
import { canonicalQuantity } from '../quantity.ts'

/** `cpu: 10%/50%, 3/4 + 1 more...` (kubernetes: pkg/printers/internalversion/printers.go formatHPAMetrics). */
export function formatMetrics(specs: readonly MetricSpec[], statuses: readonly MetricStatus[]): string {
  if (specs.length === 0) return '<none>'
  const shown = specs.slice(0, 2).map((spec, i) => formatMetric(spec, statuses[i]))
  const more = specs.length - 2
  return more > 0 ? `${shown.join(', ')} + ${more} more...` : shown.join(', ')
}

const unknown = '<unknown>'

function formatMetric(spec: MetricSpec, status: MetricStatus | undefined): string {
  switch (spec.type) {
    case 'External':
      return averageOrValue(spec.external?.target, status?.external?.current)
    case 'Object':
      return averageOrValue(spec.object?.target, status?.object?.current)
    case 'Pods':
      return `${quantityOr(status?.pods?.current.averageValue)}/${quantityOr(spec.pods?.target.averageValue)}`
    case 'Resource':
      return ofResource(spec.resource?.name, spec.resource?.target, status?.resource?.current)
    case 'ContainerResource':
      return ofResource(
        spec.containerResource?.name,
        spec.containerResource?.target,
        status?.containerResource?.current,
      )
    default:
      return '<unknown type>'
  }
}

const quantityOr = (value: string | undefined): string =>
  value === undefined ? unknown : canonicalQuantity(value)

const averageOrValue = (target?: MetricTarget, current?: MetricValueStatus): string =>
  target?.averageValue === undefined
    ? `${quantityOr(current?.value)}/${quantityOr(target?.value)}`
    : `${quantityOr(current?.averageValue)}/${quantityOr(target.averageValue)} (avg)`

function ofResource(name = '', target?: MetricTarget, current?: MetricValueStatus): string {
  if (target?.averageValue !== undefined)
    return `${name}: ${quantityOr(current?.averageValue)}/${quantityOr(target.averageValue)}`
  const percent = (value: number | undefined, none: string) => (value === undefined ? none : `${value}%`)
  return `${name}: ${percent(current?.averageUtilization, unknown)}/${percent(target?.averageUtilization, '<auto>')}`
}
