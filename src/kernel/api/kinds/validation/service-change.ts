import type { ServiceSpec } from 'kubernetes-types/core/v1'
import { forbidden, goSyntax, invalid, type FieldError } from '../../field-error.ts'
import { goQuote } from '../../go-quote.ts'
import { isHeadless, needsHealthCheck } from '../service-type.ts'
import { goList } from './go-struct.ts'

// kubernetes: pkg/apis/core/validation/validation.go ValidateServiceUpdate

/** The primary address and family are fixed, unless the service comes from or goes to ExternalName. */
export function validateServiceChange(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  const sameClass =
    spec.type !== 'LoadBalancer' ||
    old.type !== 'LoadBalancer' ||
    spec.loadBalancerClass === old.loadBalancerClass
  const checked = needsHealthCheck(old) && needsHealthCheck(spec)
  return [
    ...clusterIPs(spec, old),
    ...ipFamilies(spec, old),
    ...(sameClass
      ? []
      : [invalid('spec.loadBalancerClass', spec.loadBalancerClass ?? null, 'may not change once set')]),
    ...(checked && spec.healthCheckNodePort !== old.healthCheckNodePort
      ? [forbidden('spec.healthCheckNodePort', 'field is immutable')]
      : []),
  ]
}

const fixed = 'may not change once set'

function clusterIPs(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return []
  if (isHeadless(old) && isHeadless(spec)) return []
  const now = spec.clusterIPs ?? []
  const was = old.clusterIPs ?? []
  const primary =
    was.length > 0 && now.length > 0 && now[0] !== was[0] ? [invalid('spec.clusterIPs[0]', now, fixed)] : []
  if (was.length === now.length) {
    return was.flatMap((ip, i) => (ip === now[i] ? [] : [invalid(`spec.clusterIPs[${i}]`, now, fixed)]))
  }
  if (was.length < now.length) return primary
  return [
    ...(now.length === 0
      ? [invalid('spec.clusterIPs[0]', goList(spec.clusterIPs), 'primary clusterIP can not be unset')]
      : []),
    ...primary,
    ...(now.length === 1 ? released(spec, 'clusterIP') : []),
  ]
}

function ipFamilies(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return []
  if (isHeadless(spec) || isHeadless(old)) return []
  const now = spec.ipFamilies ?? []
  const was = old.ipFamilies ?? []
  if (was.length === now.length) {
    return was.flatMap((family, i) =>
      family === now[i] ? [] : [invalid('spec.ipFamilies[0]', goFamilies(now), fixed)],
    )
  }
  const changed = was.length > 0 && now.length > 0 && now[0] !== was[0]
  const primary = changed ? [invalid('spec.ipFamilies[0]', goList(spec.clusterIPs), fixed)] : []
  if (was.length < now.length) return primary
  return [
    ...(spec.clusterIPs?.length
      ? []
      : [invalid('spec.ipFamilies[0]', goFamilies(now), 'primary ipFamily can not be unset')]),
    ...primary,
    ...(now.length === 1 ? released(spec, 'ipFamily') : []),
  ]
}

function released({ ipFamilyPolicy }: ServiceSpec, what: string): FieldError[] {
  if (ipFamilyPolicy === 'SingleStack') return []
  return [
    invalid(
      'spec.ipFamilyPolicy',
      ipFamilyPolicy ?? null,
      `must be set to 'SingleStack' when releasing the secondary ${what}`,
    ),
  ]
}

const goFamilies = (families: readonly string[]) =>
  goSyntax(`[]core.IPFamily{${families.map(goQuote).join(', ')}}`)
