import type { Condition } from 'kubernetes-types/meta/v1'
import { duplicate, invalid, notSupported, required, tooLong, type FieldError } from './field-error.ts'
import { validateLabelName } from './label-validation.ts'
import { regexError } from './names.ts'
import { byteLength } from './utf8.ts'

// apimachinery: pkg/apis/meta/v1/validation/validation.go ValidateConditions

/** A list of metav1.Condition: one of each type, each whole. */
export function validateConditions(conditions: readonly Partial<Condition>[], path: string): FieldError[] {
  const types = conditions.map(({ type = '' }) => type)
  return conditions.flatMap((condition, i) => [
    ...(types.indexOf(types[i] ?? '') < i ? [duplicate(`${path}[${i}].type`, types[i])] : []),
    ...conditionErrors(condition, `${path}[${i}]`),
  ])
}

function conditionErrors(condition: Partial<Condition>, path: string): FieldError[] {
  const {
    type = '',
    status = '',
    observedGeneration = 0,
    lastTransitionTime,
    reason = '',
    message = '',
  } = condition
  const statuses = ['False', 'True', 'Unknown']
  return [
    ...validateLabelName(type, `${path}.type`),
    ...(statuses.includes(status) ? [] : [notSupported(`${path}.status`, status, statuses)]),
    ...(observedGeneration < 0
      ? [invalid(`${path}.observedGeneration`, observedGeneration, 'must be greater than or equal to zero')]
      : []),
    ...(lastTransitionTime ? [] : [required(`${path}.lastTransitionTime`, 'must be set')]),
    ...(reason === '' ? [required(`${path}.reason`, 'must be set')] : reasonErrors(reason, `${path}.reason`)),
    ...(byteLength(message) > 32768 ? [tooLong(`${path}.message`, 32768)] : []),
  ]
}

function reasonErrors(reason: string, path: string): FieldError[] {
  const message =
    "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'"
  const pattern = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?'
  const detail = regexError(
    message,
    pattern,
    'my_name',
    'MY_NAME',
    'MyName',
    'ReasonA,ReasonB',
    'ReasonA:ReasonB',
  )
  return [
    ...(new RegExp(`^${pattern}$`).test(reason) ? [] : [invalid(path, reason, detail)]),
    ...(byteLength(reason) > 1024 ? [tooLong(path, 1024)] : []),
  ]
}
