import type { Container, PodSpec } from 'kubernetes-types/core/v1'
import { addQuantities, compareQuantities, parseQuantity, type Quantity } from '../../quantity.ts'

export type QOSClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

const resources = ['cpu', 'memory'] as const

/** kubernetes: pkg/apis/core/helper/qos/qos.go ComputePodQOS. */
export function podQOSClass(spec: PodSpec): QOSClass {
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
  const requests = totals(containers, 'requests')
  const limits = totals(containers, 'limits')
  if (requests.size === 0 && limits.size === 0) return 'BestEffort'
  const limited = containers.every((container) =>
    resources.every((name) => isPositive(container.resources?.limits?.[name])),
  )
  const equal = [...requests].every(([name, request]) => {
    const limit = limits.get(name)
    return limit !== undefined && compareQuantities(limit, request) === 0
  })
  return limited && equal && requests.size === limits.size ? 'Guaranteed' : 'Burstable'
}

const zero = parseQuantity('0')

const isPositive = (text: string | undefined): boolean =>
  text !== undefined && compareQuantities(parseQuantity(text), zero) > 0

/** Sums of the positive amounts of cpu and memory. */
function totals(containers: readonly Container[], key: 'requests' | 'limits'): Map<string, Quantity> {
  const sums = new Map<string, Quantity>()
  for (const { resources: own } of containers) {
    for (const name of resources) {
      const amount = own?.[key]?.[name]
      if (isPositive(amount)) sums.set(name, addQuantities(sums.get(name) ?? zero, parseQuantity(amount!)))
    }
  }
  return sums
}
