import { goSyntax, invalid, notSupported, required, type FieldError } from '../field-error.ts'
import { goQuote } from '../go-quote.ts'
import { own } from '../json.ts'
import { valuesOf, type Schema, type ValidationRule } from './schema.ts'

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']

/** What the rules of a schema say, before they are compiled. */
export const ruleErrors = (schema: Schema, path: string): FieldError[] =>
  (schema['x-kubernetes-validations'] ?? []).flatMap((rule, i) =>
    wordsOfRule(rule, schema, `${path}.x-kubernetes-validations[${i}]`),
  )

function wordsOfRule(rule: ValidationRule, schema: Schema, path: string): FieldError[] {
  const { reason, fieldPath = '' } = rule
  const errors = textErrors(rule, path)
  if (reason !== undefined && !reasons.includes(reason))
    errors.push(notSupported(`${path}.reason`, reason, reasons))
  const where = `${path}.fieldPath`
  if (fieldPath !== '' && fieldPath.trim() === '')
    errors.push(invalid(where, fieldPath, 'fieldPath must be non-empty if specified'))
  if (fieldPath.includes('\n'))
    errors.push(invalid(where, fieldPath, 'fieldPath must not contain line breaks'))
  if (fieldPath !== '' && !fieldAt(schema, fieldPath))
    errors.push(invalid(where, fieldPath, 'fieldPath must be a valid path'))
  return errors
}

function textErrors(
  { rule = '', message = '', messageExpression = '' }: ValidationRule,
  path: string,
): FieldError[] {
  const text = rule.trim()
  const words = message.trim()
  if (text === '') return [required(`${path}.rule`, 'rule is not specified')]
  if (message !== '' && words === '')
    return [invalid(`${path}.message`, message, 'message must be non-empty if specified')]
  if (words.includes('\n'))
    return [invalid(`${path}.message`, message, 'message must not contain line breaks')]
  if (text.includes('\n') && words === '')
    return [required(`${path}.message`, 'message must be specified if rule contains line breaks')]
  return messageExpression !== '' && messageExpression.trim() === ''
    ? [required(`${path}.messageExpression`, 'messageExpression must be non-empty if specified')]
    : []
}

/** The schema that a path of names leads to, e.g. `.a['b'].c`; undefined if it leads nowhere. */
export function fieldAt(schema: Schema, path: string): Schema | undefined {
  const steps = path.match(/\.[^.[\]]+|\['(?:[^'\\]|\\.)*'\]/g) ?? []
  if (steps.join('') !== path || steps.length === 0) return undefined
  let current: Schema | undefined = schema
  for (const step of steps) {
    const name = step.startsWith('.') ? step.slice(1) : step.slice(2, -2).replace(/\\(.)/g, '$1')
    current = current?.properties ? own(current.properties, name) : valuesOf(current)
  }
  return current
}

/** A rule as an error shows it. */
export function shownRule({ rule = '', message = '', messageExpression = '', ...more }: ValidationRule) {
  const { reason, fieldPath = '', optionalOldSelf } = more
  const type = 'apiextensions.ValidationRule'
  return goSyntax(
    `${type}{Rule:${goQuote(rule)}, Message:${goQuote(message)}, MessageExpression:${goQuote(messageExpression)}, ` +
      `Reason:(*apiextensions.FieldValueErrorReason)(${reason === undefined ? 'nil' : '0xc000000000'}), ` +
      `FieldPath:${goQuote(fieldPath)}, OptionalOldSelf:(*bool)(${optionalOldSelf === undefined ? 'nil' : '0xc000000000'})}`,
  )
}
