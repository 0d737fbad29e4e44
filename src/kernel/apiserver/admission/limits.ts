import type { LimitRangeItem } from 'kubernetes-types/core/v1'
import {
  compareQuantities,
  isZeroQuantity,
  parseQuantity,
  quantityValue,
  milliValue,
  printQuantity,
  type Quantity,
} from '../../api/quantity.ts'
import type { Amounts } from '../../api/kinds/pod/amounts.ts'

/** What something requests and is limited to; a claim has no limits. */
export interface Usage {
  readonly requests: Amounts
  readonly limits?: Amounts
}

/** How an item of a LimitRange is violated (kubernetes: plugin/pkg/admission/limitranger/admission.go minConstraint ...). */
export function violations(item: LimitRangeItem, usage: Usage): string[] {
  const each = (
    list: Readonly<Record<string, string>> | undefined,
    check: (name: string, bound: Quantity) => string | undefined,
  ) =>
    Object.keys(list ?? {})
      .sort()
      .flatMap((name) => check(name, parseQuantity(list![name]!)) ?? [])
  const { type = '' } = item
  return [
    ...each(item.min, (name, bound) => tooSmall(type, name, bound, usage)),
    ...each(item.max, (name, bound) =>
      usage.limits ? tooLarge(type, name, bound, usage) : requestTooLarge(type, name, bound, usage),
    ),
    ...each(item.maxLimitRequestRatio, (name, bound) => tooFarApart(type, name, bound, usage)),
  ]
}

function tooSmall(
  type: string,
  name: string,
  bound: Quantity,
  { requests, limits }: Usage,
): string | undefined {
  const request = requests.get(name)
  const limit = limits?.get(name)
  const text = `minimum ${name} usage per ${type} is ${printQuantity(bound)}`
  if (!request) return `${text}.  No request is specified`
  if (compareQuantities(request, bound) < 0) return `${text}, but request is ${printQuantity(request)}`
  if (limit && compareQuantities(limit, bound) < 0) return `${text}, but limit is ${printQuantity(limit)}`
  return undefined
}

function tooLarge(
  type: string,
  name: string,
  bound: Quantity,
  { requests, limits }: Usage,
): string | undefined {
  const request = requests.get(name)
  const limit = limits?.get(name)
  const text = `maximum ${name} usage per ${type} is ${printQuantity(bound)}`
  if (!limit) return `${text}.  No limit is specified`
  if (compareQuantities(limit, bound) > 0) return `${text}, but limit is ${printQuantity(limit)}`
  if (request && compareQuantities(request, bound) > 0)
    return `${text}, but request is ${printQuantity(request)}`
  return undefined
}

function requestTooLarge(
  type: string,
  name: string,
  bound: Quantity,
  { requests }: Usage,
): string | undefined {
  const request = requests.get(name)
  const text = `maximum ${name} usage per ${type} is ${printQuantity(bound)}`
  if (!request) return `${text}.  No request is specified`
  return compareQuantities(request, bound) > 0
    ? `${text}, but request is ${printQuantity(request)}`
    : undefined
}

function tooFarApart(
  type: string,
  name: string,
  bound: Quantity,
  { requests, limits }: Usage,
): string | undefined {
  const request = requests.get(name)
  const limit = limits?.get(name)
  const text = `${name} max limit to request ratio per ${type} is ${printQuantity(bound)}`
  if (!request || isZeroQuantity(request)) return `${text}, but no request is specified or request is 0`
  if (!limit || isZeroQuantity(limit)) return `${text}, but no limit is specified or limit is 0`
  const fine = milliValue(limit) <= Number.MAX_SAFE_INTEGER
  const ratio = fine ? milliValue(limit) / milliValue(request) : quantityValue(limit) / quantityValue(request)
  return ratio * 1000 > milliValue(bound) ? `${text}, but provided ratio is ${ratio.toFixed(6)}` : undefined
}
