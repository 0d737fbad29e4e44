import type { JobCondition } from 'kubernetes-types/batch/v1'
import { formatTime } from '../../api/time.ts'
import type { JobLike } from './job-pods.ts'

export function newCondition(
  type: string,
  status: string,
  reason: string,
  message: string,
  now: number,
): JobCondition {
  const time = formatTime(now)
  return { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message }
}

/** The list with this condition in it, or undefined if it says so already; what is not there need not be false (ensureJobConditionStatus). */
export function withCondition(
  conditions: readonly JobCondition[],
  wanted: JobCondition,
): JobCondition[] | undefined {
  const known = conditions.find(({ type }) => type === wanted.type)
  if (!known) return wanted.status === 'False' ? undefined : [...conditions, wanted]
  const same =
    known.status === wanted.status &&
    (known.reason ?? '') === (wanted.reason ?? '') &&
    (known.message ?? '') === (wanted.message ?? '')
  return same ? undefined : conditions.map((condition) => (condition === known ? wanted : condition))
}

export const trueCondition = ({ status }: JobLike, type: string): JobCondition | undefined =>
  status?.conditions?.find((condition) => condition.type === type && condition.status === 'True')
