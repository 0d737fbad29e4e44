import type { Container, Pod } from 'kubernetes-types/core/v1'
import { milliValueOf, wholeValueOf } from '../api/quantity.ts'

/** Amounts of what a node has and pods ask for. `cpu` is in millicores, the rest in whole units (bytes, devices). */
export type Amounts = Readonly<Record<string, number>>

type Quantities = Readonly<Record<string, string | number>> | undefined

/** kubernetes: pkg/scheduler/util/pod_resources.go; what a container that asks for nothing counts as when nodes are scored. */
const DEFAULT_CPU_MILLIS = 100
const DEFAULT_MEMORY = 200 * 1024 * 1024

export const amountOf = (resource: string, quantity: string | number): number =>
  resource === 'cpu' ? milliValueOf(quantity) : wholeValueOf(quantity)

export function amountsOf(quantities: Quantities): Amounts {
  const amounts: Record<string, number> = {}
  for (const [name, quantity] of Object.entries(quantities ?? {})) amounts[name] = amountOf(name, quantity)
  return amounts
}

/** What a pod asks for: the sum of its containers, or the largest init container, plus overhead (resourcehelper.PodRequests). */
export function podRequests(pod: Pod): Amounts {
  return requests(pod, (container) => amountsOf(container.resources?.requests as Quantities))
}

/** The same, with the defaults that scoring takes for what is not asked. */
export function podNonZeroRequests(pod: Pod): Amounts {
  return requests(pod, (container) => {
    const given = amountsOf(container.resources?.requests as Quantities)
    return { ...given, cpu: given['cpu'] ?? DEFAULT_CPU_MILLIS, memory: given['memory'] ?? DEFAULT_MEMORY }
  })
}

function requests({ spec }: Pod, of: (container: Container) => Amounts): Amounts {
  const sum: Record<string, number> = {}
  for (const container of spec?.containers ?? []) add(sum, of(container))
  const sidecars: Record<string, number> = {}
  const init: Record<string, number> = {}
  for (const container of spec?.initContainers ?? []) {
    const own = of(container)
    if (container.restartPolicy === 'Always') {
      add(sum, own)
      add(sidecars, own)
      atLeast(init, sidecars)
    } else {
      const with_ = { ...sidecars }
      add(with_, own)
      atLeast(init, with_)
    }
  }
  atLeast(sum, init)
  add(sum, amountsOf(spec?.overhead as Quantities))
  return sum
}

export function add(sum: Record<string, number>, more: Amounts, sign = 1): void {
  for (const name of Object.keys(more)) sum[name] = (sum[name] ?? 0) + sign * more[name]
}

function atLeast(sum: Record<string, number>, floor: Amounts): void {
  for (const name of Object.keys(floor)) sum[name] = Math.max(sum[name] ?? 0, floor[name])
}
