import { parseDurationMs } from '../api/duration.ts'
import { UserError } from '../api/user-error.ts'

/** `30` are seconds, `1m` a duration, `0` no limit (client-go: clientcmd.ParseTimeout). */
export function durationOrSecondsMs(text: string): number {
  if (text === '') return 0
  if (/^[+-]?\d+$/.test(text)) return Number(text) * 1000
  try {
    return parseDurationMs(text)
  } catch {
    throw new UserError(
      `Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)`,
    )
  }
}
