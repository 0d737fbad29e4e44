import type { LimitRangeItem } from 'kubernetes-types/core/v1'
import { duplicate, forbidden, invalid, required, type FieldError } from '../../field-error.ts'
import { validateQualifiedName } from '../../names.ts'
import { compareQuantities, milliValue, parseQuantity, printQuantity, type Quantity } from '../../quantity.ts'
import { goQuantity } from './go-struct.ts'
import { containerResourceName, isOvercommitAllowed, resourceName } from './resources.ts'
import { invalids, sortedEntries } from './rules.ts'

// kubernetes: pkg/apis/core/validation/validation.go ValidateLimitRange

const types = ['Pod', 'Container', 'PersistentVolumeClaim']

export function validateLimitRangeItems(items: readonly LimitRangeItem[], field: string): FieldError[] {
  const kinds = items.map(({ type }) => type)
  return items.flatMap((item, i) => [
    ...validateType(item.type ?? '', `${field}[${i}].type`),
    ...(kinds.indexOf(item.type) < i ? [duplicate(`${field}[${i}].type`, item.type)] : []),
    ...validateNames(item, `${field}[${i}]`),
    ...validateAmounts(item, `${field}[${i}]`),
  ])
}

function validateType(type: string, field: string): FieldError[] {
  const errors = validateQualifiedName(type)
  if (errors.length > 0) return invalids(field, type, errors)
  return type.includes('/') || types.includes(type)
    ? []
    : [invalid(field, type, 'must be a standard limit type or fully qualified')]
}

function validateNames(item: LimitRangeItem, field: string): FieldError[] {
  const { type, min, max } = item
  const ofContainer = type === 'Pod' || type === 'Container'
  const rule = ofContainer ? containerResourceName : resourceName
  const names = (key: 'max' | 'min' | 'default' | 'defaultRequest' | 'maxLimitRequestRatio') =>
    sortedEntries(item[key]).flatMap(([name]) => rule(`${field}.${key}[${name}]`, name))
  const unless = (key: 'default' | 'defaultRequest') => {
    if (type !== 'Pod') return names(key)
    const given = Object.keys(item[key] ?? {}).length > 0
    return given ? [forbidden(`${field}.${key}`, "may not be specified when `type` is 'Pod'")] : []
  }
  const unbounded = type === 'PersistentVolumeClaim' && !min?.['storage'] && !max?.['storage']
  const neither = 'either minimum or maximum storage value is required, but neither was provided'
  return [
    ...names('max'),
    ...names('min'),
    ...unless('default'),
    ...unless('defaultRequest'),
    ...(unbounded ? [required(`${field}.limits`, neither)] : []),
    ...names('maxLimitRequestRatio'),
  ]
}

function validateAmounts(item: LimitRangeItem, field: string): FieldError[] {
  const { max, min, default: limit, defaultRequest: request, maxLimitRequestRatio: ratio, type } = item
  const defaults = type === 'Pod' ? [] : [limit, request]
  const names = [...new Set([max, min, ratio, ...defaults].flatMap((list) => Object.keys(list ?? {})))].sort()
  const of = (list: Readonly<Record<string, string>> | undefined, name: string) =>
    list?.[name] === undefined ? undefined : parseQuantity(list[name])
  return names.flatMap((name) => {
    const amounts: Amounts = {
      max: of(max, name),
      min: of(min, name),
      limit: type === 'Pod' ? undefined : of(limit, name),
      request: type === 'Pod' ? undefined : of(request, name),
    }
    return [
      ...validateOrder(amounts, name, field),
      ...validateRatio(of(ratio, name), amounts, `${field}.maxLimitRequestRatio[${name}]`),
      ...validateEqual(amounts, name, `${field}.defaultRequest[${name}]`),
    ]
  })
}

interface Amounts {
  readonly max: Quantity | undefined
  readonly min: Quantity | undefined
  readonly limit: Quantity | undefined
  readonly request: Quantity | undefined
}

/** min ≤ default request ≤ default ≤ max; the bad value of some is the bound, as upstream has it. */
function validateOrder({ max, min, limit, request }: Amounts, name: string, field: string): FieldError[] {
  const check = (
    low: Quantity | undefined,
    high: Quantity | undefined,
    key: string,
    shown: 'low' | 'high',
    lowName: string,
    highName: string,
  ) => {
    if (!low || !high || compareQuantities(low, high) <= 0) return []
    const detail = `${lowName} value ${printQuantity(low)} is greater than ${highName} value ${printQuantity(high)}`
    return [invalid(`${field}.${key}[${name}]`, shownQuantity(shown === 'low' ? low : high), detail)]
  }
  return [
    ...check(min, max, 'min', 'low', 'min', 'max'),
    ...check(min, request, 'defaultRequest', 'high', 'min', 'default request'),
    ...check(request, max, 'defaultRequest', 'low', 'default request', 'max'),
    ...check(request, limit, 'defaultRequest', 'low', 'default request', 'default limit'),
    ...check(min, limit, 'default', 'low', 'min', 'default'),
    ...check(limit, max, 'default', 'high', 'default', 'max'),
  ]
}

/** The message has printed it, so Go has its text by then. */
const shownQuantity = (quantity: Quantity) => goQuantity(quantity, printQuantity(quantity))

function validateRatio(ratio: Quantity | undefined, { max, min }: Amounts, field: string): FieldError[] {
  if (!ratio) return []
  const text = printQuantity(ratio)
  const errors =
    milliValue(ratio) < 1000 ? [invalid(field, shownQuantity(ratio), `ratio ${text} is less than 1`)] : []
  if (!max || !min) return errors
  const bound = milliValue(max) / milliValue(min)
  return milliValue(ratio) / 1000 > bound
    ? [
        ...errors,
        invalid(field, shownQuantity(ratio), `ratio ${text} is greater than max/min = ${bound.toFixed(6)}`),
      ]
    : errors
}

/** What cannot be promised twice is requested as it is limited. */
function validateEqual({ limit, request }: Amounts, name: string, field: string): FieldError[] {
  if (isOvercommitAllowed(name) || !limit || !request || compareQuantities(limit, request) === 0) return []
  const detail = `default value ${printQuantity(limit)} must equal to defaultRequest value ${printQuantity(request)} in ${name}`
  return [invalid(field, shownQuantity(request), detail)]
}
