import type { Container, EphemeralContainer, PodSpec, PodTemplateSpec } from 'kubernetes-types/core/v1'
import type { ObjectMeta } from 'kubernetes-types/meta/v1'
import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  valueNotFound,
  type FieldError,
} from '../../field-error.ts'
import { validateIP } from '../../ip.ts'
import { validateLabels } from '../../label-validation.ts'
import { validateInRange } from '../../names.ts'
import { validateAnnotations } from '../../object-meta-validation.ts'
import { validateAffinity } from './affinity.ts'
import { hostPortConflicts, oneOf, validateContainer, type ContainerSurroundings } from './container.ts'
import { validateDNSConfig } from './dns-config.ts'
import { validateLifecycle, validateProbes } from './handlers.ts'
import { validatePodAnnotations, validateProfilesAgree } from './pod-annotations.ts'
import { validateLimits } from './resources.ts'
import { dnsLabel, dnsSubdomain, invalids, nameIsDNSSubdomain, qualifiedName } from './rules.ts'
import { validateHostUsers, validatePodSecurityContext } from './security-context.ts'
import { validateTolerations } from './tolerations.ts'
import { validateTopologySpread } from './topology-spread.ts'
import { validateVolumes } from './volumes.ts'
import { validateHostProcess, validateOS } from './windows.ts'

/** kubernetes: pkg/apis/core/validation/validation.go ValidatePodSpec; `meta` only of a real pod, not of a template. */
export function validatePodSpec(spec: PodSpec, meta: ObjectMeta | undefined, field: string): FieldError[] {
  const { terminationGracePeriodSeconds: gracePeriod, containers, initContainers, ephemeralContainers } = spec
  const [volumes, volumeErrors] = validateVolumes(spec.volumes ?? [], meta, `${field}.volumes`)
  const claims = (spec.resourceClaims ?? []).flatMap(({ name }) => name || [])
  const around: ContainerSurroundings = { volumes, claims, hostUsers: spec.hostUsers ?? true, gracePeriod }
  return [
    ...(gracePeriod === undefined ? [required(`${field}.terminationGracePeriodSeconds`)] : []),
    ...volumeErrors,
    ...validateContainers(containers ?? [], around, `${field}.containers`),
    ...validateInitContainers(initContainers ?? [], containers ?? [], around, `${field}.initContainers`),
    ...validateEphemeralContainers(ephemeralContainers ?? [], spec, around, `${field}.ephemeralContainers`),
    ...hostNetworkPorts(spec, meta !== undefined, `${field}.containers`),
    ...validatePolicies(spec, field),
    ...validatePlacement(spec, field),
    ...validateNames(spec, field),
    ...validateOS(spec, field),
  ]
}

/** The template of a workload (ValidatePodTemplateSpec). */
export function validatePodTemplateSpec(
  { metadata = {}, spec }: PodTemplateSpec,
  field: string,
): FieldError[] {
  const { labels, annotations } = metadata
  return [
    ...validateLabels(labels, `${field}.labels`),
    ...validateAnnotations(annotations, `${field}.annotations`),
    ...validatePodAnnotations(annotations, spec!, `${field}.annotations`),
    ...validatePodSpec(spec!, undefined, `${field}.spec`),
    ...validateProfilesAgree(metadata, spec!, `${field}.spec`),
    ...(spec?.ephemeralContainers?.length
      ? [forbidden(`${field}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')]
      : []),
  ]
}

function validatePolicies(spec: PodSpec, field: string): FieldError[] {
  const restart = ['Always', 'OnFailure', 'Never']
  const dns = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
  return [
    ...oneOf(`${field}.restartPolicy`, spec.restartPolicy, restart),
    ...oneOf(`${field}.dnsPolicy`, spec.dnsPolicy, dns),
    ...validateLabels(spec.nodeSelector, `${field}.nodeSelector`),
    ...validatePodSecurityContext(spec, `${field}.securityContext`),
    ...validateAffinity(spec.affinity, `${field}.affinity`),
    ...validateDNSConfig(spec.dnsConfig, spec.dnsPolicy, `${field}.dnsConfig`),
  ]
}

function validatePlacement(spec: PodSpec, field: string): FieldError[] {
  return [
    ...(spec.readinessGates ?? []).flatMap(({ conditionType }, i) =>
      qualifiedName(`${field}.readinessGates[${i}].conditionType`, conditionType ?? ''),
    ),
    ...validateSchedulingGates(spec, `${field}.schedulingGates`),
    ...validateTopologySpread(spec.topologySpreadConstraints ?? [], `${field}.topologySpreadConstraints`),
    ...validateHostProcess(spec, field),
    ...validateHostUsers(spec, field),
    ...subdomainIfSet(`${field}.serviceAccountName`, spec.serviceAccountName),
    ...subdomainIfSet(`${field}.nodeName`, spec.nodeName),
    ...validateDeadline(spec.activeDeadlineSeconds, `${field}.activeDeadlineSeconds`),
  ]
}

function validateNames(spec: PodSpec, field: string): FieldError[] {
  const { hostname, subdomain, runtimeClassName, preemptionPolicy } = spec
  const preemption = ['PreemptLowerPriority', 'Never']
  return [
    ...(hostname ? dnsLabel(`${field}.hostname`, hostname) : []),
    ...(subdomain ? dnsLabel(`${field}.subdomain`, subdomain) : []),
    ...validateTolerations(spec.tolerations ?? [], `${field}.tolerations`),
    ...(spec.hostAliases ?? []).flatMap(({ ip, hostnames }, i) => [
      ...validateIP(ip ?? '', `${field}.hostAliases[${i}].ip`),
      ...(hostnames ?? []).flatMap((name, j) =>
        dnsSubdomain(`${field}.hostAliases[${i}].hostnames[${j}]`, name),
      ),
    ]),
    ...subdomainIfSet(`${field}.priorityClassName`, spec.priorityClassName),
    ...(runtimeClassName === undefined
      ? []
      : invalids(`${field}.runtimeClassName`, runtimeClassName, nameIsDNSSubdomain(runtimeClassName, false))),
    ...(preemptionPolicy === undefined
      ? []
      : oneOf(`${field}.preemptionPolicy`, preemptionPolicy, preemption)),
    ...validateLimits(spec.overhead, `${field}.overhead.limits`),
  ]
}

const subdomainIfSet = (field: string, name: string | undefined): FieldError[] =>
  name ? invalids(field, name, nameIsDNSSubdomain(name, false)) : []

const validateDeadline = (seconds: number | undefined, field: string): FieldError[] =>
  seconds === undefined ? [] : invalids(field, seconds, validateInRange(seconds, 1, 2147483647))

function validateContainers(
  containers: readonly Container[],
  around: ContainerSurroundings,
  field: string,
): FieldError[] {
  if (containers.length === 0) return [required(field)]
  const names = new Set<string>()
  const errors = containers.flatMap((container, i) => {
    const { name = '', lifecycle, restartPolicy } = container
    const path = `${field}[${i}]`
    const twice = names.has(name)
    names.add(name)
    return [
      ...validateContainer(container, around, path),
      ...(twice ? [duplicate(`${path}.name`, name)] : []),
      ...validateLifecycle(lifecycle, around.gracePeriod, `${path}.lifecycle`),
      ...validateProbes(container, around.gracePeriod, path),
      ...(restartPolicy === undefined
        ? []
        : [forbidden(`${path}.restartPolicy`, 'may not be set for non-init containers')]),
    ]
  })
  return [...errors, ...hostPortConflicts(containers, field)]
}

function validateInitContainers(
  containers: readonly Container[],
  regular: readonly Container[],
  around: ContainerSurroundings,
  field: string,
): FieldError[] {
  const names = new Set(regular.map(({ name }) => name))
  return containers.flatMap((container, i) => {
    const { name = '', restartPolicy } = container
    const path = `${field}[${i}]`
    const twice = names.has(name)
    if (name) names.add(name)
    return [
      ...validateContainer(container, around, path),
      ...(restartPolicy === undefined || restartPolicy === 'Always'
        ? []
        : [notSupported(`${path}.restartPolicy`, restartPolicy, ['Always'])]),
      ...(twice ? [duplicate(`${path}.name`, name)] : []),
      ...hostPortConflicts([container], field),
      ...(restartPolicy === 'Always' ? sidecarHooks(container, around, path) : initHooks(container, path)),
    ]
  })
}

const sidecarHooks = (container: Container, around: ContainerSurroundings, path: string): FieldError[] => [
  ...validateLifecycle(container.lifecycle, around.gracePeriod, `${path}.lifecycle`),
  ...validateProbes(container, around.gracePeriod, path),
]

const initHooks = (container: Container, path: string): FieldError[] =>
  (['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
    .filter((key) => container[key] !== undefined)
    .map((key) =>
      forbidden(`${path}.${key}`, 'may not be set for init containers without restartPolicy=Always'),
    )

/** Fields that a debugging container may not have; upstream finds them by reflection, in the order of the struct. */
const notForEphemeral = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const

function validateEphemeralContainers(
  containers: readonly EphemeralContainer[],
  spec: PodSpec,
  around: ContainerSurroundings,
  field: string,
): FieldError[] {
  const others = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name))
  const names = new Set(others)
  return containers.flatMap((container, i) => {
    const { name = '', targetContainerName: target, volumeMounts = [] } = container
    const path = `${field}[${i}]`
    const twice = names.has(name)
    names.add(name)
    const why = 'cannot be set for an Ephemeral Container'
    return [
      ...validateContainer(container as Container, around, path),
      ...paddedImage(container.image, path),
      ...(twice ? [duplicate(`${path}.name`, name)] : []),
      ...(target && !others.has(target) ? [valueNotFound(`${path}.targetContainerName`, target)] : []),
      ...notForEphemeral
        .filter((key) => isSet(container[key]))
        .map((key) => forbidden(`${path}.${key}`, why)),
      ...volumeMounts.flatMap(({ subPath, subPathExpr }, m) => [
        ...(subPath ? [forbidden(`${path}.volumeMounts[${m}].subPath`, why)] : []),
        ...(subPathExpr ? [forbidden(`${path}.volumeMounts[${m}].subPathExpr`, why)] : []),
      ]),
    ]
  })
}

/** Resources are a struct held by value: only what is in it counts. */
const isSet = (value: unknown): boolean =>
  value !== undefined &&
  !(typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0)

/** Only a pod's own containers, not those of a template (validateContainerOnlyForPod). */
export const paddedImage = (image: string | undefined, field: string): FieldError[] =>
  image === undefined || image.trim() === image
    ? []
    : [invalid(`${field}.image`, image, 'must not have leading or trailing whitespace')]

/** On the host's network a host port is the container's port; a template may leave it to be filled in. */
function hostNetworkPorts(spec: PodSpec, isPod: boolean, field: string): FieldError[] {
  if (!spec.hostNetwork) return []
  return (spec.containers ?? []).flatMap(({ ports }, c) =>
    (ports ?? []).flatMap(({ hostPort = 0, containerPort = 0 }, p) =>
      (isPod || hostPort !== 0) && hostPort !== containerPort
        ? [
            invalid(
              `${field}[${c}].ports[${p}].hostPort`,
              hostPort,
              'must match `containerPort` when `hostNetwork` is true',
            ),
          ]
        : [],
    ),
  )
}

function validateSchedulingGates({ schedulingGates = [] }: PodSpec, field: string): FieldError[] {
  const seen = new Set<string>()
  return schedulingGates.flatMap(({ name = '' }, i) => {
    const twice = seen.has(name)
    seen.add(name)
    return [...qualifiedName(`${field}[${i}]`, name), ...(twice ? [duplicate(`${field}[${i}]`, name)] : [])]
  })
}
