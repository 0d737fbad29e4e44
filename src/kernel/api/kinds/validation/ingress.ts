import type { TypedLocalObjectReference } from 'kubernetes-types/core/v1'
import type {
  HTTPIngressPath,
  IngressBackend,
  IngressRule,
  IngressServiceBackend,
  IngressSpec,
  IngressStatus,
  IngressTLS,
} from 'kubernetes-types/networking/v1'
import { goSyntax, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { parseIP, validateIP } from '../../ip.ts'
import {
  validateDNS1123Subdomain,
  validatePathSegmentName,
  validatePortName,
  validatePortNumber,
  validateWildcardDNS1123Subdomain,
} from '../../names.ts'
import { dnsSubdomain, invalids, nameIsDNS1035Label } from './rules.ts'

// kubernetes: pkg/apis/networking/validation/validation.go

export function validateIngressSpec(spec: IngressSpec, field: string): FieldError[] {
  const { defaultBackend, rules, tls = [], ingressClassName: name } = spec
  const nothing = !rules?.length && !defaultBackend
  const shown = goSyntax(`[]networking.IngressRule${rules ? '{}' : '(nil)'}`)
  return [
    ...(nothing ? [invalid(field, shown, 'either `defaultBackend` or `rules` must be specified')] : []),
    ...(defaultBackend ? validateBackend(defaultBackend, `${field}.defaultBackend`) : []),
    ...(rules ?? []).flatMap((rule, i) => validateRule(rule, `${field}.rules[${i}]`)),
    ...tls.flatMap((one, i) => validateTLS(one, `${field}.tls[${i}]`)),
    ...(name === undefined ? [] : dnsSubdomain(`${field}.ingressClassName`, name)),
  ]
}

/** ValidateIngressLoadBalancerStatus. */
export const validateIngressStatus = ({ loadBalancer }: IngressStatus): FieldError[] =>
  (loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }, i) => {
    const field = `status.loadBalancer.ingress[${i}]`
    return [
      ...(ip ? validateIP(ip, `${field}.ip`) : []),
      ...(hostname
        ? [...dnsSubdomain(`${field}.hostname`, hostname), ...notIP(`${field}.hostname`, hostname)]
        : []),
    ]
  })

const notIP = (field: string, host: string): FieldError[] =>
  parseIP(host) ? [invalid(field, host, 'must be a DNS name, not an IP address')] : []

const validateHost = (field: string, host: string): FieldError[] =>
  invalids(
    field,
    host,
    host.includes('*') ? validateWildcardDNS1123Subdomain(host) : validateDNS1123Subdomain(host),
  )

function validateTLS({ hosts, secretName }: IngressTLS, field: string): FieldError[] {
  return [
    ...(hosts ?? []).flatMap((host, i) => validateHost(`${field}.hosts[${i}]`, host)),
    ...(secretName ? dnsSubdomain(`${field}.secretName`, secretName) : []),
  ]
}

function validateRule({ host, http }: IngressRule, field: string): FieldError[] {
  const paths = http?.paths ?? []
  const path = `${field}.http.paths`
  return [
    ...(host ? [...notIP(`${field}.host`, host), ...validateHost(`${field}.host`, host)] : []),
    ...(http && paths.length === 0 ? [required(path)] : []),
    ...paths.flatMap((one, i) => validatePath(one, `${path}[${i}]`)),
  ]
}

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix']

function validatePath({ pathType, path = '', backend }: HTTPIngressPath, field: string): FieldError[] {
  if (pathType === undefined) return [required(`${field}.pathType`, 'pathType must be specified')]
  return [
    ...(pathTypes.includes(pathType)
      ? invalids(`${field}.path`, path, pathErrors(path, pathType !== 'ImplementationSpecific'))
      : [notSupported(`${field}.pathType`, pathType, pathTypes)]),
    ...validateBackend(backend ?? {}, `${field}.backend`),
  ]
}

function pathErrors(path: string, exact: boolean): string[] {
  if (path === '' && !exact) return []
  const errors = path.startsWith('/') ? [] : ['must be an absolute path']
  if (!exact) return errors
  return [
    ...errors,
    ...['//', '/./', '/../', '%2f', '%2F']
      .filter((part) => path.includes(part))
      .map((part) => `must not contain '${part}'`),
    ...['/..', '/.'].filter((end) => path.endsWith(end)).map((end) => `cannot end with '${end}'`),
  ]
}

function validateBackend({ resource, service }: IngressBackend, field: string): FieldError[] {
  if (resource && service) return [invalid(field, '', 'cannot set both resource and service backends')]
  if (resource) return validateReference(resource, `${field}.resource`)
  if (service) return validateServiceBackend(service, field)
  return [invalid(field, '', 'resource or service backend is required')]
}

function validateServiceBackend({ name, port = {} }: IngressServiceBackend, field: string): FieldError[] {
  const path = `${field}.service`
  const { name: portName, number } = port
  return [
    ...(name ? invalids(`${path}.name`, name, nameIsDNS1035Label(name, false)) : [required(`${path}.name`)]),
    ...(portName && number ? [invalid(field, '', 'cannot set both port name & port number')] : []),
    ...(portName && !number ? invalids(`${path}.port.name`, portName, validatePortName(portName)) : []),
    ...(number && !portName ? invalids(`${path}.port.number`, number, validatePortNumber(number)) : []),
    ...(portName || number ? [] : [required(field, 'port name or number is required')]),
  ]
}

/** validateIngressTypedLocalObjectReference. */
export function validateReference(
  { apiGroup, kind, name }: TypedLocalObjectReference,
  field: string,
): FieldError[] {
  const segment = (path: string, value: string | undefined) =>
    value ? invalids(path, value, validatePathSegmentName(value)) : [required(path)]
  return [
    ...(apiGroup === undefined ? [] : dnsSubdomain(`${field}.apiGroup`, apiGroup)),
    ...segment(`${field}.kind`, kind),
    ...segment(`${field}.name`, name),
  ]
}
