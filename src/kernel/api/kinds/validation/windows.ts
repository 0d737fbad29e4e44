import type { Container, PodSpec, WindowsSecurityContextOptions } from 'kubernetes-types/core/v1'
import { forbidden, invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { validateDNS1123Subdomain } from '../../names.ts'
import { byteLength } from '../../utf8.ts'
import { invalids } from './rules.ts'

// kubernetes: pkg/apis/core/validation/validation.go validateWindowsSecurityContextOptions, validateWindowsHostProcessPod, validateOS

/** Every container of a pod with its path, init containers first (podshelper.VisitContainersWithPath). */
export function containersWithPath(spec: PodSpec, field: string): readonly (readonly [Container, string])[] {
  const named = (key: 'initContainers' | 'containers' | 'ephemeralContainers') =>
    ((spec[key] ?? []) as readonly Container[]).map(
      (container, i) => [container, `${field}.${key}[${i}]`] as const,
    )
  return [...named('initContainers'), ...named('containers'), ...named('ephemeralContainers')]
}

export function validateWindowsOptions(
  options: WindowsSecurityContextOptions | undefined,
  field: string,
): FieldError[] {
  if (!options) return []
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName } = options
  return [
    ...(name === undefined
      ? []
      : invalids(`${field}.gmsaCredentialSpecName`, name, validateDNS1123Subdomain(name))),
    ...(spec === ''
      ? [invalid(`${field}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec cannot be an empty string')]
      : []),
    ...(spec !== undefined && byteLength(spec) > 64 * 1024
      ? [invalid(`${field}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec size must be under 64 KiB')]
      : []),
    ...(runAsUserName === undefined
      ? []
      : invalids(`${field}.runAsUserName`, runAsUserName, userNameMessages(runAsUserName))),
  ]
}

/** Containers that run on a Windows host itself: all or none, and with the host's network. */
export function validateHostProcess(spec: PodSpec, field: string): FieldError[] {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess
  const containers = containersWithPath(spec, field)
  const errors: FieldError[] = []
  let count = 0
  for (const [container, path] of containers) {
    const own = container.securityContext?.windowsOptions?.hostProcess
    if (ofPod !== undefined && own !== undefined && own !== ofPod) {
      const message = `pod hostProcess value must be identical if both are specified, was ${ofPod}`
      errors.push(invalid(`${path}.securityContext.windowsOptions.hostProcess`, own, message))
    }
    if (own ?? ofPod) count++
  }
  if (count === 0) return errors
  if (count !== containers.length) {
    errors.push(
      invalid(
        field,
        '',
        'If pod contains any hostProcess containers then all containers must be HostProcess containers',
      ),
    )
  }
  const network = invalid(
    `${field}.hostNetwork`,
    false,
    'hostNetwork must be true if pod contains any hostProcess containers',
  )
  return spec.hostNetwork ? errors : [...errors, network]
}

/** The pod's operating system, and what it forbids. */
export function validateOS(spec: PodSpec, field: string): FieldError[] {
  if (!spec.os) return []
  const { name } = spec.os
  if (!name) return [required(`${field}.os.name`, 'cannot be empty')]
  if (name === 'linux') return validateLinux(spec, field)
  return name === 'windows'
    ? validateWindows(spec, field)
    : [notSupported(`${field}.os`, name, ['linux', 'windows'])]
}

function validateLinux(spec: PodSpec, field: string): FieldError[] {
  const why = 'windows options cannot be set for a linux pod'
  const containers = containersWithPath(spec, field).filter(
    ([{ securityContext }]) => securityContext?.windowsOptions,
  )
  return [
    ...(spec.securityContext?.windowsOptions
      ? [forbidden(`${field}.securityContext.windowsOptions`, why)]
      : []),
    ...containers.map(([, path]) => forbidden(`${path}.securityContext.windowsOptions`, why)),
  ]
}

const linuxOnly = [
  'securityContext.appArmorProfile',
  'securityContext.seLinuxOptions',
  'hostUsers',
  'hostPID',
  'hostIPC',
  'securityContext.seccompProfile',
  'securityContext.fsGroup',
  'securityContext.fsGroupChangePolicy',
  'securityContext.sysctls',
  'shareProcessNamespace',
  'securityContext.runAsUser',
  'securityContext.runAsGroup',
  'securityContext.supplementalGroups',
  'securityContext.supplementalGroupsPolicy',
  'securityContext.seLinuxChangePolicy',
]
const linuxOnlyOfContainer = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
]

function validateWindows(spec: PodSpec, field: string): FieldError[] {
  const why = 'cannot be set for a windows pod'
  const isSet = (path: string): boolean => {
    const [first = '', second] = path.split('.')
    const outer = (spec as unknown as Record<string, unknown>)[first]
    const value = second === undefined ? outer : (outer as Record<string, unknown> | undefined)?.[second]
    return (
      value !== undefined && value !== false && !(second === 'sysctls' && (value as unknown[]).length === 0)
    )
  }
  const containers = containersWithPath(spec, field).flatMap(([{ securityContext }, path]) =>
    linuxOnlyOfContainer
      .filter((key) => (securityContext as Record<string, unknown> | undefined)?.[key] !== undefined)
      .map((key) => forbidden(`${path}.securityContext.${key}`, why)),
  )
  return [...linuxOnly.filter(isSet).map((path) => forbidden(`${field}.${path}`, why)), ...containers]
}

const netBios = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/
const dnsDomain =
  /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/

function userNameMessages(name: string): string[] {
  if (name === '') return ['runAsUserName cannot be an empty string']
  if (/[\x00-\x1f\x7f]/.test(name)) return ['runAsUserName cannot contain control characters']
  const parts = name.split('\\')
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash']
  const [domain, user = ''] = parts.length === 1 ? [undefined, parts[0]] : parts
  const wrong: [boolean, string][] = [
    [byteLength(domain ?? '') >= 256, "runAsUserName's Domain length must be under 256 characters"],
    [
      domain !== undefined && !netBios.test(domain) && !dnsDomain.test(domain),
      "runAsUserName's Domain doesn't match the NetBios nor the DNS format",
    ],
    [user === '', "runAsUserName's User cannot be empty"],
    [byteLength(user) > 104, "runAsUserName's User length must not be longer than 104 characters"],
    [/^[. ]+$/.test(user), "runAsUserName's User cannot contain only periods or spaces"],
    [
      /["/\\:;|=,+*?<>@[\]]/.test(user),
      'runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]',
    ],
  ]
  return wrong.filter(([is]) => is).map(([, message]) => message)
}
