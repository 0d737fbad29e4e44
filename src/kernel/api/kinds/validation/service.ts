import type { Service, ServicePort, ServiceSpec } from 'kubernetes-types/core/v1'
import {
  duplicate,
  forbidden,
  goSyntax,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../field-error.ts'
import { goQuote } from '../../go-quote.ts'
import { ipFamily, parseIP, validateIP } from '../../ip.ts'
import type { Typed } from '../../kind.ts'
import { validateLabels } from '../../label-validation.ts'
import { validateDNS1123Subdomain, validatePortNumber } from '../../names.ts'
import type { NameRule } from '../../object-meta-validation.ts'
import { isHeadless } from '../service-type.ts'
import { oneOf, protocols } from './container.ts'
import { portNumberOrName } from './handlers.ts'
import { isDualStack, nonSpecialIP } from './ip.ts'
import { validateObjectMeta } from './object-meta.ts'
import { validateLoadBalancer, validateSourceRanges, validateTrafficPolicies } from './service-exposure.ts'
import { dnsLabel, dnsSubdomain, invalids, qualifiedName } from './rules.ts'

const affinities = ['ClientIP', 'None']
const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']

/** kubernetes: pkg/apis/core/validation/validation.go ValidateService. */
export function validateService(object: Typed<Service>, name: NameRule): FieldError[] {
  const spec = object.spec ?? {}
  const ports = spec.ports ?? []
  return [
    ...validateObjectMeta(object.metadata, true, name),
    ...topologyAnnotations(object.metadata.annotations ?? {}),
    ...(ports.length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName'
      ? [required('spec.ports')]
      : []),
    ...validateType(spec),
    ...validatePorts(ports),
    ...validateLabels(spec.selector, 'spec.selector'),
    ...oneOf('spec.sessionAffinity', spec.sessionAffinity, affinities),
    ...validateAffinityConfig(spec),
    ...validateClusterIPs(spec),
    ...validateExternalIPs(spec.externalIPs ?? []),
    ...oneOf('spec.type', spec.type, types),
    ...validatePortUse(spec),
    ...validateSourceRanges(object),
    ...validateLoadBalancer(spec),
    ...validateTrafficPolicies(spec),
  ]
}

/** Addresses that a load balancer has been given (ValidateLoadBalancerStatus). */
export function validateLoadBalancerStatus({ spec, status }: Typed<Service>): FieldError[] {
  const ingress = status?.loadBalancer?.ingress ?? []
  const field = 'status.loadBalancer.ingress'
  if (spec?.type !== 'LoadBalancer' && ingress.length > 0) {
    return [forbidden(field, "may only be used when `spec.type` is 'LoadBalancer'")]
  }
  const modes = ['Proxy', 'VIP']
  return ingress.flatMap(({ ip, hostname, ipMode }, i) => {
    const path = `${field}[${i}]`
    return [
      ...(ip ? validateIP(ip, `${path}.ip`) : []),
      ...(ip && ipMode === undefined
        ? [required(`${path}.ipMode`, 'must be specified when `ip` is set')]
        : []),
      ...(!ip && ipMode !== undefined
        ? [forbidden(`${path}.ipMode`, 'may not be specified when `ip` is not set')]
        : []),
      ...(ip && ipMode !== undefined && !modes.includes(ipMode)
        ? [notSupported(`${path}.ipMode`, ipMode, modes)]
        : []),
      ...(hostname ? invalids(`${path}.hostname`, hostname, validateDNS1123Subdomain(hostname)) : []),
      ...(hostname && parseIP(hostname)
        ? [invalid(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address')]
        : []),
    ]
  })
}

const hintsAnnotation = 'service.kubernetes.io/topology-aware-hints'
const modeAnnotation = 'service.kubernetes.io/topology-mode'

function topologyAnnotations(annotations: Readonly<Record<string, string>>): FieldError[] {
  const hints = annotations[hintsAnnotation]
  const mode = annotations[modeAnnotation]
  if (hints === undefined || mode === undefined || hints === mode) return []
  const message = `must match annotations[${hintsAnnotation}] when both are specified`
  return [invalid(`metadata.annotations[${modeAnnotation}]`, mode, message)]
}

function validateType(spec: ServiceSpec): FieldError[] {
  const { type, clusterIPs = [], ipFamilies = [], externalName = '' } = spec
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec)) {
    return [invalid('spec.clusterIPs[0]', clusterIPs[0], `may not be set to 'None' for ${type} services`)]
  }
  if (type !== 'ExternalName') return []
  const why = 'may not be set for ExternalName services'
  const name = externalName.endsWith('.') ? externalName.slice(0, -1) : externalName
  return [
    ...(clusterIPs.length > 0 ? [forbidden('spec.clusterIPs', why)] : []),
    ...(ipFamilies.length > 0 ? [forbidden('spec.ipFamilies', why)] : []),
    ...(spec.ipFamilyPolicy === undefined ? [] : [forbidden('spec.ipFamilyPolicy', why)]),
    ...(name ? dnsSubdomain('spec.externalName', name) : [required('spec.externalName')]),
  ]
}

function validatePorts(ports: readonly ServicePort[]): FieldError[] {
  const names = new Set<string>()
  return ports.flatMap(({ name, port = 0, protocol, targetPort, appProtocol }, i) => {
    const path = `spec.ports[${i}]`
    const twice = name !== undefined && names.has(name)
    if (name) names.add(name)
    return [
      ...(ports.length > 1 && !name ? [required(`${path}.name`)] : []),
      ...(name ? dnsLabel(`${path}.name`, name) : []),
      ...(twice ? [duplicate(`${path}.name`, name)] : []),
      ...invalids(`${path}.port`, port, validatePortNumber(port)),
      ...oneOf(`${path}.protocol`, protocol, protocols),
      ...portNumberOrName(`${path}.targetPort`, targetPort),
      ...(appProtocol === undefined ? [] : qualifiedName(`${path}.appProtocol`, appProtocol)),
    ]
  })
}

function validateAffinityConfig({
  sessionAffinity,
  sessionAffinityConfig: config,
}: ServiceSpec): FieldError[] {
  const field = 'spec.sessionAffinityConfig'
  if (sessionAffinity === 'None') {
    return config ? [forbidden(field, 'must not be set when session affinity is None')] : []
  }
  if (sessionAffinity !== 'ClientIP') return []
  const why = 'when session affinity type is ClientIP'
  if (!config) return [required(field, why)]
  if (!config.clientIP) return [required(`${field}.clientIP`, why)]
  const { timeoutSeconds: timeout } = config.clientIP
  if (timeout === undefined) return [required(`${field}.clientIP.timeoutSeconds`, why)]
  const right = timeout > 0 && timeout <= 86400
  return right
    ? []
    : [invalid(`${field}.clientIP.timeoutSeconds`, timeout, 'must be greater than 0 and less than 86400')]
}

/** Addresses, families and policy of families (ValidateServiceClusterIPsRelatedFields). */
export function validateClusterIPs(spec: ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName') return []
  const { clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec
  const field = 'spec.clusterIPs'
  const familyPolicies = ['PreferDualStack', 'RequireDualStack', 'SingleStack']
  const wrong = clusterIPs.flatMap((ip, i) => {
    if (i > 0 || ip !== 'None') return validateIP(ip, `${field}[${i}]`)
    return clusterIPs.length > 1
      ? [invalid(field, clusterIPs, "'None' must be the first and only value")]
      : []
  })
  const errors = [
    ...inSync(spec),
    ...validateFamilies(ipFamilies),
    ...(ipFamilyPolicy !== undefined && !familyPolicies.includes(ipFamilyPolicy)
      ? [notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, familyPolicies)]
      : []),
    ...wrong,
    ...(clusterIPs.length > 2 ? [invalid(field, clusterIPs, 'may only hold up to 2 values')] : []),
  ]
  if (wrong.length > 0) return errors
  if (clusterIPs.length > 1 && !isDualStack(clusterIPs)) {
    errors.push(invalid(field, clusterIPs, 'may specify no more than one IP for each IP family'))
  }
  return isHeadless(spec) ? errors : [...errors, ...matchingFamilies(clusterIPs, ipFamilies)]
}

function inSync({ clusterIP, clusterIPs = [] }: ServiceSpec): FieldError[] {
  const field = 'spec.clusterIPs'
  if (!clusterIP) {
    return clusterIPs.length > 0
      ? [invalid(field, clusterIPs, 'must be empty when `clusterIP` is not specified')]
      : []
  }
  if (clusterIPs.length === 0) return [required(field)]
  return clusterIPs[0] === clusterIP ? [] : [invalid(field, clusterIPs, 'first value must match `clusterIP`')]
}

const validateFamilies = (families: readonly string[]): FieldError[] =>
  families.flatMap((family, i) => [
    ...(family === 'IPv4' || family === 'IPv6'
      ? []
      : [notSupported(`spec.ipFamilies[${i}]`, family, ['IPv4', 'IPv6'])]),
    ...(families.indexOf(family) < i ? [duplicate(`spec.ipFamilies[${i}]`, family)] : []),
  ])

const matchingFamilies = (clusterIPs: readonly string[], families: readonly string[]): FieldError[] =>
  clusterIPs.flatMap((ip, i) => {
    const family = families[i]
    const is6 = ipFamily(ip) === 6
    const wrong = (family === 'IPv4' && is6) || (family === 'IPv6' && !is6)
    const message = `expected an ${family} value as indicated by \`ipFamilies[${i}]\``
    return wrong ? [invalid(`spec.clusterIPs[${i}]`, ip, message)] : []
  })

const validateExternalIPs = (ips: readonly string[]): FieldError[] =>
  ips.flatMap((ip, i) => {
    const errors = validateIP(ip, `spec.externalIPs[${i}]`)
    return errors.length > 0 ? errors : nonSpecialIP(`spec.externalIPs[${i}]`, ip)
  })

/** Node ports where they have no use, and ports given twice. */
function validatePortUse({ type, ports = [] }: ServiceSpec): FieldError[] {
  const unused = ports.flatMap(({ nodePort }, i) =>
    type === 'ClusterIP' && nodePort
      ? [forbidden(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'")]
      : [],
  )
  return [
    ...unused,
    ...ports.flatMap(({ protocol, nodePort }, i) =>
      nodePort && ports.findIndex((other) => other.protocol === protocol && other.nodePort === nodePort) < i
        ? [duplicate(`spec.ports[${i}].nodePort`, nodePort)]
        : [],
    ),
    ...ports.flatMap(({ protocol, port }, i) =>
      ports.findIndex((other) => other.protocol === protocol && other.port === port) < i
        ? [duplicate(`spec.ports[${i}]`, goServicePort(protocol, port))]
        : [],
    ),
  ]
}

const goServicePort = (protocol = '', port = 0) =>
  goSyntax(
    `core.ServicePort{Name:"", Protocol:${goQuote(protocol)}, AppProtocol:(*string)(nil), Port:${port}, ` +
      'TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}',
  )
