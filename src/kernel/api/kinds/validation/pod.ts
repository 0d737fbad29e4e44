import type {
  Container,
  ContainerStatus,
  Pod,
  PodCondition,
  PodSpec,
  Toleration,
} from 'kubernetes-types/core/v1'
import { forbidden, invalid, required, type FieldError } from '../../field-error.ts'
import { validateIP } from '../../ip.ts'
import type { Typed } from '../../kind.ts'
import { validateDNS1123Subdomain, validateInRange } from '../../names.ts'
import { validateImmutable } from '../../object-meta-validation.ts'
import { podSpecDifference } from '../pod/difference.ts'
import { isDualStack } from './ip.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts'
import {
  mirrorPodAnnotation,
  validatePodAnnotations,
  validatePodAnnotationUpdates,
  validateProfilesAgree,
} from './pod-annotations.ts'
import { paddedImage, validatePodSpec } from './pod-spec.ts'
import { gatedChanges } from './gated-pod.ts'
import { goQuote } from '../../go-quote.ts'
import { semanticallyEqual } from './equality.ts'
import { validateTolerations } from './tolerations.ts'
import { invalids, nameIsDNSSubdomain, qualifiedName } from './rules.ts'

/** kubernetes: pkg/apis/core/validation/validation.go ValidatePodCreate. */
export function validatePod(pod: Typed<Pod>): FieldError[] {
  const spec = pod.spec!
  const gated = spec.nodeName && (spec.schedulingGates?.length ?? 0) > 0
  return [
    ...validateMetadataAndSpec(pod),
    ...(spec.ephemeralContainers?.length
      ? [forbidden('spec.ephemeralContainers', 'cannot be set on create')]
      : []),
    ...(gated
      ? [forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')]
      : []),
    ...validateProfilesAgree(pod.metadata, spec, 'spec'),
  ]
}

/** ValidatePodUpdate: of the spec only a few fields may change. */
export function validatePodUpdate(pod: Typed<Pod>, old: Typed<Pod>): FieldError[] {
  const now = pod.spec!
  const was = old.spec!
  const errors = [
    ...validateObjectMetaUpdate(pod.metadata, old.metadata),
    ...validateMetadataAndSpec(pod),
    ...validatePodAnnotationUpdates(
      pod.metadata.annotations,
      old.metadata.annotations,
      now,
      'metadata.annotations',
    ),
  ]
  for (const key of ['containers', 'initContainers'] as const) {
    if ((now[key]?.length ?? 0) !== (was[key]?.length ?? 0)) {
      return [...errors, forbidden(`spec.${key}`, 'pod updates may not add or remove containers')]
    }
    errors.push(...imagesOf(now[key] ?? [], `spec.${key}`))
  }
  // The same spec needs no comparison: most updates are of the metadata.
  if (now === was) return errors
  const deadline = deadlineChange(now.activeDeadlineSeconds, was.activeDeadlineSeconds)
  errors.push(...deadline)
  if (deadline.length > 0 && now.activeDeadlineSeconds !== undefined) return errors
  errors.push(...addedTolerations(now.tolerations ?? [], was.tolerations ?? []), ...removedGates(now, was))
  const gated = gatedChanges(now, was)
  errors.push(...gated.errors)
  const difference = podSpecDifference(gated.rest, was)
  return difference === undefined ? errors : [...errors, forbidden('spec', `${updatable}\n${difference}`)]
}

/** ValidatePodEphemeralContainersUpdate: debugging containers may be added, and nothing else. */
export function validateEphemeralContainersUpdate(pod: Typed<Pod>, old: Typed<Pod>): FieldError[] {
  if (old.metadata.annotations?.[mirrorPodAnnotation] !== undefined)
    return [forbidden('', 'static pods do not support ephemeral containers')]
  const now = pod.spec?.ephemeralContainers ?? []
  const field = 'spec.ephemeralContainers'
  return [
    ...validateObjectMetaUpdate(pod.metadata, old.metadata),
    ...validateMetadataAndSpec(pod),
    ...validatePodAnnotationUpdates(
      pod.metadata.annotations,
      old.metadata.annotations,
      pod.spec!,
      'metadata.annotations',
    ),
    ...(old.spec?.ephemeralContainers ?? []).flatMap((was) => {
      const kept = now.find(({ name }) => name === was.name)
      const which = `existing ephemeral containers ${goQuote(was.name ?? '')} may not be`
      if (!kept) return [forbidden(field, `${which} removed\n`)]
      return semanticallyEqual(kept, was) ? [] : [forbidden(field, `${which} changed\n`)]
    }),
  ]
}

/** ValidatePodStatusUpdate. */
export function validatePodStatusUpdate(pod: Typed<Pod>, old: Typed<Pod>): FieldError[] {
  const now = pod.status ?? {}
  const was = old.status ?? {}
  const policy = old.spec?.restartPolicy
  const nominated = now.nominatedNodeName
  const sidecars = (old.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
  return [
    ...validateObjectMetaUpdate(pod.metadata, old.metadata),
    ...validatePodAnnotationUpdates(
      pod.metadata.annotations,
      old.metadata.annotations,
      pod.spec!,
      'metadata.annotations',
    ),
    ...validateConditions(now.conditions ?? [], 'metadata.conditions'),
    ...(pod.spec?.nodeName === old.spec?.nodeName
      ? []
      : [forbidden('status.nodeName', 'may not be changed directly')]),
    ...(nominated && nominated !== was.nominatedNodeName
      ? invalids('status.nominatedNodeName', nominated, nameIsDNSSubdomain(nominated, false))
      : []),
    ...validateImmutable(now.qosClass ?? '', was.qosClass ?? '', 'status.qosClass'),
    ...transitions(now.containerStatuses, was.containerStatuses, policy, [], 'status.containerStatuses'),
    ...transitions(
      now.initContainerStatuses,
      was.initContainerStatuses,
      policy,
      sidecars,
      'status.initContainerStatuses',
    ),
    ...transitions(
      now.ephemeralContainerStatuses,
      was.ephemeralContainerStatuses,
      'Never',
      [],
      'status.ephemeralContainerStatuses',
    ),
    ...validateIPs(
      (now.podIPs ?? []).map(({ ip }) => ip ?? ''),
      'status.podIPs',
    ),
    ...validateIPs(
      (now.hostIPs ?? []).map(({ ip }) => ip ?? ''),
      'status.hostIPs',
    ),
  ]
}

const updatable =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
  '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

function validateMetadataAndSpec({ metadata, spec }: Typed<Pod>): FieldError[] {
  const { containers, initContainers, volumes, serviceAccountName } = spec!
  return [
    ...validateObjectMeta(metadata, true, validateDNS1123Subdomain),
    ...validatePodAnnotations(metadata.annotations, spec!, 'metadata.annotations'),
    ...validatePodSpec(spec!, metadata, 'spec'),
    ...(serviceAccountName ? [] : tokensWithoutAccount(volumes ?? [])),
    ...(containers ?? []).flatMap(({ image }, i) => paddedImage(image, `spec.containers[${i}]`)),
    ...(initContainers ?? []).flatMap(({ image }, i) => paddedImage(image, `spec.initContainers[${i}]`)),
  ]
}

const tokensWithoutAccount = (volumes: NonNullable<PodSpec['volumes']>): FieldError[] =>
  volumes.flatMap(({ projected }, v) =>
    (projected?.sources ?? []).flatMap(({ serviceAccountToken }, s) =>
      serviceAccountToken
        ? [
            forbidden(
              `spec.volumes[${v}].projected.sources[${s}].serviceAccountToken`,
              'must not be specified when serviceAccountName is not set',
            ),
          ]
        : [],
    ),
  )

const imagesOf = (containers: readonly Container[], field: string): FieldError[] =>
  containers.flatMap(({ image }, i) => [
    ...(image ? [] : [required(`${field}[${i}].image`)]),
    ...paddedImage(image, `${field}[${i}]`),
  ])

/** The deadline may be set, and may come nearer. */
function deadlineChange(now: number | undefined, was: number | undefined): FieldError[] {
  const field = 'spec.activeDeadlineSeconds'
  if (now === undefined) {
    return was === undefined
      ? []
      : [invalid(field, null, 'must not update from a positive integer to nil value')]
  }
  const range = invalids(field, now, validateInRange(now, 0, 2147483647))
  if (range.length > 0 || was === undefined || was >= now) return range
  return [invalid(field, now, 'must be less than or equal to previous value')]
}

function addedTolerations(now: readonly Toleration[], was: readonly Toleration[]): FieldError[] {
  const plain = ({ tolerationSeconds, ...rest }: Toleration): string =>
    JSON.stringify(Object.entries(rest).sort())
  const kept = new Set(now.map(plain))
  if (!was.every((toleration) => kept.has(plain(toleration)))) {
    return [
      forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'),
    ]
  }
  return validateTolerations(now, 'spec.tolerations')
}

function removedGates(
  { schedulingGates: now = [] }: PodSpec,
  { schedulingGates: was = [] }: PodSpec,
): FieldError[] {
  const known = new Set(was.map(({ name }) => name))
  return now.flatMap(({ name }, i) =>
    known.has(name)
      ? []
      : [
          forbidden(
            `spec.schedulingGates[${i}].name`,
            `only deletion is allowed, but found new scheduling gate '${name}'`,
          ),
        ],
  )
}

const systemConditions = ['PodScheduled', 'Ready', 'Initialized']

const validateConditions = (conditions: readonly PodCondition[], field: string): FieldError[] =>
  conditions.flatMap(({ type }, i) =>
    systemConditions.includes(type) ? [] : qualifiedName(`${field}[${i}].Type`, type),
  )

/** A container that is not to be restarted cannot leave its end behind. */
function transitions(
  now: readonly ContainerStatus[] = [],
  was: readonly ContainerStatus[] = [],
  policy: string | undefined,
  exempt: readonly Container[],
  field: string,
): FieldError[] {
  if (policy === 'Always') return []
  return was.flatMap(({ name, state }, i) => {
    const ended = state?.terminated
    if (!ended || (ended.exitCode !== 0 && policy === 'OnFailure') || exempt.some((one) => one.name === name))
      return []
    const left = now.filter((status) => status.name === name && !status.state?.terminated)
    return left.map(() =>
      forbidden(`${field}[${i}].state`, 'may not be transitioned to non-terminated state'),
    )
  })
}

function validateIPs(ips: readonly string[], field: string): FieldError[] {
  const tooMany = ips.length > 1 && (!isDualStack(ips) || ips.length > 2)
  return [
    ...ips.flatMap((ip, i) => validateIP(ip, `${field}[${i}]`)),
    ...(tooMany ? [invalid(field, ips, 'may specify no more than one IP for each IP family')] : []),
  ]
}
