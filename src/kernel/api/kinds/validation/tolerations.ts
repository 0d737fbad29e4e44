import type { Taint, Toleration } from 'kubernetes-types/core/v1'
import { invalid, notSupported, required, type FieldError } from '../../field-error.ts'
import { validateLabelValue } from '../../names.ts'
import { qualifiedName } from './rules.ts'

/** kubernetes: pkg/apis/core/validation/validation.go ValidateTolerations. */
export function validateTolerations(tolerations: readonly Toleration[], field: string): FieldError[] {
  return tolerations.flatMap((toleration, i) => {
    const { key, operator = '', effect = '', tolerationSeconds } = toleration
    const path = `${field}[${i}]`
    const anything =
      'operator must be Exists when `key` is empty, which means "match all values and all keys"'
    return [
      ...(key ? qualifiedName(`${path}.key`, key) : []),
      ...(!key && operator !== 'Exists' ? [invalid(`${path}.operator`, operator, anything)] : []),
      ...(tolerationSeconds !== undefined && effect !== 'NoExecute'
        ? [invalid(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")]
        : []),
      ...tolerationOperator(toleration, `${path}.operator`),
      ...(effect ? taintEffect(`${path}.effect`, effect) : []),
    ]
  })
}

function tolerationOperator({ operator, value = '' }: Toleration, field: string): FieldError[] {
  switch (operator) {
    case 'Equal':
    case undefined: {
      const errors = validateLabelValue(value)
      return errors.length ? [invalid(field, value, errors.join(';'))] : []
    }
    case 'Exists':
      return value ? [invalid(field, value, "value must be empty when `operator` is 'Exists'")] : []
    default:
      return [notSupported(field, operator, ['Equal', 'Exists'])]
  }
}

/** One of the three effects. */
export function taintEffect(field: string, effect: Taint['effect'] | undefined): FieldError[] {
  if (!effect) return [required(field)]
  const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
  return effects.includes(effect) ? [] : [notSupported(field, effect, effects)]
}
