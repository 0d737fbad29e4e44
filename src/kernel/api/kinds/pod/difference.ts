import type { Container, PodSpec } from 'kubernetes-types/core/v1'
import { goDifference } from '../../go-value/difference.ts'
import { goValueOf } from '../../go-value/value.ts'
import type { JsonObject } from '../../objects.ts'
import { semanticallyEqual } from '../validation/equality.ts'

/** What an update changes that it may not, as cmp.Diff shows it; undefined if it changes nothing of the kind. */
export function podSpecDifference(now: PodSpec, was: PodSpec): string | undefined {
  const munged: PodSpec = {
    ...now,
    ...(now.containers && { containers: withImagesOf(now.containers, was.containers ?? []) }),
    ...(now.initContainers && { initContainers: withImagesOf(now.initContainers, was.initContainers ?? []) }),
    activeDeadlineSeconds: was.activeDeadlineSeconds,
    schedulingGates: was.schedulingGates,
    tolerations: was.tolerations,
    ...graceOf(now, was),
  }
  if (semanticallyEqual(munged, was)) return undefined
  return goDifference(specValue(was), specValue(munged))
}

const specValue = (spec: PodSpec) => goValueOf('core.v1.PodSpec', spec as unknown as JsonObject)

const withImagesOf = (now: readonly Container[], was: readonly Container[]): Container[] =>
  now.map((container, i) => ({ ...container, image: was[i]?.image }))

/** A negative grace period may become 1. */
function graceOf(now: PodSpec, was: PodSpec): Partial<PodSpec> {
  const old = was.terminationGracePeriodSeconds
  return old !== undefined && old < 0 && now.terminationGracePeriodSeconds === 1
    ? { terminationGracePeriodSeconds: old }
    : {}
}
