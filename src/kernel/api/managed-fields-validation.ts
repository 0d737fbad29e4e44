import type { ManagedFieldsEntry } from 'kubernetes-types/meta/v1'
import { invalid, tooLong, type FieldError } from './field-error.ts'
import { byteLength } from './utf8.ts'

// apimachinery: pkg/apis/meta/v1/validation/validation.go

/** The entries of metadata.managedFields (ValidateManagedFields). */
export function validateManagedFields(entries: readonly ManagedFieldsEntry[], path: string): FieldError[] {
  return entries.flatMap(({ operation = '', fieldsType = '', manager = '', subresource = '' }, i) => {
    const at = `${path}[${i}]`
    return [
      ...(operation === 'Apply' || operation === 'Update'
        ? []
        : [invalid(`${at}.operation`, operation, 'must be `Apply` or `Update`')]),
      ...(fieldsType === '' || fieldsType === 'FieldsV1'
        ? []
        : [invalid(`${at}.fieldsType`, fieldsType, 'must be `FieldsV1`')]),
      ...validateFieldManager(manager, `${at}.manager`),
      ...(byteLength(subresource) > 256 ? [tooLong(`${at}.subresource`, 256)] : []),
    ]
  })
}

/** At most 128 bytes, all printable (ValidateFieldManager). */
export function validateFieldManager(manager: string, path: string): FieldError[] {
  const errors = byteLength(manager) > 128 ? [tooLong(path, 128)] : []
  let position = 0
  for (const character of manager) {
    if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character))
      errors.push(
        invalid(path, manager, `invalid character ${codePoint(character)} (at position ${position})`),
      )
    position += byteLength(character)
  }
  return errors
}

/** `U+000A`, as Go's %#U prints what cannot be shown. */
const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
