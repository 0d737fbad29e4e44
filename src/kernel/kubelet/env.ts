import type { ConfigMap, Container, EnvVar, PodStatus, Secret, Service } from 'kubernetes-types/core/v1'
import { own } from '../api/json.ts'
import { decodeBase64Text } from './base64-text.ts'
import type { Sys } from '../host/sys.ts'
import { expand } from './expansion.ts'
import { fieldValue, resourceValue, type Allocatable } from './field-ref.ts'
import type { KubeletPod } from './types.ts'

/** A container cannot be made as its pod says: shown as CreateContainerConfigError. */
export class ConfigError extends Error {}

/** Where environment variables come from. */
export interface EnvSources {
  readonly allocatable: Allocatable
  /** Services of a namespace and those of `default`, for the variables of enableServiceLinks. */
  services(namespace: string): readonly Service[]
  /** Undefined when it does not exist; throws when it cannot be read. */
  configMap(namespace: string, name: string): Sys<ConfigMap | undefined>
  secret(namespace: string, name: string): Sys<Secret | undefined>
}

/** The environment of a container, in order (kubernetes: pkg/kubelet/kubelet_pods.go makeEnvironmentVariables). Throws ConfigError. */
export function* environment(
  pod: KubeletPod,
  status: PodStatus,
  container: Container,
  from: EnvSources,
): Sys<{ key: string; value: string }[]> {
  const result = new Map<string, string>()
  const links = serviceEnvironment(pod, from.services(pod.metadata.namespace))
  for (const source of container.envFrom ?? []) {
    const { prefix = '', configMapRef, secretRef } = source
    const data = configMapRef
      ? yield* wholeConfigMap(pod, configMapRef.name ?? '', configMapRef.optional, from)
      : secretRef
        ? yield* wholeSecret(pod, secretRef.name ?? '', secretRef.optional, from)
        : {}
    for (const key of Object.keys(data).sort()) result.set(`${prefix}${key}`, data[key])
  }
  for (const variable of container.env ?? []) {
    const value = yield* valueFor(
      pod,
      status,
      container,
      variable,
      from,
      (name) => result.get(name) ?? links.get(name),
    )
    if (value !== undefined) result.set(variable.name, value)
  }
  for (const [name, value] of links) if (!result.has(name)) result.set(name, value)
  return [...result].map(([key, value]) => ({ key, value }))
}

function* valueFor(
  pod: KubeletPod,
  status: PodStatus,
  container: Container,
  { name, value, valueFrom }: EnvVar,
  from: EnvSources,
  lookup: (name: string) => string | undefined,
): Sys<string | undefined> {
  if (!valueFrom) return expand(value ?? '', lookup)
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom
  if (fieldRef) {
    const found = fieldValue(pod, status, fieldRef.fieldPath)
    if (found === undefined) throw new ConfigError(`unsupported fieldPath: ${fieldRef.fieldPath}`)
    return found
  }
  if (resourceFieldRef) return resourceValue(pod, container, resourceFieldRef, from.allocatable) ?? ''
  const namespace = pod.metadata.namespace
  if (configMapKeyRef) {
    const { name: mapName = '', key, optional } = configMapKeyRef
    const map = yield* from.configMap(namespace, mapName)
    if (!map && !optional) throw new ConfigError(`configmap "${mapName}" not found`)
    const found = own(map?.data, key)
    if (found === undefined && !optional)
      throw new ConfigError(`couldn't find key ${key} in ConfigMap ${namespace}/${mapName}`)
    return found
  }
  if (secretKeyRef) {
    const { name: secretName = '', key, optional } = secretKeyRef
    const secret = yield* from.secret(namespace, secretName)
    if (!secret && !optional) throw new ConfigError(`secret "${secretName}" not found`)
    const found = own(secret?.data, key)
    if (found === undefined && !optional)
      throw new ConfigError(`couldn't find key ${key} in Secret ${namespace}/${secretName}`)
    return found === undefined ? undefined : decodeBase64Text(found)
  }
  throw new ConfigError(`invalid valueFrom of ${name}`)
}

function* wholeConfigMap(
  pod: KubeletPod,
  name: string,
  optional: boolean | undefined,
  from: EnvSources,
): Sys<Record<string, string>> {
  const map = yield* from.configMap(pod.metadata.namespace, name)
  if (!map && !optional) throw new ConfigError(`configmap "${name}" not found`)
  return map?.data ?? {}
}

function* wholeSecret(
  pod: KubeletPod,
  name: string,
  optional: boolean | undefined,
  from: EnvSources,
): Sys<Record<string, string>> {
  const secret = yield* from.secret(pod.metadata.namespace, name)
  if (!secret && !optional) throw new ConfigError(`secret "${name}" not found`)
  return Object.fromEntries(
    Object.entries(secret?.data ?? {}).map(([key, value]) => [key, decodeBase64Text(value)]),
  )
}

/** kubernetes: pkg/kubelet/envvars/envvars.go FromServices. */
function serviceEnvironment(
  { metadata, spec }: KubeletPod,
  services: readonly Service[],
): Map<string, string> {
  const variables = new Map<string, string>()
  const wanted = services.filter(({ metadata: own, spec: service }) => {
    if (!service?.clusterIP || service.clusterIP === 'None') return false
    const master = own?.namespace === 'default' && own.name === 'kubernetes'
    return master || (spec.enableServiceLinks !== false && own?.namespace === metadata.namespace)
  })
  for (const { metadata: own, spec: service } of wanted) {
    const prefix = (own?.name ?? '').toUpperCase().replace(/-/g, '_')
    const ip = service?.clusterIP ?? ''
    const [first] = service?.ports ?? []
    if (!first) continue
    variables.set(`${prefix}_SERVICE_HOST`, ip)
    variables.set(`${prefix}_SERVICE_PORT`, `${first.port}`)
    for (const { name, port } of service?.ports ?? []) {
      if (name) variables.set(`${prefix}_SERVICE_PORT_${name.toUpperCase().replace(/-/g, '_')}`, `${port}`)
    }
    const url = `tcp://${ip}:${first.port}`
    variables.set(
      `${prefix}_PORT`,
      (first.protocol ?? 'TCP') === 'TCP' ? url : url.replace('tcp', (first.protocol ?? '').toLowerCase()),
    )
    for (const { port, protocol = 'TCP' } of service?.ports ?? []) {
      const link = `${prefix}_PORT_${port}_${protocol}`
      variables.set(link, `${protocol.toLowerCase()}://${ip}:${port}`)
      variables.set(`${link}_PROTO`, protocol.toLowerCase())
      variables.set(`${link}_PORT`, `${port}`)
      variables.set(`${link}_ADDR`, ip)
    }
  }
  return variables
}
