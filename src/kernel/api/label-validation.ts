import { forbidden, invalid, required, type FieldError } from './field-error.ts'
import type { LabelSelectorObject, LabelSet } from './labels.ts'
import { validateLabelValue, validateQualifiedName } from './names.ts'

// apimachinery: pkg/apis/meta/v1/validation/validation.go

/** Keys and values of a label map. */
export function validateLabels(labels: LabelSet | undefined, path: string): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...validateLabelName(key, path),
    ...validateLabelValue(value).map((error) => invalid(path, value, error)),
  ])
}

/** The key of a label. */
export const validateLabelName = (name: string, path: string): FieldError[] =>
  validateQualifiedName(name).map((error) => invalid(path, name, error))

/** What a validation of a LabelSelector may let pass. */
export interface LabelSelectorOptions {
  /** Values of matchExpressions are not checked: old objects may hold bad ones. */
  readonly allowInvalidValues?: boolean
}

/** A LabelSelector, wherever one stands (ValidateLabelSelector). */
export function validateLabelSelector(
  selector: LabelSelectorObject | undefined,
  path: string,
  options: LabelSelectorOptions = {},
): FieldError[] {
  if (!selector) return []
  const expressions = (selector.matchExpressions ?? []).flatMap((expression, i) =>
    expressionErrors(expression, `${path}.matchExpressions[${i}]`, options),
  )
  return [...validateLabels(selector.matchLabels, `${path}.matchLabels`), ...expressions]
}

type Expression = NonNullable<LabelSelectorObject['matchExpressions']>[number]

function expressionErrors(
  { key = '', operator = '', values = [] }: Partial<Expression>,
  path: string,
  options: LabelSelectorOptions,
): FieldError[] {
  const errors: FieldError[] = []
  if (operator === 'In' || operator === 'NotIn') {
    if (!values.length)
      errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length)
      errors.push(
        forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
      )
  } else errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'))
  errors.push(...validateLabelName(key, `${path}.key`))
  if (!options.allowInvalidValues)
    values.forEach((value, i) => {
      errors.push(...validateLabelValue(value).map((error) => invalid(`${path}.values[${i}]`, value, error)))
    })
  return errors
}
