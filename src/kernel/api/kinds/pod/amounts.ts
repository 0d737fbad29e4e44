import type { Container, Pod } from 'kubernetes-types/core/v1'
import { addQuantities, compareQuantities, parseQuantity, type Quantity } from '../../quantity.ts'

export type Amounts = ReadonlyMap<string, Quantity>

/** Amounts as an object gives them. */
export const amountsOf = (list: Readonly<Record<string, string>> | undefined): Amounts =>
  new Map(Object.entries(list ?? {}).map(([name, text]) => [name, parseQuantity(text)]))

/** What a pod requests, or is limited to, altogether (component-helpers: resource/helpers.go PodRequests, PodLimits). */
export function podAmounts({ spec }: Pod, kind: 'requests' | 'limits'): Amounts {
  const of = ({ resources }: Container) => amountsOf(resources?.[kind])
  const isSidecar = (container: Container) =>
    (container as { restartPolicy?: string }).restartPolicy === 'Always'
  const init = spec?.initContainers ?? []
  const sidecars = sum(init.filter(isSidecar).map(of))
  const running = sum([...(spec?.containers ?? []).map(of), sidecars])
  // An init container runs beside the sidecars that were started before it.
  const peaks = init.map((container, i) =>
    sum([of(container), ...init.slice(0, i).filter(isSidecar).map(of)]),
  )
  const most = peaks.reduce(larger, running)
  return spec?.overhead ? sum([most, amountsOf(spec.overhead)]) : most
}

export const sum = (all: readonly Amounts[]): Amounts => {
  const total = new Map<string, Quantity>()
  for (const amounts of all)
    for (const [name, value] of amounts) {
      const before = total.get(name)
      total.set(name, before ? addQuantities(before, value) : value)
    }
  return total
}

function larger(a: Amounts, b: Amounts): Amounts {
  const result = new Map(a)
  for (const [name, value] of b) {
    const other = result.get(name)
    if (!other || compareQuantities(value, other) > 0) result.set(name, value)
  }
  return result
}
