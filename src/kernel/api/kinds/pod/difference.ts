import type { Container, PodSpec } from 'kubernetes-types/core/v1'
import { semanticText } from '../validation/equality.ts'

/**
 * What an update changes that it may not, as lines `-old`/`+new`; undefined if it changes nothing of the kind. Upstream
 * shows a diff of Go structs there (cmp.Diff); ours is of the JSON fields.
 */
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
  const lines = differences(munged, was)
  return lines.length === 0 ? undefined : ['  core.PodSpec{', ...lines, '  }', ''].join('\n')
}

const withImagesOf = (now: readonly Container[], was: readonly Container[]): Container[] =>
  now.map((container, i) => ({ ...container, image: was[i]?.image }))

/** A negative grace period may become 1. */
function graceOf(now: PodSpec, was: PodSpec): Partial<PodSpec> {
  const old = was.terminationGracePeriodSeconds
  return old !== undefined && old < 0 && now.terminationGracePeriodSeconds === 1
    ? { terminationGracePeriodSeconds: old }
    : {}
}

function differences(now: PodSpec, was: PodSpec): string[] {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(now)])].sort() as (keyof PodSpec)[]
  return keys.flatMap((key) => {
    const [before, after] = [semanticText(was[key]), semanticText(now[key])]
    if (before === after) return []
    const name = key.charAt(0).toUpperCase() + key.slice(1)
    return [
      ...(before === undefined ? [] : [`- \t${name}: ${before},`]),
      ...(after === undefined ? [] : [`+ \t${name}: ${after},`]),
    ]
  })
}
