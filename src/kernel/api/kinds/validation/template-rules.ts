import type { PodSpec, Volume } from 'kubernetes-types/core/v1'
import { forbidden, invalid, notSupported, type FieldError } from '../../field-error.ts'

/** Pods of a controller that keeps them running (kubernetes: ValidatePodTemplateSpecForReplicaSet and its likes). */
export function validateKeptRunning(
  { restartPolicy = '', activeDeadlineSeconds }: Partial<PodSpec>,
  kind: string,
  field: string,
): FieldError[] {
  const path = `${field}.activeDeadlineSeconds`
  return [
    ...(restartPolicy === 'Always'
      ? []
      : [notSupported(`${field}.restartPolicy`, restartPolicy, ['Always'])]),
    ...(activeDeadlineSeconds === undefined
      ? []
      : [forbidden(path, `activeDeadlineSeconds in ${kind} is not Supported`)]),
  ]
}

/** Disks that several pods mount must be mounted to read (ValidateReadOnlyPersistentDisks). */
export const validateSharedDisks = (volumes: readonly Volume[] | undefined, field: string): FieldError[] =>
  (volumes ?? []).flatMap(({ gcePersistentDisk: disk }, i) =>
    disk && !disk.readOnly
      ? [invalid(`${field}[${i}].gcePersistentDisk.readOnly`, false, sharedDiskMessage)]
      : [],
  )

const sharedDiskMessage =
  'must be true for replicated pods > 1; GCE PD can only be mounted on multiple machines if it is read-only'
