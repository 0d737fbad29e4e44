import type {
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  ObjectFieldSelector,
  ResourceFieldSelector,
} from 'kubernetes-types/core/v1'
import { invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { splitSubscript } from '../../field-path.ts'
import { validateConfigMapKey, validateRelaxedEnvVarName } from '../../names.ts'
import { compareQuantities, parseQuantity, printQuantity } from '../../quantity.ts'
import { invalids, nameIsDNSSubdomain, qualifiedName } from './rules.ts'

// kubernetes: pkg/apis/core/validation/validation.go ValidateEnv, ValidateEnvFrom, validateObjectFieldSelector

const envFieldPaths = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]
export const volumeFieldPaths = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
]
const containerResources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]
const hugePagePrefixes = ['limits.hugepages-', 'requests.hugepages-']

export function validateEnv(variables: readonly EnvVar[] | undefined, field: string): FieldError[] {
  return (variables ?? []).flatMap((variable, i) => {
    const { name, value, valueFrom } = variable
    return [
      ...(name
        ? invalids(`${field}[${i}].name`, name, validateRelaxedEnvVarName(name))
        : [required(`${field}[${i}].name`)]),
      ...(valueFrom ? validateValueFrom(valueFrom, value, `${field}[${i}].valueFrom`) : []),
    ]
  })
}

export function validateEnvFrom(sources: readonly EnvFromSource[] | undefined, field: string): FieldError[] {
  return (sources ?? []).flatMap(({ prefix, configMapRef, secretRef }, i) => {
    const path = `${field}[${i}]`
    const count = Number(configMapRef !== undefined) + Number(secretRef !== undefined)
    return [
      ...(prefix ? invalids(`${path}.prefix`, prefix, validateRelaxedEnvVarName(prefix)) : []),
      ...(configMapRef ? sourceName(`${path}.configMapRef.name`, configMapRef.name) : []),
      ...(secretRef ? sourceName(`${path}.secretRef.name`, secretRef.name) : []),
      ...(count === 0 ? [invalid(field, '', 'must specify one of: `configMapRef` or `secretRef`')] : []),
      ...(count > 1 ? [invalid(field, '', 'may not have more than one field specified at a time')] : []),
    ]
  })
}

/** A field of the pod, for an environment variable or a file. */
export function validateFieldRef(
  selector: ObjectFieldSelector,
  allowed: readonly string[],
  field: string,
): FieldError[] {
  const { apiVersion, fieldPath } = selector
  if (!apiVersion) return [required(`${field}.apiVersion`)]
  if (!fieldPath) return [required(`${field}.fieldPath`)]
  const converted = convertFieldLabel(apiVersion, fieldPath)
  if (converted.wrong !== undefined) {
    return [invalid(`${field}.fieldPath`, fieldPath, `error converting fieldPath: ${converted.wrong}`)]
  }
  const subscripted = splitSubscript(converted.path)
  if (subscripted) {
    const [path, subscript] = subscripted
    if (path === 'metadata.annotations') return qualifiedName(field, subscript.toLowerCase())
    if (path === 'metadata.labels') return qualifiedName(field, subscript)
    return [invalid(field, path, 'does not support subscript')]
  }
  return allowed.includes(converted.path)
    ? []
    : [notSupported(`${field}.fieldPath`, converted.path, [...allowed].sort())]
}

/** A resource of a container, for an environment variable or a file. */
export function validateResourceFieldRef(
  selector: ResourceFieldSelector,
  ofVolume: boolean,
  field: string,
): FieldError[] {
  const { containerName, resource = '', divisor } = selector
  const named =
    containerResources.includes(resource) || hugePagePrefixes.some((prefix) => resource.startsWith(prefix))
  const errors =
    ofVolume && !containerName
      ? [required(`${field}.containerName`)]
      : resource === ''
        ? [required(`${field}.resource`)]
        : named
          ? []
          : [notSupported(`${field}.resource`, resource, containerResources)]
  return [...errors, ...validateDivisor(resource, divisor ?? '0', field)]
}

function validateValueFrom(source: EnvVarSource, value: string | undefined, field: string): FieldError[] {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source
  const count = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter(
    (item) => item !== undefined,
  ).length
  return [
    ...(fieldRef ? validateFieldRef(fieldRef, envFieldPaths, `${field}.fieldRef`) : []),
    ...(resourceFieldRef
      ? validateResourceFieldRef(resourceFieldRef, false, `${field}.resourceFieldRef`)
      : []),
    ...(configMapKeyRef ? keySelector(configMapKeyRef, `${field}.configMapKeyRef`) : []),
    ...(secretKeyRef ? keySelector(secretKeyRef, `${field}.secretKeyRef`) : []),
    ...countErrors(count, value, field),
  ]
}

function countErrors(count: number, value: string | undefined, field: string): FieldError[] {
  if (count === 0) {
    return [
      invalid(
        field,
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
      ),
    ]
  }
  if (value) return [invalid(field, '', 'may not be specified when `value` is not empty')]
  return count > 1 ? [invalid(field, '', 'may not have more than one field specified at a time')] : []
}

function keySelector(
  { name = '', key }: { readonly name?: string; readonly key?: string },
  field: string,
): FieldError[] {
  return [
    ...invalids(`${field}.name`, name, nameIsDNSSubdomain(name, false)),
    ...(key ? invalids(`${field}.key`, key, validateConfigMapKey(key)) : [required(`${field}.key`)]),
  ]
}

const sourceName = (field: string, name: string | undefined): FieldError[] =>
  name ? invalids(field, name, nameIsDNSSubdomain(name, true)) : [required(field)]

const fieldLabels = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.serviceAccountName',
  'spec.schedulerName',
  'status.phase',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]

/** kubernetes: pkg/apis/core/pods/helpers.go ConvertDownwardAPIFieldLabel. */
function convertFieldLabel(
  version: string,
  label: string,
): { readonly path: string; readonly wrong?: string } {
  if (version !== 'v1') return { path: label, wrong: `unsupported pod version: ${version}` }
  const subscripted = splitSubscript(label)
  if (subscripted) {
    const [path] = subscripted
    if (path === 'metadata.annotations' || path === 'metadata.labels') return { path: label }
    return { path: label, wrong: `field label does not support subscript: ${label}` }
  }
  if (label === 'spec.host') return { path: 'spec.nodeName' }
  return fieldLabels.includes(label)
    ? { path: label }
    : { path: label, wrong: `field label not supported: ${label}` }
}

const cpuDivisors = ['1m', '1']
const byteDivisors = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']

function validateDivisor(resource: string, divisor: string, field: string): FieldError[] {
  const quantity = parseQuantity(divisor)
  if (compareQuantities(quantity, parseQuantity('0')) === 0) return []
  const rule = divisorRule(resource)
  if (!rule || rule.allowed.includes(printQuantity(quantity))) return []
  return [
    invalid(
      `${field}.divisor`,
      resource,
      `only divisor's values ${rule.shown} are supported with the ${rule.of} resource`,
    ),
  ]
}

function divisorRule(
  resource: string,
): { allowed: readonly string[]; shown: string; of: string } | undefined {
  const bytes = { allowed: byteDivisors, shown: byteDivisors.join(', ') }
  if (/^(limits|requests)\.cpu$/.test(resource)) return { allowed: cpuDivisors, shown: '1m and 1', of: 'cpu' }
  if (/^(limits|requests)\.memory$/.test(resource)) return { ...bytes, of: 'memory' }
  if (/^(limits|requests)\.ephemeral-storage$/.test(resource))
    return { ...bytes, of: 'local ephemeral storage' }
  return hugePagePrefixes.some((prefix) => resource.startsWith(prefix))
    ? { ...bytes, of: 'hugepages' }
    : undefined
}
