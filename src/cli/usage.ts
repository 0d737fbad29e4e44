import { parseArgs, type ParseArgsConfig } from 'node:util'

/** The person at the command line asked for something that is not there; the message says what. */
export class UsageError extends Error {}

/** Parse arguments; throws UsageError in the words of node's parser. */
export function argumentsOf<T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError((error as Error).message.split('\n')[0])
  }
}

/** A whole number within limits. */
export function whole(name: string, text: string, low: number, high: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < low || value > high)
    throw new UsageError(`--${name} must be a whole number from ${low} to ${high}, not '${text}'`)
  return value
}
