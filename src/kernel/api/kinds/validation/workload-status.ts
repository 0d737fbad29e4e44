import { invalid, type FieldError } from '../../field-error.ts'
import { nonNegative } from './rules.ts'

type Counts<K extends string> = { readonly [key in K]?: number } & { readonly replicas?: number }

/** No count of a status is negative. */
export const nonNegativeCounts = <K extends string>(status: Counts<K>, keys: readonly K[]): FieldError[] =>
  keys.flatMap((key) => nonNegative(`status.${key}`, status[key]))

/** None of these replicas may be more than there are. */
export const atMostReplicas = <K extends string>(status: Counts<K>, keys: readonly K[]): FieldError[] =>
  keys
    .filter((key) => (status[key] ?? 0) > (status.replicas ?? 0))
    .map((key) => invalid(`status.${key}`, status[key], 'cannot be greater than status.replicas'))

/** Collisions are only ever counted up (kubernetes: IsDecremented). */
export function collisionCount(now: number | undefined, old: number | undefined): FieldError[] {
  const decremented = old !== undefined && (now === undefined || now < old)
  return decremented ? [invalid('status.collisionCount', now ?? 0, 'cannot be decremented')] : []
}
