import type { JobSpec } from 'kubernetes-types/batch/v1'
import {
  duplicate,
  goSyntax,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
  type FieldError,
} from '../../field-error.ts'
import { goQuote } from '../../go-quote.ts'
import { byteLength } from '../../utf8.ts'
import { nonNegative, qualifiedName } from './rules.ts'

// kubernetes: pkg/apis/batch/validation/validation.go validatePodFailurePolicy, validateSuccessPolicy

export interface PodFailurePolicy {
  readonly rules?: readonly FailureRule[]
}

interface FailureRule {
  readonly action?: string
  readonly onExitCodes?: ExitCodes
  readonly onPodConditions?: readonly { readonly type?: string; readonly status?: string }[]
}

interface ExitCodes {
  readonly containerName?: string
  readonly operator?: string
  readonly values?: readonly number[]
}

export interface SuccessPolicy {
  readonly rules?: readonly { readonly succeededIndexes?: string; readonly succeededCount?: number }[]
}

const maxRules = 20

export function validateFailurePolicy(
  { rules = [] }: PodFailurePolicy,
  template: JobSpec['template'],
  field: string,
): FieldError[] {
  const { containers = [], initContainers = [] } = template.spec ?? ({} as never)
  const names = [...containers, ...initContainers].map(({ name }: { name: string }) => name)
  return [
    ...(rules.length > maxRules ? [tooMany(`${field}.rules`, rules.length, maxRules)] : []),
    ...rules.flatMap((rule, i) => validateFailureRule(rule, names, `${field}.rules[${i}]`)),
  ]
}

function validateFailureRule(
  { action, onExitCodes, onPodConditions = [] }: FailureRule,
  names: readonly string[],
  field: string,
): FieldError[] {
  const alone = (what: string): FieldError[] => [
    { type: 'FieldValueInvalid', field, message: `Invalid value: ${what}` },
  ]
  return [
    ...oneOf(`${field}.action`, action, ['Count', 'FailIndex', 'FailJob', 'Ignore']),
    ...(onExitCodes ? validateExitCodes(onExitCodes, names, `${field}.onExitCodes`) : []),
    ...onPodConditions.flatMap(({ type = '', status }, i) => [
      ...qualifiedName(`${field}.onPodConditions[${i}].type`, type),
      ...oneOf(`${field}.onPodConditions[${i}].status`, status, ['False', 'True', 'Unknown']),
    ]),
    ...(onExitCodes && onPodConditions.length > 0
      ? alone('specifying both OnExitCodes and OnPodConditions is not supported')
      : []),
    ...(!onExitCodes && onPodConditions.length === 0
      ? alone('specifying one of OnExitCodes and OnPodConditions is required')
      : []),
  ]
}

/** `valid values: ["A" "B"]`, or the values that are supported. */
function oneOf(field: string, value: string | undefined, known: readonly string[]): FieldError[] {
  if (!value) return [required(field, `valid values: [${known.map(goQuote).join(' ')}]`)]
  return known.includes(value) ? [] : [notSupported(field, value, known)]
}

function validateExitCodes(
  { containerName, operator, values = [] }: ExitCodes,
  names: readonly string[],
  field: string,
): FieldError[] {
  const path = `${field}.values`
  const unknown = containerName !== undefined && !names.includes(containerName)
  return [
    ...oneOf(`${field}.operator`, operator, ['In', 'NotIn']),
    ...(unknown
      ? [
          invalid(
            `${field}.containerName`,
            containerName,
            'must be one of the container or initContainer names in the pod template',
          ),
        ]
      : []),
    ...(values.length > 0 ? [] : [invalid(path, goSyntax('[]int32{}'), 'at least one value is required')]),
    ...(values.length > 255 ? [tooMany(path, values.length, 255)] : []),
    ...values.flatMap((value, i) => [
      ...(values.indexOf(value) < i ? [duplicate(`${path}[${i}]`, value)] : []),
      ...(operator === 'In' && value === 0
        ? [invalid(`${path}[${i}]`, value, 'must not be 0 for the In operator')]
        : []),
    ]),
  ]
}

export function validateSuccessPolicy(
  { rules = [] }: SuccessPolicy,
  completions: number | undefined,
  field: string,
): FieldError[] {
  const path = `${field}.rules`
  return [
    ...(rules.length > 0
      ? []
      : [required(path, 'at least one rules must be specified when the successPolicy is specified')]),
    ...(rules.length > maxRules ? [tooMany(path, rules.length, maxRules)] : []),
    ...rules.flatMap(({ succeededIndexes: indexes, succeededCount: count }, i) => [
      ...(indexes === undefined && count === undefined
        ? [required(`${path}[${i}]`, 'at least one of succeededCount or succeededIndexes must be specified')]
        : []),
      ...validateIndexes(indexes, completions ?? 0, `${path}[${i}].succeededIndexes`),
      ...validateCount(count, indexes, completions, `${path}[${i}].succeededCount`),
    ]),
  ]
}

const maxIndexesBytes = 65536

function validateIndexes(indexes: string | undefined, completions: number, field: string): FieldError[] {
  if (indexes === undefined) return []
  const counted = countIndexes(indexes, completions)
  return [
    ...(byteLength(indexes) > maxIndexesBytes ? [tooLong(field, maxIndexesBytes)] : []),
    ...(typeof counted === 'string'
      ? [invalid(field, indexes, `error parsing succeededIndexes: ${counted}`)]
      : []),
  ]
}

function validateCount(
  count: number | undefined,
  indexes: string | undefined,
  completions: number | undefined,
  field: string,
): FieldError[] {
  if (count === undefined) return []
  const listed = indexes === undefined ? undefined : countIndexes(indexes, completions ?? 0)
  return [
    ...nonNegative(field, count),
    ...(completions !== undefined && count > completions
      ? [
          invalid(
            field,
            count,
            `must be less than or equal to ${completions} (the number of specified completions)`,
          ),
        ]
      : []),
    ...(typeof listed === 'number' && count > listed
      ? [
          invalid(
            field,
            count,
            `must be less than or equal to ${listed} (the number of indexes in the specified succeededIndexes field)`,
          ),
        ]
      : []),
  ]
}

/** How many indexes `1,3-5` names, or what is wrong with the text (validateIndexesFormat). */
export function countIndexes(text: string, completions: number): number | string {
  if (text === '') return 0
  let last = -1
  let total = 0
  for (const part of text.split(',')) {
    const [low = '', high, ...more] = part.split('-')
    if (more.length > 0)
      return `the fragment ${goQuote(part)} violates the requirement that an index interval can have at most two parts separated by '-'`
    const wrong = [low, ...(high === undefined ? [] : [high])].find((one) => !/^[+-]?[0-9]+$/.test(one))
    if (wrong !== undefined) return `cannot convert string to integer for index: ${goQuote(wrong)}`
    const [first, end] = [Number(low), Number(high ?? low)]
    const large = [first, end].find((one) => one >= completions)
    if (large !== undefined) return `too large index: ${goQuote(String(large))}`
    if (last >= first) return `non-increasing order, previous: ${last}, current: ${first}`
    if (high !== undefined && first >= end) return `non-increasing order, previous: ${first}, current: ${end}`
    total += end - first + 1
    last = end
  }
  return total
}
