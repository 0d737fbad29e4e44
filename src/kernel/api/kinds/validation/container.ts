import type { Container, ContainerPort, VolumeDevice, VolumeMount } from 'kubernetes-types/core/v1'
import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  valueNotFound,
  type FieldError,
} from '../../field-error.ts'
import { validatePortName, validatePortNumber } from '../../names.ts'
import { validateEnv, validateEnvFrom } from './env.ts'
import { descendingPath, noBacksteps } from './paths.ts'
import { validateResourceRequirements } from './resources.ts'
import { dnsLabel, invalids, requiredThen } from './rules.ts'
import { validateSecurityContext } from './security-context.ts'
import type { KnownVolumes } from './volumes.ts'

/** What a container is checked against, beyond itself. */
export interface ContainerSurroundings {
  readonly volumes: KnownVolumes
  /** Names of the pod's resource claims. */
  readonly claims: readonly string[]
  readonly hostUsers: boolean
  readonly gracePeriod: number | undefined
}

export const protocols = ['SCTP', 'TCP', 'UDP']
const pullPolicies = ['Always', 'IfNotPresent', 'Never']

/** kubernetes: pkg/apis/core/validation/validation.go validateContainerCommon. */
export function validateContainer(
  container: Container,
  around: ContainerSurroundings,
  field: string,
): FieldError[] {
  const { volumeMounts = [], volumeDevices = [], terminationMessagePolicy } = container
  return [
    ...requiredThen(`${field}.name`, container.name, dnsLabel),
    ...(container.image ? [] : [required(`${field}.image`)]),
    ...oneOf(`${field}.terminationMessagePolicy`, terminationMessagePolicy, [
      'File',
      'FallbackToLogsOnError',
    ]),
    ...validatePorts(container.ports ?? [], `${field}.ports`),
    ...validateEnv(container.env, `${field}.env`),
    ...validateEnvFrom(container.envFrom, `${field}.envFrom`),
    ...validateMounts(volumeMounts, container, around.volumes, `${field}.volumeMounts`),
    ...validateDevices(volumeDevices, volumeMounts, around.volumes, `${field}.volumeDevices`),
    ...oneOf(`${field}.imagePullPolicy`, container.imagePullPolicy, pullPolicies),
    ...validateResourceRequirements(container.resources ?? {}, around.claims, `${field}.resources`),
    ...validateSecurityContext(container.securityContext, around.hostUsers, `${field}.securityContext`),
  ]
}

/** Host ports must differ across containers (checkHostPortConflicts). */
export function hostPortConflicts(containers: readonly Container[], field: string): FieldError[] {
  const taken = new Set<string>()
  return containers.flatMap(({ ports }, c) =>
    (ports ?? []).flatMap(({ protocol, hostIP = '', hostPort }, p) => {
      if (!hostPort) return []
      const key = `${protocol}/${hostIP}/${hostPort}`
      if (taken.has(key)) return [duplicate(`${field}[${c}].ports[${p}].hostPort`, key)]
      taken.add(key)
      return []
    }),
  )
}

/** Required, and one of these. */
export const oneOf = (
  field: string,
  value: string | undefined,
  supported: readonly string[],
): FieldError[] =>
  !value ? [required(field)] : supported.includes(value) ? [] : [notSupported(field, value, supported)]

function validatePorts(ports: readonly ContainerPort[], field: string): FieldError[] {
  const names = new Set<string>()
  return ports.flatMap(({ name, containerPort = 0, hostPort = 0, protocol }, i) => {
    const path = `${field}[${i}]`
    return [
      ...(name ? portName(`${path}.name`, name, names) : []),
      ...(containerPort === 0
        ? [required(`${path}.containerPort`)]
        : invalids(`${path}.containerPort`, containerPort, validatePortNumber(containerPort))),
      ...(hostPort === 0 ? [] : invalids(`${path}.hostPort`, hostPort, validatePortNumber(hostPort))),
      ...oneOf(`${path}.protocol`, protocol, protocols),
    ]
  })
}

function portName(field: string, name: string, names: Set<string>): FieldError[] {
  const errors = invalids(field, name, validatePortName(name))
  if (errors.length) return errors
  if (names.has(name)) return [duplicate(field, name)]
  names.add(name)
  return []
}

function validateMounts(
  mounts: readonly VolumeMount[],
  container: Container,
  volumes: KnownVolumes,
  field: string,
): FieldError[] {
  const devices = container.volumeDevices ?? []
  const paths = new Set<string>()
  return mounts.flatMap((mount, i) => {
    const { name = '', mountPath = '' } = mount
    const path = `${field}[${i}]`
    const twice = paths.has(mountPath)
    paths.add(mountPath)
    return [
      ...(name ? [] : [required(`${path}.name`)]),
      ...(volumes.has(name) ? [] : [valueNotFound(`${path}.name`, name)]),
      ...(mountPath ? [] : [required(`${path}.mountPath`)]),
      ...(twice ? [invalid(`${path}.mountPath`, mountPath, 'must be unique')] : []),
      ...(devices.some((device) => device.name === name)
        ? [invalid(`${path}.name`, name, 'must not already exist in volumeDevices')]
        : []),
      ...(devices.some(({ devicePath }) => devicePath === mountPath)
        ? [invalid(`${path}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices')]
        : []),
      ...subPaths(mount, field, path),
      ...mountPropagation(mount.mountPropagation, container, `${field}.mountPropagation`),
      ...recursiveReadOnly(mount, `${field}.recursiveReadOnly`),
    ]
  })
}

/** Upstream leaves the index out of two of these paths. */
function subPaths({ subPath, subPathExpr }: VolumeMount, field: string, path: string): FieldError[] {
  return [
    ...(subPath ? descendingPath(`${field}.subPath`, subPath) : []),
    ...(subPath && subPathExpr
      ? [invalid(`${path}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive')]
      : []),
    ...(subPathExpr ? descendingPath(`${field}.subPathExpr`, subPathExpr) : []),
  ]
}

function mountPropagation(
  mode: string | undefined,
  { securityContext }: Container,
  field: string,
): FieldError[] {
  if (mode === undefined) return []
  const modes = ['Bidirectional', 'HostToContainer', 'None']
  const denied = mode === 'Bidirectional' && !securityContext?.privileged
  return [
    ...(modes.includes(mode) ? [] : [notSupported(field, mode, modes)]),
    ...(denied
      ? [forbidden(field, 'Bidirectional mount propagation is available only to privileged containers')]
      : []),
  ]
}

function recursiveReadOnly(mount: VolumeMount, field: string): FieldError[] {
  const { recursiveReadOnly: mode, readOnly, mountPropagation: propagation } = mount
  if (mode === undefined || mode === 'Disabled') return []
  const modes = ['Disabled', 'Enabled', 'IfPossible']
  if (!modes.includes(mode)) return [notSupported(field, mode, modes)]
  const propagates = propagation !== undefined && propagation !== 'None'
  return [
    ...(readOnly ? [] : [forbidden(field, 'may only be specified when readOnly is true')]),
    ...(propagates
      ? [forbidden(field, 'may only be specified when mountPropagation is None or not specified')]
      : []),
  ]
}

function validateDevices(
  devices: readonly VolumeDevice[],
  mounts: readonly VolumeMount[],
  volumes: KnownVolumes,
  field: string,
): FieldError[] {
  const paths = new Set<string>()
  const names = new Set<string>()
  return devices.flatMap(({ name = '', devicePath = '' }, i) => {
    const path = `${field}[${i}]`
    const volume = volumes.get(name)
    const steps = devicePath !== '' && noBacksteps('', devicePath).length > 0
    const errors = [
      ...(name ? [] : [required(`${path}.name`)]),
      ...(names.has(name) ? [invalid(`${path}.name`, name, 'must be unique')] : []),
      ...deviceVolume(`${path}.name`, name, volume),
      ...(devicePath ? [] : [required(`${path}.devicePath`)]),
      ...(paths.has(devicePath) ? [invalid(`${path}.devicePath`, devicePath, 'must be unique')] : []),
      ...(steps ? [invalid(`${path}.devicePath`, devicePath, "can not contain backsteps ('..')")] : []),
      ...(mounts.some((mount) => mount.name === name)
        ? [invalid(`${path}.name`, name, 'must not already exist in volumeMounts')]
        : []),
      ...(mounts.some(({ mountPath }) => mountPath === devicePath)
        ? [invalid(`${path}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts')]
        : []),
    ]
    if (!steps) paths.add(devicePath)
    if (name) names.add(name)
    return errors
  })
}

/** A block device comes from a claim. */
function deviceVolume(field: string, name: string, volume: ReturnType<KnownVolumes['get']>): FieldError[] {
  if (!volume) return [valueNotFound(field, name)]
  if (volume.persistentVolumeClaim || volume.ephemeral) return []
  return [
    invalid(
      field,
      name,
      'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
    ),
  ]
}
