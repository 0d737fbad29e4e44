import type {
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  SuccessPolicy,
} from 'kubernetes-types/batch/v1'
import type { ContainerStatus, Pod } from 'kubernetes-types/core/v1'
import { overlap, parseIntervals, totalOf, type Intervals } from './intervals.ts'

/** What a policy makes of a failed pod. */
export interface FailureVerdict {
  /** The rule's action; none if no rule matched. */
  readonly action: string | undefined
  readonly counts: boolean
  /** Why the whole job fails, if it does. */
  readonly failsJob: string | undefined
}

/** The first rule that matches decides (kubernetes: pkg/controller/job/pod_failure_policy.go). */
export function matchFailurePolicy(policy: PodFailurePolicy | undefined, pod: Pod): FailureVerdict {
  for (const [index, { action, onExitCodes, onPodConditions }] of (policy?.rules ?? []).entries()) {
    const why = onExitCodes ? exitCodeWords(onExitCodes, pod) : conditionWords(onPodConditions ?? [], pod)
    if (why === undefined) continue
    const failsJob = action === 'FailJob' ? `${why} matching ${action} rule at index ${index}` : undefined
    return { action, counts: action !== 'Ignore', failsJob }
  }
  return { action: undefined, counts: true, failsJob: undefined }
}

function exitCodeWords(
  required: PodFailurePolicyOnExitCodesRequirement,
  { metadata, status }: Pod,
): string | undefined {
  const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])]
  const match = all.find((container) => matchesExitCode(required, container))
  if (!match) return undefined
  const pod = `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`
  return `Container ${match.name} for pod ${pod} failed with exit code ${match.state?.terminated?.exitCode}`
}

/** A container that ended well matches no rule, not even "not in". */
function matchesExitCode(
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
  { name, state }: ContainerStatus,
): boolean {
  const exitCode = state?.terminated?.exitCode
  if (!exitCode || (containerName !== undefined && containerName !== name)) return false
  return operator === 'In' ? values.includes(exitCode) : operator === 'NotIn' && !values.includes(exitCode)
}

function conditionWords(
  patterns: readonly PodFailurePolicyOnPodConditionsPattern[],
  { metadata, status }: Pod,
): string | undefined {
  const match = status?.conditions?.find((condition) =>
    patterns.some(
      (pattern) => pattern.type === condition.type && (pattern.status || 'True') === condition.status,
    ),
  )
  return match && `Pod ${metadata?.namespace ?? ''}/${metadata?.name ?? ''} has condition ${match.type}`
}

/** In which words enough indexes have succeeded, if they have (pkg/controller/job/success_policy.go). */
export function matchSuccessPolicy(
  policy: SuccessPolicy | undefined,
  completions: number,
  succeeded: Intervals,
): string | undefined {
  if (!policy || !succeeded.length) return undefined
  const index = policy.rules.findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined)
      return succeededCount !== undefined && totalOf(succeeded) >= succeededCount
    const required = parseIntervals(succeededIndexes, completions)
    return required.length > 0 && overlap(required, succeeded) >= (succeededCount ?? totalOf(required))
  })
  return index < 0 ? undefined : `Matched rules at index ${index}`
}
