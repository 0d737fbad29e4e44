import type { Namespace, Pod } from 'kubernetes-types/core/v1'
import type { FieldError } from '../../../api/field-error.ts'
import { goQuote } from '../../../api/go-quote.ts'
import type { KubeObject } from '../../../api/objects.ts'
import { findings, reasons } from './checks.ts'
import type { Configuration } from './configuration.ts'
import type { PodLike } from './pod-like.ts'
import { compareLevels, policyOf, printLevel, printPolicy, sameLevel, type LevelVersion } from './policy.ts'

/** Pods that are looked at when a namespace becomes stricter (pod-security-admission: admission.go). */
const MAX_PODS = 3000

/** Whether the labels make sense, and what the pods that are there would be told (ValidateNamespace). */
export function checkNamespace(
  namespace: Namespace & KubeObject,
  old: Namespace | undefined,
  configuration: Configuration,
  pods: () => readonly Pod[],
): { readonly errors: FieldError[]; readonly warnings: string[] } {
  const { name = '', labels } = namespace.metadata
  const { policy, errors } = policyOf(labels, configuration.defaults)
  const before = old && policyOf(old.metadata?.labels, configuration.defaults)
  if (errors.length) return { errors: before?.errors.length ? [] : errors, warnings: [] }
  const exempt = configuration.namespaces.includes(name)
  if (exempt && (!before || printPolicy(policy) !== printPolicy(before.policy))) {
    const text = printPolicy(policy)
    const warning = `namespace ${goQuote(name)} is exempt from Pod Security, and the policy (${text}) will be ignored`
    return { errors: [], warnings: text ? [warning] : [] }
  }
  if (!before || exempt || policy.enforce.level === 'privileged') return { errors: [], warnings: [] }
  const [now, then] = [policy.enforce, before.policy.enforce]
  const relaxed = now.version === then.version && compareLevels(now.level, then.level) < 1
  if (sameLevel(now, then) || relaxed) return { errors: [], warnings: [] }
  return { errors: [], warnings: warningsFor(name, now, pods(), configuration) }
}

/** One line for all pods with the same faults, named after the first of them. */
function warningsFor(
  namespace: string,
  enforce: LevelVersion,
  pods: readonly Pod[],
  { runtimeClasses }: Configuration,
): string[] {
  const byFault = new Map<string, string[]>()
  for (const pod of pods.slice(0, MAX_PODS)) {
    const { runtimeClassName } = pod.spec ?? {}
    if (runtimeClassName !== undefined && runtimeClasses.includes(runtimeClassName)) continue
    const fault = reasons(findings(enforce.level, enforce.version, pod as PodLike))
    if (!fault) continue
    const names = byFault.get(fault)
    if (names) names.push(pod.metadata?.name ?? '')
    else byFault.set(fault, [pod.metadata?.name ?? ''])
  }
  if (byFault.size === 0) return []
  const level = goQuote(printLevel(enforce))
  const head = `existing pods in namespace ${goQuote(namespace)} violate the new PodSecurity enforce level ${level}`
  const lines = [...byFault].map(([fault, names]) => {
    const [first] = names.sort()
    const more = names.length - 1
    return `${first}${more ? ` (and ${more} other ${more === 1 ? 'pod' : 'pods'})` : ''}: ${fault}`
  })
  return [head, ...lines.sort()]
}
