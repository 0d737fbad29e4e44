import { UserError } from '../../../src/kernel/api/user-error.ts'
import type { Verdict } from '../suite.ts'

/** The user's error that an action ends in; other errors are ours and fly on. */
export function errorOf(action: () => unknown): string | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
}

/** Each wanted text must occur; no wanted text means no error. */
export function expectError(found: string | undefined, want: readonly string[] | undefined): Verdict {
  if (!want?.length) return found === undefined ? undefined : `error ${found}`
  if (found === undefined) return `no error, want ${want.join('; ')}`
  const missing = want.filter((text) => !found.includes(text))
  return missing.length ? `error ${found}, want ${missing.join('; ')}` : undefined
}
