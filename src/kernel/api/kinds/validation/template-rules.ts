import type { PodSpec } from 'kubernetes-types/core/v1'
import { forbidden, notSupported, type FieldError } from '../../field-error.ts'

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
