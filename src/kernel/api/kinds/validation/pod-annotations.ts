import type { PodSpec, SeccompProfile } from 'kubernetes-types/core/v1'
import type { ObjectMeta } from 'kubernetes-types/meta/v1'
import { forbidden, invalid, type FieldError } from '../../field-error.ts'
import { goQuote } from '../../go-quote.ts'
import { parseInt64 } from '../../int64.ts'
import { descendingPath } from './paths.ts'
import { sortedEntries } from './rules.ts'
import { appArmorOf, type AppArmorProfile } from './security-context.ts'
import { containersWithPath } from './windows.ts'

// kubernetes: pkg/apis/core/validation/validation.go ValidatePodSpecificAnnotations and what it calls

type Annotations = Readonly<Record<string, string>>

export const mirrorPodAnnotation = 'kubernetes.io/config.mirror'
const deletionCost = 'controller.kubernetes.io/pod-deletion-cost'
const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod'
const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/'
const appArmorContainer = 'container.apparmor.security.beta.kubernetes.io/'

/** Annotations that mean something to Kubernetes itself. */
export function validatePodAnnotations(
  annotations: Annotations = {},
  spec: PodSpec,
  field: string,
): FieldError[] {
  const mirror = annotations[mirrorPodAnnotation]
  return [
    ...(mirror !== undefined && !spec.nodeName
      ? [
          invalid(
            `${field}[${mirrorPodAnnotation}]`,
            mirror,
            'must set spec.nodeName if mirror pod annotation is set',
          ),
        ]
      : []),
    ...validateDeletionCost(annotations[deletionCost], `${field}[${deletionCost}]`),
    ...sortedEntries(annotations).flatMap(([key, value]) =>
      key === seccompPod || key.startsWith(seccompContainer)
        ? seccompAnnotation(`${field}.${key}`, value)
        : [],
    ),
    ...sortedEntries(annotations).flatMap(([key, value]) =>
      key.startsWith(appArmorContainer) ? appArmorAnnotation(key, value, spec, field) : [],
    ),
  ]
}

/** Annotations that may not change any more (ValidatePodSpecificAnnotationUpdates). */
export function validatePodAnnotationUpdates(
  now: Annotations = {},
  old: Annotations = {},
  spec: PodSpec,
  field: string,
): FieldError[] {
  const changed = sortedEntries(old)
    .filter(([key, value]) => now[key] !== value)
    .map(([key]) => key)
  const added = sortedEntries(now)
    .filter(([key]) => old[key] === undefined)
    .map(([key]) => key)
  return [
    ...changed.flatMap((key) => [
      ...(key.startsWith(appArmorContainer)
        ? [forbidden(`${field}[${key}]`, 'may not remove or update AppArmor annotations')]
        : []),
      ...(key === mirrorPodAnnotation
        ? [forbidden(`${field}[${key}]`, 'may not remove or update mirror pod annotation')]
        : []),
    ]),
    ...added.flatMap((key) => [
      ...(key.startsWith(appArmorContainer)
        ? [forbidden(`${field}[${key}]`, 'may not add AppArmor annotations')]
        : []),
      ...(key === mirrorPodAnnotation
        ? [forbidden(`${field}[${key}]`, 'may not add mirror pod annotation')]
        : []),
    ]),
    ...validatePodAnnotations(now, spec, field),
  ]
}

/** Where an annotation and a field say the same thing, they must agree; on create. */
export function validateProfilesAgree(
  { annotations = {} }: ObjectMeta,
  spec: PodSpec,
  field: string,
): FieldError[] {
  return [...seccompAgrees(annotations, spec, field), ...appArmorAgrees(annotations, spec, field)]
}

function validateDeletionCost(value: string | undefined, field: string): FieldError[] {
  if (value === undefined) return []
  const cost = /^\+|^-?0\d/.test(value) ? undefined : parseInt64(value)
  const fits = cost !== undefined && cost >= -2147483648n && cost <= 2147483647n
  return fits ? [] : [invalid(field, value, 'must be a 32bit integer')]
}

function seccompAnnotation(field: string, profile: string): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return []
  if (profile.startsWith('localhost/')) return descendingPath(field, profile.slice('localhost/'.length))
  return [invalid(field, profile, 'must be a valid seccomp profile')]
}

function appArmorAnnotation(key: string, profile: string, spec: PodSpec, field: string): FieldError[] {
  const name = key.slice(appArmorContainer.length)
  const found = containersWithPath(spec, '').some(([container]) => container.name === name)
  const valid = ['', 'runtime/default', 'unconfined'].includes(profile) || profile.startsWith('localhost/')
  return [
    ...(found ? [] : [invalid(`${field}[${key}]`, name, 'container not found')]),
    ...(valid
      ? []
      : [invalid(`${field}[${key}]`, profile, `invalid AppArmor profile name: ${goQuote(profile)}`)]),
  ]
}

function seccompAgrees(annotations: Annotations, spec: PodSpec, field: string): FieldError[] {
  const pod = spec.securityContext?.seccompProfile
  return [
    ...seccompMismatch(annotations[seccompPod], pod, `${field}.securityContext.seccompProfile`),
    ...containersWithPath(spec, field).flatMap(([container, path]) =>
      seccompMismatch(
        annotations[seccompContainer + container.name],
        container.securityContext?.seccompProfile,
        `${path}.securityContext.seccompProfile`,
      ),
    ),
  ]
}

function seccompMismatch(
  annotation: string | undefined,
  profile: SeccompProfile | undefined,
  field: string,
): FieldError[] {
  if (annotation === undefined || !profile) return []
  return mismatch(annotation, profile, 'seccomp', ['runtime/default', 'docker/default'], field)
}

function appArmorAgrees(annotations: Annotations, spec: PodSpec, field: string): FieldError[] {
  if (spec.os?.name === 'windows') return []
  const ofPod = appArmorOf(spec.securityContext)
  return containersWithPath(spec, field).flatMap(([container, path]) => {
    const profile = appArmorOf(container.securityContext) ?? ofPod
    const annotation = annotations[appArmorContainer + container.name]
    if (annotation === undefined || !profile) return []
    return mismatch(
      annotation,
      profile,
      'apparmor',
      ['runtime/default'],
      `${path}.securityContext.appArmorProfile`,
    )
  })
}

function mismatch(
  annotation: string,
  profile: AppArmorProfile,
  what: string,
  defaults: readonly string[],
  field: string,
): FieldError[] {
  const type = forbidden(`${field}.type`, `${what} type in annotation and field must match`)
  switch (profile.type) {
    case 'Unconfined':
      return annotation === 'unconfined' ? [] : [type]
    case 'RuntimeDefault':
      return defaults.includes(annotation) ? [] : [type]
    case 'Localhost': {
      if (!annotation.startsWith('localhost/')) return [type]
      const same = annotation.slice('localhost/'.length) === profile.localhostProfile
      return same
        ? []
        : [forbidden(`${field}.localhostProfile`, `${what} profile in annotation and field must match`)]
    }
    default:
      return []
  }
}
