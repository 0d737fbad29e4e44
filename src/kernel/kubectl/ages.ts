import { humanDuration } from '../api/duration.ts'
import { parseTime } from '../api/time.ts'

/** How long ago, as `kubectl get` shows it. */
export function ageOf(timestamp: string | undefined | null, now: number): string {
  const since = timestamp ? parseTime(timestamp) : undefined
  return since === undefined ? '<unknown>' : humanDuration(now - since)
}
