import type { Endpoint, EndpointSlice } from 'kubernetes-types/discovery/v1'
import { semanticEqual } from '../semantic-equal.ts'

/** What has to be done to slices of one set of ports. */
export interface Packing<S extends EndpointSlice = EndpointSlice> {
  readonly create: S[]
  readonly update: S[]
  readonly remove: S[]
}

export interface PackingRules<S extends EndpointSlice> {
  readonly maxEndpoints: number
  empty(): S
  labelsOf(slice: S): Record<string, string>
}

/**
 * Spread endpoints over slices with as few writes as possible: what stays, stays where it is; new ones fill slices that change
 * anyway, then one that has room for the rest, then new slices (endpointslice: reconciler.go reconcileByPortMapping).
 */
export function pack<S extends EndpointSlice>(
  slices: readonly S[],
  desired: readonly Endpoint[],
  rules: PackingRules<S>,
): Packing<S> {
  const left = new Map(desired.map((endpoint) => [endpointKey(endpoint), endpoint]))
  const update: S[] = []
  const remove: S[] = []
  const unchanged: S[] = []
  for (const slice of slices) {
    const { endpoints, changed } = keep(slice, left)
    const labels = rules.labelsOf(slice)
    if (changed && !endpoints.length) remove.push(slice)
    else if (changed || !semanticEqual(labels, slice.metadata?.labels))
      update.push({ ...slice, endpoints, metadata: { ...slice.metadata, labels } })
    else unchanged.push(slice)
  }
  update.sort((a, b) => (b.endpoints ?? []).length - (a.endpoints ?? []).length)
  const filled = update.map((slice) => fill(slice, left, rules.maxEndpoints))
  const create: S[] = []
  while (left.size) {
    const room =
      left.size < rules.maxEndpoints ? roomiest(unchanged, left.size, rules.maxEndpoints) : undefined
    if (room) filled.push(fill(unchanged.splice(unchanged.indexOf(room), 1)[0], left, rules.maxEndpoints))
    else create.push(fill(rules.empty(), left, rules.maxEndpoints))
  }
  return { create, update: filled, remove }
}

/** The same address of the same pod is the same endpoint (hashEndpoint). */
export const endpointKey = ({ addresses, hostname, targetRef, nodeName, zone }: Endpoint): string =>
  JSON.stringify([
    [...addresses].sort(),
    hostname ?? '',
    targetRef?.namespace,
    targetRef?.name,
    targetRef?.uid,
    nodeName,
    zone,
  ])

/** The version of the pod that is referred to does not matter (EndpointsEqualBeyondHash). */
export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  const unversioned = ({ targetRef, ...rest }: Endpoint) => ({
    ...rest,
    targetRef: targetRef && { ...targetRef, resourceVersion: undefined },
  })
  return semanticEqual(unversioned(a), unversioned(b))
}

/** Endpoints of a slice that are still wanted, as they are wanted. */
function keep(
  slice: EndpointSlice,
  left: Map<string, Endpoint>,
): { endpoints: Endpoint[]; changed: boolean } {
  const before = slice.endpoints ?? []
  const endpoints: Endpoint[] = []
  let changed = false
  for (const endpoint of before) {
    const key = endpointKey(endpoint)
    const wanted = left.get(key)
    if (!wanted) continue
    endpoints.push(wanted)
    left.delete(key)
    if (!sameEndpoint(wanted, endpoint)) changed = true
  }
  return { endpoints, changed: changed || endpoints.length !== before.length }
}

function fill<S extends EndpointSlice>(slice: S, left: Map<string, Endpoint>, max: number): S {
  const endpoints = [...(slice.endpoints ?? [])]
  for (const [key, endpoint] of left) {
    if (endpoints.length >= max) break
    endpoints.push(endpoint)
    left.delete(key)
  }
  return { ...slice, endpoints }
}

/** The fullest slice that can still take so many (getSliceToFill). */
function roomiest<S extends EndpointSlice>(slices: readonly S[], count: number, max: number): S | undefined {
  let best: S | undefined
  for (const slice of slices) {
    const size = slice.endpoints?.length ?? 0
    if (size + count <= max && size > (best?.endpoints?.length ?? -1)) best = slice
  }
  return best
}
