import { invalid, notSupported, printFieldErrors, type FieldError } from './field-error.ts'
import { goQuote } from './go-quote.ts'
import { parseInt64 } from './int64.ts'
import { validateLabelValue, validateQualifiedName } from './names.ts'
import { UserError } from './user-error.ts'

// apimachinery: pkg/labels/selector.go, pkg/apis/meta/v1/helpers.go

export type LabelSet = Readonly<Record<string, string>>

/** Operators, spelled as upstream spells them in its messages. */
export type LabelOperator = 'in' | 'notin' | '=' | '==' | '!=' | 'gt' | 'lt' | 'exists' | '!'

export interface LabelRequirement {
  readonly key: string
  readonly operator: LabelOperator
  readonly values: readonly string[]
}

/** All requirements must hold; none at all selects everything. */
export interface Selector {
  readonly requirements: readonly LabelRequirement[]
  /** A LabelSelector that is absent selects nothing. */
  readonly nothing?: boolean
}

/** metav1.LabelSelector. */
export interface LabelSelectorObject {
  readonly matchLabels?: LabelSet
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: string
    readonly values?: readonly string[]
  }[]
}

export const everything: Selector = { requirements: [] }
export const nothing: Selector = { requirements: [], nothing: true }

export const binaryOperators: readonly LabelOperator[] = ['in', 'notin', '=', '==', '!=', 'gt', 'lt']

/** Whether a set of labels is selected. */
export const matchesLabels = (selector: Selector, labels: LabelSet | undefined): boolean =>
  !selector.nothing && selector.requirements.every((requirement) => meets(requirement, labels ?? {}))

/** The selector as `-l` takes it; one that selects nothing prints as nothing. */
export const printSelector = ({ requirements }: Selector): string =>
  requirements.map(printRequirement).join(',')

export function printRequirement({ key, operator, values }: LabelRequirement): string {
  const sorted = values.length > 1 ? [...values].sort() : values
  if (operator === 'exists') return key
  if (operator === '!') return `!${key}`
  if (operator === 'in' || operator === 'notin') return `${key} ${operator} (${sorted.join(',')})`
  return `${key}${symbols[operator] ?? operator}${sorted.join(',')}`
}

/** A selector of these requirements, sorted by key as upstream keeps them. */
export const selectorOf = (requirements: readonly LabelRequirement[]): Selector => ({
  requirements: [...requirements].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)),
})

/** Exactly these labels, unchecked (labels.SelectorFromSet). */
export const selectorFromSet = (labels: LabelSet | undefined): Selector =>
  selectorOf(Object.entries(labels ?? {}).map(([key, value]) => ({ key, operator: '=', values: [value] })))

/** A checked requirement; throws UserError with what is wrong with it. `path` is where it stands, empty when it came from a string. */
export function labelRequirement(
  key: string,
  operator: LabelOperator,
  values: readonly string[],
  path = '',
): LabelRequirement {
  const errors = requirementErrors(key, operator, values, path)
  if (errors.length) throw new UserError(printFieldErrors(errors))
  return { key, operator, values }
}

/** A LabelSelector as a selector: absent selects nothing, empty everything (metav1.LabelSelectorAsSelector). */
export function selectorFromObject(object: LabelSelectorObject | undefined): Selector {
  if (!object) return nothing
  const equals = Object.entries(object.matchLabels ?? {}).map(([key, value]) =>
    labelRequirement(key, '=', [value]),
  )
  const expressions = (object.matchExpressions ?? []).map(({ key, operator, values }) => {
    const known = objectOperators[operator]
    if (!known) throw new UserError(`${goQuote(operator)} is not a valid label selector operator`)
    return labelRequirement(key, known, values ?? [])
  })
  return selectorOf([...equals, ...expressions])
}

/** A LabelSelector for people: `<none>` when it selects everything or nothing (metav1.FormatLabelSelector). */
export function formatLabelSelector(object: LabelSelectorObject | undefined): string {
  try {
    return printSelector(selectorFromObject(object)) || '<none>'
  } catch (error) {
    if (error instanceof UserError) return '<error>'
    throw error
  }
}

/** A LabelSelector as plain labels, where that is possible (metav1.LabelSelectorAsMap). */
export function labelSelectorAsMap(object: LabelSelectorObject | undefined): Record<string, string> {
  const map: Record<string, string> = { ...object?.matchLabels }
  for (const { key, operator, values = [] } of object?.matchExpressions ?? []) {
    const quoted = goQuote(operator)
    if (operator === 'In') {
      if (values.length !== 1)
        throw new UserError(
          `operator ${quoted} without a single value cannot be converted into the old label selector format`,
        )
      map[key] = values[0] ?? ''
    } else if (objectOperators[operator])
      throw new UserError(`operator ${quoted} cannot be converted into the old label selector format`)
    else throw new UserError(`${quoted} is not a valid selector operator`)
  }
  return map
}

/** The one value that the selector demands of a label, if it does (Selector.RequiresExactMatch). */
export function exactMatch({ requirements }: Selector, label: string): string | undefined {
  const first = requirements.find(({ key }) => key === label)
  const exact = first && ['=', '==', 'in'].includes(first.operator) && first.values.length === 1
  return exact ? first.values[0] : undefined
}

const objectOperators: Readonly<Record<string, LabelOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
}

const symbols: Readonly<Record<string, string>> = { gt: '>', lt: '<' }

const allOperators = [...binaryOperators, 'exists', '!']

function meets({ key, operator, values }: LabelRequirement, labels: LabelSet): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  if (operator === '!') return value === undefined
  if (operator === 'notin' || operator === '!=') return value === undefined || !values.includes(value)
  if (value === undefined) return false
  if (operator === 'exists') return true
  if (operator === 'gt' || operator === 'lt') return compares(value, operator, values)
  return values.includes(value)
}

function compares(value: string, operator: 'gt' | 'lt', values: readonly string[]): boolean {
  const left = parseInt64(value)
  const right = values.length === 1 ? parseInt64(values[0] ?? '') : undefined
  if (left === undefined || right === undefined) return false
  return operator === 'gt' ? left > right : left < right
}

function requirementErrors(
  key: string,
  operator: LabelOperator,
  values: readonly string[],
  path: string,
): FieldError[] {
  const under = (name: string) => (path ? `${path}.${name}` : name)
  const errors: FieldError[] = []
  const keyErrors = validateQualifiedName(key)
  if (keyErrors.length) errors.push(invalid(under('key'), key, keyErrors.join('; ')))
  errors.push(...valuesErrors(operator, values, under('values')))
  if (!allOperators.includes(operator)) errors.push(notSupported(under('operator'), operator, allOperators))
  values.forEach((value, i) => {
    const found = validateLabelValue(value)
    if (found.length) errors.push(invalid(`${under('values')}[${i}][${key}]`, value, found.join('; ')))
  })
  return errors
}

function valuesErrors(operator: LabelOperator, values: readonly string[], path: string): FieldError[] {
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length
        ? []
        : [invalid(path, values, "for 'in', 'notin' operators, values set can't be empty")]
    case '=':
    case '==':
    case '!=':
      return values.length === 1
        ? []
        : [invalid(path, values, 'exact-match compatibility requires one single value')]
    case 'exists':
    case '!':
      return values.length
        ? [invalid(path, values, 'values set must be empty for exists and does not exist')]
        : []
    case 'gt':
    case 'lt':
      return comparisonErrors(values, path)
    default:
      return []
  }
}

function comparisonErrors(values: readonly string[], path: string): FieldError[] {
  const count =
    values.length === 1
      ? []
      : [invalid(path, values, "for 'Gt', 'Lt' operators, exactly one value is required")]
  const integers = values.flatMap((value, i) =>
    parseInt64(value) === undefined
      ? [invalid(`${path}[${i}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer")]
      : [],
  )
  return [...count, ...integers]
}
