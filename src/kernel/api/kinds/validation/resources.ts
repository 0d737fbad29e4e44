import type { ResourceRequirements } from 'kubernetes-types/core/v1'
import {
  forbidden,
  goSyntax,
  invalid,
  required,
  valueNotFound,
  duplicate,
  type FieldError,
} from '../../field-error.ts'
import {
  compareQuantities,
  parseQuantity,
  printQuantity,
  quantityValue,
  milliValue,
  type Quantity,
} from '../../quantity.ts'
import { byteLength } from '../../utf8.ts'
import { dnsLabel, invalids, isNegativeMessage, sortedEntries } from './rules.ts'
import { goQuantity } from './go-struct.ts'
import { validateQualifiedName } from '../../names.ts'

// kubernetes: pkg/apis/core/validation/validation.go validateResourceRequirements, pkg/apis/core/helper/helpers.go

const standardContainerResources = ['cpu', 'memory', 'ephemeral-storage']
const standardResources = [
  ...standardContainerResources,
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'storage',
  'requests.storage',
  'services.nodeports',
  'services.loadbalancers',
]
const integerResources = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]
const zero = parseQuantity('0')

/** Requests and limits of a container; `claims` are the names of the pod's resource claims. */
export function validateResourceRequirements(
  requirements: ResourceRequirements,
  claims: readonly string[],
  field: string,
): FieldError[] {
  const { limits, requests } = requirements
  const names = [...Object.keys(limits ?? {}), ...Object.keys(requests ?? {})]
  const hugePagesAlone = names.some(isHugePage) && !names.includes('cpu') && !names.includes('memory')
  return [
    ...validateLimits(limits, `${field}.limits`),
    ...validateRequests(requirements, field),
    ...(hugePagesAlone ? [forbidden(field, 'HugePages require cpu or memory')] : []),
    ...validateClaims(requirements.claims ?? [], claims, `${field}.claims`),
  ]
}

/** The quantities of a list alone, e.g. a pod's overhead. */
export function validateLimits(
  limits: Readonly<Record<string, string>> | undefined,
  field: string,
): FieldError[] {
  return sortedEntries(limits).flatMap(([name, text]) => {
    const quantity = parseQuantity(text)
    return [
      ...containerResourceName(`${field}[${name}]`, name),
      ...resourceQuantity(`${field}[${name}]`, name, quantity),
      ...hugePageSize(`${field}[${name}]`, name, quantity),
    ]
  })
}

/** ValidateResourceQuantityValue. */
export function resourceQuantity(field: string, name: string, quantity: Quantity): FieldError[] {
  const integer = integerResources.includes(name) || isExtendedResource(name)
  return [
    ...(compareQuantities(quantity, zero) < 0
      ? [invalid(field, printQuantity(quantity), isNegativeMessage)]
      : []),
    ...(integer && milliValue(quantity) % 1000 !== 0
      ? [invalid(field, goQuantity(quantity), 'must be an integer')]
      : []),
  ]
}

function validateRequests({ limits, requests }: ResourceRequirements, field: string): FieldError[] {
  return sortedEntries(requests).flatMap(([name, text]) => {
    const path = `${field}.requests[${name}]`
    const quantity = parseQuantity(text)
    return [
      ...containerResourceName(path, name),
      ...resourceQuantity(path, name, quantity),
      ...againstLimit(name, quantity, limits?.[name], field),
      ...hugePageSize(path, name, quantity),
    ]
  })
}

function againstLimit(
  name: string,
  quantity: Quantity,
  limitText: string | undefined,
  field: string,
): FieldError[] {
  const overcommit = isOvercommitAllowed(name)
  if (limitText === undefined) {
    return overcommit
      ? []
      : [required(`${field}.limits`, 'Limit must be set for non overcommitable resources')]
  }
  const limit = parseQuantity(limitText)
  const order = compareQuantities(quantity, limit)
  const shown = printQuantity(quantity)
  if (order !== 0 && !overcommit) {
    return [invalid(`${field}.requests`, shown, `must be equal to ${name} limit of ${printQuantity(limit)}`)]
  }
  if (order <= 0) return []
  return [
    invalid(
      `${field}.requests`,
      shown,
      `must be less than or equal to ${name} limit of ${printQuantity(limit)}`,
    ),
  ]
}

/** validateContainerResourceName; the value is printed without quotes, for it is a Go type of its own. */
export function containerResourceName(field: string, name: string): FieldError[] {
  const errors = resourceName(field, name)
  const shown = goSyntax(name)
  if (!name.includes('/')) {
    const standard = standardContainerResources.includes(name) || isHugePage(name)
    return standard
      ? errors
      : [...errors, invalid(field, shown, 'must be a standard resource for containers')]
  }
  if (isNativeResource(name) || isExtendedResource(name)) return errors
  return [...errors, invalid(field, shown, "doesn't follow extended resource name standard")]
}

/** validateResourceName. */
export function resourceName(field: string, name: string): FieldError[] {
  const errors = invalids(field, goSyntax(name), validateQualifiedName(name))
  if (errors.length || name.includes('/') || standardResources.includes(name)) return errors
  if (isHugePage(name) || name.startsWith('requests.hugepages-')) return errors
  return [invalid(field, goSyntax(name), 'must be a standard resource type or fully qualified')]
}

function hugePageSize(field: string, name: string, quantity: Quantity): FieldError[] {
  if (!isHugePage(name)) return []
  const size = hugePageBytes(name)
  if (size !== undefined && size > 0 && quantityValue(quantity) % size === 0) return []
  const shown = printQuantity(quantity)
  return [invalid(field, shown, `${shown} is not positive integer multiple of ${name}`)]
}

function hugePageBytes(name: string): number | undefined {
  try {
    return quantityValue(parseQuantity(name.slice('hugepages-'.length)))
  } catch {
    return undefined
  }
}

function validateClaims(
  claims: readonly { readonly name?: string }[],
  known: readonly string[],
  field: string,
): FieldError[] {
  const seen = new Set<string>()
  return claims.flatMap(({ name, request }: { readonly name?: string; readonly request?: string }, i) => {
    const path = `${field}[${i}]`
    if (!name) return [required(path)]
    const errors: FieldError[] = []
    const key = request ? `${name}/${request}` : name
    if (request) errors.push(...dnsLabel(`${path}.request`, request))
    if (seen.has(name) || seen.has(key)) errors.push(duplicate(path, seen.has(name) ? name : key))
    seen.add(key)
    return known.includes(name) ? errors : [...errors, unknownClaim(path, name, known)]
  })
}

function unknownClaim(field: string, name: string, known: readonly string[]): FieldError {
  const error = valueNotFound(field, name)
  const which = known.length ? `: ${[...known].sort().join(', ')}` : ' which is empty'
  return {
    ...error,
    message: `${error.message}: must be one of the names in pod.spec.resourceClaims${which}`,
  }
}

export const isHugePage = (name: string): boolean => name.startsWith('hugepages-')

/** Resources of Kubernetes itself: no domain, or kubernetes.io (IsNativeResource). */
export const isNativeResource = (name: string): boolean =>
  !name.includes('/') || name.includes('kubernetes.io/')

/** Resources of somebody's domain (IsExtendedResourceName). */
export function isExtendedResource(name: string): boolean {
  if (isNativeResource(name) || name.startsWith('requests.')) return false
  return validateQualifiedName(`requests.${name}`).length === 0 && byteLength(name) > 0
}

/** Whether more may be promised than there is (IsOvercommitAllowed). */
export const isOvercommitAllowed = (name: string): boolean => isNativeResource(name) && !isHugePage(name)
