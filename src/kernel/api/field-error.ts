/** Types of validation errors (apimachinery: pkg/util/validation/field/errors.go ErrorType). */
export type FieldErrorType =
  | 'FieldValueNotFound' | 'FieldValueRequired' | 'FieldValueDuplicate' | 'FieldValueInvalid'
  | 'FieldValueNotSupported' | 'FieldValueForbidden' | 'FieldValueTooLong' | 'FieldValueTooMany'
  | 'InternalError' | 'FieldValueTypeInvalid'

/** One thing wrong with one field; `message` is the full text after the path, as in a Status cause. */
export interface FieldError {
  readonly type: FieldErrorType
  /** Path as upstream prints it, e.g. `spec.containers[0].name`. */
  readonly field: string
  /** E.g. `Required value`, `Invalid value: "X": must be ...`. */
  readonly message: string
}
