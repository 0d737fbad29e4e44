import { SessionFileError } from '../../workers/session-error.ts'
import type { Messages } from '../text/en.ts'

/** What is wrong, in the reader's language where the words are ours. */
export function errorText(error: unknown, t: Messages): string {
  if (error instanceof SessionFileError) return t.sessionErrors[error.code](...error.values)
  if ((error as { name?: string } | null)?.name === 'QuotaExceededError') return t.quota
  return error instanceof Error ? error.message : String(error)
}
