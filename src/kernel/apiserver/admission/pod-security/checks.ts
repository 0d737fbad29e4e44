import { baselineChecks } from './baseline.ts'
import { restrictedChecks } from './restricted.ts'
import type { Check, Finding, PodLike } from './pod-like.ts'

export type Level = 'privileged' | 'baseline' | 'restricted'

/** A minor version of Kubernetes 1; infinite: the latest. */
export type Version = number

/** What a pod has that its level forbids, baseline first (pod-security-admission: policy/registry.go). */
export function findings(level: Level, version: Version, pod: PodLike): Finding[] {
  if (level === 'privileged') return []
  const restricted = level === 'restricted' ? restrictedChecks : []
  const overridden = new Set(
    restricted.filter((check) => ruleOf(check, version)).map(({ overrides }) => overrides),
  )
  return [...baselineChecks.filter(({ id }) => !overridden.has(id)), ...restricted].flatMap(
    (check) => ruleOf(check, version)?.(pod) ?? [],
  )
}

/** As it was in that version. */
const ruleOf = ({ versions }: Check, version: Version) =>
  versions.findLast(({ since }) => since <= version)?.find

/** `reason (detail), reason (detail)` */
export const details = (found: readonly Finding[]): string =>
  found.map(({ reason, detail }) => (detail ? `${reason} (${detail})` : reason)).join(', ')

export const reasons = (found: readonly Finding[]): string => found.map(({ reason }) => reason).join(', ')
