import type {
  PodSecurityContext,
  PodSpec,
  SeccompProfile,
  SecurityContext,
  Sysctl,
} from 'kubernetes-types/core/v1'
import {
  duplicate,
  forbidden,
  goSyntax,
  invalid,
  notSupported,
  required,
  tooLong,
  type FieldError,
} from '../../field-error.ts'
import { validateUserOrGroupID } from '../../names.ts'
import { byteLength } from '../../utf8.ts'
import { descendingPath } from './paths.ts'
import { invalids } from './rules.ts'
import { validateWindowsOptions } from './windows.ts'

// kubernetes: pkg/apis/core/validation/validation.go validatePodSpecSecurityContext, ValidateSecurityContext

/** A profile of AppArmor; kubernetes-types 1.30 knows it, older pods have annotations instead. */
export interface AppArmorProfile {
  readonly type?: string
  readonly localhostProfile?: string
}

export function validatePodSecurityContext(spec: PodSpec, field: string): FieldError[] {
  const context = spec.securityContext
  if (!context) return []
  const { fsGroup, runAsUser, runAsGroup, supplementalGroups, fsGroupChangePolicy } = context
  const changes = ['Always', 'OnRootMismatch']
  return [
    ...userOrGroup(`${field}.fsGroup`, fsGroup),
    ...userOrGroup(`${field}.runAsUser`, runAsUser),
    ...userOrGroup(`${field}.runAsGroup`, runAsGroup),
    ...(supplementalGroups ?? []).flatMap((group, i) =>
      userOrGroup(`${field}.supplementalGroups[${i}]`, group),
    ),
    ...(spec.shareProcessNamespace && spec.hostPID
      ? [
          invalid(
            `${field}.shareProcessNamespace`,
            true,
            'ShareProcessNamespace and HostPID cannot both be enabled',
          ),
        ]
      : []),
    ...validateSysctls(context.sysctls ?? [], spec, `${field}.sysctls`),
    ...(fsGroupChangePolicy !== undefined && !changes.includes(fsGroupChangePolicy)
      ? [notSupported(`${field}.fsGroupChangePolicy`, fsGroupChangePolicy, changes)]
      : []),
    ...validateSeccomp(context.seccompProfile, `${field}.seccompProfile`),
    ...validateWindowsOptions(context.windowsOptions, `${field}.windowsOptions`),
    ...validateAppArmor(appArmorOf(context), `${field}.appArmorProfile`),
  ]
}

export function validateSecurityContext(
  context: SecurityContext | undefined,
  hostUsers: boolean,
  field: string,
): FieldError[] {
  if (!context) return []
  const { procMount } = context
  const mounts = ['Default', 'Unmasked']
  return [
    ...userOrGroup(`${field}.runAsUser`, context.runAsUser),
    ...userOrGroup(`${field}.runAsGroup`, context.runAsGroup),
    ...(procMount !== undefined && !mounts.includes(procMount)
      ? [notSupported(`${field}.procMount`, procMount, mounts)]
      : []),
    ...(hostUsers && procMount === 'Unmasked'
      ? [invalid(`${field}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`')]
      : []),
    ...validateSeccomp(context.seccompProfile, `${field}.seccompProfile`),
    ...validateEscalation(context, field),
    ...validateWindowsOptions(context.windowsOptions, `${field}.windowsOptions`),
    ...validateAppArmor(appArmorOf(context), `${field}.appArmorProfile`),
  ]
}

export const appArmorOf = (
  context: PodSecurityContext | SecurityContext | undefined,
): AppArmorProfile | undefined =>
  (context as { readonly appArmorProfile?: AppArmorProfile } | undefined)?.appArmorProfile

const userOrGroup = (field: string, id: number | undefined): FieldError[] =>
  id === undefined ? [] : invalids(field, id, validateUserOrGroupID(id))

/** The value shown is the whole struct; its pointers print as addresses, which nobody can foresee. */
function validateEscalation(
  { allowPrivilegeEscalation, privileged, capabilities }: SecurityContext,
  field: string,
): FieldError[] {
  if (allowPrivilegeEscalation !== false) return []
  const shown = goSyntax('core.SecurityContext{}')
  const admin = (capabilities?.add ?? []).filter((name) => name === 'CAP_SYS_ADMIN')
  return [
    ...(privileged
      ? [invalid(field, shown, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true')]
      : []),
    ...admin.map(() =>
      invalid(
        field,
        shown,
        'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
      ),
    ),
  ]
}

function validateSeccomp(profile: SeccompProfile | undefined, field: string): FieldError[] {
  if (!profile) return []
  const { type, localhostProfile } = profile
  const types = ['Localhost', 'RuntimeDefault', 'Unconfined']
  const errors = !type
    ? [required(`${field}.type`, 'type is required when seccompProfile is set')]
    : types.includes(type)
      ? []
      : [notSupported(`${field}.type`, type, types)]
  const path = `${field}.localhostProfile`
  if (type !== 'Localhost') {
    if (localhostProfile === undefined) return errors
    const shown = goSyntax(`core.SeccompProfile{Type:"${type ?? ''}"}`)
    return [...errors, invalid(path, shown, 'can only be set when seccomp type is Localhost')]
  }
  if (localhostProfile === undefined)
    return [...errors, required(path, 'must be set when seccomp type is Localhost')]
  return [...errors, ...descendingPath(path, localhostProfile)]
}

function validateAppArmor(profile: AppArmorProfile | undefined, field: string): FieldError[] {
  if (!profile) return []
  const { type, localhostProfile } = profile
  const path = `${field}.localhostProfile`
  switch (type) {
    case 'Localhost':
      return localhostAppArmor(localhostProfile, path)
    case 'RuntimeDefault':
    case 'Unconfined':
      return localhostProfile === undefined
        ? []
        : [invalid(path, localhostProfile, 'can only be set when AppArmor type is Localhost')]
    case undefined:
    case '':
      return [required(`${field}.type`, 'type is required when appArmorProfile is set')]
    default:
      return [notSupported(`${field}.type`, type, ['Localhost', 'RuntimeDefault', 'Unconfined'])]
  }
}

function localhostAppArmor(profile: string | undefined, field: string): FieldError[] {
  const missing = required(field, 'must be set when AppArmor type is Localhost')
  if (profile === undefined) return [missing]
  return [
    ...(profile.trim() !== profile
      ? [invalid(field, profile, 'must not be padded with whitespace')]
      : profile === ''
        ? [missing]
        : []),
    ...(byteLength(profile) > 4095 ? [tooLong(field, 4095)] : []),
  ]
}

const sysctlPattern = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$'
const sysctlName = new RegExp(sysctlPattern)

function validateSysctls(sysctls: readonly Sysctl[], spec: PodSpec, field: string): FieldError[] {
  const names = new Set<string>()
  return sysctls.flatMap(({ name = '' }, i) => {
    const path = `${field}[${i}].name`
    const errors: FieldError[] = []
    if (name === '') errors.push(required(path))
    else if (name.length > 253 || !sysctlName.test(name)) {
      errors.push(invalid(path, name, `must have at most 253 characters and match regex ${sysctlPattern}`))
    } else if (names.has(name)) errors.push(duplicate(path, name))
    names.add(name)
    return [...errors, ...hostSysctl(name, spec, path)]
  })
}

/** Sysctls of a namespace that the pod shares with its host (ValidateHostSysctl). */
function hostSysctl(sysctl: string, spec: PodSpec, field: string): FieldError[] {
  const name = sysctl.replaceAll('/', '.')
  if (spec.hostNetwork && name.startsWith('net.'))
    return [invalid(field, sysctl, "may not be specified when 'hostNetwork' is true")]
  const ipc = ['kernel.shm', 'kernel.msg', 'kernel.sem', 'fs.mqueue.'].some((prefix) =>
    name.startsWith(prefix),
  )
  return spec.hostIPC && ipc ? [invalid(field, sysctl, "may not be specified when 'hostIPC' is true")] : []
}

/** What is forbidden with a user namespace of one's own (validateHostUsers); upstream spells two of the fields so. */
export function validateHostUsers(spec: PodSpec, field: string): FieldError[] {
  if (spec.hostUsers !== false) return []
  const why = 'when `pod.Spec.HostUsers` is false'
  return [
    ...(spec.hostNetwork ? [forbidden(`${field}.hostNetwork`, why)] : []),
    ...(spec.hostPID ? [forbidden(`${field}.HostPID`, why)] : []),
    ...(spec.hostIPC ? [forbidden(`${field}.HostIPC`, why)] : []),
  ]
}
