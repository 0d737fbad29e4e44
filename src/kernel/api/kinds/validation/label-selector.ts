import type { LabelSelector, LabelSelectorRequirement } from 'kubernetes-types/meta/v1'
import { forbidden, invalid, required, type FieldError } from '../../field-error.ts'
import { validateLabelValue } from '../../names.ts'
import { invalids, labels, qualifiedName } from './rules.ts'

/** apimachinery: pkg/apis/meta/v1/validation/validation.go ValidateLabelSelector. */
export function validateLabelSelector(selector: LabelSelector | undefined, field: string): FieldError[] {
  if (!selector) return []
  const { matchExpressions } = selector
  return [
    ...labels(`${field}.matchLabels`, selector.matchLabels),
    ...(matchExpressions ?? []).flatMap((item, i) => validateRequirement(item, `${field}.matchExpressions[${i}]`)),
  ]
}

function validateRequirement({ key, operator, values = [] }: LabelSelectorRequirement, field: string): FieldError[] {
  return [
    ...validateOperator(operator, values, field),
    ...qualifiedName(`${field}.key`, key ?? ''),
    ...values.flatMap((value, i) => invalids(`${field}.values[${i}]`, value, validateLabelValue(value))),
  ]
}

function validateOperator(operator: string, values: readonly string[], field: string): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length ? [] : [required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'")]
    case 'Exists':
    case 'DoesNotExist':
      return values.length
        ? [forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
        : []
    default:
      return [invalid(`${field}.operator`, operator ?? '', 'not a valid selector operator')]
  }
}
